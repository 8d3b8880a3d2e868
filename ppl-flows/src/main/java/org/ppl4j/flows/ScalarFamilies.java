package org.ppl4j.flows;

import static java.util.Objects.requireNonNull;

import ai.djl.ndarray.NDArray;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.ppl4j.nn.NamedTensors;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.tensor.file.Family;
import org.ppl4j.transforms.Mapped;
import org.ppl4j.transforms.Transform;

/** Maps of one family, then of another, with a vector of parameters for both. */
record ScalarFamilies(ScalarFamily first, ScalarFamily next) implements ScalarFamily {

  ScalarFamilies {
    requireNonNull(first, "first");
    requireNonNull(next, "next");
  }

  @Override
  public int parameters() {
    return first.parameters() + next.parameters();
  }

  @Override
  public Transform map(NDArray parameters) {
    List<NDArray> parts = parts(parameters);
    return first.map(parts.get(0)).then(next.map(parts.get(1)));
  }

  private List<NDArray> parts(NDArray parameters) {
    return Tensors.split(parameters, -1, first.parameters(), next.parameters());
  }

  private boolean beginsWithScale(boolean isInverse) {
    return (isInverse ? next : first) instanceof AffineFamily affine && affine.hasScale();
  }

  /** Location and scale, which a map of data to noise begins with. */
  private Transform scaling(NDArray parameters, boolean isInverse) {
    List<NDArray> parts = parts(parameters);
    return isInverse ? next.map(parts.get(1)).inverted() : first.map(parts.get(0));
  }

  /**
   * Where a map of data to noise begins with a location and scale, and goes on with a shape: {@link
   * NamedTensors#prefer prefers} those that a normal distribution would have, by its log-density up
   * to a constant. A shape can undo any others, so that the likelihood of data hardly says what
   * they are; but what a shape has beyond the data lies at so many scales.
   *
   * @param parameters {@code (*, P)}
   * @param data {@code (*)}; given which, since maps before this one could make them narrower
   * @param isInverse whether its inverse is what maps data to noise
   * @param sum over the coordinates
   */
  static void prefer(
      NamedTensors tensors,
      ScalarFamily family,
      NDArray parameters,
      NDArray data,
      boolean isInverse,
      UnaryOperator<NDArray> sum) {
    if (family instanceof ScalarFamilies both && both.beginsWithScale(isInverse)) {
      tensors.prefer(
          () -> {
            Mapped scaled = both.scaling(parameters, isInverse).forward(data.stopGradient());
            return sum.apply(scaled.value().square().mul(-0.5).add(scaled.logDet()));
          });
    }
  }

  @Override
  public int iterations() {
    return first.iterations() + next.iterations();
  }

  @Override
  public boolean hasContinuousDerivative() {
    return first.hasContinuousDerivative() && next.hasContinuousDerivative();
  }

  @Override
  public boolean hasLinearTails() {
    return first.hasLinearTails() && next.hasLinearTails();
  }

  /** Those of both. */
  @Override
  public List<Family> families() {
    return Stream.of(first, next).flatMap(family -> family.families().stream()).toList();
  }

  @Override
  public String toString() {
    return first + " then " + next;
  }
}
