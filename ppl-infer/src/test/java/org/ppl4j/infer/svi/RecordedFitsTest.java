package org.ppl4j.infer.svi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.nn.Block;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.core.Linear;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.ppl4j.Plate;
import org.ppl4j.Program;
import org.ppl4j.distributions.HalfCauchy;
import org.ppl4j.distributions.Normal;
import org.ppl4j.infer.Progress;
import org.ppl4j.infer.autoguide.AutoMultivariateNormal;
import org.ppl4j.infer.autoguide.AutoNormal;
import org.ppl4j.infer.latent.Initializer;
import org.ppl4j.infer.optim.Adam;
import org.ppl4j.tensor.FloatType;
import org.ppl4j.tensor.Recording;
import org.ppl4j.tensor.RunConfig;
import org.ppl4j.testing.LeakCheck;
import org.ppl4j.testing.Models;
import org.ppl4j.testing.Models.Model;

/** Fits whose steps are computed from a record, beside the same fits by the engine. */
@ExtendWith(LeakCheck.class)
class RecordedFitsTest {

  /** Rounding in another order, grown over the steps. */
  private static final double ROUNDING = 1e-7;

  private static final int STEPS = 30;

  private static final RunConfig CONFIG = RunConfig.defaults().withSeed(3);

  private static final Program<NDArray> MEAN =
      (p, y) -> {
        NDArray loc = p.sample("loc", Normal.of(0, 5));
        NDArray scale = p.sample("scale", HalfCauchy.of(2));
        try (Plate rows = p.plate("rows", y.size(0))) {
          p.observe("y", Normal.of(loc, scale), rows.take(y));
        }
      };

  private NDManager manager;
  private NDArray y;

  @BeforeEach
  void open() {
    manager = NDManager.newBaseManager();
    y = manager.create(new double[] {1, 2, 3, 4, 5, 2.5, 3.5});
  }

  @AfterEach
  void close() {
    manager.close();
  }

  private static <D> Svi<D> svi(
      Program<D> model, Program<D> guide, Elbo elbo, int particles, RunConfig config) {
    return Svi.builder(model, guide)
        .config(config)
        .optimizer(Adam.withRate(0.03))
        .estimator(elbo)
        .particles(particles)
        .stopping(StoppingRule.never())
        .progress(Progress.silent())
        .build();
  }

  /** Those that a guide of normals has: without discrete sites to be drawn. */
  static Stream<Named<Model<?>>> models() {
    Set<String> discrete = Set.of("picks", "picks in plates", "mixture");
    return Models.all().filter(model -> !discrete.contains(model.getName()));
  }

  @ParameterizedTest
  @MethodSource("models")
  void stepsAreThoseOfTheEngine(Model<?> model) {
    compare(model);
  }

  private <D> void compare(Model<D> model) {
    D data = model.data().apply(manager);
    for (Elbo elbo : List.of(Elbo.trace(), Elbo.meanField())) {
      for (int particles : new int[] {1, 3}) {
        Program<D> guide = AutoNormal.of(model.program()).initializer(Initializer.uniform());
        RunConfig off = CONFIG.withRecording(Recording.OFF);
        try (Svi<D> recorded = svi(model.program(), guide, elbo, particles, CONFIG);
            Svi<D> engine = svi(model.program(), guide, elbo, particles, off)) {
          double[] losses = recorded.run(data, STEPS).losses().toArray();
          double[] expected = engine.run(data, STEPS).losses().toArray();
          assertThat(engine.whyNotRecorded()).contains("recording is off");
          assertThat(recorded.whyNotRecorded()).isEmpty();
          assertThat(losses).hasSameSizeAs(expected);
          for (int i = 0; i < losses.length; i++) {
            assertThat(losses[i])
                .as("loss of step %s", i)
                .isCloseTo(expected[i], within(ROUNDING * (1 + Math.abs(expected[i]))));
          }
          for (String name : engine.params().names()) {
            assertThat(recorded.params().value(name))
                .containsExactly(engine.params().value(name), within(ROUNDING));
          }
        }
      }
    }
  }

