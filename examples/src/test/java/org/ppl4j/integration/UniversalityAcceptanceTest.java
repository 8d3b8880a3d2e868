package org.ppl4j.integration;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.tracker.Tracker;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.hipparchus.distribution.continuous.NormalDistribution;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.ppl4j.Program;
import org.ppl4j.distributions.Distribution;
import org.ppl4j.distributions.Normal;
import org.ppl4j.distributions.TransformedDistribution;
import org.ppl4j.flows.AffineFamily;
import org.ppl4j.flows.Bernstein;
import org.ppl4j.flows.BlockNeural;
import org.ppl4j.flows.CubicSpline;
import org.ppl4j.flows.DeepSigmoid;
import org.ppl4j.flows.DenseSigmoid;
import org.ppl4j.flows.Elementwise;
import org.ppl4j.flows.Flows;
import org.ppl4j.flows.LinearRational;
import org.ppl4j.flows.LinearSpline;
import org.ppl4j.flows.MixtureCdf;
import org.ppl4j.flows.OdeFlow;
import org.ppl4j.flows.QuadraticSpline;
import org.ppl4j.flows.RationalQuadratic;
import org.ppl4j.flows.ScalarFamily;
import org.ppl4j.flows.SumOfSquares;
import org.ppl4j.flows.UnconstrainedMonotonic;
import org.ppl4j.infer.Progress;
import org.ppl4j.infer.density.Density;
import org.ppl4j.infer.density.DensityEstimator;
import org.ppl4j.infer.density.Training;
import org.ppl4j.infer.optim.Adam;
import org.ppl4j.infer.svi.StoppingRule;
import org.ppl4j.infer.svi.Svi;
import org.ppl4j.nn.Activation;
import org.ppl4j.nn.Mlp;
import org.ppl4j.params.ParamStore;
import org.ppl4j.tensor.Run;
import org.ppl4j.tensor.RunConfig;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.testing.AcceptancePoint;
import org.ppl4j.transforms.Transform;
import org.ppl4j.transforms.TransformModule;

/**
 * Families that the table of the flows says are universal come as near to a distribution of one
 * number with two modes as one likes, as they grow; and noise that a density gives of rows leads
 * back to them.
 */
@Tag("acceptance")
class UniversalityAcceptanceTest {

  private static final AcceptancePoint POINT = new AcceptancePoint("ode.7");

  /** The divergence below which a universal family falls. */
  private static final double NEAR = 1e-3;

  private static final int STEPS = 2000;
  private static final float RATE = 0.02f;

  /** Of the learning: narrow beside any bin. */
  private static final int CELLS = 600;

  private static final NormalDistribution LEFT = new NormalDistribution(-1, 0.4);
  private static final NormalDistribution RIGHT = new NormalDistribution(1, 0.4);

  private static double density(double x) {
    return (LEFT.density(x) + RIGHT.density(x)) / 2;
  }

  /** The middles of cells of [-3, 3], beyond which there is next to nothing. */
  private static double[] middles(int cells) {
    return IntStream.range(0, cells).mapToDouble(i -> 6 * (i + 0.5) / cells - 3).toArray();
  }

  /** Places, and how much of the distribution is there. */
  private record Cells(NDArray places, NDArray shares) {

    static Cells on(NDManager manager) {
      double[] shares = Arrays.stream(middles(CELLS)).map(x -> density(x) * 6 / CELLS).toArray();
      return new Cells(
          manager.create(middles(CELLS), new Shape(CELLS, 1)),
          manager.create(shares, new Shape(CELLS)));
    }
  }

  private static TransformedDistribution distribution(Transform flow) {
    return TransformedDistribution.of(Normal.standard(1).toEvent(1), flow);
  }

  /**
   * Of the fit with the least cross entropy, ∫ p log (p / q) by the midpoint rule on other cells.
   */
  private static double divergence(TransformModule flow) {
    Program<Cells> model =
        (p, cells) -> {
          Distribution fit = distribution(p.module("flow", flow)).on(p.run());
          p.factor("log q", fit.logProb(cells.places()).mul(cells.shares()).sum());
        };
    try (NDManager manager = NDManager.newBaseManager();
        ParamStore params = new ParamStore(manager)) {
      Tracker rate =
          Tracker.cosine()
              .setBaseValue(RATE)
              .optFinalValue(RATE / 1000)
              .setMaxUpdates(STEPS)
              .build();
      try (Svi<Cells> svi =
          Svi.builder(model, (p, nothing) -> {})
              .params(params)
              .optimizer(Adam.withRate(rate))
              .stopping(StoppingRule.never())
              .progress(Progress.silent())
              .build()) {
        assertThat(svi.run(Cells.on(manager), STEPS).steps()).isEqualTo(STEPS);
      }
      double[] places = middles(3 * CELLS);
      try (Run run = Run.open(RunConfig.defaults(), 0)) {
        NDArray x = run.create(places, new Shape(places.length, 1));
        double[] logs =
            run.withoutGradients(
                () ->
                    Tensors.values(
                        distribution(params.transform(run, "flow", flow)).on(run).logProb(x)));
        return IntStream.range(0, places.length)
                .mapToDouble(i -> density(places[i]) * (Math.log(density(places[i])) - logs[i]))
                .average()
                .orElseThrow()
            * 6;
      }
    }
  }

