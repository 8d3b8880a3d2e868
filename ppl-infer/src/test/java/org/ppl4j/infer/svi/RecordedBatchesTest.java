package org.ppl4j.infer.svi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import com.google.common.primitives.Doubles;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.ppl4j.Bindable;
import org.ppl4j.Plate;
import org.ppl4j.PlateSpec;
import org.ppl4j.Program;
import org.ppl4j.distributions.Categorical;
import org.ppl4j.distributions.Exponential;
import org.ppl4j.distributions.HalfNormal;
import org.ppl4j.distributions.Normal;
import org.ppl4j.infer.Progress;
import org.ppl4j.infer.autoguide.AutoNormal;
import org.ppl4j.infer.latent.Initializer;
import org.ppl4j.infer.optim.Adam;
import org.ppl4j.tensor.FloatType;
import org.ppl4j.tensor.Recording;
import org.ppl4j.tensor.RunConfig;
import org.ppl4j.testing.LeakCheck;

/** Fits on data that change from step to step, recorded and by the engine. */
@ExtendWith(LeakCheck.class)
class RecordedBatchesTest {

  /** Rounding in another order, grown over the steps. */
  private static final double ROUNDING = 1e-7;

  private static final int ROWS = 50;
  private static final String MANY =
      "data have more than 8 shapes, or values that are no tensors or are read by Java";
  private static final RunConfig CONFIG = RunConfig.defaults().withSeed(11);

  /** Some rows of a regression: tensors, a plain array, integers, and a number of Java. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Rows(NDArray x, double[] y, int[] group, int power) {

    Rows withPower(int other) {
      return new Rows(x, y, group, other);
    }
  }

  private static final Program<Rows> REGRESSION =
      (p, rows) -> {
        NDArray weights = p.sample("weights", Normal.standard(2).toEvent(1));
        NDArray shifts = p.sample("shifts", Normal.standard(3).toEvent(1));
        NDArray scale = p.sample("scale", HalfNormal.of(1));
        try (Plate plate = p.plate(PlateSpec.of("rows", ROWS).given(rows.y().length))) {
          NDArray shift = p.pick(shifts, plate.take(rows.group()));
          NDArray loc = p.matVec(plate.take(rows.x()).pow(rows.power()), weights).add(shift);
          p.observe("y", Normal.of(loc, scale), plate.take(rows.y()));
        }
      };

  private NDManager manager;

  @BeforeEach
  void open() {
    manager = NDManager.newBaseManager();
  }

  @AfterEach
  void close() {
    manager.close();
  }

  private List<Rows> batches(int... sizes) {
    SplittableRandom random = new SplittableRandom(5);
    return Arrays.stream(sizes)
        .mapToObj(
            size ->
                new Rows(
                    manager.create(random.doubles(2L * size, -1, 1).toArray(), new Shape(size, 2)),
                    random.doubles(size, -2, 2).toArray(),
                    random.ints(size, 0, 3).toArray(),
                    1))
        .toList();
  }

  /** The same batches in each epoch. */
  private static <D> Batches<D> of(List<D> all) {
    return (seed, epoch) -> {
      Iterator<D> left = all.iterator();
      return new Batches.Epoch<>() {
        @Override
        public boolean hasNext() {
          return left.hasNext();
        }

        @Override
        public D next() {
          return left.next();
        }

        @Override
        public void close() {}
      };
    };
  }

  private static <D> Svi<D> svi(Program<D> model, RunConfig config) {
    return Svi.builder(model, AutoNormal.of(model).initializer(Initializer.uniform()))
        .config(config)
        .optimizer(Adam.withRate(0.03))
        .stopping(StoppingRule.never())
        .progress(Progress.silent())
        .build();
  }

  /** What both ways of running give, for one to be held against the other. */
  private record Both(FitReport recorded, FitReport engine, List<String> names) {}

  private static <D> Both both(
      Program<D> model, List<D> all, int epochs, UnaryOperator<RunConfig> config) {
    RunConfig with = config.apply(CONFIG);
    try (Svi<D> recorded = svi(model, with);
        Svi<D> engine = svi(model, with.withRecording(Recording.OFF))) {
      FitReport one = recorded.runEpochs(of(all), epochs);
      FitReport other = engine.runEpochs(of(all), epochs);
      double tolerance = with.floatType() == FloatType.FLOAT64 ? ROUNDING : 1e-2;
      assertThat(one.losses().toArray()).hasSize(all.size() * epochs);
      assertThat(one.losses().toArray())
          .containsExactly(other.losses().toArray(), within(tolerance));
      for (String name : engine.params().names()) {
        assertThat(recorded.params().value(name))
            .containsExactly(engine.params().value(name), within(tolerance));
      }
      return new Both(one, other, List.copyOf(engine.params().names()));
    }
  }

