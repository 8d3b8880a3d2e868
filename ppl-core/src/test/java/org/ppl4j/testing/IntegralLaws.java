package org.ppl4j.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.ppl4j.testing.DistributionLaws.gradients;
import static org.ppl4j.testing.DistributionLaws.ifItExists;
import static org.ppl4j.testing.DistributionLaws.inside;
import static org.ppl4j.testing.TensorAssertions.assertClose;

import ai.djl.ndarray.NDArray;
import com.google.errorprone.annotations.CanIgnoreReturnValue;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;
import org.hipparchus.distribution.RealDistribution;
import org.ppl4j.distributions.Distribution;
import org.ppl4j.tensor.Autograd;
import org.ppl4j.tensor.Run;
import org.ppl4j.tensor.RunConfig;
import org.ppl4j.tensor.Tensors;

/**
 * What the density of every distribution integrates to: 1, moments, entropy, cdf. Each law gives at
 * how many points it has judged, and fails if that is none; 0 where it does not apply.
 */
public final class IntegralLaws {

  /** Of one number, and of sums. */
  private static final double MASS = 1e-8;

  /** Over a grid of up to three dimensions. */
  private static final double MASS_OF_VECTORS = 1e-7;

  /** Tails are cut where the density is below rounding, which moments feel first. */
  private static final double SECOND_MOMENT = 1e-5;

  private static final double EXACT = 1e-10;

  private IntegralLaws() {}

