package org.ppl4j.flows;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.ppl4j.nn.NamedTensors;
import org.ppl4j.nn.Network;
import org.ppl4j.nn.TensorSpec;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.tensor.internal.table.Shapes;

/** Inputs beside contexts {@code (*, C)}, of which there may be none. */
final class Contextual {

  private Contextual() {}

  /** The batch of a context; that of one vector for none. */
  static Shape batch(@Nullable NDArray context) {
    return context == null ? Shapes.scalar() : Shapes.dropRight(context.getShape(), 1);
  }

  /** The batch of the tensors of a network, of all of its weights together. */
  static Shape batch(Network network, NamedTensors tensors) {
    Shape batch = Shapes.scalar();
    for (TensorSpec spec : network.tensors()) {
      Shape shape = tensors.get(spec.name()).getShape();
      batch = Shapes.broadcast(batch, Shapes.dropRight(shape, spec.shape().dimension()));
    }
    return batch;
  }

  /** {@code x (*, D)} and a context {@code (*, C)} side by side, batches broadcast. */
  static NDArray join(NDArray x, @Nullable NDArray context) {
    if (context == null) {
      return x;
    }
    return x.getShape().get(x.getShape().dimension() - 1) == 0 ? context : sideBySide(x, context);
  }

  /** {@code (*, A)} and {@code (*, B)} as {@code (*, A + B)}, batches broadcast. */
  static NDArray sideBySide(NDArray a, NDArray b) {
    Shape batch =
        Shapes.broadcast(Shapes.dropRight(a.getShape(), 1), Shapes.dropRight(b.getShape(), 1));
    return Tensors.concat(
        List.of(
            a.broadcast(Shapes.concat(batch, Shapes.takeRight(a.getShape(), 1))),
            b.broadcast(Shapes.concat(batch, Shapes.takeRight(b.getShape(), 1)))),
        -1);
  }
}
