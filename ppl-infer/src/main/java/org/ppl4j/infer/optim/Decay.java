package org.ppl4j.infer.optim;

/**
 * Running numbers that decay, without denormal ones: processors take a hundred times as long with
 * these, and rounding keeps the smallest of them from ever becoming 0.
 */
final class Decay {

  /** A number whose last bit is the smallest normal number. */
  private static final double LEAST = 0x1p-970;

  private Decay() {}

  /** The number itself, or, where it is about that small, a multiple of the smallest normal one. */
  static double normal(double x) {
    return x + LEAST - LEAST;
  }
}