  /**
   * The density integrates to 1, to the mean, variance and entropy that the formulas give. Of
   * vectors with more than three unconstrained dimensions the draws tell instead.
   */
  @CanIgnoreReturnValue
  public static int densityIntegrates(DistributionCase row) {
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      Distribution distribution = row.in(run);
      int judged = 0;
      for (Quadrature quadrature : Quadrature.over(run, row, distribution).stream().toList()) {
        double[] logProb = Tensors.values(distribution.logProb(quadrature.points()));
        double[] p = Arrays.stream(logProb).map(Math::exp).toArray();
        judged += Tally.required(p.length);
        double[] information = new double[p.length];
        for (int i = 0; i < p.length; i++) {
          information[i] = p[i] == 0 ? 0 : -logProb[i] * p[i];
        }
        double tolerance = distribution.eventShape().dimension() == 0 ? MASS : MASS_OF_VECTORS;
        assertClose("total mass", new double[] {quadrature.sum(p)}, tolerance, 1);
        for (NDArray entropy : ifItExists(distribution::entropy)) {
          assertClose("entropy", entropy, 10 * tolerance, quadrature.sum(information));
        }
        for (NDArray mean : ifItExists(distribution::mean)) {
          double[] variance = Tensors.values(distribution.variance());
          if (row.isCircular()) {
            circularMoments(quadrature, p, Tensors.values(mean)[0], variance[0]);
          } else {
            moments(quadrature, p, Tensors.values(mean), variance);
          }
        }
      }
      return judged;
    }
  }

  /** KL(p ‖ q) by the quadrature over p that a row describes. */
  public static double divergence(Run run, DistributionCase row, Distribution q) {
    Distribution p = row.in(run);
    Quadrature quadrature = Quadrature.over(run, row, p).orElseThrow();
    double[] ofP = Tensors.values(p.logProb(quadrature.points()));
    double[] ofQ = Tensors.values(q.logProb(quadrature.points()));
    double[] apart = new double[ofP.length];
    for (int i = 0; i < apart.length; i++) {
      double mass = Math.exp(ofP[i]);
      apart[i] = mass == 0 ? 0 : mass * (ofP[i] - ofQ[i]);
    }
    return quadrature.sum(apart);
  }

  private static void moments(Quadrature quadrature, double[] p, double[] mean, double[] variance) {
    double[] points = Tensors.values(quadrature.points());
    int width = mean.length;
    for (int at = 0; at < width; at++) {
      if (!Double.isFinite(mean[at]) || !Double.isFinite(variance[at])) {
        continue;
      }
      double[] first = new double[p.length];
      double[] second = new double[p.length];
      for (int i = 0; i < p.length; i++) {
        double x = points[i * width + at];
        first[i] = p[i] == 0 ? 0 : x * p[i];
        second[i] = p[i] == 0 ? 0 : (x - mean[at]) * (x - mean[at]) * p[i];
      }
      assertClose("mean " + at, new double[] {mean[at]}, 1e-6, quadrature.sum(first));
      assertClose(
          "variance " + at, new double[] {variance[at]}, SECOND_MOMENT, quadrature.sum(second));
    }
  }

  private static void circularMoments(
      Quadrature quadrature, double[] p, double mean, double variance) {
    double[] x = Tensors.values(quadrature.points());
    double[] cos = new double[p.length];
    double[] sin = new double[p.length];
    for (int i = 0; i < p.length; i++) {
      cos[i] = Math.cos(x[i]) * p[i];
      sin[i] = Math.sin(x[i]) * p[i];
    }
    double c = quadrature.sum(cos);
    double s = quadrature.sum(sin);
    assertClose("circular mean", new double[] {mean}, 1e-6, Math.atan2(s, c));
    assertClose("circular variance", new double[] {variance}, 1e-6, 1 - Math.hypot(s, c));
  }

  /** What a distribution says that it has of cdf and quantiles works, and what not throws. */
  @CanIgnoreReturnValue
  public static int cdfExistsAsAsked(DistributionCase row) {
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      Distribution distribution = row.in(run);
      NDArray value = inside(run, row, distribution);
      NDArray probability = run.full(0.3, value.getShape());
      boolean cdf = distribution.hasCdf();
      boolean icdf = distribution.hasIcdf();
      exists(cdf, "cdf", () -> distribution.cdf(value));
      exists(cdf, "sf", () -> distribution.sf(value));
      exists(cdf, "logCdf", () -> distribution.logCdf(value));
      exists(cdf, "logSf", () -> distribution.logSf(value));
      exists(icdf, "icdf", () -> distribution.icdf(probability));
      exists(icdf, "isf", () -> distribution.isf(probability));
      assertThat(cdf || !icdf).as("quantiles without a cdf").isTrue();
      return Tally.required(6);
    }
  }

  private static void exists(boolean asked, String name, Supplier<NDArray> formula) {
    assertThat(!ifItExists(formula).isEmpty()).as("has %s", name).isEqualTo(asked);
  }

  /** The cdf is the oracle's and the integral of the density; quantiles invert it. */
  @CanIgnoreReturnValue
  public static int cdfInverts(DistributionCase row) {
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      Distribution distribution = row.in(run);
      NDArray value =
          distribution.eventShape().dimension() > 0
              ? run.zeros(distribution.eventShape())
              : inside(run, row, distribution);
      int judged = 0;
      if (distribution.hasCdf()) {
        NDArray cdf = distribution.cdf(value);
        judged += Tally.required(Math.toIntExact(cdf.size()));
        if (row.oracle() != null) {
          RealDistribution oracle = row.oracle().apply(row.flat());
          double[] expected =
              Arrays.stream(row.inside()).map(oracle::cumulativeProbability).toArray();
          assertClose("cdf", cdf, 1e-9, expected);
        }
        beyondTheSupport(run, row, distribution);
        NDArray sf = distribution.sf(value);
        assertClose("log cdf", distribution.logCdf(value), cdf.log(), EXACT);
        assertClose("log sf", distribution.logSf(value), sf.log(), EXACT);
        assertClose("cdf + sf", cdf.add(sf), run.ones(cdf.getShape()), EXACT);
        NDArray half = run.zeros(cdf.getShape());
        if (distribution.support().isDiscrete()) {
          cdfSums(run, row, distribution);
          half = distribution.logProb(value).exp().mul(0.5);
        } else if (row.atoms().length == 0) {
          NDArray leaf = Autograd.variable(value);
          NDArray slope = gradients(distribution.cdf(leaf).sum(), List.of(leaf)).get(0);
          assertClose("slope of the cdf", slope, distribution.logProb(value).exp(), 1e-8);
        }
        NDArray below = cdf.sub(half);
        NDArray above = sf.add(half);
        if (distribution.hasIcdf()) {
          NDArray quantile = distribution.icdf(below);
          assertClose("icdf of cdf", Tensors.values(quantile), 1e-8, row.inside());
          assertClose("isf of sf", Tensors.values(distribution.isf(above)), 1e-8, row.inside());
        }
      }
      return judged;
    }
  }

  /** 0 below and 1 above. */
  private static void beyondTheSupport(Run run, DistributionCase row, Distribution distribution) {
    double low = Arrays.stream(row.inside()).min().orElseThrow();
    double high = Arrays.stream(row.inside()).max().orElseThrow();
    for (double outside : row.outside()) {
      if (outside < low || outside > high) {
        double expected = outside < low ? 0 : 1;
        assertClose("cdf outside", distribution.cdf(run.scalar(outside)), 0, expected);
        assertClose("sf outside", distribution.sf(run.scalar(outside)), 0, 1 - expected);
      }
    }
  }

  /** At each of the first values of a discrete distribution, the cdf is the sum of the masses. */
  private static void cdfSums(Run run, DistributionCase row, Distribution distribution) {
    Quadrature values = Quadrature.over(run, row, distribution).orElseThrow();
    double[] p = Tensors.values(distribution.logProb(values.points()).exp());
    double[] cdf = Tensors.values(distribution.cdf(values.points()));
    double[] between = Tensors.values(distribution.cdf(values.points().add(0.5)));
    double sum = 0;
    for (int i = 0; i < p.length; i++) {
      sum += p[i];
      assertThat(Math.abs(cdf[i] - sum)).as("cdf of value %s", i).isLessThan(1e-9);
      assertThat(between[i]).as("cdf after value %s", i).isEqualTo(cdf[i]);
    }
  }
}