  @ParameterizedTest
  @EnumSource(FloatType.class)
  void stepsAreThoseOfTheEngine(FloatType type) {
    Both both =
        both(
            REGRESSION,
            batches(16, 16, 16, 2),
            8,
            config -> config.withFloatType(type).withRecording(Recording.REQUIRED));

    assertThat(both.recorded().whyNotRecorded()).isEmpty();
    assertThat(both.engine().whyNotRecorded()).contains("recording is off");
  }

  /** A number of Java in the data belongs to their key. */
  @Test
  void anotherNumberInTheDataIsAnotherRecord() {
    List<Rows> rows = batches(8, 8, 8, 8);
    List<Rows> all = IntStream.range(0, 4).mapToObj(i -> rows.get(i).withPower(1 + i / 2)).toList();
    Both both = both(REGRESSION, all, 8, config -> config.withRecording(Recording.REQUIRED));
    Both same = both(REGRESSION, rows, 8, config -> config.withRecording(Recording.REQUIRED));

    assertThat(both.recorded().whyNotRecorded()).isEmpty();
    assertThat(both.recorded().losses()).isNotEqualTo(same.recorded().losses());
  }

  /** What Java computes of plain arrays is a constant of the record for data of these numbers. */
  @Test
  void whatJavaComputesOfTheDataIsInTheKey() {
    Program<double[]> model =
        (p, y) -> {
          NDArray loc = p.sample("loc", Normal.of(Doubles.max(y), 1));
          p.observe("y", Normal.of(loc, 1).expand(new Shape(y.length)).toEvent(1), p.constant(y));
        };
    List<double[]> all = List.of(new double[] {1, 2}, new double[] {3, 8}, new double[] {-1, 0});
    Both both = both(model, all, 6, config -> config.withRecording(Recording.REQUIRED));

    assertThat(both.recorded().whyNotRecorded()).isEmpty();
  }

  /** So is what it reads of one of many, which may be in one batch of some alone. */
  @Test
  void whatJavaReadsOfOneBatchIsInTheKey() {
    Program<double[]> model =
        (p, y) -> {
          NDArray loc = p.sample("loc", Normal.of(0, 1));
          double scale = y[0] > 0 ? 1 : 3;
          p.observe("y", Normal.of(loc, scale).expand(new Shape(2)).toEvent(1), p.constant(y));
        };
    List<double[]> all =
        IntStream.range(0, 10).mapToObj(i -> new double[] {i == 7 ? -1 : 1, i}).toList();
    Both few = both(model, all.subList(4, 8), 3, c -> c.withRecording(Recording.REQUIRED));
    Both many = both(model, all, 3, config -> config);

    assertThat(few.recorded().whyNotRecorded()).isEmpty();
    assertThat(many.recorded().whyNotRecorded()).contains(MANY);
  }

  /** Lengths of sequences, which a loop goes to. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Sequence(NDArray y, int[] length, boolean[] seen) {}

  @Test
  void aLoopToANumberOfTheDataEndsWhereItShould() {
    Program<Sequence> model =
        (p, data) -> {
          NDArray scale = p.sample("scale", HalfNormal.of(1));
          NDArray sum = p.scalar(0);
          for (int i = 0; i < data.length()[0]; i++) {
            sum = data.seen()[i] ? sum.add(data.y().get(i)) : sum;
          }
          p.observe("sum", Normal.of(0, scale), sum);
        };
    NDArray y = manager.create(new double[] {1, -2, 4, 0.5});
    List<Sequence> all =
        IntStream.range(1, 5)
            .mapToObj(i -> new Sequence(y, new int[] {i}, new boolean[] {true, i != 3, true, true}))
            .toList();
    Both both = both(model, all, 10, config -> config.withRecording(Recording.REQUIRED));

    assertThat(both.recorded().whyNotRecorded()).isEmpty();
  }

  /** What is written into an array while a fit runs on it, neither tensors nor Java see. */
  @Test
  void arraysAreWhatTheyWereWhenTheyWereBound() {
    double[] y = {1, 2};
    Program<double[]> model =
        (p, data) -> {
          NDArray loc = p.sample("loc", Normal.of(data[0], 1));
          p.observe("y", Normal.of(loc, 1).expand(new Shape(2)).toEvent(1), p.constant(data));
        };
    List<Double> losses = new ArrayList<>();
    for (Recording recording : List.of(Recording.OFF, Recording.REQUIRED)) {
      try (Svi<double[]> svi = svi(model, CONFIG.withRecording(recording));
          Svi<double[]>.OnData data = svi.bind(y.clone())) {
        losses.add(data.step());
        losses.add(data.step());
      }
      double[] own = y.clone();
      try (Svi<double[]> svi = svi(model, CONFIG.withRecording(recording));
          Svi<double[]>.OnData data = svi.bind(own)) {
        losses.add(data.step());
        own[0] = 7;
        losses.add(data.step());
      }
    }

    assertThat(losses.subList(2, 4)).isEqualTo(losses.subList(0, 2));
    assertThat(losses.subList(6, 8)).isEqualTo(losses.subList(4, 6));
  }

