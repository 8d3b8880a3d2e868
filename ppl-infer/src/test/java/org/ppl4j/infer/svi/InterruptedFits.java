package org.ppl4j.infer.svi;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.ppl4j.BoundData;
import org.ppl4j.Plate;
import org.ppl4j.PlateSpec;
import org.ppl4j.Ppl;
import org.ppl4j.Program;
import org.ppl4j.constraints.Constraint;
import org.ppl4j.distributions.HalfNormal;
import org.ppl4j.distributions.LogNormal;
import org.ppl4j.distributions.Normal;
import org.ppl4j.infer.InterruptionException;
import org.ppl4j.infer.Moments;
import org.ppl4j.infer.Progress;
import org.ppl4j.infer.autoguide.AutoList;
import org.ppl4j.infer.autoguide.AutoMultivariateNormal;
import org.ppl4j.infer.autoguide.AutoNormal;
import org.ppl4j.infer.autoguide.AutoStructured;
import org.ppl4j.infer.latent.ModelBased;
import org.ppl4j.infer.optim.Adam;
import org.ppl4j.params.ParamStore;
import org.ppl4j.tensor.FloatType;
import org.ppl4j.tensor.Recording;
import org.ppl4j.tensor.Run;
import org.ppl4j.tensor.RunConfig;

/**
 * The law of a fit's life: interrupted at any moment, and as often as one likes, gone on with or
 * saved and loaded into another, it is to the bits the fit that nobody interrupted.
 *
 * <p>Moments are counted by the program itself: each of its executions, wherever it comes from, and
 * each reading of its number, which steps from a record do too. So they lie in the search for a
 * start, in the first execution, in recording, in what holds a record against the engine, in steps,
 * and in what is made at the end of a run.
 */
final class InterruptedFits implements AutoCloseable {

  /** The rows of a table, or some of them, and how many are in it. */
  record Rows(NDArray x, NDArray y, long all) {}

  /** What is fitted, and how. */
  record Case(
      String name,
      RunConfig config,
      Function<Program<Rows>, Program<Rows>> guide,
      UnaryOperator<Svi.Builder<Rows>> settings,
      int steps,
      int epochs) {

    @Override
    public String toString() {
      return name;
    }
  }

  private static final int ROWS = 23;
  private static final int BATCH = 5;
  private static final int BATCHES = 5; // of an epoch
  private static final RunConfig CONFIG = RunConfig.defaults().withSeed(11);

  /** How a fit is broken off. */
  enum Break {
    /** The thread that asked for it is interrupted. */
    INTERRUPT,
    /** The thread that executes the program is, which may be one that works for the other. */
    INTERRUPT_WORKER,
    /** The program throws. */
    PROGRAM_THROWS,
    /** A listener ends the run. */
    LISTENER_STOPS,
    /** A listener throws. */
    LISTENER_THROWS,
    /** A listener saves, and the process ends. */
    SAVED_BEFORE_THE_END;

    boolean isInterrupt() {
      return this == INTERRUPT || this == INTERRUPT_WORKER;
    }

    /** Whether a moment of the program is when it happens, and not a step that a listener sees. */
    boolean isOfProgram() {
      return isInterrupt() || this == PROGRAM_THROWS;
    }
  }

