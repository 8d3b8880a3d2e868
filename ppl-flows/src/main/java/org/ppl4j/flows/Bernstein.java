package org.ppl4j.flows;

import static com.google.common.base.Preconditions.checkArgument;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import java.util.function.UnaryOperator;
import org.ppl4j.tensor.Run;
import org.ppl4j.tensor.Special;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.tensor.internal.table.Shapes;
import org.ppl4j.transforms.Mapped;
import org.ppl4j.transforms.Transform;

/**
 * Increasing polynomials in Bernstein's form on [−B, B], straight lines of the end slopes outside:
 * y = Σ θ_k C(n, k) u^k (1 − u)^(n − k), u = (x + B) / 2 B.
 *
 * <p>Parameters: a shift of θ_0 = −B, and n increments of θ through softplus, at least 1/1000 of 2
 * B / n, which is what each is at 0, where the map is the identity. The inverse is searched.
 * Source: Ramasinghe, Fernando, Khan and Barnes, "Robust normalizing flows using Bernstein-type
 * polynomials" (2021).
 */
public final class Bernstein implements ScalarFamily {

  private final int degree;
  private final double bound;

  private Bernstein(int degree, double bound) {
    this.degree = degree;
    this.bound = bound;
  }

  /**
   * Of this degree on [−bound, bound].
   *
   * @throws IllegalArgumentException if the degree is not from 1 to 60, or {@code bound} is not
   *     positive and finite
   */
  public static Bernstein of(int degree, double bound) {
    checkArgument(
        degree >= 1 && degree <= 60, "bernstein has degree %s, but it must be 1 to 60", degree);
    checkArgument(
        bound > 0 && Double.isFinite(bound),
        "bernstein has bound %s, but it must be positive and finite",
        bound);
    return new Bernstein(degree, bound);
  }

  @Override
  public int parameters() {
    return degree + 1;
  }

  @Override
  public Transform map(NDArray parameters) {
    List<NDArray> parts = Tensors.split(parameters, -1, 1, degree);
    NDArray increments =
        Special.softplus(parts.get(1).add(Knots.UNIT)).add(Knots.MIN).mul(2 * bound / degree);
    return new Map(parts.get(0).squeeze(-1).sub(bound), increments, degree, bound);
  }

  @Override
  public int iterations() {
    return MonotoneInverse.STEPS;
  }

  @Override
  public String toString() {
    return "bernstein(degree " + degree + ", bound " + bound + ")";
  }

  private static final class Map extends SearchedMap {

    private final NDArray first;
    private final NDArray increments;
    private final int degree;
    private final double bound;

    Map(NDArray first, NDArray increments, int degree, double bound) {
      super(Shapes.dropRight(increments.getShape(), 1));
      this.first = first;
      this.increments = increments;
      this.degree = degree;
      this.bound = bound;
    }

    /** C(n, k) u^k (1 − u)^(n − k) for k = 0 … n, {@code (*, n + 1)}. */
    private static NDArray basis(NDArray u, int n) {
      Run run = Tensors.run(u);
      if (n == 0) {
        return run.ones(Shapes.concat(u.getShape(), new Shape(1)));
      }
      Shape wide = Shapes.concat(u.getShape(), new Shape(n));
      NDArray up = Knots.padded(u.expandDims(-1).broadcast(wide).cumProd(-1), 1);
      NDArray down =
          Knots.padded(u.sub(1).neg().expandDims(-1).broadcast(wide).cumProd(-1), 1).flip(-1);
      double[] binomials = new double[n + 1];
      binomials[0] = 1;
      for (int k = 1; k <= n; k++) {
        binomials[k] = binomials[k - 1] * (n - k + 1) / k;
      }
      return up.mul(down).mul(run.create(binomials, new Shape(n + 1)));
    }

    @Override
    protected Mapped doForward(NDArray x) {
      NDArray inner = ScalarMath.clamp(x, bound);
      NDArray u = inner.div(2 * bound).add(0.5);
      NDArray theta = Knots.padded(increments.cumSum(-1), 0);
      NDArray value = theta.mul(basis(u, degree)).sum(new int[] {-1}).add(first);
      NDArray slope =
          increments.mul(basis(u, degree - 1)).sum(new int[] {-1}).mul(degree / (2 * bound));
      return new Mapped(value.add(x.sub(inner).mul(slope)), slope.log());
    }

    @Override
    Bracket bracket(NDArray y) {
      NDArray last = first.add(increments.sum(new int[] {-1}));
      double perIncrement = 2 * bound / degree;
      NDArray slopeOfFirst = Tensors.range(increments, -1, 0, 1).squeeze(-1);
      NDArray slopeOfLast = Tensors.range(increments, -1, degree - 1L, degree).squeeze(-1);
      NDArray below = y.sub(first).minimum(0).mul(2 * perIncrement).div(slopeOfFirst);
      NDArray above = y.sub(last).maximum(0).mul(2 * perIncrement).div(slopeOfLast);
      return new Bracket(below.sub(bound), above.add(bound));
    }

    @Override
    public Transform withParameters(UnaryOperator<NDArray> operator) {
      return new Map(operator.apply(first), operator.apply(increments), degree, bound);
    }

    @Override
    public String toString() {
      return "bernstein";
    }
  }
}
