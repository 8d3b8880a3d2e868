package org.ppl4j.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.ppl4j.testing.DistributionLaws.gradients;
import static org.ppl4j.testing.DistributionLaws.ifItExists;
import static org.ppl4j.testing.DistributionLaws.rng;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import com.google.common.primitives.Doubles;
import com.google.errorprone.annotations.CanIgnoreReturnValue;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.hipparchus.distribution.RealDistribution;
import org.ppl4j.distributions.Distribution;
import org.ppl4j.tensor.Run;
import org.ppl4j.tensor.RunConfig;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.tensor.internal.table.Shapes;

/**
 * What holds for many draws of every distribution. Seeds are fixed, so a pass is a pass. Each law
 * returns how many comparisons it made, all at the level of {@link Significance}, whatever the
 * number of draws: with fewer, larger errors are seen.
 *
 * @param chunks how many chunks of draws of one number the laws take; of vectors and matrices they
 *     take a third
 * @param chunk how many draws a chunk has
 */
public record SamplingLaws(int chunks, int chunk) {

  /** For every build: an error of 3% in the scale of a normal distribution is seen. */
  public static final SamplingLaws QUICK = new SamplingLaws(1, 50_000);

  /**
   * For acceptance: so many draws that an error of 1% in the scale of a Cauchy distribution, of
   * which a draw tells less than of any other family of the table, is 5.6 + 2 standard errors.
   */
  public static final SamplingLaws FULL = new SamplingLaws(12, 100_000);

  /** Above it the error of a sample variance cannot be read off the sample. */
  private static final double MOST_KURTOSIS = 30;

  /** Events of at most so many entries get all draws: the more entries, the more a draw tells. */
  private static final int SMALL = 3;

  private int chunks(Distribution distribution) {
    return distribution.eventShape().size() <= SMALL ? chunks : (chunks + 2) / 3;
  }

