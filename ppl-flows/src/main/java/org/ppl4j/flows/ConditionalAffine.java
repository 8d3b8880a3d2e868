package org.ppl4j.flows;

import static com.google.common.base.Preconditions.checkArgument;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import java.util.function.UnaryOperator;
import org.ppl4j.nn.NamedTensors;
import org.ppl4j.nn.TensorSpec;
import org.ppl4j.tensor.Rng;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.transforms.ConditionalTransform;
import org.ppl4j.transforms.ConditionalTransformModule;
import org.ppl4j.transforms.Transform;

/**
 * A shift and scale of each coordinate that is linear in a context c: (loc, logScale) = W c + b, y
 * = loc + exp(logScale) · x.
 *
 * <p>x and y: {@code (*, D)}; c: {@code (*, C)}. Parameters: {@code weight (C, 2 D)} and {@code
 * bias (2 D)}, 0 at first, so that it starts as the identity for every context; the first D columns
 * give loc.
 */
public final class ConditionalAffine implements ConditionalTransformModule {

  private final long dim;
  private final long contextDim;
  private final List<TensorSpec> tensors;

  private ConditionalAffine(long dim, long contextDim) {
    this.dim = dim;
    this.contextDim = contextDim;
    this.tensors =
        List.of(
            TensorSpec.parameter("weight", new Shape(contextDim, 2 * dim), 0),
            TensorSpec.parameter("bias", new Shape(2 * dim), 0));
  }

  static ConditionalAffine of(long dim, long contextDim) {
    checkArgument(
        dim >= 1 && contextDim >= 1,
        "conditional affine needs at least 1 coordinate and 1 context entry,"
            + " but dim is %s and contextDim is %s",
        dim,
        contextDim);
    return new ConditionalAffine(dim, contextDim);
  }

  @Override
  public List<TensorSpec> tensors() {
    return tensors;
  }

  @Override
  public ConditionalTransform bind(NamedTensors bound, Rng rng, boolean training) {
    return new BoundAffine(bound);
  }

  @Override
  public String toString() {
    return "affine(" + dim + " given " + contextDim + ")";
  }

  /** The module with its tensors. */
  private final class BoundAffine implements ConditionalTransform {

    private final NamedTensors tensors;

    BoundAffine(NamedTensors tensors) {
      this.tensors = tensors;
    }

    @Override
    public Transform given(NDArray context) {
      Shape shape = context.getShape();
      checkArgument(
          shape.dimension() >= 1 && shape.get(shape.dimension() - 1) == contextDim,
          "conditional affine takes contexts of %s entries, but got shape %s",
          contextDim,
          shape);
      NDArray output =
          Tensors.matMul(context.expandDims(-2), tensors.get("weight"))
              .squeeze(-2)
              .add(tensors.get("bias"));
      List<NDArray> halves = Tensors.split(output, -1, dim, dim);
      return new AffineMap(halves.get(0), halves.get(1));
    }

    @Override
    public ConditionalTransform withParameters(UnaryOperator<NDArray> operator) {
      return new BoundAffine(tensors.map(operator));
    }

    @Override
    public String toString() {
      return ConditionalAffine.this.toString();
    }
  }
}
