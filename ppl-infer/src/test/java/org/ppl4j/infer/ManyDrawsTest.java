package org.ppl4j.infer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDManager;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.ppl4j.Execution;
import org.ppl4j.Program;
import org.ppl4j.distributions.Normal;
import org.ppl4j.handlers.Particles;
import org.ppl4j.infer.autoguide.AutoDelta;
import org.ppl4j.infer.autoguide.AutoNormal;
import org.ppl4j.infer.latent.LogDensity;
import org.ppl4j.infer.svi.Elbo;
import org.ppl4j.infer.svi.Pass;
import org.ppl4j.infer.svi.Svi;
import org.ppl4j.params.ParamStore;
import org.ppl4j.tensor.Recording;
import org.ppl4j.tensor.Rng;
import org.ppl4j.tensor.Run;
import org.ppl4j.tensor.RunConfig;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.testing.LeakCheck;
import org.ppl4j.testing.OneDrawProgram;

/** What holds one draw is executed for many as what holds many is, and is told from it. */
@ExtendWith(LeakCheck.class)
class ManyDrawsTest {

  private static final int DRAWS = 7;

  private static final RunConfig CONFIG = RunConfig.defaults().withSeed(3);

  private static double[] vectors(int size) {
    double[] vectors = new double[DRAWS * size];
    Arrays.setAll(vectors, i -> Math.sin(2.0 + 3 * i));
    return vectors;
  }

  @ParameterizedTest
  @EnumSource
  void logDensitiesAreThoseOfWhatHoldsMany(OneDrawProgram program) {
    RunConfig byEngine = CONFIG.withRecording(Recording.OFF);
    try (LogDensity<@Nullable Void> one = LogDensity.of(program.one(), null, byEngine);
        LogDensity<@Nullable Void> many = LogDensity.of(program.many(), null, byEngine)) {
      double[] vectors = vectors(one.size());
      LogDensity.Evaluation found = one.evaluate(vectors);
      LogDensity.Evaluation right = many.evaluate(vectors);

      assertThat(found.values()).containsExactly(right.values(), within(1e-12));
      assertThat(found.gradients()).containsExactly(right.gradients(), within(1e-12));
      assertThat(many.whyNotTogether()).isEmpty();
      assertThat(one.whyNotTogether().orElseThrow())
          .matches("with \\d+ draws at once .+; to have them at once, count axes from the right.*");
    }
  }

  @ParameterizedTest
  @EnumSource
  void drawsAreThoseOfWhatHoldsMany(OneDrawProgram program) {
    try (NDManager manager = NDManager.newBaseManager();
        ParamStore params = new ParamStore(manager, CONFIG);
        LogDensity<@Nullable Void> one = LogDensity.of(program.one(), null, CONFIG);
        LogDensity<@Nullable Void> many = LogDensity.of(program.many(), null, CONFIG);
        Samples found = one.samples(vectors(one.size()));
        Samples right = many.samples(vectors(one.size()))) {
      for (String name : right.names()) {
        assertThat(found.values(name)).containsExactly(right.values(name), within(1e-12));
      }
      assertThat(ModelDensity.of(program.one(), params, CONFIG).logJoints(null, right))
          .containsExactly(
              ModelDensity.of(program.many(), params, CONFIG).logJoints(null, right),
              within(1e-12));
      try (Samples predicted = Predictive.prior(program.one(), params, CONFIG).draw(null, DRAWS)) {
        assertThat(predicted.draws()).isEqualTo(DRAWS);
      }
    }
  }

  /** With as many particles as there are rows, what is wrong may fit and say nothing. */
  @Test
  void executedAtOnceSomeAreWrongAndSayNothing() {
    List<OneDrawProgram> silent =
        Arrays.stream(OneDrawProgram.values()).filter(ManyDrawsTest::isSilent).toList();

    assertThat(silent)
        .contains(
            OneDrawProgram.A_SUM_OVER_DRAWS,
            OneDrawProgram.A_LENGTH_OF_THE_FIRST_DIM,
            OneDrawProgram.A_NUMBER_OF_DIMS,
            OneDrawProgram.A_DENSITY_SUMMED_OVER_DRAWS);
  }

