package org.ppl4j.distributions;

import ai.djl.ndarray.types.Shape;
import java.util.List;
import org.ppl4j.tensor.internal.table.Shapes;

/** How arguments and values make batch shapes, and what is said where they do not. */
final class BatchShapes {

  private BatchShapes() {}

  /** What the batch shapes of the arguments broadcast to. */
  static Shape ofArguments(String distribution, List<Argument> arguments) {
    Shape batch = Shapes.scalar();
    for (Argument argument : arguments) {
      try {
        batch = Shapes.broadcast(batch, argument.batchShape());
      } catch (IllegalArgumentException e) {
        throw new IllegalArgumentException(
            "parameters of %s do not broadcast: %s; give them equal sizes or size 1 on each dim"
                .formatted(distribution, Argument.describeSources(arguments)),
            e);
      }
    }
    return batch;
  }

  /** The batch shape of the log-density at a value: the value's, broadcast with the own. */
  static Shape ofValue(Distribution distribution, Shape value) {
    Shape event = distribution.eventShape();
    int dims = event.dimension();
    if (value.dimension() < dims || !Shapes.takeRight(value, dims).equals(event)) {
      throw misfit(distribution, value);
    }
    try {
      return Shapes.broadcast(Shapes.dropRight(value, dims), distribution.batchShape());
    } catch (IllegalArgumentException e) {
      throw misfit(distribution, value);
    }
  }

  private static IllegalArgumentException misfit(Distribution distribution, Shape value) {
    return new IllegalArgumentException(
        ("distribution '%s' has batch shape %s and event shape %s, which a value of shape %s does"
                + " not fit; its rightmost dims must be the event, those before must broadcast with"
                + " the batch")
            .formatted(
                distribution.name(), distribution.batchShape(), distribution.eventShape(), value));
  }
}
