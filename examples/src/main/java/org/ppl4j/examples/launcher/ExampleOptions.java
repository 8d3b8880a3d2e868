package org.ppl4j.examples.launcher;

import com.google.common.collect.ImmutableMap;
import com.google.errorprone.annotations.MustBeClosed;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.ppl4j.infer.Posterior;
import org.ppl4j.infer.Progress;
import org.ppl4j.infer.Samples;
import org.ppl4j.infer.density.Training;
import org.ppl4j.infer.mcmc.Nuts;
import org.ppl4j.infer.report.Report;
import org.ppl4j.tensor.FloatType;
import org.ppl4j.tensor.Recording;
import org.ppl4j.tensor.RunConfig;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the command line tells an example.
 *
 * @param seed the seed of all noise
 * @param steps the number of optimisation steps, empty for what the example thinks right
 * @param floatType the float type of the run
 * @param recording whether programs are computed from records
 * @param directory an existing directory for pictures and tables, empty for none of them
 * @param page the file of the report, empty for none; see {@link #report}
 * @param quiet whether to show no progress
 * @param own the texts of the example's own options, by name; see {@link #get}
 */
public record ExampleOptions(
    long seed,
    OptionalInt steps,
    FloatType floatType,
    Recording recording,
    Optional<Path> directory,
    Optional<Path> page,
    boolean quiet,
    ImmutableMap<String, String> own) {

  private static final Logger LOG = LoggerFactory.getLogger(ExampleOptions.class);

  /** With fewer steps nothing is learned. */
  private static final int FEWEST_STEPS = 100;

  /** Seed 0, float64, and all else as the example thinks right. */
  public static ExampleOptions defaults() {
    return new ExampleOptions(
        0,
        OptionalInt.empty(),
        FloatType.FLOAT64,
        RunConfig.defaults().recording(),
        Optional.empty(),
        Optional.empty(),
        false,
        ImmutableMap.of());
  }

  /** The same with another seed. */
  public ExampleOptions withSeed(long seed) {
    return new ExampleOptions(seed, steps, floatType, recording, directory, page, quiet, own);
  }

  /** The same with so many steps. */
  public ExampleOptions withSteps(int steps) {
    return new ExampleOptions(
        seed, OptionalInt.of(steps), floatType, recording, directory, page, quiet, own);
  }

  /** The same in another float type. */
  public ExampleOptions withFloatType(FloatType floatType) {
    return new ExampleOptions(seed, steps, floatType, recording, directory, page, quiet, own);
  }

  /** The same with programs computed from records, or not. */
  public ExampleOptions withRecording(Recording recording) {
    return new ExampleOptions(seed, steps, floatType, recording, directory, page, quiet, own);
  }

  /** The same with pictures and tables in an existing directory. */
  public ExampleOptions withDirectory(Path directory) {
    return new ExampleOptions(
        seed, steps, floatType, recording, Optional.of(directory), page, quiet, own);
  }

  /** The same with a report in this file. */
  public ExampleOptions withReport(Path file) {
    return new ExampleOptions(
        seed, steps, floatType, recording, directory, Optional.of(file), quiet, own);
  }

  /** The same without progress. */
  public ExampleOptions quietly() {
    return new ExampleOptions(seed, steps, floatType, recording, directory, page, true, own);
  }

  /** The same with a value of an option of the example's own. */
  public <T> ExampleOptions with(ExampleOption<T> option, T value) {
    ImmutableMap<String, String> more =
        ImmutableMap.<String, String>builder()
            .putAll(own)
            .put(option.name(), value.toString())
            .buildKeepingLast();
    return new ExampleOptions(seed, steps, floatType, recording, directory, page, quiet, more);
  }

  /** The value of an option of the example's own, empty if it was not given. */
  public <T> Optional<T> get(ExampleOption<T> option) {
    return Optional.ofNullable(own.get(option.name())).map(option::read);
  }

  // --- when the user stops it: what fails then, fails because of it

  /**
   * Works on each in turn, until the user stops it: what is at work then may end, and is left out
   * if it cannot.
   *
   * @throws RuntimeException as the work, if it is the first, or was not stopped
   */
  public <T> void each(Iterable<T> all, Consumer<? super T> work) {
    boolean isFirst = true;
    for (T one : all) {
      if (!isFirst && Thread.currentThread().isInterrupted()) {
        return;
      }
      try {
        work.accept(one);
      } catch (RuntimeException failed) {
        if (isFirst || !Thread.currentThread().isInterrupted()) {
          throw failed;
        }
        return;
      }
      isFirst = false;
    }
  }

  /** What further work finds; empty if the user stops it, or has stopped what was before it. */
  public <T> Optional<T> unlessStopped(Supplier<T> work) {
    if (Thread.currentThread().isInterrupted()) {
      return Optional.empty();
    }
    try {
      return Optional.of(work.get());
    } catch (RuntimeException failed) {
      if (!Thread.currentThread().isInterrupted()) {
        throw failed;
      }
      return Optional.empty();
    }
  }

  /** What is drawn for the folder; empty without one, and when the user stops it. */
  public <T> Optional<T> drawn(Supplier<T> picture) {
    return directory.isPresent() ? unlessStopped(picture) : Optional.empty();
  }

  /** Draws of a fit, whether the user has stopped it or not. */
  @MustBeClosed
  @SuppressWarnings("MustBeClosedChecker") // by the caller
  public <D extends @Nullable Object> Samples draws(Posterior<D> fit, D data, int count) {
    return kept(() -> fit.posterior(data, count));
  }

  /** What is to be said of a fit, such as its draws, whether the user has stopped it or not. */
  public <T> T kept(Supplier<T> words) {
    boolean wasStopped = Thread.interrupted();
    try {
      return words.get();
    } catch (RuntimeException failed) {
      if (!Thread.interrupted()) {
        throw failed;
      }
      wasStopped = true;
      return words.get(); // who stops it twice ends the process
    } finally {
      if (wasStopped) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /**
   * Writes pictures and tables, if there is a folder for them. Those are left out that take long,
   * if the user has stopped it.
   */
  public void save(Consumer<Path> files) {
    directory.ifPresent(
        folder -> {
          try {
            files.accept(folder);
          } catch (RuntimeException failed) {
            if (!Thread.currentThread().isInterrupted()) {
              throw failed;
            }
            LOG.warn("files are left out of '{}', since it was stopped", folder);
          }
        });
  }

  /** Writes the report of a fit, if it is asked for; it is not made otherwise. */
  public void report(Supplier<Report<?>> report) {
    page.ifPresent(
        file -> {
          Path unused = kept(() -> saved(report.get(), file));
        });
  }

  private static Path saved(Report<?> report, Path file) {
    report.save(file);
    return file;
  }

  /** Whether a run shows no more than that everything runs, for there are hardly any steps. */
  public boolean isSmokeTest() {
    return steps.isPresent() && steps.getAsInt() < FEWEST_STEPS;
  }

  /** How many there are of something: fewer in a smoke test. */
  public int orInSmokeTest(int usual, int fewer) {
    return isSmokeTest() ? fewer : usual;
  }

  /** How many there are of something: fewer once the user has stopped it. */
  public int orIfStopped(int usual, int fewer) {
    return Thread.currentThread().isInterrupted() ? fewer : usual;
  }

  /** The seed, the float type and whether to record, everything else as by default. */
  public RunConfig config() {
    return RunConfig.defaults().withSeed(seed).withFloatType(floatType).withRecording(recording);
  }

  /**
   * Chains with these options, of so many iterations of warm-up and draws. Those of a smoke test
   * are of the model as written: the searches that choose variables take longer than all of them.
   */
  public <D extends @Nullable Object> Nuts<D> chains(Nuts<D> nuts, int iterations) {
    Nuts<D> chains =
        nuts.config(config()).progress(progress()).warmup(iterations).draws(iterations);
    return isSmokeTest() ? chains.asWritten() : chains;
  }

  /** What shows how far the work is. */
  public Progress progress() {
    return quiet ? Progress.silent() : Progress.console();
  }

  /** The standard training as the options want it. */
  public Training training() {
    return training(Training.standard());
  }

  /** A training with the configuration and progress of the options, and their steps if any. */
  public Training training(Training usual) {
    Training own = usual.config(config()).progress(progress());
    return steps.isPresent() ? own.steps(steps.getAsInt()) : own;
  }
}
