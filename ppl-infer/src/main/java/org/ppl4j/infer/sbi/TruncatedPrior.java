package org.ppl4j.infer.sbi;

import static com.google.common.base.Preconditions.checkState;

import java.util.Arrays;

/**
 * The prior where a posterior has all but a small share of its mass: the proposal of a round.
 * Inside it the density is the prior's up to a factor, so that simulations of all rounds are
 * learned from in the same way. Drawn by rejection.
 *
 * <p>Source: Deistler, Goncalves, Macke, "Truncated proposals for scalable and hassle-free
 * simulation-based inference" (2022), algorithm 1.
 */
final class TruncatedPrior {

  /** The share of the posterior's mass outside. */
  private static final double OUTSIDE = 1e-4;

  /** The draws that tell where the least likely of this share are. */
  private static final int DRAWS = 10_000;

  /** So many draws of the prior are tried at once. */
  private static final int TRIED = 20_000;

  /** The most tries for each row. */
  private static final int MAX_TRIES_A_ROW = 20_000;

  private final Parameters parameters;
  private final NeuralPosterior posterior;
  private final double threshold;

  private TruncatedPrior(Parameters parameters, NeuralPosterior posterior, double threshold) {
    this.parameters = parameters;
    this.posterior = posterior;
    this.threshold = threshold;
  }

  /** Of a posterior for one observation. */
  static TruncatedPrior of(Parameters parameters, NeuralPosterior posterior) {
    double[] observation = posterior.only();
    double[] logs = posterior.logProb(posterior.draws(observation, DRAWS, 1), observation);
    Arrays.sort(logs);
    return new TruncatedPrior(parameters, posterior, logs[(int) (OUTSIDE * DRAWS)]);
  }

  /**
   * Draws, row by row.
   *
   * @param batch other numbers give other draws; at least 1
   * @throws IllegalStateException if too many tries are in vain
   */
  double[] draw(int rows, int batch) {
    int columns = parameters.columns();
    double[] accepted = new double[rows * columns];
    int count = 0;
    for (long tried = 0; count < rows; tried += TRIED) {
      checkState(
          tried < (long) MAX_TRIES_A_ROW * rows,
          "npe has accepted only %s of %s draws of the prior in the region where the posterior of"
              + " the last round lies; %s",
          count,
          tried,
          advice());
      double[] proposed = parameters.draw(TRIED, ((long) batch << 32) + tried / TRIED);
      double[] logs = posterior.logProb(proposed, posterior.only());
      for (int i = 0; i < TRIED && count < rows; i++) {
        if (logs[i] >= threshold) {
          System.arraycopy(proposed, i * columns, accepted, count * columns, columns);
          count++;
        }
      }
    }
    return accepted;
  }

  /** A posterior of what no simulation is like lies anywhere, and rounds cannot mend it. */
  private String advice() {
    double[] distance = posterior.distances(posterior.only());
    return NeuralPosterior.warning(distance[0]).orElse("use fewer rounds");
  }
}
