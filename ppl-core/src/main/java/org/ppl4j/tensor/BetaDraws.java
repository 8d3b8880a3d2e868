package org.ppl4j.tensor;

import static com.google.common.base.Preconditions.checkArgument;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.ppl4j.math.Digamma;
import org.ppl4j.math.GammaDerivative;
import org.ppl4j.math.IncompleteBeta;
import org.ppl4j.math.LogGamma;

/**
 * Draws of beta distributions and their log-densities, both with their first derivative with
 * respect to the concentrations. A draw is made on the host anyway, so its derivatives are computed
 * there too, in closed form from those of two gamma draws: five operations a tensor instead of
 * thirty.
 *
 * <p>With x = G / (G + H), y = 1 − x, G ~ Gamma(a, 1), H ~ Gamma(b, 1), and g = log G, h = log H
 * with implicit derivatives g′(a), h′(b):
 *
 * <pre>{@code
 * dx/da = x y g′                      dx/db = −x y h′
 * log q = (a − 1) log x + (b − 1) log y − log B(a, b)
 * d log q/da = log x + c g′ − ψ(a) + ψ(a + b)
 * d log q/db = log y − c h′ − ψ(b) + ψ(a + b),    c = (a − 1) y − (b − 1) x
 * }</pre>
 *
 * <p>Source: Figurnov, Mohamed and Mnih, "Implicit Reparameterization Gradients" (2018).
 */
public final class BetaDraws {

  /** From here on products with concentrations are normal numbers. */
  private static final double TINY = 1e-280;

  private final RunArray a;
  private final RunArray b;
  private final double[] values;
  private final double[] valueByA;
  private final double[] valueByB;
  private final double[] density;
  private final double[] densityByA;
  private final double[] densityByB;
  private final double[] logs;
  private final double[] logRests;
  private final double[] slopesOfA;
  private final double[] slopesOfB;
  private @Nullable NDArray moveOfA;
  private @Nullable NDArray moveOfB;

  /**
   * Draws, one an element.
   *
   * @param a the concentrations of x, {@code (*)}
   * @param b the concentrations of 1 − x, of the same shape
   */
  BetaDraws(Rng rng, RunArray a, RunArray b) {
    checkArgument(
        a.getShape().equals(b.getShape()),
        "beta draws have concentrations of shapes %s and %s; broadcast them to one shape",
        a.getShape(),
        b.getShape());
    this.a = a;
    this.b = b;
    double[] as = a.toDoubleArray();
    double[] bs = b.toDoubleArray();
    int n = as.length;
    values = new double[n];
    valueByA = new double[n];
    valueByB = new double[n];
    density = new double[n];
    densityByA = new double[n];
    densityByB = new double[n];
    logs = new double[n];
    logRests = new double[n];
    slopesOfA = new double[n];
    slopesOfB = new double[n];
    double[] g = rng.split(0).logGammas(as);
    double[] h = rng.split(1).logGammas(bs);
    double largest = Rng.largest(a);
    FloatType type = a.requireRun().floatType();
    double least = Math.exp(-type.logRange());
    double most = 1 - type.gapBelowOne();
    for (int i = 0; i < n; i++) {
      double slopeG = Math.min(GammaDerivative.of(as[i], g[i]), largest);
      double slopeH = Math.min(GammaDerivative.of(bs[i], h[i]), largest);
      double logX = logSigmoid(g[i] - h[i]);
      double logY = logSigmoid(h[i] - g[i]);
      double x = Math.exp(logX);
      double y = Math.exp(logY);
      double c = (as[i] - 1) * y - (bs[i] - 1) * x;
      double digammaOfSum = Digamma.of(as[i] + bs[i]);
      logs[i] = logX;
      logRests[i] = logY;
      slopesOfA[i] = slopeG;
      slopesOfB[i] = slopeH;
      values[i] = Math.min(Math.max(x, least), most);
      valueByA[i] = x * y * slopeG;
      valueByB[i] = -x * y * slopeH;
      density[i] =
          x > TINY && y > TINY
              ? IncompleteBeta.logDensity(as[i], bs[i], x, y) - logX - logY
              : (as[i] - 1) * logX
                  + (bs[i] - 1) * logY
                  - (LogGamma.of(as[i]) + LogGamma.of(bs[i]) - LogGamma.of(as[i] + bs[i]));
      densityByA[i] = logX + c * slopeG - Digamma.of(as[i]) + digammaOfSum;
      densityByB[i] = logY - c * slopeH - Digamma.of(bs[i]) + digammaOfSum;
    }
  }

  private static double logSigmoid(double x) {
    return Math.min(x, 0) - Math.log1p(Math.exp(-Math.abs(x)));
  }

  /** The draws {@code (*)}, which carry their {@link LogDistances} from 0 and 1. */
  public NDArray values() {
    NDArray x = attached(values, valueByA, valueByB);
    NDArray aboveZero = LogDistances.carried(x, 0, () -> logs(logs, logRests, 1));
    return LogDistances.carried(aboveZero, 1, () -> logs(logRests, logs, -1));
  }

  /** log x, or log y for sign −1; d log x = y (g′ da − h′ db), d log y = −x (g′ da − h′ db). */
  private NDArray logs(double[] own, double[] other, int sign) {
    double[] byA = new double[own.length];
    double[] byB = new double[own.length];
    for (int i = 0; i < own.length; i++) {
      double rest = Math.exp(other[i]);
      byA[i] = sign * rest * slopesOfA[i];
      byB[i] = -sign * rest * slopesOfB[i];
    }
    return attached(own, byA, byB);
  }

  /** The log-density of each draw {@code (*)}, with the total derivative. */
  public NDArray logDensities() {
    return attached(density, densityByA, densityByB);
  }

  /** The numbers, plus nothing: each derivative times how far its concentration is from itself. */
  private NDArray attached(double[] numbers, double[] byA, double[] byB) {
    Run run = a.requireRun();
    Shape shape = a.getShape();
    NDArray result;
    if (a.isConstant() && b.isConstant()) {
      result = run.create(numbers, shape);
    } else if (shape.dimension() == 0 && !a.isConstant() && !b.isConstant()) {
      NDArray moves = Tensors.stack(List.of(moveOfA(), moveOfB()), 0);
      NDArray slopes = run.create(new double[] {byA[0], byB[0]}, new Shape(2));
      result = Tensors.matMul(moves, slopes).add(numbers[0]);
    } else {
      result = run.create(numbers, shape);
      result = a.isConstant() ? result : result.add(moveOfA().mul(run.create(byA, shape)));
      result = b.isConstant() ? result : result.add(moveOfB().mul(run.create(byB, shape)));
    }
    boolean particles = a.hasParticles() || b.hasParticles();
    return particles ? Tensors.particles(result) : result;
  }

  private NDArray moveOfA() {
    NDArray known = moveOfA;
    if (known == null) {
      known = a.sub(a.stopGradient());
      moveOfA = known;
    }
    return known;
  }

  private NDArray moveOfB() {
    NDArray known = moveOfB;
    if (known == null) {
      known = b.sub(b.stopGradient());
      moveOfB = known;
    }
    return known;
  }
}
