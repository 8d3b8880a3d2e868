package org.ppl4j;

import static com.google.common.base.Preconditions.checkArgument;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.tensor.internal.table.Shapes;

/**
 * Picks and products where particles stand on the left: what each particle has is what it would
 * have alone. The dims of a value are then particles, plates and event dims; without particles
 * those of plates that it is not in are missing, with them they are 1.
 *
 * @param particles how many dims the particles have
 * @param plates how many dims stand between them and the event dims
 */
record Vectorised(int particles, int plates) {

  /** As the frames around the running code say. */
  static Vectorised in(Nesting.@Nullable Stack stack) {
    int rightmost = Integer.MIN_VALUE;
    int leftmost = 0;
    for (Nesting.Stack at = stack; at != null; at = at.outer) {
      if (at.frame instanceof Plate plate && plate.isParticles()) {
        rightmost = Math.max(rightmost, plate.dim());
        leftmost = Math.min(leftmost, plate.dim());
      }
    }
    return leftmost == 0
        ? new Vectorised(0, 0)
        : new Vectorised(rightmost - leftmost + 1, -rightmost - 1);
  }

  /** {@code values[..., index, :]}; see {@link Ppl#pick(NDArray, NDArray, int)}. */
  NDArray pick(NDArray values, NDArray index, int eventDims) {
    Shape all = values.getShape();
    Shape left = left(values);
    int from = all.dimension() - eventDims - 1;
    checkArgument(
        from >= left.dimension(),
        "pick from a value of shape %s, which has no dim to pick from%s; pass values (..., K%s)",
        all.slice(left.dimension()),
        eventDims == 0 ? "" : " left of " + eventDims + " event dims",
        eventDims == 0 ? "" : ", event");
    Shape middle = all.slice(left.dimension(), from);
    Shape rest = index.getShape().slice(left(index).dimension());
    boolean isNumber = rest.dimension() == 0;
    NDArray aligned = values;
    NDArray indices = index;
    if (Tensors.hasParticles(values) || Tensors.hasParticles(index)) {
      Shape own = middle.size() == 1 ? Shapes.scalar() : middle;
      Shape wanted = isNumber ? new Shape(1) : rest;
      Shape picked = Shapes.broadcast(Shapes.concat(own, new Shape(1)), wanted);
      int dims = Math.max(picked.dimension(), isNumber ? plates + 1 : plates);
      if (left.dimension() > 0) {
        Shape behind = Shapes.concat(own, all.slice(from));
        aligned = Tensors.reshape(values, joined(left, dims + eventDims, behind));
      }
      if (left(index).dimension() > 0) {
        indices = Tensors.reshape(index, joined(left(index), dims, wanted));
      }
    }
    NDArray picked = Tensors.pick(aligned, indices, eventDims);
    return isNumber && picked.getShape().dimension() > eventDims
        ? picked.squeeze(-1 - eventDims)
        : picked;
  }

  /** x·w; see {@link Ppl#matVec}. */
  NDArray matVec(NDArray x, NDArray w) {
    Shape left = left(w);
    boolean isMatrix = x.getShape().dimension() - left(x).dimension() >= 2;
    boolean isVector = left.dimension() > 0 && w.getShape().dimension() == left.dimension() + 1;
    return Tensors.matVec(
        x,
        isMatrix && isVector
            ? Tensors.reshape(w, joined(left, 2, Shapes.takeRight(w.getShape(), 1)))
            : w);
  }

  /** The dims of a value that are those of particles. */
  private Shape left(NDArray value) {
    Shape shape = value.getShape();
    return Tensors.hasParticles(value)
        ? shape.slice(0, Math.min(particles, shape.dimension()))
        : Shapes.scalar();
  }

  /** Both beside each other, with as many dims of size 1 between as make {@code dims} behind. */
  private static Shape joined(Shape left, int dims, Shape behind) {
    long[] ones = new long[dims - behind.dimension()];
    Arrays.fill(ones, 1);
    return Shapes.concat(Shapes.concat(left, new Shape(ones)), behind);
  }
}
