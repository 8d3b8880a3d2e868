package org.ppl4j.flows;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.ppl4j.testing.TensorAssertions.assertClose;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import java.util.List;
import java.util.function.DoubleUnaryOperator;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.hipparchus.analysis.integration.IterativeLegendreGaussIntegrator;
import org.hipparchus.util.FastMath;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.ppl4j.constraints.Constraint;
import org.ppl4j.nn.Mlp;
import org.ppl4j.nn.TensorSpec;
import org.ppl4j.tensor.Run;
import org.ppl4j.tensor.RunConfig;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.tensor.file.Family;
import org.ppl4j.testing.LeakCheck;
import org.ppl4j.transforms.Mapped;
import org.ppl4j.transforms.Transform;
import org.ppl4j.transforms.TransformModule;

/** Scalar families against the formulas of their papers, written out number by number. */
@ExtendWith(LeakCheck.class)
class ScalarFamiliesTest {

  private static final double[] INPUTS = {-50, -2.5, -0.4, 0, 0.3, 1, 3.75, 50};

  private static void agree(ScalarFamily family, double[] parameters, DoubleUnaryOperator f) {
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      Transform map = family.map(run.create(parameters, new Shape(parameters.length)));
      NDArray x = run.create(INPUTS, new Shape(INPUTS.length));
      double[] expected = Arrays.stream(INPUTS).map(f).toArray();

      assertThat(family.parameters()).isEqualTo(parameters.length);
      assertClose(family.toString(), map.forward(x).value(), 1e-12, expected);
    }
  }

  @Test
  void sinhArcsinh() {
    agree(
        SinhArcsinh.of(),
        new double[] {0.7, -0.3, 2, 0.4},
        x -> 2 + Math.exp(0.4) * Math.sinh(Math.exp(-0.3) * (FastMath.asinh(x) + 0.7)));
  }

  @Test
  void tails() {
    agree(
        Tails.of(),
        new double[] {0.2, 0.4},
        x -> {
          double h = 1.5 * Math.tanh(x < 0 ? 0.2 : 0.4);
          double a = Math.max(-5.5, Math.min(x, 5.5));
          double root = Math.sqrt(Math.expm1(h * a * a) / h) * Math.signum(x);
          double slope = a == 0 ? 1 : a / root * Math.exp(h * a * a);
          return root + (x - a) * slope;
        });
  }

  @Test
  void nonlinearSquared() {
    double b = Math.exp(0.4);
    double d = Math.exp(-0.2);
    double c = 0.95 * 8 * Math.sqrt(3) / (9 * d) * b * Math.tanh(1.5);
    agree(
        NonlinearSquared.of(),
        new double[] {-0.3, 0.4, 1.5, -0.2, 0.9},
        x -> -0.3 + b * x + c / (1 + Math.pow(d * x + 0.9, 2)));
  }

  static Stream<Arguments> wrong() {
    return Stream.of(
        wrong(
            () -> DenseSigmoid.of(3, 1),
            "dense sigmoid has 3 units in 1 layers, but needs at least 1 in 2; for one layer use"
                + " DeepSigmoid"),
        wrong(
            () -> UnconstrainedMonotonic.of(0, 3),
            "unconstrained monotonic has 0 units, but needs at least 1"),
        wrong(
            () -> UnconstrainedMonotonic.of(4, -1),
            "unconstrained monotonic has bound -1.0, but it must be positive and finite"),
        wrong(() -> CircularSpline.of(0), "circular spline has 0 bins, but needs 1 to 500"),
        wrong(
            () -> RationalQuadratic.ofNormal(251),
            "rational quadratic spline has 251 bins, but needs 1 to 250"),
        wrong(
            () -> AffineFamily.of().gain(0),
            "family 'affine' has a gain of 0.0, but it must be positive and finite"));
  }

  private static Arguments wrong(Supplier<Object> made, String text) {
    return Arguments.of(made, text);
  }

  @ParameterizedTest
  @MethodSource("wrong")
  void wrongSizesAreRefused(Supplier<Object> made, String text) {
    assertThatThrownBy(made::get).isInstanceOf(IllegalArgumentException.class).hasMessage(text);
  }

  @Test
  void denseSigmoid() {
    double[] raw = new double[DenseSigmoid.of(2, 2).parameters()];
    for (int i = 0; i < raw.length; i++) {
      raw[i] = Math.sin(3 * i + 1);
    }
    agree(DenseSigmoid.of(2, 2), raw, x -> dense(raw, x));
  }

  /** The parameters are those of the first layer, a, b, w, then of the second, a, b, u, w. */
  private static double dense(double[] p, double x) {
    double[] first = new double[2];
    double[] between = new double[2];
    for (int k = 0; k < 2; k++) {
      first[k] = (1e-3 + softplus(p[k])) * x + p[2 + k] + 2 * k - 1;
    }
    for (int o = 0; o < 2; o++) {
      double own = weight(p[4 + 2 * o], p[5 + 2 * o], o == 0 ? 2 : -2);
      between[o] = logit(own, first);
    }
    double[] second = new double[2];
    for (int k = 0; k < 2; k++) {
      double own = weight(p[12 + 2 * k], p[13 + 2 * k], k == 0 ? 2 : -2);
      double mixed = own * between[0] + (1 - own) * between[1];
      second[k] = (1e-3 + softplus(p[8 + k])) * mixed + p[10 + k] + 2 * k - 1;
    }
    return logit(weight(p[16], p[17], 0), second);
  }

  private static double softplus(double raw) {
    return Math.log1p(Math.exp(raw + Math.log(Math.expm1(1))));
  }

  /** The first of two weights by softmax, preferred by {@code more}. */
  private static double weight(double first, double second, double more) {
    return 1 / (1 + Math.exp(second - first - more));
  }

  private static double logit(double first, double[] z) {
    double below = first / (1 + Math.exp(-z[0])) + (1 - first) / (1 + Math.exp(-z[1]));
    double above = first / (1 + Math.exp(z[0])) + (1 - first) / (1 + Math.exp(z[1]));
    return Math.log(below) - Math.log(above);
  }

  @Test
  void unconstrainedMonotonic() {
    agree(3, new double[] {1, -0.4, 0.6, 0.9, -0.5, 0.2, 1.1, -2, 3, 0.5, -1.5});
  }

  /** The nearer the places of units, the steeper they are; all of them at one are the steepest. */
  @Test
  void unconstrainedMonotonicOfManyUnits() {
    int units = 16;
    double[] raw = new double[3 * units + 2];
    for (int k = 0; k < units; k++) {
      raw[k] = 1;
      raw[units + k] = 4.0 / 3 * Math.E * (6.0 * k / (units - 1) - 3 - 1.3);
      raw[2 * units + k] = 0.8;
    }
    raw[3 * units] = 0.5;
    raw[3 * units + 1] = -1.5;
    agree(units, raw);
  }

  /** Unconstrained monotonic maps on [−3, 3]. */
  private static void agree(int units, double[] raw) {
    DoubleUnaryOperator slope = t -> Math.exp(0.5 + network(raw, units, t));
    agree(
        UnconstrainedMonotonic.of(units, 3),
        raw,
        x -> {
          double inner = Math.max(-3, Math.min(3, x));
          return -1.5 + area(slope, inner) + (x - inner) * slope.applyAsDouble(inner);
        });
  }

  private static double network(double[] raw, int units, double t) {
    double most = 6 / Math.sqrt(units);
    double sum = 0;
    for (int k = 0; k < units; k++) {
      double steepness = 2.0 / 3 * Math.max(1, units / 8.0) * Math.exp(raw[k]);
      double place = 6.0 * k / (units - 1) - 3;
      double weight = Math.max(-most, Math.min(most, raw[2 * units + k])) / Math.sqrt(units);
      sum += weight * Math.tanh(steepness * (t - place) + raw[units + k]);
    }
    return sum;
  }

  /** From 0, by quadrature of this test's own. */
  private static double area(DoubleUnaryOperator slope, double x) {
    IterativeLegendreGaussIntegrator rule = new IterativeLegendreGaussIntegrator(20, 1e-13, 1e-13);
    return x == 0
        ? 0
        : Math.signum(x)
            * rule.integrate(100_000, slope::applyAsDouble, Math.min(0, x), Math.max(0, x));
  }

  /** However many bins there are: all but one at the least, which a thousandth of a bin is. */
  @ParameterizedTest
  @ValueSource(ints = {4, 400})
  void slopesOfLinearSplines(int bins) {
    double[] raw = new double[bins];
    raw[bins - 1] = 1000;
    double lastKnot = 2 - 4.0 / bins;
    agree(
        LinearSpline.of(bins, 2),
        raw,
        x -> x <= -2 || x >= 2 ? x : -2 + 1e-3 * (x + 2) + Math.max(0, x - lastKnot) * (bins - 1));
  }

  /** −π and π have one image and one derivative; just before one and behind the other is near. */
  @Test
  void circularSplineHasNoSeam() {
    CircularSpline family = CircularSpline.of(4);
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      NDArray raw = FlowTensors.rng("raw").normal(run, new Shape(family.parameters()));
      Transform map = family.map(raw);
      double near = Math.PI - 1e-9;
      NDArray x = run.create(new double[] {-Math.PI, Math.PI, -near, near}, new Shape(4));

      Mapped mapped = map.forward(x);

      double[] y = Tensors.values(mapped.value());
      double[] logSlope = Tensors.values(mapped.logDet());
      for (int i = 1; i < 4; i++) {
        assertThat(Math.IEEEremainder(y[i] - y[0], 2 * Math.PI)).isCloseTo(0, within(1e-7));
        assertThat(logSlope[i]).isCloseTo(logSlope[0], within(1e-7));
      }
      assertThat(map.domain()).isEqualTo(Constraint.CIRCULAR);
      assertThat(map.codomain()).isEqualTo(Constraint.CIRCULAR);
      assertThat(Elementwise.of(2, family)).hasToString("elementwise(2, circular spline(4 bins))");
    }
  }

  /** A spline that is the identity turns by the last parameter, whole turns being none. */
  @Test
  void circularSplineTurns() {
    CircularSpline family = CircularSpline.of(1);
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      NDArray x = run.create(new double[] {-3, -1, 0, 2, 3}, new Shape(5));
      double[] expected = {-3 + 1.5, 0.5, 1.5, 3.5 - 2 * Math.PI, 4.5 - 2 * Math.PI};
      for (double turns : new double[] {0, 1, -3}) {
        double[] raw = {0, 0, 0, 1.5 + turns * 2 * Math.PI};
        Transform map = family.map(run.create(raw, new Shape(4)));

        assertClose("turned", map.forward(x).value(), 1e-14, expected);
        assertClose("back", map.inverse(map.forward(x).value()).value(), x, 1e-14);
      }
    }
  }

  @Test
  void standardising() {
    agree(AffineFamily.standardising(), new double[] {3, -2}, x -> (x - 3) * Math.exp(2));
  }

  @Test
  void gainsCountParametersManyTimes() {
    ScalarFamily half = AffineFamily.of().gain(0.5);
    agree(half, new double[] {0, 3, -2}, x -> 1.5 + Math.exp(-1) * x);
    agree(half, new double[] {40, 3, -0.5}, x -> 6 + Math.exp(-1) * x);
    agree(half, new double[] {-40, 3, -8}, x -> 0.375 + Math.exp(-1) * x);
    double times = Math.pow(4, Math.tanh(-0.3));
    agree(half, new double[] {-0.3, 3, -2}, x -> 1.5 * times + Math.exp(-times) * x);
  }

  /** Each inner knot is where its derivative, and no other, is the map's. */
  @Test
  void splinesOfNormalNumbersHaveTheKnotsThatTheySay() {
    int bins = 8;
    RationalQuadratic family = RationalQuadratic.ofNormal(bins);
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      for (int k = 1; k < bins; k++) {
        double t = 2.0 * k / bins - 1;
        double knot = 6 * t / (4 - 3 * Math.abs(t));
        double[] raw = new double[family.parameters()];
        raw[2 * bins + k - 1] = 1;
        double slope = Math.log1p(Math.exp(1 + Knots.UNIT)) + Knots.MIN;
        Mapped mapped =
            family
                .map(run.create(raw, new Shape(raw.length)))
                .forward(run.create(new double[] {knot}, new Shape(1)));

        assertClose("value", mapped.value(), 1e-12, knot);
        assertClose("log derivative", mapped.logDet(), 1e-9, Math.log(slope));
      }
    }
  }

  /** So that a file of before is refused by whatever layer the family is in. */
  @Test
  void layersAreOfTheFamiliesOfTheirMaps() {
    ScalarFamily first = AffineFamily.of();
    ScalarFamily second = RationalQuadratic.of(2, 3).linearTails();
    ScalarFamily third = second.then(first).then(LinearSpline.of(2, 3).gain(2));
    assertThat(first.families()).containsExactly(new Family("AffineFamily", 1));
    assertThat(third.families())
        .containsExactly(
            new Family("RationalQuadratic", 1),
            new Family("RationalQuadratic.linearTails", 2),
            new Family("AffineFamily", 1),
            new Family("LinearSpline", 2),
            new Family("GainedFamily", 2));
    int judged = 0;
    for (ScalarFamily family : List.of(first, second, third)) {
      for (TransformModule layer :
          List.of(
              Elementwise.of(3, family),
              Coupling.of(3, family),
              Coupling.of(3, first).passing(family),
              Autoregressive.of(3, family),
              Autoregressive.of(3, family).inverted().then(Flip.of()).repeat(2))) {
        for (List<TensorSpec> specs :
            List.of(
                layer.tensors(),
                layer.conditional(2).tensors(),
                layer.conditional(2, Mlp.of(3)).tensors())) {
          assertThat(specs.stream().flatMap(spec -> spec.families().stream()))
              .as("%s", layer)
              .containsAll(family.families());
          judged++;
        }
      }
    }
    assertThat(judged).isEqualTo(45);
  }
}