  /** Two arrays of the data that are one in some batches. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Pair(double[] x, double[] y) {}

  @Test
  void arraysThatAreOneInSomeBatches() {
    Program<Pair> model =
        (p, pair) -> {
          NDArray slope = p.sample("slope", Normal.of(0, 1));
          try (Plate rows = p.plate(PlateSpec.of("rows", 8).given(2))) {
            NDArray loc = rows.take(pair.x()).mul(slope);
            p.observe("y", Normal.of(loc, 1), rows.take(pair.y()));
          }
        };
    double[] one = {1, 2};
    double[] other = {-3, 0.5};
    Pair same = new Pair(one, one);
    List<Pair> all = List.of(same, same, same, new Pair(one, other), new Pair(other, one));
    Both both = both(model, all, 8, config -> config.withRecording(Recording.REQUIRED));

    assertThat(both.recorded().whyNotRecorded()).isEmpty();
  }

  @Test
  void aValueThatIsReadIsNotRecorded() {
    Program<NDArray> model =
        (p, y) -> {
          NDArray loc = p.sample("loc", Normal.of(0, 1));
          double scale = 1 + Math.abs(y.sum().toDoubleArray()[0]);
          p.observe("y", Normal.of(loc, scale).expand(y.getShape()).toEvent(1), y);
        };
    List<NDArray> all =
        List.of(manager.create(new double[] {1, 2}), manager.create(new double[] {3, 8}));
    Both both = both(model, all, 6, config -> config);

    assertThat(both.recorded().whyNotRecorded())
        .contains("it has a value that is read by the program");
  }

  @Test
  void categoriesOfTheDataAreLookedUpAnew() {
    Program<long[]> model =
        (p, labels) -> {
          NDArray logits = p.sample("logits", Normal.standard(4).toEvent(1));
          try (Plate plate = p.plate(PlateSpec.of("rows", 12).given(labels.length))) {
            p.observe("label", Categorical.logits(logits), plate.take(labels));
          }
        };
    List<long[]> all =
        List.of(new long[] {0, 1, 2, 3}, new long[] {3, 3, 3, 3}, new long[] {1, 0, 0, 1});
    Both both = both(model, all, 8, config -> config.withRecording(Recording.REQUIRED));

    assertThat(both.recorded().whyNotRecorded()).isEmpty();
  }

  /** Such a step is skipped, as the engine does, with the same words. */
  @Test
  void aBatchOutsideTheSupportOfTheFirstIsSkipped() {
    Program<double[]> model =
        (p, y) -> {
          NDArray rate = p.sample("rate", HalfNormal.of(1));
          p.observe(
              "y", Exponential.of(rate).expand(new Shape(y.length)).toEvent(1), p.constant(y));
        };
    List<double[]> all =
        List.of(
            new double[] {1, 2}, new double[] {3, 0.5}, new double[] {2, -1}, new double[] {4, 2});
    RunConfig required = CONFIG.withRecording(Recording.REQUIRED);
    List<FitReport> reports = new ArrayList<>();
    for (RunConfig config : List.of(CONFIG.withRecording(Recording.OFF), required)) {
      try (Svi<double[]> svi = svi(model, config)) {
        reports.add(svi.runEpochs(of(all), 5));
      }
    }

    assertThat(reports.get(0).skipped()).hasSize(5);
    assertThat(reports.get(1).skipped()).isEqualTo(reports.get(0).skipped());
  }

