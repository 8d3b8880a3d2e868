package org.ppl4j.testing;

/** The normal distribution as it is written down, beside which models are held. */
public final class NormalDensity {

  private NormalDensity() {}

  /** The log-density. */
  public static double log(double x, double loc, double scale) {
    double z = (x - loc) / scale;
    return -0.5 * z * z - Math.log(scale) - 0.5 * Math.log(2 * Math.PI);
  }
}
