package org.ppl4j.internal.math;

/**
 * The density of {@link StableKernel} for small α, where the integral is over more orders of
 * magnitude than doubles have. With {@code z = x + β tan(πα/2)}, above 0, {@code φ = πα/2 + atan(β
 * tan(πα/2))} and {@code q = |1 + i β tan(πα/2)| z^-α},
 *
 * <pre>f(x) = (1 / (π z)) Σ_k (-1)^(k+1) Γ(kα + 1) / k! sin(kφ) q^k</pre>
 *
 * <p>for any α below 1. Its terms cancel where q is large. At z = 0 it is {@code Γ(1 + 1/α)
 * cos(θ/α) / (π |1 + i tan θ|^(1/α))}, {@code tan θ = β tan(πα/2)}, whose derivatives in β and x
 * are taken as 0.
 *
 * <p>Source: Bergström, "On some expansions of stable distribution functions" (1952).
 */
final class StableSeries {

  private static final double TO = 0.1;
  private static final double MOST = 4.0;
  private static final double PRECISION = 0x1p-60;

  /** Below, angles of this size are their tangents. */
  private static final double TINY = 1e-9;

  private final double alpha;
  private final double logDensity;
  private double slopeAlpha;
  private double slopeBeta;
  private double slopeX;

  /** Whether it has all digits at a point. */
  static boolean holds(double alpha, double beta, double x) {
    double z = Math.abs(x + beta * Math.tan(0.5 * Math.PI * alpha));
    return alpha <= TO && (z == 0.0 || Math.pow(z, -alpha) <= MOST);
  }

  StableSeries(double alpha, double beta, double x) {
    this.alpha = alpha;
    double tangentShare = alpha < TINY ? 0.5 * Math.PI : Math.tan(0.5 * Math.PI * alpha) / alpha;
    double shift = beta * alpha * tangentShare;
    double side = x + shift < 0.0 ? -1.0 : 1.0;
    double z = side * (x + shift);
    logDensity = z == 0.0 ? centre(shift) : sum(side * beta, z, tangentShare);
    slopeBeta *= side;
    slopeX *= side;
  }

  private double centre(double lean) {
    slopeAlpha = -Digamma.of(1.0 + 1.0 / alpha) / alpha / alpha;
    return LogGamma.of(1.0 + 1.0 / alpha)
        - 0.5 * Math.log1p(lean * lean) / alpha
        + Math.log(Math.cos(Math.atan(lean) / alpha) / Math.PI);
  }

  private double sum(double beta, double z, double tangentShare) {
    double tangent = alpha * tangentShare;
    double lean = beta * tangent;
    double length = 1.0 + lean * lean;
    double logQ = 0.5 * Math.log1p(lean * lean) - alpha * Math.log(z);
    double share = (1.0 + beta) * tangentShare / (1.0 - lean * tangent);
    double phi = Math.atan(alpha * share);
    double turn = phi < TINY ? share : phi / alpha; // φ / α
    double sum = 0.0; // in units of α, as the next two
    double byAlpha = 0.0;
    double byLogQ = 0.0;
    double byPhi = 0.0;
    double factor = 1.0; // q^k / k!
    for (int k = 1; factor > PRECISION; k++) {
      factor *= Math.exp(logQ) / k;
      double size = (k % 2 == 1 ? factor : -factor) * Math.exp(LogGamma.ofOnePlus(k * alpha));
      double sine = k * phi < TINY ? k * turn : Math.sin(k * phi) / alpha;
      sum += size * sine;
      byAlpha += size * sine * k * Digamma.of(k * alpha + 1.0);
      byLogQ += size * sine * k;
      byPhi += size * k * Math.cos(k * phi);
    }
    if (!(sum > 0.0)) {
      return Double.NEGATIVE_INFINITY;
    }
    double slopeTangent = 0.5 * Math.PI * (1.0 + tangent * tangent);
    double ofQ = byLogQ / sum;
    double ofZ = -(1.0 + alpha * ofQ) / z;
    double ofPhi = byPhi / sum; // times α
    slopeX = ofZ;
    slopeBeta = tangent * (ofZ + ofQ * lean / length) + ofPhi * tangentShare / length;
    slopeAlpha =
        byAlpha / sum
            + ofQ * (lean * beta * slopeTangent / length - Math.log(z))
            + ofZ * beta * slopeTangent
            + ofPhi * (0.5 * Math.PI + beta * slopeTangent / length) / alpha;
    return Math.log(alpha) + Math.log(sum / Math.PI) - Math.log(z);
  }

  /**
   * The logarithm of the density and its derivatives in (α, β, x); −∞ on the side without any,
   * where they are 0.
   */
  double[] all() {
    return new double[] {logDensity, slopeAlpha, slopeBeta, slopeX};
  }
}
