package org.ppl4j.testing;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.ppl4j.constraints.Constraint;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.transforms.Invertibility;
import org.ppl4j.transforms.Mapped;
import org.ppl4j.transforms.Transform;

/** A transform with an error in its log-determinants, which the laws must see. */
public final class PlantedTransform extends Transform {

  private final Transform base;
  private final double ofForward;
  private final double ofInverse;
  private final @Nullable NDArray at;

  /**
   * The transform with a fault.
   *
   * @param ofForward is added to the log-determinant of the map
   * @param ofInverse is added to that of the inverse
   */
  public PlantedTransform(Transform base, double ofForward, double ofInverse) {
    this(base, ofForward, ofInverse, null);
  }

  private PlantedTransform(
      Transform base, double ofForward, double ofInverse, @Nullable NDArray at) {
    super(base.domainEventDims(), base.codomainEventDims());
    this.base = base;
    this.ofForward = ofForward;
    this.ofInverse = ofInverse;
    this.at = at;
  }

  /** The transform whose map has a fault at one input alone. */
  public static PlantedTransform at(Transform base, NDArray input, double ofForward) {
    return new PlantedTransform(base, ofForward, 0, input);
  }

  @Override
  protected Mapped doForward(NDArray x) {
    Mapped mapped = base.forward(x);
    if (at == null) {
      return off(mapped, ofForward);
    }
    NDArray distance = Tensors.sumRight(x.sub(at).abs(), domainEventDims());
    NDArray fault = Tensors.where(distance.eq(0), Tensors.number(ofForward), 0);
    return new Mapped(mapped.value(), mapped.logDet().add(fault));
  }

  @Override
  protected Mapped doInverse(NDArray y) {
    return off(base.inverse(y), ofInverse);
  }

  private static Mapped off(Mapped mapped, double by) {
    return new Mapped(mapped.value(), mapped.logDet().add(by));
  }

  @Override
  public Transform withParameters(UnaryOperator<NDArray> operator) {
    return new PlantedTransform(base.withParameters(operator), ofForward, ofInverse, at);
  }

  @Override
  public Constraint domain() {
    return base.domain();
  }

  @Override
  public Constraint codomain() {
    return base.codomain();
  }

  @Override
  public Shape forwardShape(Shape shape) {
    return base.forwardShape(shape);
  }

  @Override
  public Shape inverseShape(Shape shape) {
    return base.inverseShape(shape);
  }

  @Override
  public Invertibility invertibility() {
    return base.invertibility();
  }

  @Override
  public int iterations() {
    return base.iterations();
  }

  @Override
  public String toString() {
    return base + " with a fault";
  }
}