  @Test
  void singlePrecisionIsAsNearAsItsDigits() {
    RunConfig single = CONFIG.withFloatType(FloatType.FLOAT32);
    Program<NDArray> guide = AutoMultivariateNormal.of(MEAN);
    try (Svi<NDArray> recorded = svi(MEAN, guide, Elbo.trace(), 1, single);
        Svi<NDArray> engine =
            svi(MEAN, guide, Elbo.trace(), 1, single.withRecording(Recording.OFF))) {
      double[] losses = recorded.run(y, STEPS).losses().toArray();
      double[] expected = engine.run(y, STEPS).losses().toArray();
      assertThat(recorded.whyNotRecorded()).isEmpty();
      assertThat(losses).containsExactly(expected, within(1e-2));
    }
  }

  private static final Block LAYERS =
      new SequentialBlock()
          .add(Linear.builder().setUnits(48).build())
          .add(Activation::tanh)
          .add(Linear.builder().setUnits(64).build());

  /** A network on batches of any type, which are inputs of a record, as its many weights are. */
  @ParameterizedTest
  @EnumSource(names = {"FLOAT16", "FLOAT32", "FLOAT64", "INT32", "BOOLEAN"})
  void batchesOfManyNumbersInSinglePrecision(DataType type) {
    Program<NDArray> missed =
        (p, x) -> {
          NDArray numbers = x.toType(p.run().dataType(), false);
          NDArray rest = p.net("f", LAYERS, numbers).sub(numbers);
          p.factor("missed", rest.square().mean().neg());
        };
    RunConfig single = CONFIG.withFloatType(FloatType.FLOAT32);
    try (Svi<NDArray> recorded =
            svi(missed, (p, x) -> {}, Elbo.trace(), 1, single.withRecording(Recording.REQUIRED));
        Svi<NDArray> engine =
            svi(missed, (p, x) -> {}, Elbo.trace(), 1, single.withRecording(Recording.OFF))) {
      SplittableRandom random = new SplittableRandom(3);
      for (int i = 0; i < STEPS; i++) {
        double[] numbers = random.doubles(150 * 64, 0, 4).toArray();
        NDArray batch = manager.create(numbers, new Shape(150, 64)).floor().toType(type, false);
        double expected = engine.step(batch);
        assertThat(recorded.step(batch)).isCloseTo(expected, within(1e-4 * expected));
      }
      assertThat(recorded.whyNotRecorded()).isEmpty();
    }
  }

  /** A record has its own copy of the data; they are refused all the same once they are closed. */
  @Test
  void closedDataAreRefused() {
    try (Svi<NDArray> svi = svi(MEAN, AutoNormal.of(MEAN), Elbo.trace(), 1, CONFIG);
        Svi<NDArray>.OnData bound = svi.bind(y)) {
      for (int i = 0; i < 3; i++) {
        assertThat(bound.step()).isFinite();
      }
      assertThat(svi.whyNotRecorded()).isEmpty();
      bound.close();
      assertThatThrownBy(bound::step)
          .isInstanceOf(IllegalStateException.class)
          .hasMessage("bound data are used after they were closed; close them after the last run");
    }
  }

  @Test
  void aProgramThatAsksForItsStepRunsByTheEngine() {
    Program<NDArray> annealed =
        (p, data) -> {
          MEAN.run(p, data);
          p.factor("heat", p.scalar(1.0 / (1 + p.run().counter())));
        };
    try (Svi<NDArray> svi = svi(annealed, AutoNormal.of(MEAN), Elbo.trace(), 1, CONFIG)) {
      assertThat(svi.run(y, 5).steps()).isEqualTo(5);
      assertThat(svi.whyNotRecorded()).contains("it has the counter of its run");
    }
    RunConfig required = CONFIG.withRecording(Recording.REQUIRED);
    try (Svi<NDArray> svi = svi(annealed, AutoNormal.of(MEAN), Elbo.trace(), 1, required)) {
      assertThatThrownBy(() -> svi.run(y, 5))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageEndingWith(
              "cannot be recorded, since it has the counter of its run; Recording.WHERE_POSSIBLE"
                  + " leaves it to the engine");
    }
  }
}
