package org.ppl4j.infer.density;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.ppl4j.infer.density.NormalRows.NORMAL;
import static org.ppl4j.infer.density.NormalRows.QUICK;
import static org.ppl4j.infer.density.NormalRows.REGRESSION;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.hipparchus.stat.StatUtils;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.ppl4j.nn.Activation;
import org.ppl4j.nn.Lipschitz;
import org.ppl4j.nn.Mlp;
import org.ppl4j.nn.NamedTensors;
import org.ppl4j.nn.TensorSpec;
import org.ppl4j.tensor.FloatType;
import org.ppl4j.tensor.Recording;
import org.ppl4j.tensor.Rng;
import org.ppl4j.tensor.RunConfig;
import org.ppl4j.testing.LeakCheck;
import org.ppl4j.transforms.Bijections;
import org.ppl4j.transforms.Mapped;
import org.ppl4j.transforms.Transform;
import org.ppl4j.transforms.TransformModule;

/** Objectives that compare draws with rows, on flows whose optimum is known. */
@ExtendWith(LeakCheck.class)
class ComparisonTest {

  private static final int ROWS = 1000;

  /** Slower than by likelihood, since draws are noisier than rows. */
  private static final Training SLOWER = QUICK.steps(400).batch(64).rate(0.02);

  private final NDManager manager = NDManager.newBaseManager();

  @AfterEach
  void close() {
    manager.close();
  }

  static Stream<Objective> objectives() {
    return Stream.of(
        Objective.mmd(),
        Objective.mmd(Kernel.inverseMultiquadric(0.5, 1, 2)).plusLikelihood(0.1),
        Objective.adversarial(small(Critic.gan())).plusLikelihood(0.5),
        Objective.adversarial(small(Critic.hinge()).stepsForOneOfFlow(2)),
        Objective.adversarial(
            Critic.wasserstein()
                .network(Lipschitz.of(16).bound(1)::network)
                .penalty(0)
                .stepsForOneOfFlow(1)));
  }

  private static Critic small(Critic critic) {
    return critic.network(Mlp.of(16).activation(Activation.TANH));
  }

  private static double[] normal(int seed, int rows) {
    Random random = new Random(seed);
    return random.doubles(rows).map(unused -> 3 + 2 * random.nextGaussian()).toArray();
  }

  private static double best(DensityReport report) {
    return report.best().logProb();
  }

  /**
   * A normal distribution is learned, from another one, in one column; steps are recorded, as is
   * required.
   */
  @ParameterizedTest
  @MethodSource("objectives")
  void drawsBecomeLikeRows(Objective objective) {
    NDArray rows = manager.create(normal(3, ROWS), new Shape(ROWS, 1));
    Training training =
        SLOWER.objective(objective).config(RunConfig.defaults().withRecording(Recording.REQUIRED));
    try (Density likely = NORMAL.fit(rows);
        Density density = NORMAL.training(training).fit(rows)) {
      DensityReport report = density.report().orElseThrow();
      double[] drawn = density.sample(4000).toDoubleArray();

      // KL of a mean off by 0.2 and a deviation off by 15% of the rows' is 0.04.
      assertThat(best(report)).isCloseTo(best(likely.report().orElseThrow()), within(0.05));
      assertThat(StatUtils.mean(drawn)).isCloseTo(3, within(0.5));
      assertThat(report.best().worth())
          .isEqualTo(
              report.looks().stream().mapToDouble(DensityReport.Look::worth).max().orElseThrow());
    }
  }

  static Stream<Objective> givenContexts() {
    return Stream.of(
        Objective.energyDistance(),
        Objective.adversarial(small(Critic.wasserstein())).plusLikelihood(0.1));
  }

  /** y = x / 2 + 0.3 z in single precision. */
  @ParameterizedTest
  @MethodSource("givenContexts")
  void drawsGivenContextsBecomeLikeRows(Objective objective) {
    Random random = new Random(5);
    double[] x = random.doubles(ROWS).map(unused -> 10 + random.nextGaussian()).toArray();
    double[] y = Arrays.stream(x).map(each -> each / 2 + 0.3 * random.nextGaussian()).toArray();
    NDArray rows = manager.create(y, new Shape(ROWS, 1));
    NDArray contexts = manager.create(x, new Shape(ROWS, 1));
    Training training =
        SLOWER
            .objective(objective)
            .config(
                RunConfig.defaults()
                    .withFloatType(FloatType.FLOAT32)
                    .withRecording(Recording.REQUIRED));
    try (ConditionalDensity likely = REGRESSION.fit(rows, contexts);
        ConditionalDensity density = REGRESSION.training(training).fit(rows, contexts)) {
      assertThat(best(density.report().orElseThrow()))
          .isCloseTo(best(likely.report().orElseThrow()), within(0.1));
    }
  }

  @Test
  void sameSeedGivesTheSameBits() {
    NDArray rows = manager.create(normal(3, 100), new Shape(100, 1));
    Objective objective =
        Objective.energyDistance()
            .then(Objective.adversarial(small(Critic.gan())))
            .then(Objective.adversarial(small(Critic.wasserstein())).plusLikelihood(1));
    DensityEstimator estimator = NORMAL.training(QUICK.steps(20).objective(objective));
    try (Density one = estimator.fit(rows);
        Density other = estimator.fit(rows)) {
      assertThat(one.logProb(rows).toDoubleArray()).isEqualTo(other.logProb(rows).toDoubleArray());
    }
  }

