package org.ppl4j;

import static com.google.common.base.Preconditions.checkArgument;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.ppl4j.tensor.Run;
import org.ppl4j.tensor.Tensors;

/** What the steps of a scan carry: the tensors in it, and how it is made of others. */
final class Carried<C extends @Nullable Object> {

  private final String scan;
  private final Run run;
  private final DataShape shape = new DataShape(array -> array);
  private final C start;
  private final List<Object> structure;

  Carried(String scan, Run run, C start) {
    this.scan = scan;
    this.run = run;
    this.start = start;
    this.structure = structure(start);
  }

  /** Its tensors, in order. */
  List<NDArray> tensors(C carry) {
    List<Object> own = structure(carry);
    checkArgument(
        own.equals(structure),
        "scan '%s' carries %s, but a step leaves %s; leave the same structure at each step, and"
            + " tensors for numbers that change",
        scan,
        structure,
        own);
    List<NDArray> tensors = new ArrayList<>();
    C unused =
        shape.map(
            carry,
            x -> {
              tensors.add(run.bind(x));
              return x;
            });
    return tensors;
  }

  /** The same with other tensors. */
  C of(List<NDArray> tensors) {
    Deque<NDArray> left = new ArrayDeque<>(tensors);
    return shape.map(start, x -> left.remove());
  }

  /**
   * What the first step is given where steps leave tensors of these shapes: the same, or repeated
   * for each particle.
   *
   * @param particles how many dims these have
   */
  List<NDArray> widened(List<NDArray> tensors, List<NDArray> left, int particles) {
    List<NDArray> wide = new ArrayList<>();
    for (int i = 0; i < tensors.size(); i++) {
      Shape own = tensors.get(i).getShape();
      Shape to = left.get(i).getShape();
      boolean isSame = own.equals(to);
      boolean isWider =
          Tensors.hasParticles(left.get(i))
              && to.dimension() >= particles
              && squeezed(to.slice(particles)).equals(squeezed(own));
      checkArgument(
          isSame || isWider,
          "scan '%s' carries a tensor of shape %s, but a step leaves %s; start with the shape that"
              + " the steps leave",
          scan,
          own,
          to);
      wide.add(isSame ? tensors.get(i) : Tensors.particles(tensors.get(i).broadcast(to)));
    }
    return wide;
  }

  /** Without dims of size 1 on the left. */
  private static Shape squeezed(Shape shape) {
    int left = 0;
    while (left < shape.dimension() && shape.get(left) == 1) {
      left++;
    }
    return shape.slice(left);
  }

  /** What must be the same at each step: all but the numbers in tensors. */
  private List<Object> structure(C carry) {
    List<Object> met = new ArrayList<>();
    C unused =
        shape.map(
            carry,
            x -> {
              met.add("a tensor");
              return x;
            },
            new DataShape.Visitor() {
              @Override
              public void value(Object value) {
                met.add(value);
              }

              @Override
              public void holder(Class<?> type, int size) {
                met.add(type.getSimpleName() + " of " + size);
              }
            });
    return met;
  }
}
