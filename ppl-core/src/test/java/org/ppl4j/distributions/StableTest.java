package org.ppl4j.distributions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.ppl4j.testing.TensorAssertions.assertClose;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.ppl4j.tensor.Autograd;
import org.ppl4j.tensor.Rng;
import org.ppl4j.tensor.Run;
import org.ppl4j.tensor.RunConfig;
import org.ppl4j.testing.LeakCheck;

/**
 * A density is dear here, so it has a test of its own instead of a row of the table: closed forms,
 * differences, and the characteristic function of draws. Its reference values are in {@link
 * DistributionReferenceTest}.
 */
@ExtendWith(LeakCheck.class)
class StableTest {

  private static final int DRAWS = 200_000;

  private static double logDensity(double... p) {
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      return Stable.of(p[0], p[1], p[2], p[3]).logProb(run.scalar(p[4])).getDouble();
    }
  }

  /** Normal, Cauchy and Lévy; the last in S0 begins at loc − scale. */
  @ParameterizedTest
  @CsvSource({"0", "0.3", "-0.9", "4", "1e3", "1e8"})
  void specialCases(double x) {
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      NDArray at = run.create(new double[] {x, -x}, new Shape(2));
      NDArray cauchy = Stable.of(1, 0, 1.5, 0.2).logProb(at);
      assertClose("Cauchy", cauchy, Cauchy.of(0.2, 1.5).logProb(at), 1e-12);
      NDArray normal = Stable.of(2, 0, 1.5, 0.2).logProb(at);
      NDArray truth = Normal.of(0.2, 1.5 * Math.sqrt(2)).logProb(at);
      assertClose("normal", normal.div(truth), run.ones(at.getShape()), 1e-10);
    }
    double z = x + 1;
    double levy = -0.5 * Math.log(2 * Math.PI) - 1.5 * Math.log(z) - 0.5 / z;
    double own = logDensity(0.5, 1, 1, 0, x);
    assertClose("Lévy", new double[] {own}, 1e-12, levy);
  }

  @ParameterizedTest
  @CsvSource({
    "1.6, 0.4, 1.3, 0.5, 2",
    "0.7, -0.3, 0.8, -1, 3",
    "1, 0.6, 1, 0, -2",
    "1.00001, 0.6, 1, 0, 50",
    "1.9, 0.9, 2, 0, 1000",
    "0.4, 0.2, 1, 0, 0.01",
    "1.9, -0.9, 1, 0, 12",
    "1.8, -0.99, 1, 0, 9",
    "1.7, 0.95, 1, 0, -12"
  })
  void theDensityHasItsGradient(double a, double b, double scale, double loc, double x) {
    double[] point = {a, b, scale, loc, x};
    double[] own = new double[5];
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      List<NDArray> leaves =
          Arrays.stream(point)
              .mapToObj(v -> Autograd.variable(run.create(new double[] {v}, new Shape())))
              .toList();
      NDArray logProb =
          Stable.of(leaves.get(0), leaves.get(1), leaves.get(2), leaves.get(3))
              .logProb(leaves.get(4));
      List<NDArray> gradients = Autograd.grad(logProb, leaves);
      for (int i = 0; i < own.length; i++) {
        own[i] = gradients.get(i).getDouble();
      }
    }
    for (int i = 0; i < own.length; i++) {
      double step = 1e-4 * Math.max(1e-1, Math.abs(point[i]));
      double[] near = {moved(point, i, step), moved(point, i, -step)};
      double[] far = {moved(point, i, 2 * step), moved(point, i, -2 * step)};
      double expected = (8 * (near[0] - near[1]) - (far[0] - far[1])) / (12 * step);
      assertClose("gradient " + i, new double[] {own[i]}, 1e-8, expected);
    }
  }

  /** Where the density is 1e-11 to 1e-40: the integral on the real line, with 50 digits. */
  @ParameterizedTest
  @CsvSource({
    "2, 0, 10, -26.265512123484645",
    "2, 0, 14, -50.265512123484645",
    "1.99, -1, 10, -26.737373492873761",
    "1.99, 0.5, -12, -12.649945444850704",
    "1.9999, -0.7, 12, -17.779650895715534",
    "1.8, -1, 8, -24.509620485592368",
    "1.6, -1, 5, -13.280410613618249",
    "1.999999999, 0.3, 11, -27.528069208509986"
  })
  void nearlyNormalTailsHaveTheirDensity(double a, double b, double x, double logDensity) {
    assertClose("tail", new double[] {logDensity(a, b, 1, 0, x)}, 1e-8, logDensity);
  }

  /** Too near to the normal law for differences in α. */
  @ParameterizedTest
  @CsvSource({"1.9999, -0.7, 8", "1.9999, -0.7, 12", "1.99999, 0.4, -9"})
  void nearlyNormalTailsHaveTheirSlopeInSkewness(double a, double b, double x) {
    double own;
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      NDArray skewness = Autograd.variable(run.scalar(b));
      NDArray logProb =
          Stable.of(run.scalar(a), skewness, run.scalar(1), run.scalar(0)).logProb(run.scalar(x));
      own = Autograd.grad(logProb, List.of(skewness)).get(0).getDouble();
    }
    double[] point = {a, b, 1, 0, x};
    double h = 1e-3;
    double near = moved(point, 1, h) - moved(point, 1, -h);
    double far = moved(point, 1, 2 * h) - moved(point, 1, -2 * h);
    assertClose("gradient", new double[] {own}, 1e-8, (8 * near - far) / (12 * h));
  }

  private static double moved(double[] point, int which, double step) {
    double[] other = point.clone();
    other[which] += step;
    return logDensity(other);
  }

  /** The mean of cos and sin of t x is the characteristic function; derivatives by differences. */
  @ParameterizedTest
  @CsvSource({"1.6, 0.4", "0.7, -0.8", "1, 0.5", "2, 0", "1.3, -0.95"})
  void drawsHaveTheirCharacteristicFunction(double a, double b) {
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      NDArray alpha = Autograd.variable(run.create(new double[] {a}, new Shape()));
      NDArray beta = Autograd.variable(run.create(new double[] {b}, new Shape()));
      NDArray x =
          Stable.of(alpha, beta, run.scalar(1), run.scalar(0))
              .expand(new Shape(DRAWS))
              .draw(noise())
              .value();
      double error = 5 / Math.sqrt(DRAWS);
      for (double t : new double[] {0.3, 1, 2}) {
        NDArray cos = x.mul(t).cos().mean();
        NDArray sin = x.mul(t).sin().mean();
        assertClose("cos", cos, error, real(a, b, t));
        assertClose("sin", sin, error, imaginary(a, b, t));
      }
      double h = 1e-6;
      List<NDArray> slopes = Autograd.grad(x.get("0:20").sum(), List.of(alpha, beta));
      double[] own = {slopes.get(0).getDouble(), slopes.get(1).getDouble()};
      assertClose("∂x/∂β", new double[] {own[1]}, 1e-5, (sum(a, b + h) - sum(a, b - h)) / (2 * h));
      if (a < 2 && a != 1) {
        double byAlpha = (sum(a + h, b) - sum(a - h, b)) / (2 * h);
        assertClose("∂x/∂α", new double[] {own[0]}, 1e-5, byAlpha);
      }
    }
  }

  /** The sum of the first draws of the same noise. */
  private static double sum(double a, double b) {
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      Distribution stable = Stable.of(a, b, 1, 0).on(run).expand(new Shape(DRAWS));
      return stable.draw(noise()).value().get("0:20").sum().getDouble();
    }
  }

  private static Rng noise() {
    return Rng.of(20260104, Rng.Purpose.MODEL, 0, "stable");
  }

  private static double phase(double a, double b, double t) {
    return a == 1
        ? -b * t * 2 / Math.PI * Math.log(t)
        : -b * Math.tan(Math.PI * a / 2) * (t - Math.pow(t, a));
  }

  private static double real(double a, double b, double t) {
    return Math.exp(-Math.pow(t, a)) * Math.cos(phase(a, b, t));
  }

  private static double imaginary(double a, double b, double t) {
    return Math.exp(-Math.pow(t, a)) * Math.sin(phase(a, b, t));
  }

  @Test
  void momentsExistWhereTheyDo() {
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      double lean = Math.tan(Math.PI * 0.75) * 0.5;
      assertClose("mean", Stable.of(1.5, 0.5, 2, 1).on(run).mean(), 1e-14, 1 - lean * 2);
      assertThat(Stable.of(1, 0.5, 2, 1).on(run).mean().getDouble()).isNaN();
      assertClose("variance", Stable.of(2, 0.5, 2, 1).on(run).variance(), 0, 8);
      assertThat(Stable.of(1.5, 0.5, 2, 1).on(run).variance().getDouble()).isInfinite();
    }
  }

  @Test
  void wrongArgumentsAreRefused() {
    refused(() -> Stable.of(0, 0, 1, 0), "'stability' of Stable must be positive, but is 0.0");
    refused(
        () -> Stable.of(1, 2, 1, 0),
        "'skew' of Stable must be in the interval(-1.0, 1.0), but is 2.0");
    refused(() -> Stable.of(1, 0, 0, 0), "'scale' of Stable must be positive, but is 0.0");
  }

  private static void refused(Supplier<Stable> wrong, String text) {
    assertThatThrownBy(wrong::get)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("parameter " + text);
  }
}
