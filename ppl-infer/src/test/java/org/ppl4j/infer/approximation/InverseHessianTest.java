package org.ppl4j.infer.approximation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.SplittableRandom;
import org.hipparchus.linear.Array2DRowRealMatrix;
import org.hipparchus.linear.ArrayRealVector;
import org.hipparchus.linear.DiagonalMatrix;
import org.hipparchus.linear.MatrixUtils;
import org.hipparchus.linear.RealMatrix;
import org.hipparchus.linear.RealVector;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The covariance is what BFGS updates make of diag(α), one matrix after the other, by Hipparchus:
 * from the oldest pair that is kept to the newest (Nocedal and Wright 2006, equation 6.17).
 */
class InverseHessianTest {

  private record Pair(RealVector step, RealVector change) {}

  /** Fewer pairs than numbers, as many, and more; more than are kept; one number. */
  @ParameterizedTest
  @CsvSource({"6, 1, 5", "6, 3, 5", "6, 5, 5", "6, 9, 5", "2, 4, 3", "1, 3, 2", "12, 7, 5"})
  void isThatOfTheUpdates(int size, int steps, int memory) {
    SplittableRandom random = new SplittableRandom(size * 100 + steps);
    RealMatrix curvature = positive(random, size);
    InverseHessian inverse = new InverseHessian(size, memory);
    double[] alpha = new double[size];
    Arrays.fill(alpha, 1);
    Deque<Pair> kept = new ArrayDeque<>();
    for (int k = 0; k < steps; k++) {
      RealVector step = new ArrayRealVector(random.doubles(size, -1, 1).toArray());
      RealVector change = curvature.operate(step);
      inverse.add(step.toArray(), change.toArray());
      alpha = updated(alpha, step, change);
      kept.addLast(new Pair(step, change));
      if (kept.size() > memory) {
        kept.removeFirst();
      }
    }
    RealMatrix expected = diagonal(alpha);
    for (Pair pair : kept) {
      expected = updated(expected, pair);
    }
    double[] at = random.doubles(size, -1, 1).toArray();
    double[] gradient = random.doubles(size, -1, 1).toArray();

    NormalApproximation normal = inverse.normal(at, gradient).orElseThrow();

    double[] covariance = normal.covariance();
    double largest = expected.getNorm1();
    for (int i = 0; i < size * size; i++) {
      assertThat(covariance[i])
          .isCloseTo(expected.getEntry(i / size, i % size), within(1e-11 * largest));
    }
    double[] newton =
        new ArrayRealVector(at).add(expected.operate(new ArrayRealVector(gradient))).toArray();
    for (int i = 0; i < size; i++) {
      assertThat(normal.location()[i]).isCloseTo(newton[i], within(1e-10 * largest));
    }
  }

  private static RealMatrix diagonal(double[] elements) {
    return new Array2DRowRealMatrix(new DiagonalMatrix(elements).getData());
  }

  private static RealMatrix positive(SplittableRandom random, int size) {
    double[][] any = new double[size][];
    Arrays.setAll(any, i -> random.doubles(size, -1, 1).toArray());
    RealMatrix a = new Array2DRowRealMatrix(any);
    return a.multiplyTransposed(a)
        .add(MatrixUtils.createRealIdentityMatrix(size).scalarMultiply(0.1));
  }

  /** (I − ρ s zᵀ) H (I − ρ z sᵀ) + ρ s sᵀ, ρ = 1 / s · z. */
  private static RealMatrix updated(RealMatrix h, Pair pair) {
    double rho = 1 / pair.step.dotProduct(pair.change);
    RealMatrix left =
        MatrixUtils.createRealIdentityMatrix(h.getRowDimension())
            .subtract(pair.step.outerProduct(pair.change).scalarMultiply(rho));
    return left.multiply(h)
        .multiplyTransposed(left)
        .add(pair.step.outerProduct(pair.step).scalarMultiply(rho));
  }

  /**
   * The diagonal of the BFGS update of diag(α)⁻¹, scaled so that it agrees along s, as Gilbert and
   * Lemaréchal (1989) have it.
   */
  private static double[] updated(double[] alpha, RealVector s, RealVector z) {
    RealMatrix h = diagonal(alpha);
    RealMatrix b = MatrixUtils.inverse(h);
    double a = z.dotProduct(h.operate(z)) / z.dotProduct(s);
    RealVector bs = b.operate(s);
    RealMatrix direct =
        b.subtract(bs.outerProduct(bs).scalarMultiply(1 / s.dotProduct(bs)))
            .scalarMultiply(a)
            .add(z.outerProduct(z).scalarMultiply(1 / z.dotProduct(s)));
    double[] next = new double[alpha.length];
    Arrays.setAll(next, i -> 1 / direct.getEntry(i, i));
    return next;
  }

  @Test
  void nothingIsKnownWithoutASteepeningStep() {
    InverseHessian inverse = new InverseHessian(2, 5);
    assertThat(inverse.normal(new double[2], new double[2])).isEmpty();
    inverse.add(new double[] {1, 0}, new double[] {-1, 0}); // the density is convex there
    assertThat(inverse.normal(new double[2], new double[2])).isEmpty();
    inverse.add(new double[] {1, 0}, new double[] {4, 0});
    assertThat(inverse.normal(new double[2], new double[2]).orElseThrow().variances()[0])
        .isCloseTo(0.25, within(1e-14));
  }
}