  /** What breaks a fit, and is not its fault. */
  private static final class Planted extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }

  private final NDManager manager = NDManager.newBaseManager();
  private final Rows data;
  private final Path file;
  private final Thread caller = Thread.currentThread();
  private final Moments moments = new Moments();
  private final Runnable executed = moments.unreadable();
  private Break how = Break.INTERRUPT;
  private long nextStep; // the step at which it is
  private long behind; // or so many moments behind it

  InterruptedFits(Path file) {
    this.file = file;
    SplittableRandom random = new SplittableRandom(3);
    double[] x = random.doubles(ROWS, -1, 1).toArray();
    double[] y = Arrays.stream(x).map(each -> 12 + 30 * each + random.nextGaussian()).toArray();
    this.data = new Rows(manager.create(x), manager.create(y), ROWS);
  }

  @Override
  public void close() {
    boolean unused = Thread.interrupted();
    manager.close();
  }

  static List<Case> cases() {
    UnaryOperator<Svi.Builder<Rows>> none = builder -> builder;
    return List.of(
        new Case("whole data, to its end", CONFIG, AutoNormal::of, none, 4000, 0),
        new Case(
            "float32, by dependent normals",
            CONFIG.withFloatType(FloatType.FLOAT32),
            AutoMultivariateNormal::of,
            none,
            150,
            0),
        new Case(
            "the engine alone",
            CONFIG.withRecording(Recording.OFF),
            AutoNormal::of,
            builder -> builder.particles(1),
            60,
            0),
        new Case("minibatches", CONFIG, AutoNormal::of, none, 0, 12),
        new Case(
            "minibatches, float32, a guide without a search",
            CONFIG.withFloatType(FloatType.FLOAT32),
            model -> GUIDE,
            builder -> builder.optimizer(Adam.withRate(0.05)).averaging(Averaging.polynomial(3)),
            0,
            30),
        new Case(
            "minibatches from the best of three seeds",
            CONFIG,
            AutoNormal::of,
            builder -> builder.restarts(3, 12),
            0,
            8),
        new Case(
            "from the best of three seeds",
            CONFIG,
            AutoNormal::of,
            builder -> builder.restarts(3, 20),
            120,
            0),
        new Case("guides of groups", CONFIG, InterruptedFits::groups, none, 60, 0),
        new Case("a guide without a search", CONFIG, model -> GUIDE, none, 90, 0));
  }

  private static Program<Rows> groups(Program<Rows> model) {
    return AutoList.of(model).group(AutoStructured.of(model), "a", "b").rest(AutoNormal.of(model));
  }

  /** The planted fault: a guide whose search for a start is quiet about an interrupt. */
  static Case swallowing() {
    return new Case("planted", CONFIG, InterruptedFits::quiet, builder -> builder, 60, 0);
  }

  /** Slope and intercept in a hurry. */
  private static final Program<Rows> GUIDE =
      (p, rows) -> {
        NDArray loc = p.param("loc", () -> p.scalar(1));
        NDArray scale = p.param("scale", () -> p.scalar(1), Constraint.POSITIVE);
        p.sample("a", Normal.of(loc, scale));
        p.sample("b", Normal.of(loc, scale));
        p.sample("sd", LogNormal.of(0, scale));
      };

  /** A regression that counts. */
  private void model(Ppl p, Rows rows) {
    executed.run();
    NDArray nothing = p.value("nothing", moments::pass);
    NDArray a = p.sample("a", Normal.of(0, 100));
    NDArray b = p.sample("b", Normal.of(nothing, 100));
    NDArray sd = p.sample("sd", HalfNormal.of(10));
    try (Plate plate = p.plate(PlateSpec.of("rows", rows.all()).given(rows.y().size(0)))) {
      NDArray mean = plate.take(rows.x()).mul(b).add(a);
      p.observe("y", Normal.of(mean, sd), plate.take(rows.y()));
    }
  }

  private void breakOff() {
    switch (how) {
      case INTERRUPT -> caller.interrupt();
      case INTERRUPT_WORKER -> Thread.currentThread().interrupt();
      default -> throw new Planted();
    }
  }

  private static Program<Rows> quiet(Program<Rows> model) {
    AutoNormal<Rows> guide = AutoNormal.of(model);
    return new ModelBased<>() {
      @Override
      public Optional<String> begin(ParamStore params, RunConfig config, BoundData<Rows> data) {
        try {
          return guide.begin(params, config, data);
        } catch (InterruptionException swallowed) {
          return Optional.empty();
        }
      }

      @Override
      public void run(Ppl p, Rows rows) {
        guide.run(p, rows);
      }

      @Override
      public void checkUnchanged(Run run, ParamStore params, Rows rows, RuntimeException cause) {
        guide.checkUnchanged(run, params, rows, cause);
      }
    };
  }

  /** The table in batches, in another order each epoch, the last of them smaller. */
  private Batches<Rows> batches() {
    return (seed, epoch) -> {
      int[] order =
          IntStream.range(0, ROWS).map(i -> (int) ((i * 7L + epoch * 5L) % ROWS)).toArray();
      Iterator<Integer> starts =
          IntStream.iterate(0, at -> at < ROWS, at -> at + BATCH).boxed().iterator();
      return new Batches.Epoch<>() {
        @Override
        public boolean hasNext() {
          return starts.hasNext();
        }

        @Override
        public Rows next() {
          int from = starts.next();
          int[] some = Arrays.copyOfRange(order, from, Math.min(ROWS, from + BATCH));
          return new Rows(some(data.x(), some), some(data.y(), some), ROWS);
        }

        @Override
        public void close() {}
      };
    };
  }

  private NDArray some(NDArray column, int[] rows) {
    double[] all = column.toDoubleArray();
    return manager.create(
        Arrays.stream(rows).mapToDouble(row -> all[row]).toArray(), new Shape(rows.length));
  }

  /**
   * What a fit came to, in bits, and how it came there.
   *
   * @param searching how many moments there were before its first step
   * @param ending how many there were behind its last
   * @param turns the steps at which the run decided on another rate
   * @param interrupts by the state that it was in
   * @param others how often it was broken off otherwise
   */
  record Course(
      String end,
      long steps,
      long searching,
      long ending,
      List<Long> turns,
      EnumMap<FitState, Integer> interrupts,
      int others) {

    /** How often it was interrupted before its end. */
    int interrupted() {
      return interrupts.values().stream().mapToInt(count -> count).sum();
    }
  }

  /** The course of a fit that nobody breaks off. */
  Course unbroken(Case fit) {
    return course(fit, null, 0, new SplittableRandom(0));
  }

  /**
   * That of one that is broken off; throws where it does not come to the same end.
   *
   * @param most how often
   */
  Course broken(Case fit, Course unbroken, int most, long seed) {
    Course broken = course(fit, unbroken, most, new SplittableRandom(seed + fit.name().hashCode()));
    assertThat(broken.end())
        .as("%s, broken off by seed %s in %s", fit, seed, broken.interrupts())
        .isEqualTo(unbroken.end());
    return broken;
  }

  private Course course(Case fit, @Nullable Course unbroken, int most, SplittableRandom random) {
    EnumMap<FitState, Integer> interrupted = new EnumMap<>(FitState.class);
    int others = 0;
    Program<Rows> model = this::model;
    moments.restart();
    long[] at = new long[2]; // moments of the first and of the latest step
    ParamStore params = new ParamStore(manager, fit.config());
    List<Svi<Rows>> fits = new ArrayList<>(); // the last goes on
    FitListener listener =
        new FitListener() {
          @Override
          public Next onStep(Step step) {
            at[0] = step.step() == 1 ? moments.passed() : at[0];
            at[1] = moments.passed();
            return step.step() == nextStep ? breakOff(fits.get(fits.size() - 1)) : Next.GO_ON;
          }
        };
    fits.add(svi(fit, model, params, listener));
    try {
      for (int breaks = 0; true; breaks++) {
        Svi<Rows> svi = fits.get(fits.size() - 1);
        moments.rest();
        nextStep = 0;
        if (breaks < most) {
          plan(requireNonNull(unbroken), svi, most - breaks, random);
        }
        Optional<FitReport> report = run(fit, svi);
        boolean isInterrupted = Thread.interrupted();
        if (report.isPresent() && !isPaused(report.get())) {
          long ending = moments.passed() - at[1];
          moments.rest(); // how many there are at the end depends on time, too
          nextStep = 0;
          long steps = svi.steps();
          String end = end(svi, report.get());
          if (unbroken != null && random.nextBoolean()) {
            svi.save(file);
            params = loaded(fit, model, params, fits, listener);
          }
          end += further(fit, fits.get(fits.size() - 1));
          List<Long> turns =
              report.get().stages().stream().map(stage -> (long) stage.begin()).toList();
          return new Course(end, steps, at[0], ending, turns, interrupted, others);
        }
        assertThat(isInterrupted).as("the flag stays set").isEqualTo(how.isInterrupt());
        if (isInterrupted) {
          interrupted.merge(svi.state(), 1, Integer::sum);
        } else {
          others++;
        }
        boolean isLost = how == Break.SAVED_BEFORE_THE_END;
        if (isLost || random.nextBoolean()) {
          if (!isLost) {
            svi.save(file);
          }
          params = loaded(fit, model, params, fits, listener);
        }
      }
    } finally {
      fits.get(fits.size() - 1).close();
      params.close();
    }
  }

  /** Another fit goes on from the file; returns its store. */
  private ParamStore loaded(
      Case fit,
      Program<Rows> model,
      ParamStore params,
      List<Svi<Rows>> fits,
      FitListener listener) {
    fits.get(fits.size() - 1).close();
    params.close();
    ParamStore own = new ParamStore(manager, fit.config());
    Svi<Rows> other = svi(fit, model, own, listener);
    fits.add(other);
    other.load(file);
    return own;
  }

  /** What a run makes of a fit that has come to its end. */
  private String further(Case fit, Svi<Rows> svi) {
    FitReport report = fit.epochs() > 0 ? svi.runEpochs(batches(), 1) : svi.run(data, 7);
    return end(svi, report);
  }

  /** Chooses what breaks a fit next, and when. */
  private void plan(Course unbroken, Svi<Rows> svi, int left, SplittableRandom random) {
    Break[] all = Break.values();
    how = all[random.nextInt(all.length)];
    boolean searches = svi.state() == FitState.SEARCH;
    if (random.nextInt(8) == 0) {
      how = Break.INTERRUPT;
      caller.interrupt(); // before it begins
    } else if (searches && how.isOfProgram() && random.nextBoolean()) {
      moments.at(moments.passed() + 1 + random.nextLong(unbroken.searching()), this::breakOff);
    } else {
      long steps = unbroken.steps() - svi.steps();
      nextStep = svi.steps() + 1 + random.nextLong(1 + 2 * steps / (left + 1));
      if (nextStep >= unbroken.steps() || random.nextInt(6) == 0) {
        nextStep = unbroken.steps();
        how = random.nextBoolean() ? Break.INTERRUPT : Break.INTERRUPT_WORKER;
        behind = random.nextLong(1 + unbroken.ending());
      } else {
        behind = how.isInterrupt() ? random.nextLong(4) : 1;
      }
      List<Long> turns =
          unbroken.turns().stream().filter(step -> step > svi.steps()).limit(2).toList();
      if (!turns.isEmpty() && random.nextInt(3) == 0) {
        nextStep = turns.get(random.nextInt(turns.size()));
        how = how == Break.PROGRAM_THROWS ? Break.LISTENER_THROWS : how;
        behind = 0;
      }
    }
  }

  /** At a step, or some moments behind it. */
  private FitListener.Next breakOff(Svi<Rows> svi) {
    nextStep = 0;
    if (how.isOfProgram()) {
      if (behind == 0) {
        breakOff();
      } else {
        moments.at(moments.passed() + behind, this::breakOff);
      }
      return FitListener.Next.GO_ON;
    }
    if (how == Break.SAVED_BEFORE_THE_END) {
      svi.save(file);
    }
    if (how == Break.LISTENER_STOPS) {
      return FitListener.Next.STOP;
    }
    throw new Planted();
  }

  private static boolean isPaused(FitReport report) {
    return report.stop() == FitReport.Stop.INTERRUPTED || report.stop() == FitReport.Stop.LISTENER;
  }

  /** A run to the end of the fit; empty if something threw. */
  private Optional<FitReport> run(Case fit, Svi<Rows> svi) {
    try {
      int made = (int) svi.steps();
      return Optional.of(
          fit.epochs() > 0
              ? svi.runEpochs(batches(), fit.epochs() - made / BATCHES)
              : svi.run(data, fit.steps() - made));
    } catch (Planted planted) {
      return Optional.empty();
    }
  }

  private static Svi<Rows> svi(
      Case fit, Program<Rows> model, ParamStore params, FitListener listener) {
    return fit.settings()
        .apply(
            Svi.builder(model, fit.guide().apply(model))
                .params(params)
                .config(fit.config())
                .listener(listener)
                .progress(Progress.silent()))
        .build();
  }

  /** All that a report and a store say of an end, but for the time and for how often it paused. */
  private String end(Svi<Rows> svi, FitReport report) {
    StringBuilder text = new StringBuilder();
    text.append(svi.state()).append(' ').append(svi.steps()).append(' ').append(report.stop());
    text.append(' ').append(report.bestLoss()).append(' ').append(report.bestStep());
    text.append(' ').append(report.stages()).append(' ').append(report.starts());
    text.append(' ').append(report.whyNoStart()).append(' ').append(report.whyNotRecorded());
    text.append(' ').append(report.stored()).append(' ').append(report.assessment());
    add(text, report.losses().toArray());
    for (String name : svi.params().names()) {
      add(text.append(name), svi.params().value(name));
    }
    svi.useLast();
    for (String name : svi.params().names()) {
      add(text.append(name), svi.params().value(name));
    }
    return text.toString();
  }

  private static void add(StringBuilder text, double[] numbers) {
    for (double number : numbers) {
      text.append(' ').append(Double.doubleToRawLongBits(number));
    }
    text.append(System.lineSeparator());
  }
}
