package org.ppl4j.flows;

import static com.google.common.base.Preconditions.checkArgument;

import ai.djl.ndarray.types.Shape;
import java.util.List;
import org.ppl4j.nn.NamedTensors;
import org.ppl4j.nn.TensorSpec;
import org.ppl4j.tensor.Rng;
import org.ppl4j.transforms.Transform;
import org.ppl4j.transforms.TransformModule;

/**
 * A learnable shift and scale of each coordinate: y = loc + exp(logScale) · x.
 *
 * <p>x and y: {@code (*, D)}; log |det| = Σ logScale, the same for every x. Parameters: {@code loc
 * (D)} and {@code logScale (D)}, both unconstrained and 0 at first, so that it starts as the
 * identity. Both directions cost the same.
 */
public final class Affine implements TransformModule {

  private final List<TensorSpec> tensors;

  private Affine(long dim) {
    this.tensors =
        List.of(
            TensorSpec.parameter("loc", new Shape(dim), 0),
            TensorSpec.parameter("logScale", new Shape(dim), 0));
  }

  /**
   * For vectors of {@code dim} coordinates.
   *
   * @throws IllegalArgumentException if {@code dim} is below 1
   */
  public static Affine of(long dim) {
    checkArgument(dim >= 1, "affine needs at least 1 coordinate, but dim is %s", dim);
    return new Affine(dim);
  }

  /**
   * The conditional form: loc and logScale are linear in a context.
   *
   * @param dim the number of coordinates
   * @param contextDim the number of entries of a context
   * @throws IllegalArgumentException if either is below 1
   */
  public static ConditionalAffine conditional(long dim, long contextDim) {
    return ConditionalAffine.of(dim, contextDim);
  }

  @Override
  public List<TensorSpec> tensors() {
    return tensors;
  }

  @Override
  public Transform bind(NamedTensors bound, Rng rng, boolean training) {
    return new AffineMap(bound.get("loc"), bound.get("logScale"));
  }

  @Override
  public String toString() {
    return "affine" + tensors.get(0).shape();
  }
}
