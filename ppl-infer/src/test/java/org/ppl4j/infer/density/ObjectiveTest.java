package org.ppl4j.infer.density;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.ppl4j.infer.density.NormalRows.NORMAL;
import static org.ppl4j.infer.density.NormalRows.QUICK;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import com.google.errorprone.annotations.MustBeClosed;
import java.util.List;
import java.util.Random;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.hipparchus.stat.StatUtils;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.ppl4j.nn.NamedTensors;
import org.ppl4j.nn.TensorSpec;
import org.ppl4j.params.ParamStore;
import org.ppl4j.tensor.Rng;
import org.ppl4j.tensor.Run;
import org.ppl4j.tensor.RunConfig;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.testing.LeakCheck;
import org.ppl4j.transforms.Bijections;
import org.ppl4j.transforms.ConditionalTransformModule;
import org.ppl4j.transforms.ContinuousTransform;
import org.ppl4j.transforms.Mapped;
import org.ppl4j.transforms.Transform;
import org.ppl4j.transforms.TransformModule;

/** What training makes large, on a flow whose optimum is known. */
@ExtendWith(LeakCheck.class)
class ObjectiveTest {

  private final NDManager manager = NDManager.newBaseManager();

  @AfterEach
  void close() {
    manager.close();
  }

  /** The velocity c + k x, which leads to exp(k) x + c (exp(k) − 1) / k. */
  private static final class Drift extends Transform implements ContinuousTransform {

    private final NDArray shift;
    private final NDArray growth;
    private final Transform whole;

    Drift(NDArray shift, NDArray growth) {
      super(1);
      this.shift = shift;
      this.growth = growth;
      NDArray scale = growth.exp();
      this.whole = Bijections.affine(scale.sub(1).div(growth).mul(shift), scale).independent(1);
    }

    @Override
    public NDArray velocity(NDArray time, NDArray x) {
      return x.mul(growth).add(shift);
    }

    /** ∫ |c + k x|² dt along x(t) = exp(k t) (x + c / k) − c / k, and k². */
    @Override
    public Followed followed(NDArray x, boolean isBackwards) {
      Mapped mapped = isBackwards ? inverse(x) : forward(x);
      NDArray first = isBackwards ? mapped.value() : x;
      NDArray speed = first.mul(growth).add(shift);
      NDArray share = growth.mul(2).exp().sub(1).div(growth.mul(2));
      return new Followed(
          mapped,
          speed.square().mul(share).sum(new int[] {-1}),
          growth.square().sum(new int[] {-1}).add(x.sum(new int[] {-1}).mul(0)),
          0,
          0);
    }

    @Override
    protected Mapped doForward(NDArray x) {
      return whole.forward(x);
    }

    @Override
    protected Mapped doInverse(NDArray y) {
      return whole.inverse(y);
    }

    @Override
    public Transform withParameters(UnaryOperator<NDArray> operator) {
      return new Drift(operator.apply(shift), operator.apply(growth));
    }
  }

  private static TransformModule drift(int dim) {
    return new TransformModule() {
      @Override
      public List<TensorSpec> tensors() {
        return List.of(
            TensorSpec.parameter("shift", new Shape(dim), 0.4),
            TensorSpec.parameter("growth", new Shape(dim), 0.3));
      }

      @Override
      public Transform bind(NamedTensors tensors, Rng rng, boolean training) {
        return new Drift(tensors.get("shift"), tensors.get("growth"));
      }
    };
  }

  /** y = θ + noise, which prefers that θ be 3. */
  private static TransformModule preferring() {
    return new TransformModule() {
      @Override
      public List<TensorSpec> tensors() {
        return List.of(TensorSpec.parameter("shift", new Shape(1), 0.4));
      }

      @Override
      public Transform bind(NamedTensors tensors, Rng rng, boolean training) {
        NDArray shift = tensors.get("shift");
        tensors.prefer(() -> shift.sub(3).square().mul(-0.5));
        return Bijections.affine(shift, Tensors.number(1)).independent(1);
      }
    };
  }

