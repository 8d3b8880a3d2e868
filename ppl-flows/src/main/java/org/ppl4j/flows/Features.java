package org.ppl4j.flows;

import ai.djl.ndarray.NDArray;
import java.util.List;
import org.ppl4j.constraints.Constraint;
import org.ppl4j.tensor.Tensors;

/**
 * What a network reads of coordinates: numbers as they are; of angles the cosines, then the sines,
 * since −π and π are one angle.
 */
final class Features {

  private Features() {}

  static boolean isCircular(Constraint domain) {
    return domain.equals(Constraint.CIRCULAR);
  }

  /** How many numbers are read of so many coordinates. */
  static int width(Constraint domain, int coordinates) {
    return isCircular(domain) ? 2 * coordinates : coordinates;
  }

  /** What is read of {@code (*, D)}. */
  static NDArray of(Constraint domain, NDArray x) {
    boolean isNone = x.getShape().get(x.getShape().dimension() - 1) == 0;
    return isNone || !isCircular(domain) ? x : Tensors.concat(List.of(x.cos(), x.sin()), -1);
  }

  /** A difference of coordinates; of angles the shorter way round. */
  static NDArray difference(Constraint domain, NDArray a, NDArray b) {
    NDArray difference = a.sub(b);
    return isCircular(domain)
        ? difference.sub(difference.div(2 * Math.PI).round().mul(2 * Math.PI))
        : difference;
  }

  /** Coordinates that rounding may have brought beyond where they live. */
  static NDArray clamp(Constraint domain, NDArray x) {
    return isCircular(domain) ? ScalarMath.clampRounding(x, -Math.PI, Math.PI) : x;
  }
}
