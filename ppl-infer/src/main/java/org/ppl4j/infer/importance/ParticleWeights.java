package org.ppl4j.infer.importance;

import static com.google.common.base.Preconditions.checkArgument;

import java.util.Arrays;
import org.ppl4j.infer.diagnostics.WeightRounding;
import org.ppl4j.infer.internal.StratifiedChoice;
import org.ppl4j.tensor.FloatType;
import org.ppl4j.tensor.Rng;

/**
 * The weights of N particles that go through densities one after the other, the evidence that they
 * have gathered, and from which of the first particles each descends.
 *
 * <p>With factors w the evidence is multiplied by their mean under the weights so far. Resampling
 * chooses particles by their weights, which are equal then; the evidence stays an estimate without
 * bias, whenever it is done. Its error is told by families: of the weights W that the descendants
 * of each first particle have together, it is that of a mean of independent numbers,
 *
 * <pre>{@code
 * N / (N − 1) (Σ W² − 1 / N),   Σ W = 1
 * }</pre>
 *
 * <p>which is the relative variance of weights where nothing was resampled.
 *
 * <p>Source: Del Moral, Doucet and Jasra, "Sequential Monte Carlo samplers" (2006); Chan and Lai,
 * "A general theory of particle filters in hidden Markov models and some applications" (2013) and
 * Lee and Whiteley, "Variance estimation in the particle filter" (2018) for the families.
 */
public final class ParticleWeights {

  private final double[] logWeights;
  private int[] families;
  private double gathered; // up to the last resampling
  private int resamplings;
  private double furthest; // of all log weights so far, from 0

  /**
   * Equal weights.
   *
   * @param count N, at least 2
   * @throws IllegalArgumentException if it is less
   */
  public ParticleWeights(int count) {
    checkArgument(count >= 2, "there are %s particles, but weights need at least 2", count);
    logWeights = new double[count];
    families = new int[count];
    Arrays.setAll(families, i -> i);
  }

  /** N. */
  public int count() {
    return logWeights.length;
  }

  /**
   * Multiplies the weights.
   *
   * @param logFactors one for each particle; −∞ for a factor of 0
   * @throws IllegalArgumentException if there are not N, or one is NaN or +∞
   * @throws IllegalStateException if no weight is above 0 then
   */
  public void add(double[] logFactors) {
    checkArgument(
        logFactors.length == count(),
        "there are %s particles, but %s log factors of weights; pass one for each",
        count(),
        logFactors.length);
    for (int i = 0; i < logFactors.length; i++) {
      if (!(logFactors[i] < Double.POSITIVE_INFINITY)) {
        throw new IllegalArgumentException(
            "the weight of particle %s gets log factor %s; look at the model's densities there"
                .formatted(i, logFactors[i]));
      }
      logWeights[i] += logFactors[i];
      double size = Math.abs(logWeights[i]);
      furthest = Double.isFinite(size) ? Math.max(furthest, size) : furthest;
    }
    if (largest() == Double.NEGATIVE_INFINITY) {
      throw new IllegalStateException(
          ("all %s particles have weight 0: the data are impossible where they are; take more"
                  + " particles, or look at the model's supports")
              .formatted(count()));
    }
  }

  /** How far log weights, before and after they were resampled, are rounded in a float type. */
  public WeightRounding rounding(FloatType type) {
    return new WeightRounding(furthest, type);
  }

  private double largest() {
    return Arrays.stream(logWeights).max().orElseThrow();
  }

  /** The weights, which sum to 1. */
  public double[] shares() {
    double largest = largest();
    double[] weights = Arrays.stream(logWeights).map(w -> Math.exp(w - largest)).toArray();
    double sum = Arrays.stream(weights).sum();
    return Arrays.stream(weights).map(w -> w / sum).toArray();
  }

  /** The logarithms of the weights up to a constant. */
  public double[] logWeights() {
    return logWeights.clone();
  }

  /** How many particles of equal weights they are worth: 1 / Σ shares². */
  public double effectiveSize() {
    return 1 / Arrays.stream(shares()).map(w -> w * w).sum();
  }

  /**
   * Chooses particles by a {@link StratifiedChoice}, whose weights are equal from now on.
   *
   * @return the number of the particle that is to be at each place, ascending
   */
  public int[] resample(Rng rng) {
    int[] chosen = StratifiedChoice.inOrder(shares(), count(), rng);
    gathered = logEvidence();
    int[] before = families;
    families = Arrays.stream(chosen).map(i -> before[i]).toArray();
    Arrays.fill(logWeights, 0);
    resamplings++;
    return chosen;
  }

  /** How often they were resampled. */
  public int resamplings() {
    return resamplings;
  }

  /** The logarithm of the evidence: of the product of all mean factors. */
  public double logEvidence() {
    double largest = largest();
    double sum = Arrays.stream(logWeights).map(w -> Math.exp(w - largest)).sum();
    return gathered + largest + Math.log(sum / count());
  }

  /** The standard error of the log evidence; it means little where families are few. */
  public double standardError() {
    double count = count();
    return Math.sqrt(Math.max(0, 1 / families() - 1 / count) * count / (count - 1));
  }

  /** How many families of equal weights they are worth: 1 / Σ W². */
  public double families() {
    return 1 / Arrays.stream(ofFamilies()).map(w -> w * w).sum();
  }

  /** The weight of each family. */
  private double[] ofFamilies() {
    double[] shares = shares();
    double[] sums = new double[shares.length];
    for (int i = 0; i < shares.length; i++) {
      sums[families[i]] += shares[i];
    }
    return sums;
  }
}
