package org.ppl4j.infer.mcmc;

import com.google.common.primitives.Doubles;
import java.util.Arrays;
import org.ppl4j.tensor.Rng;

/**
 * A reference density T of vectors (D), and the ellipses around its centre m on which it draws: a
 * normal density of covariance Σ, or a t density of ν degrees of freedom, which is normal of
 * covariance s Σ given s,
 *
 * <pre>{@code
 * T(x) ∝ (1 + r²/ν)^−(ν + D)/2,   s given x is (ν + r²) / χ²(ν + D),   r² = (x − m)ᵀ Σ⁻¹ (x − m)
 * }</pre>
 *
 * <p>Source: Nishihara, Murray and Adams, "Parallel MCMC with generalized elliptical slice
 * sampling" (2014), section 3.
 */
final class Ellipses {

  private final int degrees; // ν; 0 of the normal density
  private double[] centre;
  private MassMatrix covariance; // Σ, as the covariance of momenta
  private final double[] apart;
  private final double[] turned; // Σ⁻¹ (x − m)

  private Ellipses(int degrees, double[] centre, MassMatrix covariance) {
    this.degrees = degrees;
    this.centre = centre.clone();
    this.covariance = covariance;
    this.apart = new double[centre.length];
    this.turned = new double[centre.length];
  }

  /**
   * Of a normal density.
   *
   * @param covariance that momenta have
   */
  static Ellipses normal(double[] centre, MassMatrix covariance) {
    return new Ellipses(0, centre, covariance);
  }

  /** Of a t density of so many degrees of freedom around 0, of unit scales. */
  static Ellipses t(int degrees, int size) {
    return new Ellipses(degrees, new double[size], DiagonalMass.unit(size));
  }

  /** With another centre and other scales from now on. */
  void set(double[] centre, MassMatrix covariance) {
    this.centre = Arrays.copyOf(centre, apart.length);
    this.covariance = covariance;
  }

  /** Centre and scales. */
  double[] memory() {
    return Doubles.concat(centre, covariance.numbers());
  }

  /** With these from now on. */
  void recall(double[] memory) {
    int size = apart.length;
    set(memory, MassMatrix.of(Arrays.copyOfRange(memory, size, memory.length)));
  }

  /** log T up to a constant. */
  double logDensity(double[] x) {
    double square = square(x);
    return degrees == 0 ? -square / 2 : -(degrees + x.length) / 2.0 * Math.log1p(square / degrees);
  }

  /** r². */
  private double square(double[] x) {
    for (int i = 0; i < x.length; i++) {
      apart[i] = x[i] - centre[i];
    }
    covariance.velocity(apart, turned);
    double square = 0;
    for (int i = 0; i < x.length; i++) {
      square += apart[i] * turned[i];
    }
    return square;
  }

  /**
   * A draw less the centre, which with x decides on an ellipse.
   *
   * @param deviation to be filled
   */
  void draw(double[] x, Rng rng, double[] deviation) {
    covariance.draw(rng, deviation);
    if (degrees > 0) {
      double chiSquare = 0;
      for (int i = 0; i < degrees + x.length; i++) {
        double z = rng.nextNormal();
        chiSquare += z * z;
      }
      double scale = Math.sqrt((degrees + square(x)) / chiSquare);
      for (int i = 0; i < deviation.length; i++) {
        deviation[i] *= scale;
      }
    }
  }

  /**
   * The point of the ellipse at an angle: x at 0, the draw at π/2.
   *
   * @param to to be filled
   */
  void turn(double[] x, double[] deviation, double angle, double[] to) {
    double cos = Math.cos(angle);
    double sin = Math.sin(angle);
    for (int i = 0; i < x.length; i++) {
      to[i] = centre[i] + (x[i] - centre[i]) * cos + deviation[i] * sin;
    }
  }
}
