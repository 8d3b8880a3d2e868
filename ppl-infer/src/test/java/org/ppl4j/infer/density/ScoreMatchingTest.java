package org.ppl4j.infer.density;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.ppl4j.infer.density.NormalRows.NORMAL;
import static org.ppl4j.infer.density.NormalRows.QUICK;
import static org.ppl4j.testing.References.number;
import static org.ppl4j.testing.References.numbers;
import static org.ppl4j.testing.References.objects;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.util.List;
import java.util.Random;
import java.util.function.BinaryOperator;
import java.util.function.UnaryOperator;
import org.hipparchus.stat.StatUtils;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.ppl4j.nn.NamedTensors;
import org.ppl4j.nn.TensorSpec;
import org.ppl4j.ode.VariancePreserving;
import org.ppl4j.params.ParamStore;
import org.ppl4j.tensor.Rng;
import org.ppl4j.tensor.Run;
import org.ppl4j.tensor.RunConfig;
import org.ppl4j.tensor.Special;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.testing.LeakCheck;
import org.ppl4j.testing.References;
import org.ppl4j.transforms.Bijections;
import org.ppl4j.transforms.DiffusionTransform;
import org.ppl4j.transforms.Mapped;
import org.ppl4j.transforms.Transform;
import org.ppl4j.transforms.TransformModule;

/** Score matching: the losses of the reference, and a score whose best is known. */
@ExtendWith(LeakCheck.class)
class ScoreMatchingTest {

  private static final VariancePreserving SDE = VariancePreserving.of();

  private final NDManager manager = NDManager.newBaseManager();

  @AfterEach
  void close() {
    manager.close();
  }

  /**
   * The diffusion of N(0, s²), which leads noise z to s z (but for what is left of it at time 1),
   * and whose score is −x / (α² s² + σ²).
   */
  private static final class Spread extends Transform implements DiffusionTransform {

    private final NDArray scale;
    private final Transform whole;

    Spread(NDArray scale) {
      super(1);
      this.scale = scale;
      this.whole = Bijections.affine(scale.mul(0), scale).independent(1);
    }

    @Override
    public VariancePreserving sde() {
      return SDE;
    }

    @Override
    public NDArray noise(NDArray time, NDArray x) {
      NDArray variance = SDE.signal(time).mul(scale).square().add(SDE.noise(time).square());
      return x.mul(SDE.noise(time)).div(variance);
    }

    @Override
    public NDArray velocity(NDArray time, NDArray x) {
      throw new UnsupportedOperationException("score matching needs no velocity");
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
      return new Spread(operator.apply(scale));
    }
  }

  private static TransformModule spread(int dim) {
    return new TransformModule() {
      @Override
      public List<TensorSpec> tensors() {
        return List.of(TensorSpec.parameter("log scale", new Shape(dim), -0.3));
      }

      @Override
      public Transform bind(NamedTensors tensors, Rng rng, boolean training) {
        return new Spread(tensors.get("log scale").exp());
      }
    };
  }

  /** With a score that is given; where it leads does not matter here. */
  private static DiffusionTransform ofScore(
      Run run, VariancePreserving sde, BinaryOperator<NDArray> score) {
    Spread identity = new Spread(run.ones(new Shape(1)));
    return new DiffusionTransform() {
      @Override
      public VariancePreserving sde() {
        return sde;
      }

      @Override
      public NDArray noise(NDArray time, NDArray x) {
        return score.apply(time, x).mul(sde.noise(time)).neg();
      }

      @Override
      public NDArray velocity(NDArray time, NDArray x) {
        return identity.velocity(time, x);
      }
    };
  }

  private static NDArray rows(Run run, JsonElement element) {
    double[] all = numbers(element);
    int count = element.getAsJsonArray().size();
    return run.create(all, new Shape(count, all.length / count));
  }

  private static NDArray layer(Run run, JsonObject layer, NDArray x) {
    return Tensors.matMul(x, rows(run, layer.get("weight")).swapAxes(0, 1))
        .add(rows(run, layer.get("bias")).squeeze(-1));
  }

