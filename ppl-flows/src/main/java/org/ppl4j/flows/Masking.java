package org.ppl4j.flows;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import com.google.common.primitives.ImmutableLongArray;
import java.util.BitSet;
import java.util.List;
import org.ppl4j.tensor.Run;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.tensor.internal.table.Shapes;

/**
 * How a network of a coupling layer sees all coordinates in their places: 0 where they are changed.
 *
 * @param places for each number that it sees its place among those of the coordinates that pass, or
 *     behind the last of them
 * @param changed the coordinates that are changed, in order
 * @param passing how many numbers are read of the coordinates that pass
 */
record Masking(ImmutableLongArray places, ImmutableLongArray changed, int passing) {

  /** With so many numbers read of each coordinate. */
  static Masking of(BitSet passed, int dim, int features) {
    int passes = passed.cardinality();
    ImmutableLongArray.Builder places = ImmutableLongArray.builder();
    for (int feature = 0; feature < features; feature++) {
      int next = feature * passes;
      for (int i = 0; i < dim; i++) {
        places.add(passed.get(i) ? next++ : features * passes);
      }
    }
    ImmutableLongArray.Builder changed = ImmutableLongArray.builder();
    for (int i = passed.nextClearBit(0); i < dim; i = passed.nextClearBit(i + 1)) {
      changed.add(i);
    }
    return new Masking(places.build(), changed.build(), features * passes);
  }

  /** What is read of the coordinates that pass, {@code (*, F P)}, in place: {@code (*, F D)}. */
  NDArray inPlace(NDArray features) {
    Run run = Tensors.run(features);
    Shape batch = Shapes.dropRight(features.getShape(), 1);
    if (passing == 0) {
      return run.zeros(Shapes.concat(batch, new Shape(places.length())));
    }
    NDArray none = run.zeros(Shapes.concat(batch, new Shape(1)));
    NDArray index = run.create(places.toArray(), new Shape(places.length()));
    return Tensors.select(Tensors.concat(List.of(features, none), -1), index, -1);
  }

  /** The rows of the coordinates that are changed of {@code (*, D, P)}. */
  NDArray ofChanged(NDArray rows) {
    NDArray index = Tensors.run(rows).create(changed.toArray(), new Shape(changed.length()));
    return Tensors.select(rows, index, -2);
  }
}
