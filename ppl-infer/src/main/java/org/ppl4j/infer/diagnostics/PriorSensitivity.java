package org.ppl4j.infer.diagnostics;

import static com.google.common.base.Preconditions.checkArgument;
import static java.util.Objects.requireNonNull;

import com.google.common.collect.ImmutableMap;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import org.ppl4j.infer.internal.WeightedDraws;

/**
 * What a posterior owes to its prior: how far each number moves where the prior, or the likelihood,
 * is raised to a power α of ½ or 2. No model is fitted again: each draw θ gets the weight
 *
 * <pre>{@code
 * w(θ) = p(θ)^(α − 1)
 * }</pre>
 *
 * <p>smoothed by its tail ({@link SmoothedWeights}). A number that moves with the prior but not
 * with the likelihood is mostly prior; one that moves far with both is pulled apart by them.
 *
 * <p>Source: Kallioinen, Paananen, Bürkner and Vehtari, "Detecting and diagnosing prior and
 * likelihood sensitivity with power-scaling", Statistics and Computing 34 (2024). Their distance of
 * 0.05 is a shift by about 0.3 standard deviations, or a standard deviation changed by a factor of
 * about 0.3, of a normal distribution; this is told in these units.
 *
 * @param rows by the name of the number
 * @param khat the larger one of the weights of the prior to the power of ½ and of 2: above 0.7
 *     there are too few draws where numbers would go, and they move farther than is told
 */
public record PriorSensitivity(ImmutableMap<String, Row> rows, double khat) {

  /** What moves by more is sensitive, in standard deviations. */
  public static final double LARGE = 0.3;

  /** Draws that differ by less, as a part of their mean, are the same number. */
  private static final double ROUNDING = 1e-12;

  private static final double HALF = 0.5;
  private static final double TWICE = 2;

  /**
   * One number.
   *
   * @param mean of the posterior
   * @param sd of the posterior
   * @param half with the prior raised to ½
   * @param twice with the prior raised to 2
   * @param byLikelihood how far it moves with the likelihood, as {@link #byPrior}
   */
  public record Row(double mean, double sd, Scaled half, Scaled twice, double byLikelihood) {

    /** Of these. */
    public Row {
      requireNonNull(half, "half");
      requireNonNull(twice, "twice");
    }

    /**
     * How far it moves with the prior: the shift of the mean in standard deviations, or the part by
     * which the standard deviation changes, whichever is more.
     */
    public double byPrior() {
      return Math.max(half.distance(mean, sd), twice.distance(mean, sd));
    }

    /** Whether it moves far with prior and likelihood, which pull it apart. */
    public boolean isConflict() {
      return byPrior() > LARGE && byLikelihood > LARGE;
    }

    /** Whether it moves far with the prior only, of which it is mostly made. */
    public boolean isMostlyPrior() {
      return byPrior() > LARGE && !(byLikelihood > LARGE);
    }
  }

  /** Mean and standard deviation with a part of the density raised to a power. */
  public record Scaled(double mean, double sd) {

    private static Scaled of(double[] draws, double[] weights) {
      WeightedDraws weighted = new WeightedDraws(draws, weights);
      return new Scaled(weighted.mean(), weighted.sd());
    }

    private double distance(double ofMean, double ofSd) {
      return Math.max(Math.abs(mean - ofMean), Math.abs(sd - ofSd)) / ofSd;
    }
  }

  /** Of these. */
  public PriorSensitivity {
    requireNonNull(rows, "rows");
  }

  /**
   * Of draws.
   *
   * @param numbers the draws of each number, which count alike; one that does not change is left
   *     out
   * @param logPrior the log density of the prior at each draw
   * @param logLikelihood that of the data
   * @throws IllegalArgumentException if there are not as many of each
   */
  public static PriorSensitivity of(
      Map<String, double[]> numbers, double[] logPrior, double[] logLikelihood) {
    checkArgument(
        logPrior.length == logLikelihood.length,
        "sensitivity is of %s log priors, but %s log likelihoods; pass one of each for each draw",
        logPrior.length,
        logLikelihood.length);
    SmoothedWeights half = weights(HALF, logPrior);
    SmoothedWeights twice = weights(TWICE, logPrior);
    SmoothedWeights halfData = weights(HALF, logLikelihood);
    SmoothedWeights twiceData = weights(TWICE, logLikelihood);
    ImmutableMap.Builder<String, Row> rows = ImmutableMap.builder();
    double[] equal = new double[logPrior.length];
    Arrays.fill(equal, 1.0 / equal.length);
    numbers.forEach(
        (name, draws) -> {
          checkArgument(
              draws.length == equal.length,
              "sensitivity is of %s draws of '%s', but %s log priors; pass one for each draw",
              draws.length,
              name,
              equal.length);
          Scaled as = Scaled.of(draws, equal);
          if (as.sd() > ROUNDING * Math.abs(as.mean())) {
            double byLikelihood =
                Math.max(
                    Scaled.of(draws, halfData.weights()).distance(as.mean(), as.sd()),
                    Scaled.of(draws, twiceData.weights()).distance(as.mean(), as.sd()));
            rows.put(
                name,
                new Row(
                    as.mean(),
                    as.sd(),
                    Scaled.of(draws, half.weights()),
                    Scaled.of(draws, twice.weights()),
                    byLikelihood));
          }
        });
    double khat = Math.max(half.khat(), twice.khat());
    return new PriorSensitivity(rows.buildOrThrow(), khat);
  }

  private static SmoothedWeights weights(double power, double[] logDensity) {
    return SmoothedWeights.of(Arrays.stream(logDensity).map(each -> (power - 1) * each).toArray());
  }

  /** A line a number: its mean, with the prior to the power of ½ and 2, and how far it moves. */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    text.append(String.format(Locale.ROOT, "prior scaled by 1/2 and 2 (k-hat %.2f)", khat));
    rows.forEach(
        (name, row) ->
            text.append(
                String.format(
                    Locale.ROOT,
                    "%n  %s: mean %.4g, then %.4g and %.4g; moves by %.2f sd with the prior, %.2f"
                        + " with the likelihood",
                    name,
                    row.mean(),
                    row.half().mean(),
                    row.twice().mean(),
                    row.byPrior(),
                    row.byLikelihood())));
    return text.toString();
  }
}
