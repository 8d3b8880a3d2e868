package org.ppl4j.tensor;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import com.google.common.primitives.Doubles;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.ppl4j.distributions.Chi2;
import org.ppl4j.distributions.InverseGamma;
import org.ppl4j.distributions.StudentT;
import org.ppl4j.internal.math.GammaDerivative;
import org.ppl4j.internal.math.IncompleteBeta;
import org.ppl4j.internal.math.StudentTails;

/**
 * How draws move with the concentrations, against 30 digits: concentrations from 1e-3 to 1e4 at
 * quantiles from 1e-4 to 1 − 1e-4.
 *
 * <p>A gamma draw and a von Mises draw move along their quantile, so what the sampler attaches is
 * compared with the table at once; inverse gamma and chi-squared draws are functions of a gamma
 * draw. A beta draw and a t draw are functions of two noises: their own quantiles' derivatives are
 * in the table and are compared with those of the inverse functions, and what their samplers attach
 * is compared, draw by draw, with the chain rule on the noises.
 */
class PathDerivativesTest {

  /** What is promised to users. */
  private static final double PROMISED = 1e-6;

  /** What is kept. */
  private static final double KEPT = 1e-9;

  private record Row(String family, double first, double second, double x, List<Double> slopes) {}

  private static List<Row> rows() {
    try (BufferedReader in =
        new BufferedReader(
            new InputStreamReader(
                Objects.requireNonNull(
                    PathDerivativesTest.class.getResourceAsStream("path_derivatives.csv")),
                StandardCharsets.UTF_8))) {
      return in.lines()
          .filter(line -> !line.startsWith("#"))
          .map(PathDerivativesTest::row)
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Row row(String line) {
    String[] cells = line.split(",", -1);
    boolean two = !cells[2].isEmpty();
    double first = Double.parseDouble(cells[1]);
    double second = two ? Double.parseDouble(cells[2]) : Double.NaN;
    double x = Double.parseDouble(cells[4]);
    double slope = Double.parseDouble(cells[5]);
    List<Double> slopes = two ? List.of(slope, Double.parseDouble(cells[6])) : List.of(slope);
    return new Row(cells[0], first, second, x, slopes);
  }

  @Test
  void aPartOfTheTableAgrees() {
    List<Row> rows = rows();
    for (int i = 0; i < rows.size(); i += 7) {
      assertThat(error(rows.get(i))).as("%s", rows.get(i)).isLessThan(KEPT);
    }
  }

  @Tag("acceptance")
  @Tag("distributions.3")
  @Test
  void theWholeTableAgrees() {
    double worst = 0;
    List<Row> rows = rows();
    for (Row row : rows) {
      double error = error(row);
      assertThat(error).as("%s", row).isLessThan(PROMISED);
      worst = Math.max(worst, error);
    }
    double worstDraw =
        Doubles.max(worstOfGamma(), worstOfInverseGammaAndChi2(), worstOfBeta(), worstOfStudent());
    assertThat(worstDraw).as("draws of one and of two noises").isLessThan(PROMISED);

    System.out.printf(
        Locale.ROOT,
        "distributions.3 %.1e %.0e pass (%d derivatives; %.1e along the noises of draws)%n",
        worst,
        PROMISED,
        rows.stream().mapToInt(row -> row.slopes().size()).sum(),
        worstDraw);
  }

  @Test
  void whatSamplersAttachFollowsTheirNoises() {
    assertThat(worstOfGamma()).isLessThan(KEPT);
    assertThat(worstOfInverseGammaAndChi2()).isLessThan(KEPT);
    assertThat(worstOfBeta()).isLessThan(KEPT);
    assertThat(worstOfStudent()).isLessThan(KEPT);
  }

  private static double error(Row row) {
    double worst = 0;
    double[] own = own(row);
    for (int i = 0; i < own.length; i++) {
      double error = Math.abs(own[i] / row.slopes().get(i) - 1);
      worst = error <= worst ? worst : error; // NaN counts
    }
    return worst;
  }

  private static double[] own(Row row) {
    double x = row.x();
    return switch (row.family()) {
      case "gamma" -> new double[] {GammaDerivative.of(row.first(), x)};
      case "vonmises" -> new double[] {VonMisesKernel.derivative(row.first(), x)};
      case "beta" -> {
        IncompleteBeta at = IncompleteBeta.at(row.first(), row.second(), x, 1 - x);
        double width = x * (1 - x) / at.density();
        yield new double[] {-at.slopeA() * width, -at.slopeB() * width};
      }
      default -> {
        double[] slopes = new double[2];
        double[] point = {row.first(), x};
        StudentTails.LOWER.slopes(point, 0, slopes);
        yield new double[] {-slopes[0] / slopes[1]};
      }
    };
  }

  private static final double[] SIZES = {1e-3, 1e-2, 0.1, 0.5, 1, 2.5, 10, 100, 1e3, 1e4};
  private static final int DRAWS = 50;

  private static Rng rng() {
    return Rng.of(20260103, Rng.Purpose.MODEL, 0, "path");
  }

  /** Each size so many times, with a gradient. */
  private static NDArray sizes(Run run, double[] of) {
    return Autograd.variable(run.create(of, new Shape(of.length)));
  }

  private static double[] repeated(int each, int modulo) {
    double[] all = new double[SIZES.length * SIZES.length * each];
    for (int i = 0; i < all.length; i++) {
      all[i] = SIZES[i / modulo % SIZES.length];
    }
    return all;
  }

  private static double worst(double[] actual, double[] expected) {
    double worst = 0;
    for (int i = 0; i < actual.length; i++) {
      double error = actual[i] == expected[i] ? 0 : Math.abs(actual[i] / expected[i] - 1);
      worst = error <= worst ? worst : error;
    }
    return worst;
  }

  /** A draw is a monotone function of one noise: its derivative is the quantile's. */
  private static double worstOfGamma() {
    double[] a = repeated(1, 1);
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      NDArray leaf = sizes(run, a);
      NDArray log = rng().logGamma(leaf);
      NDArray angle = rng().vonMises(leaf);
      double[] logs = log.toDoubleArray();
      double[] angles = angle.toDoubleArray();
      double[] expected = new double[a.length];
      double[] turned = new double[a.length];
      for (int i = 0; i < a.length; i++) {
        expected[i] = GammaDerivative.of(a[i], logs[i]);
        turned[i] = VonMisesKernel.derivative(a[i], angles[i]);
      }
      return Math.max(worst(slope(log, leaf), expected), worst(slope(angle, leaf), turned));
    }
  }

  /** x = g / (g + h): dx/da = x y g′(a) and dx/db = −x y h′(b), g and h in log space. */
  private static double worstOfBeta() {
    double[] a = repeated(DRAWS, 1);
    double[] b = repeated(DRAWS, SIZES.length);
    double[] g = rng().split(0).logGammas(a);
    double[] h = rng().split(1).logGammas(b);
    double[] byA = new double[a.length];
    double[] byB = new double[a.length];
    for (int i = 0; i < a.length; i++) {
      double odds = Math.exp(-Math.abs(g[i] - h[i]));
      double width = odds / ((1 + odds) * (1 + odds));
      byA[i] = width * GammaDerivative.of(a[i], g[i]);
      byB[i] = -width * GammaDerivative.of(b[i], h[i]);
    }
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      NDArray first = sizes(run, a);
      NDArray second = sizes(run, b);
      NDArray values = rng().beta(first, second).values();
      List<NDArray> slopes = Autograd.grad(values.sum(), List.of(first, second));
      return Math.max(
          worst(slopes.get(0).toDoubleArray(), byA), worst(slopes.get(1).toDoubleArray(), byB));
    }
  }