  /** Fewer rows than two in a batch, and one for validation. */
  @Test
  void fewRowsAreCompared() {
    NDArray rows = manager.create(normal(4, 3), new Shape(3, 1));
    for (Objective objective : List.of(Objective.energyDistance(), Objective.mmd())) {
      try (Density density =
          NORMAL.training(QUICK.steps(3).batch(1).objective(objective)).fit(rows)) {
        assertThat(density.report().orElseThrow().best().worth()).isFinite();
      }
    }
  }

  /** A stage begins where the one before was best, whatever either compares. */
  @Test
  void likelihoodFollows() {
    NDArray rows = manager.create(normal(3, ROWS), new Shape(ROWS, 1));
    Objective both =
        Objective.adversarial(small(Critic.gan()))
            .steps(40)
            .then(Objective.likelihood().steps(200));
    try (Density likely = NORMAL.fit(rows);
        Density density = NORMAL.training(QUICK.objective(both)).fit(rows)) {
      assertThat(best(density.report().orElseThrow()))
          .isCloseTo(best(likely.report().orElseThrow()), within(0.05));
      assertThat(both).hasToString("gan critic, then likelihood");
    }
  }

  /** A map that is known in one direction, which is not that of draws. */
  private static final class OneWay extends Transform {

    private final Transform map = Bijections.affine(0, 2).independent(1);

    OneWay() {
      super(1);
    }

    @Override
    protected Mapped doForward(NDArray x) {
      throw new UnsupportedOperationException("transform 'one way' scores only");
    }

    @Override
    protected Mapped doInverse(NDArray y) {
      return map.inverse(y);
    }
  }

  private static TransformModule oneWay(int dim) {
    return new TransformModule() {
      @Override
      public List<TensorSpec> tensors() {
        return List.of(TensorSpec.parameter("idle", new Shape(dim), 0));
      }

      @Override
      public Transform bind(NamedTensors tensors, Rng rng, boolean training) {
        return new OneWay();
      }
    };
  }

  @Test
  @SuppressWarnings("MustBeClosed") // it throws
  void whatMakesNoDrawsIsRefused() {
    NDArray rows = manager.create(normal(3, 100), new Shape(100, 1));
    for (Objective objective :
        List.of(Objective.energyDistance(), Objective.adversarial(Critic.gan()))) {
      DensityEstimator estimator =
          DensityEstimator.of(ComparisonTest::oneWay).training(QUICK.objective(objective));
      assertThatThrownBy(() -> estimator.fit(rows))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage(
              "objective compares draws, but flow 'oneway' makes none: transform 'one way' scores"
                  + " only; train it by likelihood, or invert it");
    }
  }

  @Test
  void whatIsNeverFiniteSaysSo() {
    NDArray rows = manager.create(normal(3, 100), new Shape(100, 1));
    Kernel undefined = // for as many draws as there are rows for validation
        (x, y) -> Kernel.distance().between(x, y).mul(x.getShape().get(0) == 10 ? Double.NaN : 1);
    DensityEstimator estimator =
        NORMAL.training(QUICK.steps(40).objective(Objective.mmd(undefined)));

    assertThatThrownBy(() -> estimator.fit(rows).close())
        .isInstanceOf(IllegalStateException.class)
        .hasMessageStartingWith(
            "density has no finite worth by 'mmd by "
                + undefined
                + "' of its validation rows: fit: ");
  }

  @Test
  void weightsOfLikelihoodAreRefused() {
    for (double weight : new double[] {0, -1, Double.NaN, Double.POSITIVE_INFINITY}) {
      for (Objective objective : List.of(Objective.mmd(), Objective.adversarial(Critic.gan()))) {
        assertThatThrownBy(() -> objective.plusLikelihood(weight))
            .isInstanceOf(IllegalArgumentException.class)
            .hasMessage(
                "objective has likelihood of weight "
                    + weight
                    + ", but it must be positive and finite");
      }
    }
    assertThatThrownBy(() -> Objective.flowMatching().plusLikelihood(1))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage(
            "objective 'flow matching' compares no draws, and has no likelihood beside it; train by"
                + " one, then by the other");
  }

  @Test
  void objectivesSayWhatTheyAre() {
    assertThat(Stream.concat(objectives(), givenContexts()).map(Objective::toString))
        .containsExactly(
            "mmd by gaussian kernel",
            "mmd by inverse multiquadric kernel of bandwidths [0.5, 1.0, 2.0] plus 0.1 likelihood",
            "gan critic plus 0.5 likelihood",
            "hinge critic",
            "wasserstein critic",
            "energy distance",
            "wasserstein critic plus 0.1 likelihood");
    assertThat(Objective.mmd().steps(5).plusLikelihood(2).plusLikelihood(3).stages())
        .hasSize(1)
        .allMatch(stage -> stage.steps() == 5)
        .extracting(stage -> stage.goal().toString())
        .containsExactly("mmd by gaussian kernel plus 3.0 likelihood");
  }
}
