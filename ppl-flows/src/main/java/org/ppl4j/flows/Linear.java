package org.ppl4j.flows;

import static com.google.common.base.Preconditions.checkArgument;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import org.ppl4j.nn.NamedTensors;
import org.ppl4j.nn.TensorSpec;
import org.ppl4j.tensor.Linalg;
import org.ppl4j.tensor.Rng;
import org.ppl4j.tensor.file.Family;
import org.ppl4j.transforms.Transform;
import org.ppl4j.transforms.TransformModule;

/**
 * General linear maps as products of simple ones, whose log-determinants are sums.
 *
 * <p>x and y: {@code (*, D)}; each is composed of {@link Permute}, {@link Triangular} and {@link
 * Orthogonal} layers, hence invertible at the price of a substitution.
 */
public final class Linear {

  private Linear() {}

  /**
   * A fixed random permutation, then U, then L: y = L U P x + b, at first P. Source: Kingma and
   * Dhariwal, "Glow" (2018), section 3.2.
   */
  public static TransformModule plu(int dim, long seed) {
    return Permute.random(dim, seed).then(Triangular.upper(dim)).then(Triangular.lower(dim));
  }

  /**
   * R, then Q: y = Q (R x + b), Q by {@code dim} rounded up to even Householder reflections; the
   * identity at first. Source: Hoogeboom, van den Berg and Welling (2019).
   */
  public static TransformModule qr(int dim) {
    return Triangular.upper(dim).then(Orthogonal.householder(dim, (dim + 1) / 2 * 2));
  }

  /** A rotation, a shift and scale of each coordinate, a rotation; the identity at first. */
  public static TransformModule svd(int dim) {
    return Orthogonal.exponential(dim).then(Affine.of(dim)).then(Orthogonal.exponential(dim));
  }

  /**
   * The exponential of any matrix: y = exp(W) x, log |det| = tr W, inverse exp(−W); the identity at
   * first. Source: Xiao and Liu, "Generative flows with matrix exponential" (2020).
   *
   * @throws IllegalArgumentException if {@code dim} is below 1
   */
  public static TransformModule exponential(int dim) {
    checkArgument(dim >= 1, "matrix exponential needs at least 1 coordinate, but dim is %s", dim);
    return new Exponential(dim);
  }

  private record Exponential(int dim) implements TransformModule {

    private static final Family FAMILY = new Family("MatrixExponential", 1);

    /**
     * exp(W) is applied in so many steps, which keep the digits of vectors that it shrinks while it
     * stretches others: each step magnifies a rounding by its own condition only.
     */
    private static final int STEPS = 4;

    @Override
    public List<TensorSpec> tensors() {
      return TensorSpec.ofFamily(FAMILY, TensorSpec.parameter("weight", new Shape(dim, dim), 0));
    }

    @Override
    public Transform bind(NamedTensors tensors, Rng rng, boolean training) {
      NDArray weight = tensors.get("weight");
      NDArray trace = Linalg.diagonal(weight).sum(new int[] {-1});
      NDArray part = weight.div(STEPS);
      return new MatrixMap(
          Linalg.matrixExp(part), Linalg.matrixExp(part.neg()), STEPS, trace, toString());
    }

    @Override
    public String toString() {
      return "matrix exponential(" + dim + ")";
    }
  }
}
