package org.ppl4j.infer.optim;

/**
 * Running numbers that decay, without denormal ones: processors take a hundred times as long with
 * these, and rounding keeps the smallest of them from ever becoming 0.
 */
final class Decay {

  /** A number whose last bit is the smallest normal number. */
  private static final double LEAST = 0x1p-970;

  /** Of what is lost where it is taken from one. */
  private static final double LOG_OF_NOTHING = Math.log(0x1p-54);

  private Decay() {}

  /** The number itself, or, where it is about that small, a multiple of the smallest normal one. */
  static double normal(double x) {
    return x + LEAST - LEAST;
  }

  /**
   * The weight of all that a running mean has seen: 1 − βᵗ.
   *
   * @param steps after which the mean is as good as of numbers without end
   */
  record Seen(double beta, int steps) {

    static Seen of(double beta) {
      return new Seen(beta, (int) Math.ceil(LOG_OF_NOTHING / Math.log(beta)));
    }

    /** After step t = 1, 2, … */
    double at(int step) {
      return step > steps ? 1 : 1 - Math.pow(beta, step);
    }
  }
}