  /** A family of a size. */
  private record Growing(String name, int small, int large, IntFunction<TransformModule> flow) {}

  private static final List<Growing> UNIVERSAL =
      List.of(
          new Growing("rational quadratic", 2, 16, n -> spline(RationalQuadratic.of(n, 3))),
          new Growing("linear rational", 2, 16, n -> spline(LinearRational.of(n, 3))),
          // Alone: a layer between it and the rows would move its knots across them. So it must
          // reach as far as the noise does; five cells are in each of its bins.
          new Growing(
              "linear spline", 2, 160, n -> Elementwise.of(1, LinearSpline.of(n, 4)).inverted()),
          new Growing("quadratic spline", 2, 16, n -> spline(QuadraticSpline.of(n, 3))),
          new Growing("cubic spline", 2, 20, n -> spline(CubicSpline.of(n, 3))),
          new Growing("deep sigmoid", 1, 32, n -> Elementwise.of(1, DeepSigmoid.of(n)).inverted()),
          new Growing(
              "dense sigmoid", 1, 8, n -> Elementwise.of(1, DenseSigmoid.of(n, 2)).inverted()),
          new Growing("mixture cdf", 1, 8, n -> Elementwise.of(1, MixtureCdf.of(n)).inverted()),
          new Growing(
              "unconstrained monotonic",
              2,
              16,
              n -> Elementwise.of(1, UnconstrainedMonotonic.of(n, 4)).inverted()),
          new Growing(
              "sum of squares", 1, 4, n -> Elementwise.of(1, SumOfSquares.of(2, n)).inverted()),
          new Growing("bernstein", 3, 24, n -> spline(Bernstein.of(n, 3))),
          new Growing("block neural", 1, 12, n -> BlockNeural.of(1, n, n).inverted()),
          new Growing(
              "ode",
              1,
              24,
              n -> OdeFlow.of(1).conditioner(Mlp.of(n, n).activation(Activation.TANH))));

  private static TransformModule spline(ScalarFamily family) {
    return Elementwise.of(1, family).inverted().then(Flows.affine(1));
  }

  static Stream<Named<Growing>> universal() {
    return UNIVERSAL.stream().map(family -> Named.of(family.name(), family));
  }

  @ParameterizedTest
  @MethodSource("universal")
  @Tag("ode.7")
  void whatIsUniversalComesNear(Growing family) {
    double before = divergence(family.flow().apply(family.small()));
    double after = divergence(family.flow().apply(family.large()));
    POINT.shown("divergence of %s of %d".formatted(family.name(), family.small()), before);
    POINT.below("divergence of %s of %d".formatted(family.name(), family.large()), after, NEAR);
    POINT.below("change of the divergence of " + family.name(), after - before, 0);
  }

  /** However many layers: the best normal distribution has the target's variance. */
  @Test
  @Tag("ode.7")
  void affineLayersDoNot() {
    for (int layers : new int[] {1, 8}) {
      double divergence = divergence(Flows.autoregressive(1, AffineFamily.of(), layers));
      POINT.above("divergence of %d affine layers".formatted(layers), divergence, 0.1);
    }
  }

  /** Of angles, of directions, and of images. */
  private static final Set<String> OTHERS =
      Set.of(
          "circularSpline",
          "sphere",
          "zonal",
          "exponentialMap",
          "moebius",
          "oneByOne",
          "maskedConvolution",
          "emergingConvolution",
          "periodicConvolution",
          "convolutionExponential");

  /** The flows in one line, of two numbers. */
  static Stream<Named<TransformModule>> flows() {
    return Arrays.stream(Flows.class.getMethods())
        .filter(method -> Modifier.isStatic(method.getModifiers()))
        .filter(method -> method.getReturnType() == TransformModule.class)
        .filter(method -> !OTHERS.contains(method.getName()))
        .filter(
            method ->
                Arrays.stream(method.getParameterTypes())
                    .allMatch(type -> type == int.class || type == long.class))
        .map(method -> Named.of(method.getName(), made(method)));
  }

  private static TransformModule made(Method method) {
    Object[] sizes =
        Arrays.stream(method.getParameterTypes())
            .map(type -> type == long.class ? (Object) 2L : (Object) 2)
            .toArray();
    try {
      return (TransformModule) method.invoke(null, sizes);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(method + " cannot be called", e);
    }
  }

  @ParameterizedTest
  @MethodSource("flows")
  @Tag("ode.7")
  void noiseLeadsBackToRows(TransformModule flow) {
    Random random = new Random(1);
    double[] values = random.doubles(600).map(unused -> random.nextGaussian()).toArray();
    Training training = Training.standard().steps(20).progress(Progress.silent());
    try (NDManager manager = NDManager.newBaseManager()) {
      NDArray rows = manager.create(values, new Shape(300, 2));
      try (Density density =
          DensityEstimator.of(dim -> flow).withoutBaselines().training(training).fit(rows)) {
        NDArray back = density.fromNoise(density.toNoise(rows));
        double error = back.sub(rows).abs().max().toDoubleArray()[0];
        // A flow that is solved says to what accuracy; the others are searched to rounding.
        double accuracy = flow.toString().contains("ode") ? 1e-4 : 1e-9;
        POINT.atMost("round trip of " + flow, error, accuracy);
      }
    }
  }
}
