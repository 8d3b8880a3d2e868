package org.ppl4j.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.ppl4j.testing.DistributionLaws.gradients;
import static org.ppl4j.testing.DistributionLaws.ifItExists;
import static org.ppl4j.testing.DistributionLaws.rng;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.hipparchus.distribution.RealDistribution;
import org.hipparchus.distribution.continuous.ChiSquaredDistribution;
import org.ppl4j.distributions.Distribution;
import org.ppl4j.tensor.Autograd;
import org.ppl4j.tensor.Run;
import org.ppl4j.tensor.RunConfig;
import org.ppl4j.tensor.Shapes;
import org.ppl4j.tensor.Tensors;

/** What holds for many draws of every distribution. Seeds are fixed, so a pass is a pass. */
public final class SamplingLaws {

  /** Enough to see an error of 1% in a scale. */
  private static final int DRAWS = 200_000;

  /** The share of right samplers that a test may fail. */
  private static final double ALPHA = 1e-6;

  /** As many standard errors as leave that share outside. */
  private static final double STANDARD_ERRORS = 5;

  private SamplingLaws() {}

  /** Mean and variance of each entry of draws are those of the formulas and of the oracle. */
  public static void moments(DistributionCase row) {
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      Distribution distribution = row.in(run);
      double[] draws = draws(distribution);
      int width = draws.length / DRAWS;
      for (int at = 0; at < width; at++) {
        int entry = at;
        double[] each =
            IntStream.range(0, DRAWS).mapToDouble(i -> draws[i * width + entry]).toArray();
        double mean = mean(each);
        double variance = variance(each, mean);
        double fourth = Arrays.stream(each).map(x -> Math.pow(x - mean, 4)).sum() / DRAWS;
        double errorOfMean = Math.sqrt(variance / DRAWS);
        double errorOfVariance = Math.sqrt((fourth - variance * variance) / DRAWS);
        for (NDArray formula : ifItExists(distribution::mean)) {
          within("mean", mean, Tensors.values(formula)[entry], errorOfMean);
          double expected = Tensors.values(distribution.variance())[entry];
          within("variance", variance, expected, errorOfVariance);
        }
        if (row.oracle() != null) {
          RealDistribution oracle = row.oracle().apply(row.flat());
          within("mean of oracle", mean, oracle.getNumericalMean(), errorOfMean);
          within("variance of oracle", variance, oracle.getNumericalVariance(), errorOfVariance);
        }
      }
    }
  }

  private static double mean(double[] x) {
    return Arrays.stream(x).sum() / x.length;
  }

  private static double variance(double[] x, double mean) {
    return Arrays.stream(x).map(v -> (v - mean) * (v - mean)).sum() / x.length;
  }

  private static void within(String what, double sample, double expected, double error) {
    if (Double.isFinite(expected)) {
      assertThat(Math.abs(sample - expected))
          .as("%s: %s of draws, %s expected, in units of %s", what, sample, expected, error)
          .isLessThanOrEqualTo(STANDARD_ERRORS * error + 1e-12);
    }
  }

  /** Draws follow the oracle's cdf (Kolmogorov–Smirnov), or the probabilities (χ²). */
  public static void drawsFollowTheDensity(DistributionCase row) {
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      Distribution distribution = row.in(run);
      double[] draws = draws(distribution);
      if (distribution.support().isDiscrete()) {
        chiSquared(distribution, draws);
      } else if (row.oracle() != null) {
        kolmogorov(row.oracle().apply(row.flat()), draws);
      }
    }
  }

  private static void kolmogorov(RealDistribution oracle, double[] draws) {
    Arrays.sort(draws);
    double distance = 0;
    for (int i = 0; i < draws.length; i++) {
      double cdf = oracle.cumulativeProbability(draws[i]);
      distance = Math.max(distance, Math.max(cdf - i / (double) DRAWS, (i + 1.0) / DRAWS - cdf));
    }
    double critical = Math.sqrt(-0.5 * Math.log(ALPHA / 2) / DRAWS);
    assertThat(distance).as("Kolmogorov–Smirnov distance").isLessThan(critical);
  }

  private static void chiSquared(Distribution distribution, double[] draws) {
    NDArray values = distribution.enumerateSupport();
    double[] support = Tensors.values(values);
    double[] logProb = Tensors.values(distribution.logProb(values));
    double statistic = 0;
    for (int i = 0; i < support.length; i++) {
      double value = support[i];
      double expected = DRAWS * Math.exp(logProb[i]);
      double seen = Arrays.stream(draws).filter(x -> x == value).count();
      statistic += (seen - expected) * (seen - expected) / expected;
    }
    double critical =
        new ChiSquaredDistribution(support.length - 1).inverseCumulativeProbability(1 - ALPHA);
    assertThat(statistic).as("χ² of draws").isLessThan(critical);
  }

  private static double[] draws(Distribution distribution) {
    return Tensors.values(distribution.expand(new Shape(DRAWS)).draw(rng("draws")).value());
  }

  /**
   * The derivative of a draw in each parameter. A monotone function of one noise has −(∂F/∂θ) / p.
   * Of several noises, and of vectors, only the mean is determined: that of ∂φ(x)/∂θ is that of
   * φ(x) ∂log p(x)/∂θ with the value detached.
   */
  public static void drawsHaveTheirGradient(DistributionCase row) {
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      Distribution distribution = row.in(run);
      if (!distribution.isReparameterized()) {
        return;
      }
      for (int i = 0; i < row.parameters().size(); i++) {
        if (row.oneNoise() && row.oracle() != null) {
          implicit(run, row, i);
        } else {
          onAverage(run, row, i);
        }
      }
    }
  }

  private static void implicit(Run run, DistributionCase row, int which) {
    int count = 20;
    NDArray parameter = Autograd.variable(row.tensors(run).get(which).broadcast(new Shape(count)));
    List<NDArray> parameters = row.tensors(run);
    parameters.set(which, parameter);
    NDArray value = row.of(run, parameters).draw(rng("path")).value();
    double[] gradient = Tensors.values(gradients(value.sum(), List.of(parameter)).get(0));
    double[] x = Tensors.values(value);
    double step = 1e-4;
    double[] up = row.flat();
    double[] down = row.flat();
    up[which] += step;
    down[which] -= step;
    RealDistribution here = row.oracle().apply(row.flat());
    RealDistribution above = row.oracle().apply(up);
    RealDistribution below = row.oracle().apply(down);
    for (int i = 0; i < count; i++) {
      double slope =
          (above.cumulativeProbability(x[i]) - below.cumulativeProbability(x[i])) / (2 * step);
      double expected = -slope / here.density(x[i]);
      assertThat(Math.abs(gradient[i] - expected))
          .as(
              "derivative of draw %s in parameter %s: %s, expected %s",
              x[i], which, gradient[i], expected)
          .isLessThan(1e-5 * Math.max(1, Math.abs(expected)));
    }
  }

  private static void onAverage(Run run, DistributionCase row, int which) {
    List<NDArray> parameters = row.tensors(run);
    Shape each = Shapes.concat(new Shape(DRAWS), parameters.get(which).getShape());
    NDArray parameter = Autograd.variable(parameters.get(which).broadcast(each));
    parameters.set(which, parameter);
    Distribution distribution = row.of(run, parameters);
    NDArray value = distribution.draw(rng("path")).value();
    NDArray fixed = value.stopGradient();
    int dims = distribution.eventShape().dimension();
    NDArray weight = bounded(fixed, dims);
    NDArray score = weight.sub(weight.mean()).mul(distribution.logProb(fixed));
    double[] path = perDraw(bounded(value, dims), parameter);
    double[] scores = perDraw(score, parameter);
    int width = path.length / DRAWS;
    for (int at = 0; at < width; at++) {
      int entry = at;
      double[] apart =
          IntStream.range(0, DRAWS)
              .mapToDouble(i -> path[i * width + entry] - scores[i * width + entry])
              .toArray();
      double mean = mean(apart);
      double error = Math.sqrt(variance(apart, mean) / DRAWS);
      within("path less score in parameter " + which, mean, 0, error);
    }
  }

  private static double[] perDraw(NDArray total, NDArray parameter) {
    return Tensors.values(gradients(total.sum(), List.of(parameter)).get(0));
  }

  /** A smooth function of draws that is bounded and not symmetric. */
  private static NDArray bounded(NDArray x, int eventDims) {
    return Tensors.sumRight(x.tanh().add(x.square().mul(-0.5).exp()), eventDims);
  }

  /** Each place of an expanded batch has a draw of its own; the same stream gives the same draw. */
  public static void expandDrawsAnew(DistributionCase row) {
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      Distribution distribution = row.in(run);
      Distribution expanded = distribution.expand(new Shape(64));
      double[] draws = Tensors.values(expanded.draw(rng("expand")).value());

      assertThat(Arrays.stream(draws).distinct().count()).isGreaterThan(1);
      assertThat(draws).isEqualTo(Tensors.values(expanded.draw(rng("expand")).value()));
      assertThat(Shapes.concat(new Shape(64), distribution.eventShape()).size())
          .isEqualTo(draws.length);
    }
  }
}
