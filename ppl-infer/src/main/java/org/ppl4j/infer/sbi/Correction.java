package org.ppl4j.infer.sbi;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.Locale;
import org.ppl4j.infer.density.ConditionalDensity;
import org.ppl4j.infer.diagnostics.SmoothedWeights;
import org.ppl4j.infer.internal.StratifiedChoice;
import org.ppl4j.tensor.Rng;
import org.ppl4j.tensor.Tensors;

/**
 * The posterior of one observation under the prior, by a density that learned of simulations from
 * {@link Proposals}: its draws, chosen by their weights.
 *
 * <p>Weights of many draws, which are smoothed, tell their mean and how many draws are to be made
 * for each that is wanted.
 */
final class Correction {

  private static final int DRAWS = 10_000;

  /** Draws are made that are worth so many times those that are wanted: few are chosen twice. */
  private static final int WORTH = 3;

  /** The most draws that are made for each that is wanted, for the time that they take. */
  private static final int MOST = 30;

  /** Where no weight is larger than so many times their mean, none counts for much. */
  private static final double BOUNDED = 5;

  private static final long STREAM = 1;

  private final Proposals proposals;
  private final ConditionalDensity density;
  private final NDManager manager;
  private final double[] rows;
  private final SmoothedWeights weights;

  /**
   * Of a density of unconstrained parameters given data.
   *
   * @param manager the owner of the density's results
   */
  Correction(Proposals proposals, ConditionalDensity density, NDManager manager) {
    this.proposals = proposals;
    this.density = density;
    this.manager = manager;
    this.rows = made(DRAWS, STREAM);
    this.weights = SmoothedWeights.of(proposals.logWeights(rows));
  }

  Proposals proposals() {
    return proposals;
  }

  /** The observation. */
  double[] observation() {
    return proposals.observation();
  }

  /** Draws of the density, row by row. */
  private double[] made(int count, long stream) {
    try (NDManager own = manager.newSubManager()) {
      NDArray x = Observations.rows(own, observation(), density.contextDim());
      try (NDArray drawn = density.sample(count, x, stream)) {
        return NeuralPosterior.finite(Tensors.values(drawn));
      }
    }
  }

  /**
   * Draws of the posterior, unconstrained, row by row.
   *
   * @param stream other numbers give other draws
   */
  double[] draws(int count, long stream) {
    if (proposals.rounds() == 1) {
      return made(count, stream);
    }
    double each = Math.min(MOST, WORTH * DRAWS / weights.effectiveSize());
    double[] all = made(Math.toIntExact((long) Math.ceil(count * each)), stream);
    Rng rng = Rng.of(proposals.parameters().config().seed(), Rng.Purpose.PREDICT, stream, "sbi");
    int[] chosen =
        StratifiedChoice.of(SmoothedWeights.of(proposals.logWeights(all)).weights(), count, rng);
    int columns = proposals.parameters().unconstrainedColumns();
    double[] draws = new double[count * columns];
    for (int i = 0; i < count; i++) {
      System.arraycopy(all, chosen[i] * columns, draws, i * columns, columns);
    }
    return draws;
  }

  /** What is added to the density's logarithm at unconstrained rows. */
  double[] logFactors(double[] unconstrained) {
    double[] logs = proposals.logWeights(unconstrained);
    if (proposals.rounds() > 1) {
      for (int i = 0; i < logs.length; i++) {
        logs[i] -= weights.logMean();
      }
    }
    return logs;
  }

  /** What the next round may be drawn from. */
  FittedProposal next() {
    return proposals.around(rows, weights.weights());
  }

  /**
   * Whether the weights can be trusted: by their k-hat, or since none can be much larger than their
   * mean. Of weights with such a bound some that stand out of the rest have a large k-hat too, but
   * there is no tail behind them: the mean of all is known, and a draw that strays is few draws.
   */
  boolean holds() {
    return weights.khat() <= SmoothedWeights.THRESHOLD
        || proposals.logLargest() - weights.logMean() <= Math.log(BOUNDED);
  }

  double khat() {
    return weights.khat();
  }

  int rounds() {
    return proposals.rounds();
  }

  /** What is said where the weights of all later rounds failed, the worst with this k-hat. */
  static String warning(int held, int rounds, double khat) {
    return String.format(
        Locale.ROOT,
        "posterior is that of the first %d of %d rounds: later ones have weights with k-hat %.2f,"
            + " but above 0.7 they are not to be trusted, since rounds have hardly simulated where"
            + " some of it lies; use fewer rounds of more simulations",
        held,
        rounds,
        khat);
  }
}
