package org.ppl4j.infer.svi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
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
import org.ppl4j.params.ParamStore;
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
              "cannot be recorded, since it has the counter of its run; leave recording where it is"
                  + " possible");
    }
  }

  private static FitListener after(Runnable body) {
    return new FitListener() {
      @Override
      public Next onStep(Step step) {
        body.run();
        return Next.GO_ON;
      }
    };
  }

  /** The number changes at step 300; the check at 1,000 finds it. */
  @Test
  void aNumberOfJavaThatChangesIsFoundByTheNextCheck() {
    int[] steps = new int[1];
    FitListener count = after(() -> steps[0]++);
    Program<NDArray> changing =
        (p, data) -> {
          MEAN.run(p, data);
          p.factor("extra", p.scalar(steps[0] < 300 ? 0 : 5));
        };
    Supplier<Svi<NDArray>> fit =
        () ->
            Svi.builder(changing, AutoNormal.of(MEAN))
                .config(CONFIG)
                .stopping(StoppingRule.never())
                .progress(Progress.silent())
                .listener(count)
                .build();
    try (Svi<NDArray> svi = fit.get()) {
      assertThat(svi.run(y, 900).steps()).isEqualTo(900);
      assertThat(svi.whyNotRecorded()).isEmpty();
      assertThat(svi.run(y, 200).steps()).isEqualTo(200);
      assertThat(svi.whyNotRecorded()).isEmpty(); // recorded anew, with the number of now
    }
    steps[0] = 0;
    try (Svi<NDArray> svi = fit.get()) {
      assertThat(svi.run(y, 1100).steps()).isEqualTo(1100);
      assertThat(svi.whyNotRecorded().orElseThrow()).startsWith("its record gives ");
    }
  }

  /** A factor that falls from step to step is an input of the record. */
  @Test
  void aNumberThatIsAskedForByNameMayChange() {
    List<double[]> losses = new ArrayList<>();
    for (Recording recording : List.of(Recording.OFF, Recording.REQUIRED)) {
      int[] steps = new int[1];
      Program<NDArray> annealed =
          (p, data) -> {
            MEAN.run(p, data);
            NDArray beta = p.value("beta", () -> 1.0 / (1 + steps[0]));
            p.factor("annealed", beta.mul(-3));
          };
      try (Svi<NDArray> svi =
          Svi.builder(annealed, AutoNormal.of(MEAN))
              .config(CONFIG.withRecording(recording))
              .stopping(StoppingRule.never())
              .progress(Progress.silent())
              .listener(after(() -> steps[0]++))
              .build()) {
        losses.add(svi.run(y, 1200).losses().toArray());
      }
    }
    assertThat(losses.get(1)).containsExactly(losses.get(0), within(1e-7));
  }

  /** From step 300 on data are elsewhere: what the record has done since step 101 is taken back. */
  @Test
  void whatWasWrongIsTakenBack() {
    int[] steps = new int[1];
    List<double[]> parameters = new ArrayList<>();
    Program<Void> changing =
        (p, none) -> {
          NDArray x = p.sample("x", Normal.of(0, 10));
          p.observe("y", Normal.of(x, 0.1), p.scalar(steps[0] < 300 ? 10 : -10));
        };
    try (ParamStore params = new ParamStore(manager, CONFIG);
        Svi<Void> svi =
            Svi.builder(changing, AutoNormal.of(changing).initializer(Initializer.uniform()))
                .params(params)
                .optimizer(Adam.withRate(0.01))
                .averaging(Averaging.none())
                .stopping(StoppingRule.never())
                .progress(Progress.silent())
                .listener(
                    after(
                        () -> {
                          steps[0]++;
                          parameters.add(params.chunks().get(0).values());
                        }))
                .build()) {
      assertThat(svi.run(null, 1001).steps()).isEqualTo(1001);

      assertThat(svi.whyNotRecorded().orElseThrow())
          .endsWith("; all since they last agreed is taken back");
      double[] agreed = parameters.get(100);
      double[] wrong = parameters.get(999);
      double[] after = parameters.get(1000);
      for (int i = 0; i < agreed.length; i++) { // by one step
        assertThat(after[i]).isCloseTo(agreed[i], within(0.02));
      }
      assertThat(Math.abs(wrong[0] - agreed[0])).isGreaterThan(0.5);
    }
  }
}