  /** t = ε / √(g / (ν/2)): dt/dν = t (1/ν − g′(ν/2) / 2) / 2, g in log space. */
  private static double worstOfStudent() {
    double[] df = repeated(1, 1);
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      NDArray leaf = sizes(run, df);
      NDArray t = StudentT.of(leaf, Tensors.number(0), Tensors.number(1)).draw(rng()).value();
      double[] values = t.toDoubleArray();
      double[] logs = rng().split(0).logGammas(Arrays.stream(df).map(v -> 0.5 * v).toArray());
      double[] expected = new double[df.length];
      for (int i = 0; i < df.length; i++) {
        double slope = GammaDerivative.of(0.5 * df[i], logs[i]);
        expected[i] = 0.5 * values[i] * (1 / df[i] - 0.5 * slope);
      }
      return worst(slope(t, leaf), expected);
    }
  }

  /** 1/g and 2 g of a gamma draw g: their logarithms move as its logarithm does. */
  private static double worstOfInverseGammaAndChi2() {
    double[] a = Arrays.stream(repeated(1, 1)).filter(v -> v >= 0.1).toArray();
    double[] df = Arrays.stream(a).map(v -> 2 * v).toArray();
    double[] logs = rng().logGammas(a);
    double[] inverse = new double[a.length];
    double[] squares = new double[a.length];
    for (int i = 0; i < a.length; i++) {
      double slope = GammaDerivative.of(a[i], logs[i]);
      inverse[i] = -slope * Math.exp(-logs[i]);
      squares[i] = 0.5 * slope * 2 * Math.exp(logs[i]);
    }
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      NDArray first = sizes(run, a);
      NDArray second = sizes(run, df);
      double[] own = slope(InverseGamma.of(first, 1).draw(rng()).value(), first);
      return Math.max(
          worst(own, inverse), worst(slope(Chi2.of(second).draw(rng()).value(), second), squares));
    }
  }

  private static double[] slope(NDArray value, NDArray leaf) {
    return Autograd.grad(value.sum(), List.of(leaf)).get(0).toDoubleArray();
  }
}
