package org.ppl4j.testing;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import com.google.common.primitives.Doubles;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.ppl4j.constraints.Constraint;
import org.ppl4j.distributions.Distribution;
import org.ppl4j.tensor.Run;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.transforms.Bijections;
import org.ppl4j.transforms.Mapped;

/**
 * Points and weights that integrate over the support of a distribution: for one number the
 * trapezoidal rule after a double exponential substitution (Takahasi and Mori 1974), which for
 * smooth densities converges faster than any power; {@link Grid} for vectors; {@link Enumeration}
 * for discrete values.
 *
 * @param points {@code (n, event)}
 * @param weights of each point
 */
@SuppressWarnings("ArrayRecordComponent") // read only, in tests
record Quadrature(NDArray points, double[] weights) {

  private static final int HALF = 2000;
  private static final double REAL_RANGE = 4.6;
  private static final double OTHER_RANGE = 5.2;

  /** None for vectors of too many dimensions. */
  static Optional<Quadrature> over(Run run, DistributionCase row, Distribution distribution) {
    Constraint support = distribution.support();
    if (support.isDiscrete()) {
      return Enumeration.of(run, row, distribution);
    }
    if (distribution.eventShape().dimension() > 0) {
      return Grid.over(run, distribution);
    }
    Quadrature smooth =
        row.breaks().length > 0
            ? inPieces(run, row, support)
            : support.isReal() ? overReals(run) : overSupport(run, support);
    return Optional.of(smooth.with(run, row.atoms()));
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
    return mapped(run, support, points, weights);
  }

  /** Through the bijection to the support. */
  private static Quadrature mapped(Run run, Constraint support, double[] points, double[] weights) {
    Mapped mapped = Bijections.to(support).forward(run.create(points, new Shape(points.length)));
    double[] logDet = Tensors.values(mapped.logDet());
    double[] scaled = weights.clone();
    for (int i = 0; i < weights.length; i++) {
      scaled[i] *= Math.exp(logDet[i]);
    }
    return new Quadrature(mapped.value(), scaled);
  }

  /** Between neighbouring breaks, and from the outer ones on, in unconstrained coordinates. */
  private static Quadrature inPieces(Run run, DistributionCase row, Constraint support) {
    NDArray breaks = run.create(row.breaks(), new Shape(row.breaks().length));
    double[] at = Tensors.values(Bijections.to(support).inverse(breaks).value());
    List<Double> points = new ArrayList<>();
    List<Double> weights = new ArrayList<>();
    double step = 4.0 / HALF;
    for (int i = -HALF; i <= HALF; i++) {
      double sinh = Math.PI / 2 * Math.sinh(i * step);
      double slope = step * Math.PI / 2 * Math.cosh(i * step);
      double away = Math.exp(sinh);
      points.addAll(List.of(at[0] - away, at[at.length - 1] + away));
      weights.addAll(List.of(slope * away, slope * away));
      for (int k = 1; k < at.length; k++) {
        double half = (at[k] - at[k - 1]) / 2;
        points.add(at[k - 1] + half * (1 + Math.tanh(sinh)));
        weights.add(half * slope / Math.pow(Math.cosh(sinh), 2));
      }
    }
    return mapped(run, support, Doubles.toArray(points), Doubles.toArray(weights));
  }

  /** With points of weight 1 added. */
  private Quadrature with(Run run, double[] atoms) {
    if (atoms.length == 0) {
      return this;
    }
    NDArray more = run.create(atoms, new Shape(atoms.length));
    double[] ones = new double[atoms.length];
    Arrays.fill(ones, 1);
    return new Quadrature(Tensors.concat(List.of(points, more), 0), Doubles.concat(weights, ones));
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
