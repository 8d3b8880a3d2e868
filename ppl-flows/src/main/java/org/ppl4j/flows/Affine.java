package org.ppl4j.flows;

import static com.google.common.base.Preconditions.checkArgument;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import org.ppl4j.nn.NamedTensors;
import org.ppl4j.nn.TensorSpec;
import org.ppl4j.tensor.Rng;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.tensor.file.Family;
import org.ppl4j.transforms.ConditionalTransformModule;
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

  private static final Family FAMILY = Family.of(Affine.class, 1);

  private final long dim;

  private Affine(long dim) {
    this.dim = dim;
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
   * loc and logScale are linear in the context: W c + b of {@code weight (C, 2 D)} and {@code bias
   * (2 D)}, 0 at first.
   */
  @Override
  public ConditionalTransformModule conditional(int contextDim) {
    return ConditionalTransformModule.of(
        toString(),
        contextDim,
        () ->
            TensorSpec.ofFamily(
                FAMILY,
                TensorSpec.parameter("weight", new Shape(contextDim, 2 * dim), 0),
                TensorSpec.parameter("bias", new Shape(2 * dim), 0)),
        (tensors, context, rng, training) -> {
          NDArray weight = tensors.get("weight");
          NDArray output = Tensors.matMul(context.expandDims(-2), weight).squeeze(-2);
          List<NDArray> halves = Tensors.split(output.add(tensors.get("bias")), -1, dim, dim);
          return new AffineMap(halves.get(0), halves.get(1), 1);
        });
  }

  @Override
  public List<TensorSpec> tensors() {
    return TensorSpec.ofFamily(
        FAMILY,
        TensorSpec.parameter("loc", new Shape(dim), 0),
        TensorSpec.parameter("logScale", new Shape(dim), 0));
  }

  @Override
  public Transform bind(NamedTensors bound, Rng rng, boolean training) {
    return new AffineMap(bound.get("loc"), bound.get("logScale"), 1);
  }

  @Override
  public String toString() {
    return "affine(" + dim + ")";
  }
}
