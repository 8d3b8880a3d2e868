package org.ppl4j.tensor;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.SplittableRandom;
import java.util.function.BinaryOperator;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.ppl4j.tensor.internal.table.Op;

/**
 * A way to use an operation of the table in a random program.
 *
 * @param op the operation
 * @param operands how many
 * @param maker fits it to operands of given shapes
 */
record Use(Op op, int operands, Maker maker) {

  /** Gives a step, or null for shapes that do not suit it. */
  interface Maker {
    @Nullable Step make(Shape[] shapes, SplittableRandom random);
  }

  /** What a step does. */
  interface Body {
    NDArray of(Backend backend, NDArray[] in);
  }

  /**
   * A step of a program.
   *
   * @param ours on tensors of a run
   * @param plain the same on plain arrays: by DJL's own operation, or by a reference on the host
   */
  record Step(Body ours, Body plain) {

    /** A step that is the same NDArray code on both sides. */
    static Step same(Body body) {
      return new Step(body, body);
    }

    /** Whether plain arrays do it by DJL's own operations, so that DJL has a gradient for it. */
    boolean isSame() {
      return ours == plain;
    }
  }

  static Use one(Op op, UnaryOperator<NDArray> f) {
    Step step = Step.same((backend, in) -> f.apply(in[0]));
    return new Use(op, 1, (shapes, random) -> step);
  }

  static Use two(Op op, BinaryOperator<NDArray> f) {
    Step step = Step.same((backend, in) -> f.apply(in[0], in[1]));
    return new Use(op, 2, (shapes, random) -> step);
  }

  /** A use that needs at least so many dims. */
  Use ofRank(int least) {
    return new Use(
        op,
        operands,
        (shapes, random) -> {
          for (Shape shape : shapes) {
            if (shape.dimension() < least) {
              return null;
            }
          }
          return maker.make(shapes, random);
        });
  }
}
