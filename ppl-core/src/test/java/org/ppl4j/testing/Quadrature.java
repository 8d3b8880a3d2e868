package org.ppl4j.testing;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import org.ppl4j.constraints.Constraint;
import org.ppl4j.distributions.Distribution;
import org.ppl4j.tensor.Run;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.transforms.Bijections;
import org.ppl4j.transforms.Mapped;

/**
 * Points and weights that integrate over the support of a distribution of one number: the
 * trapezoidal rule after a double exponential substitution, which for smooth densities converges
 * faster than any power. A finite support is summed.
 *
 * @param points {@code (n)}
 * @param weights of each point
 */
@SuppressWarnings("ArrayRecordComponent") // read only, in tests
record Quadrature(NDArray points, double[] weights) {

  private static final int HALF = 2000;
  private static final double REAL_RANGE = 4.6;
  private static final double OTHER_RANGE = 5.2;

  static Quadrature over(Run run, Distribution distribution) {
    Constraint support = distribution.support();
    if (support.isDiscrete()) {
      NDArray values = distribution.enumerateSupport();
      double[] ones = new double[Math.toIntExact(values.size())];
      Arrays.fill(ones, 1);
      return new Quadrature(values, ones);
    }
    return support.isReal() ? overReals(run) : overSupport(run, support);
  }

  private static Quadrature overReals(Run run) {
    double step = REAL_RANGE / HALF;
    double[] points = new double[2 * HALF + 1];
    double[] weights = new double[points.length];
    for (int i = -HALF; i <= HALF; i++) {
      double t = Math.PI / 2 * Math.sinh(i * step);
      points[i + HALF] = Math.sinh(t);
      weights[i + HALF] = step * Math.PI / 2 * Math.cosh(i * step) * Math.cosh(t);
    }
    return new Quadrature(run.create(points, new Shape(points.length)), weights);
  }

  private static Quadrature overSupport(Run run, Constraint support) {
    double step = OTHER_RANGE / HALF;
    double[] points = new double[2 * HALF + 1];
    double[] weights = new double[points.length];
    for (int i = -HALF; i <= HALF; i++) {
      points[i + HALF] = Math.PI / 2 * Math.sinh(i * step);
      weights[i + HALF] = step * Math.PI / 2 * Math.cosh(i * step);
    }
    Mapped mapped = Bijections.to(support).forward(run.create(points, new Shape(points.length)));
    double[] logDet = Tensors.values(mapped.logDet());
    for (int i = 0; i < weights.length; i++) {
      weights[i] *= Math.exp(logDet[i]);
    }
    return new Quadrature(mapped.value(), weights);
  }

  /** The integral of a function of the points. */
  double sum(double[] values) {
    double sum = 0;
    for (int i = 0; i < values.length; i++) {
      if (weights[i] != 0 && values[i] != 0) {
        sum += weights[i] * values[i];
      }
    }
    return sum;
  }
}
