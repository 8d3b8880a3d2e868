package org.ppl4j.studies.tables;

import org.hipparchus.special.Gamma;

/**
 * How many of some rows a conformal interval holds: of as many chances as there are rows, each of
 * which is of the same beta law. Written anew here, beside what the library says.
 *
 * @param probabilities of 0, 1, … rows
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record CoverageLaw(double[] probabilities) {

  /** Of so many rows, by so many for calibration. */
  static CoverageLaw of(int rows, int calibration, double level) {
    double outside = 2 * Math.floor((calibration + 1) * (1 - level) / 2 + 1e-9);
    double inside = calibration + 1 - outside;
    double[] law = new double[rows + 1];
    for (int k = 0; k <= rows; k++) {
      law[k] =
          Math.exp(
              Gamma.logGamma(rows + 1.0)
                  - Gamma.logGamma(k + 1.0)
                  - Gamma.logGamma(rows - k + 1.0)
                  + logBeta(k + inside, rows - k + outside)
                  - logBeta(inside, outside));
    }
    return new CoverageLaw(law);
  }

  private static double logBeta(double a, double b) {
    return Gamma.logGamma(a) + Gamma.logGamma(b) - Gamma.logGamma(a + b);
  }

  /** Of none. */
  static CoverageLaw none() {
    return new CoverageLaw(new double[] {1});
  }

  /** Of both together, if one says nothing of the other. */
  CoverageLaw and(CoverageLaw other) {
    double[] both = new double[probabilities.length + other.probabilities.length - 1];
    for (int i = 0; i < probabilities.length; i++) {
      for (int j = 0; j < other.probabilities.length; j++) {
        both[i + j] += probabilities[i] * other.probabilities[j];
      }
    }
    return new CoverageLaw(both);
  }

  /** How likely as few or as many are, twice the less likely. */
  double twoSided(int held) {
    double below = 0;
    for (int k = 0; k <= held; k++) {
      below += probabilities[k];
    }
    double above = 1 - below + probabilities[held];
    return Math.min(1, 2 * Math.min(below, above));
  }

  /** The least number that is not too few, or the greatest that is not too many. */
  int end(double chance, boolean least) {
    int last = probabilities.length - 1;
    int end = least ? 0 : last;
    for (double sum = probabilities[end]; sum <= chance / 2; sum += probabilities[end]) {
      end += least ? 1 : -1;
    }
    return end;
  }
}