  @Test
  void singleStepsShareARecord() {
    List<Rows> all = batches(10, 10, 10);
    RunConfig required = CONFIG.withRecording(Recording.REQUIRED);
    try (Svi<Rows> recorded = svi(REGRESSION, required);
        Svi<Rows> engine = svi(REGRESSION, CONFIG.withRecording(Recording.OFF))) {
      for (int step = 0; step < 12; step++) {
        Rows rows = all.get(step % 3);
        double expected = engine.step(rows);
        assertThat(recorded.step(rows)).isCloseTo(expected, within(ROUNDING * expected));
        assertThat(recorded.whyNotRecorded().isPresent()).isEqualTo(step == 0);
      }
    }
  }

  /** Data that are bound anew are other constants. */
  @Test
  void aRunOnOtherDataIsRecordedAnew() {
    List<Rows> all = batches(10, 10);
    try (Svi<Rows> recorded = svi(REGRESSION, CONFIG.withRecording(Recording.REQUIRED));
        Svi<Rows> engine = svi(REGRESSION, CONFIG.withRecording(Recording.OFF))) {
      for (int run = 0; run < 4; run++) {
        Rows rows = all.get(run % 2);
        double[] expected = engine.run(rows, 5).losses().toArray();
        assertThat(recorded.run(rows, 5).losses().toArray())
            .containsExactly(expected, within(ROUNDING));
      }
    }
  }

  /** A resumed fit has the bits of an unbroken one. */
  @Test
  void aFitGoesOnWithTheSameBits() {
    List<Rows> all = batches(10, 10, 3);
    try (Svi<Rows> whole = svi(REGRESSION, CONFIG);
        Svi<Rows> broken = svi(REGRESSION, CONFIG)) {
      double[] losses = whole.runEpochs(of(all), 6).losses().toArray();
      double[] first = broken.runEpochs(of(all), 2).losses().toArray();
      double[] second = broken.runEpochs(of(all), 4).losses().toArray();

      assertThat(Doubles.concat(first, second)).containsExactly(losses);
    }
  }

  /** More shapes than are kept, none more often than others: the last are left to the engine. */
  @Test
  void shapesThatNoneGoesForAreLeftToTheEngine() {
    List<Rows> all = batches(1, 2, 3, 4, 5, 6, 7, 8, 9, 10);

    assertThat(both(REGRESSION, all, 3, config -> config).recorded().whyNotRecorded())
        .contains(MANY);
    assertThat(
            both(REGRESSION, all, 3, config -> config.withRecording(Recording.REQUIRED))
                .recorded()
                .whyNotRecorded())
        .isEmpty();
  }

  /** A ninth shape has the place of the one that was used longest ago, and that one another's. */
  @Test
  void whatIsUsedLeastGoes() {
    List<Rows> often = batches(1, 2, 3, 4, 5, 6, 7, 8, 9, 9);
    List<Rows> back = batches(1, 2, 3, 4, 5, 6, 7, 8, 9, 9, 9, 1, 1, 1);

    assertThat(both(REGRESSION, often, 1, config -> config).recorded().whyNotRecorded()).isEmpty();
    assertThat(both(REGRESSION, back, 1, config -> config).recorded().whyNotRecorded()).isEmpty();
  }

  /** What a class of one's own holds beside tensors, nobody sees. */
  private static final class Opaque implements Bindable<Opaque> {

    private final NDArray y;
    private final double scale;

    private Opaque(NDArray y, double scale) {
      this.y = y;
      this.scale = scale;
    }

    @Override
    public Opaque bind(UnaryOperator<NDArray> binder) {
      return new Opaque(binder.apply(y), scale);
    }
  }

  @Test
  void dataThatCannotBeSeenAreLeftToTheEngine() {
    Program<Opaque> model =
        (p, data) -> {
          NDArray loc = p.sample("loc", Normal.of(0, 1));
          p.observe("y", Normal.of(loc, data.scale).expand(data.y.getShape()).toEvent(1), data.y);
        };
    List<Opaque> all =
        List.of(
            new Opaque(manager.create(new double[] {1, 2}), 1),
            new Opaque(manager.create(new double[] {3, 8}), 2));
    Both both = both(model, all, 6, config -> config);

    assertThat(both.recorded().whyNotRecorded())
        .contains("data of " + Opaque.class.getName() + " may hold values that cannot be seen");
    try (Svi<Opaque> svi = svi(model, CONFIG.withRecording(Recording.REQUIRED))) {
      assertThat(svi.run(all.get(0), 3).whyNotRecorded()).isEmpty(); // the same at each step
    }
  }
}