  /** Draws as one array; each chunk has a run of its own, whose memory it gives back. */
  private double[] draws(DistributionCase row, int count) {
    List<double[]> all = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      try (Run run = Run.open(RunConfig.defaults(), 0)) {
        Distribution distribution = row.in(run).expand(new Shape(chunk));
        all.add(Tensors.values(distribution.draw(rng("draws " + i)).value()));
      }
    }
    return Doubles.concat(all.toArray(double[][]::new));
  }

  /** Mean and variance of each entry of draws are those of the formulas and of the oracle. */
  @CanIgnoreReturnValue
  public int moments(DistributionCase row) {
    if (row.isCircular()) {
      return 0;
    }
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      Distribution distribution = row.in(run);
      int comparisons = 0;
      double[] draws = draws(row, chunks(distribution));
      int width = Math.toIntExact(distribution.eventShape().size());
      for (NDArray formula : ifItExists(distribution::mean)) {
        double[] mean = Tensors.values(formula);
        double[] variance = Tensors.values(distribution.variance());
        for (int at = 0; at < width; at++) {
          comparisons += moments(entry(draws, at, width), mean[at], variance[at]);
        }
      }
      if (row.oracle() != null && width == 1) {
        RealDistribution oracle = row.oracle().apply(row.flat());
        comparisons += moments(draws, oracle.getNumericalMean(), oracle.getNumericalVariance());
      }
      return comparisons;
    }
  }

  private static double[] entry(double[] draws, int at, int width) {
    double[] entry = new double[draws.length / width];
    for (int i = 0; i < entry.length; i++) {
      entry[i] = draws[i * width + at];
    }
    return entry;
  }

  private static int moments(double[] x, double mean, double variance) {
    if (!Double.isFinite(mean) || !Double.isFinite(variance)) {
      return 0;
    }
    double[] squares = Arrays.stream(x).map(v -> (v - mean) * (v - mean)).toArray();
    double fourth = Arrays.stream(squares).map(v -> v * v).sum() / x.length;
    Significance.checkMean("mean of draws", x, mean);
    if (fourth > MOST_KURTOSIS * variance * variance) {
      return 1;
    }
    Significance.checkMean("variance of draws", squares, variance);
    return 2;
  }

  /**
   * Draws follow the oracle's cdf and the own one (Kolmogorov–Smirnov), or the probabilities of
   * discrete values (χ², rare values pooled).
   */
  @CanIgnoreReturnValue
  public int drawsFollowTheDensity(DistributionCase row) {
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      Distribution distribution = row.in(run);
      boolean discrete = distribution.support().isDiscrete();
      double[] draws = draws(row, discrete ? 1 : chunks(distribution));
      if (discrete) {
        return Enumeration.of(run, row, distribution)
            .map(values -> Significance.checkCounts(values, distribution, draws))
            .orElse(0);
      }
      if (distribution.eventShape().dimension() > 0 || row.atoms().length > 0) {
        return 0;
      }
      int comparisons = 0;
      Arrays.sort(draws);
      if (row.oracle() != null) {
        RealDistribution oracle = row.oracle().apply(row.flat());
        comparisons +=
            Significance.checkUniform(
                Arrays.stream(draws).map(oracle::cumulativeProbability).toArray());
      }
      NDArray sorted = run.create(draws, new Shape(draws.length));
      if (distribution.hasCdf()) {
        comparisons += Significance.checkUniform(Tensors.values(distribution.cdf(sorted)));
      }
      return comparisons;
    }
  }

  /**
   * At draws the derivative of the log-density in each parameter is 0 on average. No other test of
   * a sampler against its density sees a wrong parameter with fewer draws, and it needs no cdf. It
   * holds where the support does not move with the parameter.
   */
  @CanIgnoreReturnValue
  public int scoreIsZeroOnAverage(DistributionCase row) {
    List<Averages> averages = Averages.ofParameters(row);
    int count = chunksOf(row);
    for (int k = 0; k < count; k++) {
      try (Run run = Run.open(RunConfig.defaults(), 0)) {
        NDArray value = row.in(run).expand(new Shape(chunk)).draw(rng("draws " + k)).value();
        List<NDArray> leaves = row.repeated(run, chunk);
        NDArray logProb = row.of(run, leaves).logProb(value.stopGradient());
        List<NDArray> gradients = gradients(logProb.sum(), leaves);
        for (int i = 0; i < gradients.size(); i++) {
          averages.get(i).add(Tensors.values(gradients.get(i)));
        }
      }
    }
    return checkZero("derivative of log-density in parameter ", row, averages);
  }

  /** The averages are 0 in every entry with which the support does not move. */
  private int checkZero(String what, DistributionCase row, List<Averages> averages) {
    int comparisons = 0;
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      NDArray draws = row.in(run).expand(new Shape(chunk)).draw(rng("moves")).value();
      for (int i = 0; i < averages.size(); i++) {
        for (int at = 0; at < averages.get(i).width(); at++) {
          if (row.entries(i) != DistributionCase.Entries.NONE
              && !supportMoves(run, row, draws, i, at)) {
            averages.get(i).checkZero(what + i, at);
            comparisons++;
          }
        }
      }
    }
    return comparisons;
  }

  private int chunksOf(DistributionCase row) {
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      return chunks(row.in(run));
    }
  }

  /** Whether some draws are outside the support of slightly other parameters. */
  private static boolean supportMoves(
      Run run, DistributionCase row, NDArray draws, int which, int at) {
    for (double step : new double[] {-1e-3, 1e-3}) {
      Distribution moved = row.of(run, row.moved(run, which, at, step));
      for (double logProb : Tensors.values(moved.logProb(draws))) {
        if (logProb == Double.NEGATIVE_INFINITY) {
          return true;
        }
      }
    }
    return false;
  }

  /**
   * The derivative of a draw in each parameter. A monotone function of one noise has −(∂F/∂θ) / p.
   * Of several noises, and of vectors, only the mean is determined: that of ∂φ(x)/∂θ is that of
   * φ(x) ∂log p(x)/∂θ with the value detached.
   */
  @CanIgnoreReturnValue
  public int drawsHaveTheirGradient(DistributionCase row) {
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      Distribution distribution = row.in(run);
      if (!distribution.isReparameterized() || row.hasBiasedGradient()) {
        return 0;
      }
      if (row.oneNoise() && ImplicitDerivative.exists(run, row)) {
        ImplicitDerivative.check(run, row);
        return 0;
      }
    }
    List<Averages> averages = Averages.ofParameters(row);
    int count = chunksOf(row);
    for (int k = 0; k < count; k++) {
      try (Run run = Run.open(RunConfig.defaults(), 0)) {
        List<NDArray> leaves = row.repeated(run, chunk);
        Distribution distribution = row.of(run, leaves);
        NDArray value = distribution.draw(rng("path " + k)).value();
        NDArray fixed = value.stopGradient();
        int dims = distribution.eventShape().dimension();
        NDArray weight = bounded(fixed, dims);
        NDArray score = weight.sub(weight.mean()).mul(distribution.logProb(fixed));
        NDArray apart = bounded(value, dims).sub(score);
        List<NDArray> gradients = gradients(apart.sum(), leaves);
        for (int i = 0; i < gradients.size(); i++) {
          averages.get(i).add(Tensors.values(gradients.get(i)));
        }
      }
    }
    return checkZero("path less score in parameter ", row, averages);
  }

  /** A smooth function of draws that is bounded and not symmetric. */
  private static NDArray bounded(NDArray x, int eventDims) {
    return Tensors.sumRight(x.tanh().add(x.square().mul(-0.5).exp()), eventDims);
  }

  /** Each place of an expanded batch has a draw of its own; the same stream gives the same draw. */
  @CanIgnoreReturnValue
  public static int expandDrawsAnew(DistributionCase row) {
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      Distribution distribution = row.in(run);
      Distribution expanded = distribution.expand(new Shape(64));
      double[] draws = Tensors.values(expanded.draw(rng("expand")).value());

      assertThat(Arrays.stream(draws).distinct().count()).isGreaterThan(1);
      assertThat(draws).isEqualTo(Tensors.values(expanded.draw(rng("expand")).value()));
      assertThat(Shapes.concat(new Shape(64), distribution.eventShape()).size())
          .isEqualTo(draws.length);
      return Tally.required(draws.length);
    }
  }
}