  private static boolean isSilent(OneDrawProgram program) {
    try (NDManager manager = NDManager.newBaseManager();
        ParamStore params = new ParamStore(manager, CONFIG);
        Run run = Run.open(CONFIG, 0)) {
      double[] joints =
          Tensors.values(
              Execution.record(
                      run, params, Rng.Purpose.MODEL, program.one(), null, new Particles(6, 1))
                  .logJoints(-2));
      return joints.length == 6;
    } catch (IllegalArgumentException | IllegalStateException refused) {
      return false;
    }
  }

  /** The estimators' steps, from their record and by the engine. */
  @Test
  void aFitOfWhatHoldsOneDrawIsThatOfWhatHoldsMany() {
    OneDrawProgram program = OneDrawProgram.A_SUM_OVER_DRAWS;
    for (Elbo elbo : List.of(Elbo.trace(), Elbo.meanField(), Elbo.importanceWeighted())) {
      double[] point = losses(program.one(), AutoDelta.of(program.one()), elbo, Recording.OFF);
      double[] right = losses(program.many(), AutoDelta.of(program.many()), elbo, Recording.OFF);
      assertThat(point).as("%s", elbo).containsExactly(right, within(1e-12));

      Program<@Nullable Void> guide = AutoNormal.of(program.one());
      double[] byEngine = losses(program.one(), guide, elbo, Recording.OFF);
      double[] recorded = losses(program.one(), guide, elbo, Recording.REQUIRED);
      assertThat(recorded).as("%s", elbo).containsExactly(byEngine, within(1e-9));
    }
  }

  private static double[] losses(
      Program<@Nullable Void> model,
      Program<@Nullable Void> guide,
      Elbo elbo,
      Recording recording) {
    try (Svi<@Nullable Void> svi =
        Svi.builder(model, guide)
            .estimator(elbo)
            .particles(4)
            .config(CONFIG.withRecording(recording))
            .progress(Progress.silent())
            .build()) {
      return IntStream.range(0, 5).mapToDouble(step -> svi.step(null)).toArray();
    }
  }

  @Test
  void aReportSaysSo() {
    Program<@Nullable Void> model = OneDrawProgram.A_SUM_OF_ALL.one();
    try (Svi<@Nullable Void> svi =
        Svi.builder(model, AutoNormal.of(model)).progress(Progress.silent()).build()) {
      assertThat(svi.run(null, 2).toString())
          .contains(
              "\n"
                  + "  draw by draw: with 3 draws at once sum() over all dims on a tensor with"
                  + " extra left dims (shape (3, 1, 2)): particles, enumerated values or draws"
                  + " stand there; count from the right");
    }
  }

  /**
   * Else the mean of their weights were each of them: the bound that they make would be no more.
   */
  @Test
  void particlesOneByOneHaveNoiseOfTheirOwn() {
    Program<@Nullable Void> model = OneDrawProgram.A_SUM_OF_ALL.one();
    Program<@Nullable Void> guide = AutoNormal.of(model).initialScale(1);

    assertThat(losses(model, guide, Elbo.importanceWeighted(), Recording.OFF)[0])
        .isLessThan(losses(model, guide, Elbo.trace(), Recording.OFF)[0] - 1e-3);
  }

  @Test
  void anEstimatorThatSeesParticlesAtOnceSaysSo() {
    Program<@Nullable Void> model = OneDrawProgram.A_SUM_OF_ALL.one();
    Elbo own =
        new Elbo() {
          @Override
          public Estimate estimate(Pass pass) {
            return Elbo.trace().estimate(pass);
          }

          @Override
          public String toString() {
            return "own";
          }
        };

    assertThatThrownBy(() -> losses(model, AutoNormal.of(model), own, Recording.OFF))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "estimator 'own' sees all 4 particles of a step at once, which model or guide do not"
                + " hold; write them for many draws, or take one particle");
  }

  /** It draws no numbers of its own and is another each time: nothing can be compared. */
  @Test
  void whatIsAnotherEachTimeIsTakenAsItIs() {
    int[] times = new int[1];
    Program<@Nullable Void> changing =
        (p, none) -> p.observe("y", Normal.of(p.sample("x", Normal.of(0, 1)), 1), times[0]++);
    RunConfig byEngine = CONFIG.withRecording(Recording.OFF);
    try (LogDensity<@Nullable Void> density = LogDensity.of(changing, null, byEngine)) {
      assertThat(density.whyNotTogether()).isEmpty();
    }
  }
}
