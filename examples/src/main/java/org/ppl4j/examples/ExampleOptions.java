package org.ppl4j.examples;

import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalInt;
import org.ppl4j.infer.Progress;
import org.ppl4j.infer.density.Training;
import org.ppl4j.tensor.FloatType;
import org.ppl4j.tensor.RunConfig;

/**
 * What the command line tells an example.
 *
 * @param seed the seed of all noise
 * @param steps the number of optimisation steps, empty for what the example thinks right
 * @param batch the number of rows that a step sees, empty for all; only for an example that takes
 *     it
 * @param floatType the float type of the run
 * @param directory an existing directory for pictures and tables, empty for none of them
 * @param quiet whether to show no progress
 * @param file the user's data, empty for the example's own; only for an example that takes it
 * @param target the column of it to learn, empty for what the example thinks right
 * @param choice the part of the benchmark of simulators to run; only for an example that takes it
 */
public record ExampleOptions(
    long seed,
    OptionalInt steps,
    OptionalInt batch,
    FloatType floatType,
    Optional<Path> directory,
    boolean quiet,
    Optional<Path> file,
    Optional<String> target,
    SbiChoice choice) {

  /** With fewer steps nothing is learned. */
  private static final int FEWEST_STEPS = 100;

  /** On the example's own data and tasks. */
  public ExampleOptions(
      long seed,
      OptionalInt steps,
      OptionalInt batch,
      FloatType floatType,
      Optional<Path> directory,
      boolean quiet) {
    this(
        seed,
        steps,
        batch,
        floatType,
        directory,
        quiet,
        Optional.empty(),
        Optional.empty(),
        SbiChoice.NONE);
  }

  /** The same with another seed. */
  ExampleOptions withSeed(long seed) {
    return new ExampleOptions(
        seed, steps, batch, floatType, directory, quiet, file, target, choice);
  }

  /** Whether a run shows no more than that everything runs, for there are hardly any steps. */
  boolean isTrial() {
    return steps.isPresent() && steps.getAsInt() < FEWEST_STEPS;
  }

  /** How many there are of something: fewer in a trial. */
  int orInTrial(int usual, int inTrial) {
    return isTrial() ? inTrial : usual;
  }

  /** The seed and the float type, everything else as by default. */
  public RunConfig config() {
    return RunConfig.defaults().withSeed(seed).withFloatType(floatType);
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
