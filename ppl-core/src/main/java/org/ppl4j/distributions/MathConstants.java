package org.ppl4j.distributions;

/** Mathematical constants that densities share. */
final class MathConstants {

  static final double SQRT_2 = Math.sqrt(2);

  /** The Euler-Mascheroni constant (DLMF 5.2.3). */
  static final double EULER = 0.5772156649015329;

  static final double LOG_2 = Math.log(2);
  static final double LOG_PI = Math.log(Math.PI);
  static final double HALF_LOG_PI = 0.5 * LOG_PI;
  static final double HALF_LOG_2PI = 0.5 * Math.log(2 * Math.PI);

  /** The smallest positive normal number of float32; also inside the range of float64. */
  static final double TINY = 0x1.0p-126;

  private MathConstants() {}
}
