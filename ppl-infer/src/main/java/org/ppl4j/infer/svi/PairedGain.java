package org.ppl4j.infer.svi;

/**
 * By how much one bound is above another, of draws with the same noise.
 *
 * @param mean of the differences; NaN if there are none to compare
 * @param error its standard error
 */
record PairedGain(double mean, double error) {

  /** Nothing to compare. */
  static final PairedGain UNKNOWN = new PairedGain(Double.NaN, Double.NaN);

  /**
   * Of the log weights under some parameters over those under others.
   *
   * @param weights of the same draws; empty if they fail
   * @param others empty if they fail
   */
  static PairedGain of(double[] weights, double[] others) {
    int draws = Math.min(weights.length, others.length);
    if (draws == 0) {
      return UNKNOWN;
    }
    double sum = 0;
    double squares = 0;
    for (int i = 0; i < draws; i++) {
      double gain = weights[i] - others[i];
      sum += gain;
      squares += gain * gain;
    }
    double mean = sum / draws;
    return new PairedGain(mean, Math.sqrt(Math.max(0, squares / draws - mean * mean) / draws));
  }

  boolean isKnown() {
    return !Double.isNaN(mean);
  }
}
