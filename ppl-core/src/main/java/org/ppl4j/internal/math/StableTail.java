package org.ppl4j.internal.math;

/**
 * The density of {@link StableKernel} in a tail that is nearly normal, for α from 1.5 and x above
 * 0, where the integral along a ray cancels: down the imaginary axis to the saddle point −i s, and
 * from there to the right. What the first part leaves is the power law,
 *
 * <pre>(1 / π) ∫_0^s exp(Re S(−i y)) sin(y^α (1 + β) sin(πα/2)) dy,</pre>
 *
 * <p>in which nothing cancels, and the second one is largest at its beginning.
 */
final class StableTail {

  /** From this stability on there is a saddle point for every skewness. */
  static final double FROM = 1.5;

  private static final double NEGLIGIBLE = 45.0;
  private static final double PANEL = 0.5;
  private static final int PANELS = 400;

  private final double alpha;
  private final double beta;
  private final double x;
  private final double sine;
  private final double cosine;
  private final double tangent;
  private final double tangentSlope;
  private final double unit;

  private double density;
  private double byAlpha;
  private double byBeta;
  private double byX;

  StableTail(double alpha, double beta, double x) {
    this.alpha = alpha;
    this.beta = beta;
    this.x = x;
    double y = 0.5 * Math.PI * (2.0 - alpha);
    sine = Math.sin(y);
    cosine = -Math.cos(y);
    tangent = sine / cosine;
    tangentSlope = 0.5 * Math.PI / (cosine * cosine);
    double curve = beta * tangent * sine - cosine;
    double saddle = Math.pow((x + beta * tangent) / (alpha * curve), 1.0 / (alpha - 1.0));
    double depth = -(x + beta * tangent) * saddle + Math.pow(saddle, alpha) * curve;
    unit = (1.0 + beta) * sine == 0.0 ? depth : 0.0;
    for (int i = 1; i <= NEGLIGIBLE / PANEL; i++) {
      double from = Math.log(saddle) - i * PANEL;
      GaussLegendre.over(
          from, from + PANEL, (u, weight) -> addDown(Math.exp(u), weight * Math.exp(u), curve));
    }
    double width = 1.0 / Math.sqrt(alpha * (alpha - 1.0) * Math.pow(saddle, alpha - 2.0));
    for (int i = 0; i < PANELS && real(i * width, saddle) > depth - NEGLIGIBLE; i++) {
      GaussLegendre.over(i * width, (i + 1) * width, (u, weight) -> addRight(u, saddle, weight));
    }
  }

  /** The logarithm of the density and its derivatives in (α, β, x). */
  double[] all() {
    return new double[] {
      unit + Math.log(density / Math.PI), byAlpha / density, byBeta / density, byX / density
    };
  }

  private void addDown(double y, double weight, double curve) {
    double power = Math.pow(y, alpha);
    double log = Math.log(y);
    double turn = power * (1.0 + beta) * sine;
    double size = weight * Math.exp(power * curve - (x + beta * tangent) * y - unit);
    double swing = turn == 0.0 ? 0.0 : size * Math.sin(turn);
    double rest = size * Math.cos(turn);
    double bySkew = sine == 0.0 ? 0.0 : rest * sine * power;
    double curveSlope =
        beta * tangentSlope * sine + 0.5 * Math.PI * (beta * tangent * cosine + sine);
    density += swing;
    byX -= swing * y;
    byBeta += swing * tangent * (power * sine - y) + bySkew;
    byAlpha +=
        swing * (power * (log * curve + curveSlope) - beta * tangentSlope * y)
            + rest * power * (1.0 + beta) * (log * sine + 0.5 * Math.PI * cosine);
  }

  private double real(double u, double saddle) {
    double size = Math.pow(Math.hypot(u, saddle), alpha);
    double angle = -alpha * Math.atan2(saddle, u);
    double re = size * Math.cos(angle);
    double im = size * Math.sin(angle);
    return -re - beta * tangent * im - (x + beta * tangent) * saddle;
  }

  private void addRight(double u, double saddle, double weight) {
    double logRe = Math.log(Math.hypot(u, saddle));
    double logIm = -Math.atan2(saddle, u);
    double size = Math.exp(alpha * logRe);
    double re = size * Math.cos(alpha * logIm);
    double im = size * Math.sin(alpha * logIm);
    double lean = beta * tangent;
    double magnitude = weight * Math.exp(-re - lean * im - (x + lean) * saddle - unit);
    double phase = -im + lean * re - (x + lean) * u;
    double eRe = magnitude * Math.cos(phase);
    double eIm = magnitude * Math.sin(phase);
    density += eRe;
    // ∂S/∂x = −i t
    byX += -eRe * saddle + eIm * u;
    // ∂S/∂β = i tan(πα/2) (t^α − t)
    byBeta += tangent * (-eRe * (im + saddle) - eIm * (re - u));
    // ∂S/∂α = −t^α (L − i β (L tan + tan')) − i β tan' t
    double aRe = logRe + lean * logIm;
    double aIm = logIm - lean * logRe - beta * tangentSlope;
    double bRe = -(re * aRe - im * aIm) - beta * tangentSlope * saddle;
    double bIm = -(re * aIm + im * aRe) - beta * tangentSlope * u;
    byAlpha += eRe * bRe - eIm * bIm;
  }
}
