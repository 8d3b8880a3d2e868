package org.ppl4j.testing;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.function.Function;
import org.ppl4j.tensor.Run;
import org.ppl4j.transforms.Transform;

/**
 * A row of the table of transforms.
 *
 * @param name the name of the row
 * @param transform how to make it in a run
 * @param size how many numbers one input has; 1 may be a scalar or a vector of one
 * @param inputs inputs one after the other, ordinary and in the tails
 */
@SuppressWarnings("ArrayRecordComponent") // read only, in tests
public record TransformCase(
    String name, Function<Run, Transform> transform, int size, double[] inputs) {

  /** A row. */
  public static TransformCase of(
      String name, Function<Run, Transform> transform, int size, double... inputs) {
    return new TransformCase(name, transform, size, inputs);
  }

  /** The inputs, {@code (n, event)}. */
  public NDArray inputs(Run run) {
    Transform made = transform.apply(run);
    long count = inputs.length / size;
    return run.create(
        inputs, made.domainEventDims() == 0 ? new Shape(count) : new Shape(count, size));
  }

  @Override
  public String toString() {
    return name;
  }
}