  static Stream<Named<Flow>> preferringFlows() {
    Flow given = Flow.of(ConditionalTransformModule.ignoringContext(preferring()));
    return Stream.of(
        Named.of("plain", Flow.of(preferring())),
        Named.of(
            "given contexts",
            (p, x, preferences) ->
                given.transform(p, p.run().zeros(new Shape(1, 1)), preferences)));
  }

  /** A fifth as much as the likelihood says of a row. */
  @ParameterizedTest
  @MethodSource("preferringFlows")
  void whatFlowsPreferCountsBesideTheLikelihood(Flow flow) {
    double[] y = normal(500);
    RunConfig config = RunConfig.defaults();
    try (ParamStore params = new ParamStore(manager, config)) {
      FlowModel model = new FlowModel(flow, 1, params, config);
      FlowFit.run(Objective.likelihood(), model, y, 2000);

      double mean = StatUtils.mean(y);
      assertThat(params.value("flow.shift")[0]).isCloseTo((mean + 0.1 * 3) / 1.1, within(1e-3));
    }
  }

  private static double[] normal(int rows) {
    Random random = new Random(3);
    return random.doubles(rows).map(unused -> 1 + 2 * random.nextGaussian()).toArray();
  }

  /**
   * The regression of y − ε on x = (1 − t) ε + t y: with m and S the mean and the mean square of y,
   * slope ((S − 1) / 2 − m² / 2) / ((1 + S) / 3 − m² / 4), intercept m (1 − slope / 2).
   *
   * <p>Where ε and y rise together, so that y = m + s ε with s the deviation, slope (s² − 1) / 2 /
   * (m² / 12 + s + (s − 1)² / 3), and the same intercept.
   */
  @ParameterizedTest
  @EnumSource
  void flowMatchingLearnsTheMeanVelocity(Pairing pairing) {
    boolean isAssigned = pairing == Pairing.ASSIGNED;
    double[] y = normal(isAssigned ? 200 : 2000);
    double mean = StatUtils.mean(y);
    double square = StatUtils.sumSq(y) / y.length;
    double sd = Math.sqrt(square - mean * mean);
    double slope =
        isAssigned
            ? (sd * sd - 1) / 2 / (mean * mean / 12 + sd + Math.pow(sd - 1, 2) / 3)
            : ((square - 1) / 2 - mean * mean / 2) / ((1 + square) / 3 - mean * mean / 4);
    RunConfig config = RunConfig.defaults();
    try (ParamStore params = new ParamStore(manager, config)) {
      FlowModel model = new FlowModel(Flow.of(drift(1)), 1, params, config);
      int steps = isAssigned ? 1000 : 2000;
      FlowFit.run(Objective.flowMatching(pairing), model, y, steps);

      // 40,000 draws of noise in the average and more, a step's rate, and that what is least apart
      // in 200 rows is not quite y = m + s ε.
      assertThat(params.value("flow.growth")[0]).isCloseTo(slope, within(0.02));
      assertThat(params.value("flow.shift")[0]).isCloseTo(mean * (1 - slope / 2), within(0.02));
    }
  }

