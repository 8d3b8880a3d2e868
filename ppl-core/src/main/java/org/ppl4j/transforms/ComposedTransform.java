package org.ppl4j.transforms;

import static java.util.stream.Collectors.joining;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import com.google.common.collect.ImmutableList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.ppl4j.constraints.Constraint;
import org.ppl4j.tensor.Tensors;

/**
 * Transforms one after the other. The event has as many dimensions as the part that needs most; a
 * part with fewer has its log-determinant summed over the rest.
 */
final class ComposedTransform extends Transform {

  private final ImmutableList<Transform> parts;

  private ComposedTransform(ImmutableList<Transform> parts) {
    super(domainEventDims(parts), codomainEventDims(parts));
    this.parts = parts;
  }

  static Transform of(Transform first, Transform second) {
    return of(
        ImmutableList.<Transform>builder().addAll(parts(first)).addAll(parts(second)).build());
  }

  static Transform of(List<Transform> parts) {
    return parts.size() == 1 ? parts.get(0) : new ComposedTransform(ImmutableList.copyOf(parts));
  }

  @Override
  public ImmutableList<Transform> parts() {
    return parts;
  }

  private static List<Transform> parts(Transform transform) {
    return transform instanceof ComposedTransform composed
        ? composed.parts
        : ImmutableList.of(transform);
  }

  /** What must enter so that each part, seen from the last to the first, gets its event. */
  private static int domainEventDims(List<Transform> parts) {
    int dims = parts.get(parts.size() - 1).codomainEventDims();
    for (int i = parts.size() - 1; i >= 0; i--) {
      Transform part = parts.get(i);
      dims =
          Math.max(
              dims + part.domainEventDims() - part.codomainEventDims(), part.domainEventDims());
    }
    return dims;
  }

  private static int codomainEventDims(List<Transform> parts) {
    int dims = domainEventDims(parts);
    for (Transform part : parts) {
      dims += part.codomainEventDims() - part.domainEventDims();
    }
    return dims;
  }

  @Override
  protected Mapped doForward(NDArray x) {
    NDArray value = x;
    NDArray logDet = Tensors.number(0);
    int dims = domainEventDims();
    for (Transform part : parts) {
      Mapped mapped = part.forward(value);
      logDet = logDet.add(Tensors.sumRight(mapped.logDet(), dims - part.domainEventDims()));
      dims += part.codomainEventDims() - part.domainEventDims();
      value = mapped.value();
    }
    return new Mapped(value, logDet);
  }

  @Override
  protected Mapped doInverse(NDArray y) {
    NDArray value = y;
    NDArray logDet = Tensors.number(0);
    int dims = codomainEventDims();
    for (Transform part : parts.reverse()) {
      Mapped mapped = part.inverse(value);
      logDet = logDet.add(Tensors.sumRight(mapped.logDet(), dims - part.codomainEventDims()));
      dims += part.domainEventDims() - part.codomainEventDims();
      value = mapped.value();
    }
    return new Mapped(value, logDet);
  }

  @Override
  public Transform withParameters(UnaryOperator<NDArray> operator) {
    return new ComposedTransform(
        parts.stream()
            .map(part -> part.withParameters(operator))
            .collect(ImmutableList.toImmutableList()));
  }

  @Override
  public Constraint domain() {
    Constraint first = parts.get(0).domain();
    return Constraint.independent(first, domainEventDims() - first.eventDims());
  }

  @Override
  public Constraint codomain() {
    Constraint last = parts.get(parts.size() - 1).codomain();
    return Constraint.independent(last, codomainEventDims() - last.eventDims());
  }

  @Override
  public Shape forwardShape(Shape shape) {
    Shape result = shape;
    for (Transform part : parts) {
      result = part.forwardShape(result);
    }
    return result;
  }

  @Override
  public Shape inverseShape(Shape shape) {
    Shape result = shape;
    for (Transform part : parts.reverse()) {
      result = part.inverseShape(result);
    }
    return result;
  }

  @Override
  public NDArray sign() {
    NDArray sign = Tensors.number(1);
    for (Transform part : parts) {
      sign = sign.mul(part.sign());
    }
    return sign;
  }

  /** That of the part that inverts worst. */
  @Override
  public Invertibility invertibility() {
    return parts.stream()
        .map(Transform::invertibility)
        .max(Enum::compareTo)
        .orElse(Invertibility.EXACT);
  }

  @Override
  public int iterations() {
    return parts.stream().mapToInt(Transform::iterations).sum();
  }

  @Override
  public double accuracy() {
    return parts.stream().mapToDouble(Transform::accuracy).sum();
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof ComposedTransform that && parts.equals(that.parts);
  }

  @Override
  public int hashCode() {
    return parts.hashCode();
  }

  @Override
  public String toString() {
    return parts.get(0)
        + parts.stream().skip(1).map(part -> ".then(" + part + ")").collect(joining());
  }
}
