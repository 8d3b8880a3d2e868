package org.ppl4j.tensor;

import static com.google.common.base.Preconditions.checkArgument;

import ai.djl.ndarray.NDArray;
import org.jspecify.annotations.Nullable;
import org.ppl4j.internal.math.Digamma;
import org.ppl4j.internal.math.GammaDerivative;
import org.ppl4j.internal.math.IncompleteBeta;
import org.ppl4j.internal.math.LogGamma;
import org.ppl4j.tensor.internal.table.Attributes;
import org.ppl4j.tensor.internal.table.Op;

/**
 * Draws of beta distributions and their log-densities, both with their first derivative with
 * respect to the concentrations. A draw is made in Java anyway, so its derivatives are computed
 * there too, in closed form from those of two gamma draws: one row of the table, {@link Op#BETA}.
 *
 * <p>With x = G / (G + H), y = 1 − x, G ~ Gamma(a, 1), H ~ Gamma(b, 1), and g = log G, h = log H
 * with implicit derivatives g′(a), h′(b):
 *
 * <pre>{@code
 * dx/da = x y g′                      dx/db = −x y h′
 * d log x/da = y g′                   d log x/db = −y h′
 * log q = (a − 1) log x + (b − 1) log y − log B(a, b)
 * d log q/da = log x + c g′ − ψ(a) + ψ(a + b)
 * d log q/db = log y − c h′ − ψ(b) + ψ(a + b),    c = (a − 1) y − (b − 1) x
 * }</pre>
 *
 * <p>Source: Figurnov, Mohamed and Mnih, "Implicit Reparameterization Gradients" (2018).
 *
 * @param values the draws {@code (*)}, which carry their {@link LogDistances} from 0 and 1
 * @param logDensities the log-density of each draw {@code (*)}, with the total derivative
 */
public record BetaDraws(NDArray values, NDArray logDensities) {

  /** From here on products with concentrations are normal numbers. */
  private static final double TINY = 1e-280;

  /**
   * Draws, one an element.
   *
   * @param a the concentrations of x, {@code (*)}
   * @param b the concentrations of 1 − x, of the same shape
   */
  static BetaDraws of(Rng rng, RunArray a, RunArray b) {
    checkArgument(
        a.getShape().equals(b.getShape()),
        "beta draws have concentrations of shapes %s and %s; broadcast them to one shape",
        a.getShape(),
        b.getShape());
    Run run = Tensors.run(a, b);
    FloatType type = run.floatType();
    double largest = KernelRows.largest(run);
    Noise noise =
        Noise.of(rng, (stream, in, out, slopes) -> draw(stream, type, largest, in, out, slopes));
    RunArray[] drawn = KernelRows.apply(Op.BETA, run, Attributes.of(noise, 4), a, b);
    NDArray aboveZero = LogDistances.carried(drawn[0], 0, () -> drawn[1]);
    return new BetaDraws(LogDistances.carried(aboveZero, 1, () -> drawn[2]), drawn[3]);
  }

  /** Draws, log x, log y and log-densities. */
  private static void draw(
      Rng rng,
      FloatType type,
      double largest,
      double[][] in,
      double[][] out,
      double @Nullable [][][] slopes) {
    double[] g = rng.split(0).logGammas(in[0]);
    double[] h = rng.split(1).logGammas(in[1]);
    double minimum = Math.exp(-type.logRange());
    double maximum = 1 - type.gapBelowOne();
    for (int i = 0; i < g.length; i++) {
      double a = in[0][i];
      double b = in[1][i];
      double logX = logSigmoid(g[i] - h[i]);
      double logY = logSigmoid(h[i] - g[i]);
      double x = Math.exp(logX);
      double y = Math.exp(logY);
      out[0][i] = Math.min(Math.max(x, minimum), maximum);
      out[1][i] = logX;
      out[2][i] = logY;
      out[3][i] =
          x > TINY && y > TINY
              ? IncompleteBeta.logDensity(a, b, x, y) - logX - logY
              : (a - 1) * logX
                  + (b - 1) * logY
                  - (LogGamma.of(a) + LogGamma.of(b) - LogGamma.of(a + b));
      if (slopes != null) {
        double slopeG = Math.min(GammaDerivative.of(a, g[i]), largest);
        double slopeH = Math.min(GammaDerivative.of(b, h[i]), largest);
        double c = (a - 1) * y - (b - 1) * x;
        double digammaOfSum = Digamma.of(a + b);
        put(slopes[0], i, x * y * slopeG, -x * y * slopeH);
        put(slopes[1], i, y * slopeG, -y * slopeH);
        put(slopes[2], i, -x * slopeG, x * slopeH);
        put(
            slopes[3],
            i,
            logX + c * slopeG - Digamma.of(a) + digammaOfSum,
            logY - c * slopeH - Digamma.of(b) + digammaOfSum);
      }
    }
  }

  private static void put(double[][] slopes, int i, double byA, double byB) {
    slopes[0][i] = byA;
    slopes[1][i] = byB;
  }

  private static double logSigmoid(double x) {
    return Math.min(x, 0) - Math.log1p(Math.exp(-Math.abs(x)));
  }
}