  /** A network's losses, weighted by σ² and, as the likelihood would have it, by β / 2. */
  @Test
  void lossesAgree() {
    JsonObject row =
        objects(References.read("stochastic.json").get("cases")).stream()
            .filter(each -> each.get("id").getAsString().equals("diffusion-dsm"))
            .findFirst()
            .orElseThrow();
    JsonObject given = row.getAsJsonObject("given");
    JsonObject expected = row.getAsJsonObject("expected");
    VariancePreserving sde =
        VariancePreserving.of(number(given.get("b0")), number(given.get("b1")));
    List<JsonObject> layers = objects(given.get("layers"));
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      DiffusionTransform transform =
          ofScore(
              run,
              sde,
              (time, x) -> {
                NDArray first = layer(run, layers.get(0), Tensors.concat(List.of(x, time), -1));
                return layer(run, layers.get(1), first.mul(Special.sigmoid(first)));
              });
      NDArray time = rows(run, given.get("times"));
      NDArray missed =
          ScoreMatching.of(
                  transform, rows(run, given.get("x0")), rows(run, given.get("noise")), time)
              .missed();
      NDArray variance = sde.noise(time).square().squeeze(-1);
      NDArray weight = sde.rate(time).squeeze(-1).div(variance).mul(0.5);

      double tolerance = number(row.get("tolerance"));
      double[] squares = numbers(expected.get("squared_error"));
      double[] found = Tensors.values(missed.div(variance));
      assertThat(found).hasSameSizeAs(squares);
      for (int i = 0; i < squares.length; i++) {
        assertThat(found[i]).isCloseTo(squares[i], within(tolerance * (1 + squares[i])));
      }
      agrees(missed.mean(), expected.get("loss_sigma2_weighted"), tolerance);
      agrees(missed.mul(weight).mean(), expected.get("loss_likelihood_weighted"), tolerance);
    }
  }

  private static void agrees(NDArray found, JsonElement expected, double tolerance) {
    double wanted = number(expected);
    assertThat(Tensors.values(found)[0]).isCloseTo(wanted, within(tolerance * (1 + wanted)));
  }

  private static double[] normal(int rows) {
    Random random = new Random(3);
    return random.doubles(rows).map(unused -> 2 * random.nextGaussian()).toArray();
  }

  /** The best score of a normal family is that with the root mean square of the rows. */
  @Test
  void learnsTheSpread() {
    double[] y = normal(2000);
    RunConfig config = RunConfig.defaults();
    try (ParamStore params = new ParamStore(manager, config)) {
      FlowModel model = new FlowModel(Flow.of(spread(1)), 1, params, config);
      FlowFit.run(Objective.scoreMatching(), model, y, 1000);

      // 400,000 draws of noise in the average, and a step's rate.
      double root = Math.sqrt(StatUtils.sumSq(y) / y.length);
      assertThat(params.value("flow.log scale")[0]).isCloseTo(Math.log(root), within(0.02));
    }
  }

  /** As an objective of a training, and what it has learned is drawn both ways. */
  @Test
  void drawsBothWays() {
    NDArray rows = manager.create(normal(1000), new Shape(1000, 1));
    double spread = Math.sqrt(StatUtils.variance(normal(1000)));
    int draws = 4000;
    Objective matching = Objective.scoreMatching();
    try (Density density =
        DensityEstimator.of(ScoreMatchingTest::spread)
            .training(QUICK.objective(matching))
            .fit(rows)) {
      double byFlow = Math.sqrt(StatUtils.variance(density.sample(draws).toDoubleArray()));
      NDArray bySde = density.sampleBySde(draws, 50);

      assertThat(matching).hasToString("score matching");
      assertThat(bySde.getShape()).isEqualTo(new Shape(draws, 1));
      // Four standard errors of the standard deviation of 4,000 draws.
      double error = 4 / Math.sqrt(2.0 * draws);
      assertThat(Math.sqrt(StatUtils.variance(bySde.toDoubleArray())) / byFlow)
          .isCloseTo(1, within(2 * error));
      assertThat(byFlow / spread).isCloseTo(1, within(error + 0.02));
      assertThatThrownBy(() -> density.sampleBySde(0, 50))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("density is asked for 0 draws, but needs at least 1");
    }
  }

  @Test
  @SuppressWarnings("MustBeClosed") // it throws
  void whatHasNoScoreIsRefused() {
    NDArray rows = manager.create(normal(100), new Shape(100, 1));

    assertThatThrownBy(() -> NORMAL.training(QUICK.objective(Objective.scoreMatching())).fit(rows))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("score is wanted, but flow '")
        .hasMessageContaining("has none; use a diffusion alone");
    try (Density density = NORMAL.fit(rows)) {
      assertThatThrownBy(() -> density.sampleBySde(10, 50))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("score is wanted, but flow '");
    }
  }
}