  /** Given contexts noise is any noise. */
  @Test
  void givenContextsNothingIsAssigned() {
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      NDArray y = run.create(new double[] {1, 2, 3}, new Shape(3, 1));
      NDArray noise = run.create(new double[] {0, 5, 4}, new Shape(3, 1));

      assertThat(Tensors.values(Pairing.ASSIGNED.paired(null, y, noise))).containsExactly(0, 4, 5);
      assertThat(Pairing.ASSIGNED.paired(y, y, noise)).isSameAs(noise);
      assertThat(Pairing.INDEPENDENT.paired(null, y, noise)).isSameAs(noise);
    }
  }

  /** Rows in standard units: flow matching leads to the identity, as likelihood does. */
  @Test
  void oneObjectiveFollowsAnother() {
    NDArray rows = manager.create(normal(1000), new Shape(1000, 1));
    Objective both = Objective.flowMatching().steps(300).then(Objective.likelihood());
    try (Density one = NORMAL.fit(rows);
        Density matched = fit(rows, Objective.flowMatching());
        Density other = fit(rows, both)) {
      double most = one.report().orElseThrow().best().logProb();

      // Which look is the best of 100 rows is chance: their means vary by a tenth.
      assertThat(matched.report().orElseThrow().best().logProb()).isCloseTo(most, within(0.05));
      assertThat(other.report().orElseThrow().best().logProb()).isCloseTo(most, within(0.05));
      assertThat(other.report().orElseThrow().fit().steps()).isLessThanOrEqualTo(400);
      assertThat(both).hasToString("flow matching, then likelihood");
    }
  }

  @MustBeClosed
  private static Density fit(NDArray rows, Objective objective) {
    return DensityEstimator.of(ObjectiveTest::drift).training(QUICK.objective(objective)).fit(rows);
  }

  @Test
  @SuppressWarnings("MustBeClosed") // it throws
  void whatHasNoVelocityIsRefused() {
    NDArray rows = manager.create(normal(100), new Shape(100, 1));

    assertThatThrownBy(() -> NORMAL.training(QUICK.objective(Objective.flowMatching())).fit(rows))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("objective is of a velocity, but flow '")
        .hasMessageContaining("has none; use a continuous flow alone, or likelihood");
  }

  /** A way that is costly is not taken: of rows that are normal already, whatever the weights. */
  @Test
  void costsHoldTheFlowBack() {
    NDArray rows = manager.create(normal(1000), new Shape(1000, 1));
    Objective costly = Objective.regularisedLikelihood(0.1, 0.1);
    try (Density one = NORMAL.fit(rows);
        Density other = fit(rows, costly)) {
      assertThat(other.report().orElseThrow().best().logProb())
          .isCloseTo(one.report().orElseThrow().best().logProb(), within(0.05));
      assertThat(costly).hasToString("regularised likelihood");
    }
  }

  @Test
  void weightsAreNumbers() {
    for (double weight : new double[] {-1, Double.NaN, Double.POSITIVE_INFINITY}) {
      assertThatThrownBy(() -> Objective.regularisedLikelihood(0, weight))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage(
              "regularised likelihood has weight "
                  + weight
                  + ", but it must be at least 0 and finite");
    }
  }

  @Test
  void stepsAreCounted() {
    assertThatThrownBy(() -> Objective.likelihood().steps(0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("objective has 0 steps, but needs at least 1");
  }

  private static Stream<Training> stages(Objective objective, Training training) {
    return objective.stages().stream().map(stage -> stage.of(training));
  }

  @Test
  void stagesHaveStepsAndRatesOfTheirOwn() {
    Objective matched = Objective.flowMatching().steps(300);
    Objective own = Objective.energyDistance().rate(0.5).plusLikelihood(2).steps(9);
    Objective all = matched.then(Objective.likelihood()).then(Objective.mmd()).then(own);
    Training training = Training.standard().rate(0.02);

    assertThat(stages(all, training.steps(700)).map(stage -> stage.steps(1L)))
        .containsExactly(300, 700, 700, 9);
    assertThat(stages(all, training.steps(50)).map(stage -> stage.steps(1L)))
        .containsExactly(50, 50, 50, 9);
    assertThat(stages(all, training).map(stage -> stage.steps(1L)))
        .containsExactly(300, 3000, 3000, 9);
    assertThat(stages(all, training).map(Training::rate)).containsExactly(0.02, 0.02, 0.02, 0.5);
    assertThat(stages(matched.then(own), training).map(Training::rate)).containsExactly(0.02, 0.5);
    for (double rate : new double[] {0, Double.NaN, Double.POSITIVE_INFINITY}) {
      assertThatThrownBy(() -> Objective.likelihood().rate(rate))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("objective has rate " + rate + ", but it must be positive and finite");
    }
  }
}
