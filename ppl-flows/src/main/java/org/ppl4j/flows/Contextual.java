package org.ppl4j.flows;

import static com.google.common.base.Preconditions.checkArgument;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.ppl4j.nn.NamedTensors;
import org.ppl4j.nn.TensorSpec;
import org.ppl4j.tensor.Rng;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.tensor.table.Shapes;
import org.ppl4j.transforms.ConditionalTransform;
import org.ppl4j.transforms.ConditionalTransformModule;
import org.ppl4j.transforms.Transform;

/** The conditional form of a layer that may see a context beside its input. */
record Contextual(Layer layer, int contextDim) implements ConditionalTransformModule {

  /** A layer before it is decided whether it sees a context. */
  interface Layer {

    /** Its tensors if contexts have {@code contextDim} entries, 0 for none. */
    List<TensorSpec> tensors(int contextDim);

    /** The transform for a context; null for none. */
    Transform bind(NamedTensors tensors, @Nullable NDArray context, Rng rng, boolean training);
  }

  Contextual {
    checkArgument(
        contextDim >= 1,
        "conditional %s needs at least 1 context entry, but contextDim is %s",
        layer,
        contextDim);
  }

  @Override
  public List<TensorSpec> tensors() {
    return layer.tensors(contextDim);
  }

  @Override
  public ConditionalTransform bind(NamedTensors tensors, Rng rng, boolean training) {
    return new BoundTransform(this, tensors, rng, training);
  }

  @Override
  public String toString() {
    return layer + " given " + contextDim;
  }

  private record BoundTransform(Contextual module, NamedTensors tensors, Rng rng, boolean training)
      implements ConditionalTransform {

    @Override
    public Transform given(NDArray context) {
      Shape shape = context.getShape();
      checkArgument(
          shape.dimension() >= 1 && shape.get(shape.dimension() - 1) == module.contextDim,
          "conditional %s takes contexts of %s entries, but got shape %s",
          module.layer,
          module.contextDim,
          shape);
      return module.layer.bind(tensors, context, rng, training);
    }

    @Override
    public ConditionalTransform withParameters(UnaryOperator<NDArray> operator) {
      return new BoundTransform(module, tensors.map(operator), rng, training);
    }

    @Override
    public String toString() {
      return module.toString();
    }
  }

  /** How many entries a context {@code (*, C)} has; 0 for none. */
  static int entries(@Nullable NDArray context) {
    return context == null
        ? 0
        : Math.toIntExact(context.getShape().get(context.getShape().dimension() - 1));
  }

  /** The batch of a context; that of one vector for none. */
  static Shape batch(@Nullable NDArray context) {
    return context == null ? Shapes.scalar() : Shapes.dropRight(context.getShape(), 1);
  }

  /** {@code x (*, D)} and a context {@code (*, C)} side by side, batches broadcast. */
  static NDArray join(NDArray x, @Nullable NDArray context) {
    if (context == null) {
      return x;
    }
    long width = x.getShape().get(x.getShape().dimension() - 1);
    if (width == 0) {
      return context;
    }
    Shape batch = Shapes.broadcast(Shapes.dropRight(x.getShape(), 1), batch(context));
    return Tensors.concat(
        List.of(
            x.broadcast(Shapes.concat(batch, new Shape(width))),
            context.broadcast(Shapes.concat(batch, new Shape(entries(context))))),
        -1);
  }
}
