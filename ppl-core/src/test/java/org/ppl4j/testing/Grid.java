package org.ppl4j.testing;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.Optional;
import org.ppl4j.constraints.Constraint;
import org.ppl4j.distributions.Distribution;
import org.ppl4j.tensor.Run;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.tensor.internal.table.Shapes;
import org.ppl4j.transforms.Bijections;
import org.ppl4j.transforms.Mapped;
import org.ppl4j.transforms.Transform;

/**
 * A quadrature over vectors and matrices with up to three unconstrained dimensions: the product of
 * trapezoidal rules in coordinates that draws have made about standard, through a substitution that
 * reaches far tails; on the sphere it is stereographic, which has such tails.
 */
final class Grid {

  private static final int MOST_DIMS = 3;

  /** Points of one dimension by the number of dimensions. */
  private static final int[] POINTS = {0, 801, 201, 81};

  private static final int PILOT = 4000;

  private Grid() {}

  static Optional<Quadrature> over(Run run, Distribution distribution) {
    Constraint support = distribution.support();
    Shape event = distribution.eventShape();
    Transform toSupport = Bijections.to(support);
    Shape shape = toSupport.inverseShape(event);
    int dims = Math.toIntExact(shape.size());
    if (dims > MOST_DIMS || dims == 0) {
      return Optional.empty();
    }
    NDArray draws =
        distribution.expand(new Shape(PILOT)).draw(DistributionLaws.rng("pilot")).value();
    double[] pilot =
        Tensors.values(toSupport.inverse(Tensors.relaxed(draws).stopGradient()).value());
    double[] center = new double[dims];
    boolean sphere = support == Constraint.SPHERE;
    double[][] factor = sphere ? identity(dims) : factor(pilot, dims, center);
    boolean far = sphere || support.elementwise().isReal();
    int n = POINTS[dims];
    double range = far ? 3.1 : 4.4;
    double step = 2 * range / (n - 1);
    int count = Math.toIntExact(Math.round(Math.pow(n, dims)));
    double[] points = new double[count * dims];
    double[] weights = new double[count];
    double[] at = new double[dims];
    for (int i = 0; i < count; i++) {
      double weight = 1;
      for (int d = 0, rest = i; d < dims; d++, rest /= n) {
        double t = -range + rest % n * step;
        double inner = far ? Math.PI / 2 * Math.sinh(t) : t;
        at[d] = Math.sinh(inner);
        weight *= step * Math.cosh(inner) * (far ? Math.PI / 2 * Math.cosh(t) : 1);
      }
      for (int r = 0; r < dims; r++) {
        double x = center[r];
        for (int c = 0; c <= r; c++) {
          x += factor[r][c] * at[c];
        }
        points[i * dims + r] = x;
        weight *= factor[r][r];
      }
      weights[i] = weight;
    }
    Shape all = Shapes.concat(new Shape(count), shape);
    Mapped mapped = toSupport.forward(run.create(points, all));
    double[] logDet = Tensors.values(mapped.logDet());
    for (int i = 0; i < count; i++) {
      weights[i] *= Math.exp(logDet[i]);
    }
    return Optional.of(new Quadrature(mapped.value(), weights));
  }

  private static double[][] identity(int dims) {
    double[][] identity = new double[dims][dims];
    for (int i = 0; i < dims; i++) {
      identity[i][i] = 1;
    }
    return identity;
  }

  /** Fills in the mean of the pilot draws; the Cholesky factor of their covariance. */
  private static double[][] factor(double[] pilot, int dims, double[] center) {
    for (int i = 0; i < pilot.length; i++) {
      center[i % dims] += pilot[i] / PILOT;
    }
    double[][] l = new double[dims][dims];
    for (int r = 0; r < dims; r++) {
      for (int c = 0; c <= r; c++) {
        double sum = 0;
        for (int i = 0; i < PILOT; i++) {
          sum += (pilot[i * dims + r] - center[r]) * (pilot[i * dims + c] - center[c]) / PILOT;
        }
        for (int k = 0; k < c; k++) {
          sum -= l[r][k] * l[c][k];
        }
        l[r][c] = r == c ? Math.sqrt(sum) : sum / l[c][c];
      }
    }
    return l;
  }
}
