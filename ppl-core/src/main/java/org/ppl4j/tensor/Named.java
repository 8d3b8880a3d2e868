package org.ppl4j.tensor;

import static java.util.stream.Collectors.joining;

import ai.djl.ndarray.types.Shape;
import com.google.common.collect.ImmutableList;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * A tensor with a name, of which others have their dims: what an error about a shape names. A
 * site's value and a parameter have their names, an array of data that of its component or its own.
 *
 * @param name as {@code getName()} says it
 * @param shape of that tensor
 */
record Named(String name, Shape shape) {

  /** So many are remembered; more would help nobody. */
  private static final int MOST = 3;

  /**
   * Those that the dims of a result come from: an operand of its shape, or else all operands with
   * dims.
   */
  static ImmutableList<Named> of(Shape result, RunArray[] in, Shape[] shapes) {
    if (result.dimension() == 0) {
      return ImmutableList.of();
    }
    boolean isKept = false;
    for (int i = 0; i < in.length; i++) {
      if (shapes[i].equals(result)) {
        ImmutableList<Named> named = in[i].named();
        if (!named.isEmpty()) {
          return named;
        }
        isKept = true;
      }
    }
    return isKept ? ImmutableList.of() : joined(in);
  }

  private static ImmutableList<Named> joined(RunArray[] in) {
    Set<Named> all = new LinkedHashSet<>();
    for (RunArray x : in) {
      all.addAll(x.named());
    }
    return all.stream().limit(MOST).collect(ImmutableList.toImmutableList());
  }

  /** {@code 'mu'}, with its shape if that is another one than the tensor's. */
  static String describe(RunArray x) {
    return x.named().stream()
        .map(
            each ->
                "'" + each.name + "'" + (each.shape.equals(x.getShape()) ? "" : " " + each.shape))
        .collect(joining(" and "));
  }

  /** An error about shapes, with what is known of where each operand has its own. */
  static IllegalArgumentException explained(IllegalArgumentException e, RunArray... in) {
    Set<String> known = new LinkedHashSet<>();
    for (RunArray x : in) {
      if (!x.named().isEmpty()) {
        known.add(x.getShape() + " is from " + describe(x));
      }
    }
    return known.isEmpty()
        ? e
        : new IllegalArgumentException(e.getMessage() + "; " + String.join(", ", known), e);
  }
}
