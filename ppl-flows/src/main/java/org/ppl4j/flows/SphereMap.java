package org.ppl4j.flows;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import org.ppl4j.constraints.Constraint;
import org.ppl4j.transforms.Mapped;

/**
 * A map of the sphere of unit vectors {@code (D)} onto itself, whose log-determinant is that of its
 * derivative along the sphere. It takes any vector for its direction, so that its gradients are
 * tangent to the sphere, and what it gives is a unit vector to the last digit.
 */
abstract class SphereMap extends VectorMap {

  /** With a batch that broadcasts against that of the inputs. */
  SphereMap(Shape batch) {
    super(batch);
  }

  /** The map of a unit vector; its value need only be one up to rounding. */
  abstract Mapped ofUnit(NDArray x);

  /** The inverse at a unit vector; its value need only be one up to rounding. */
  abstract Mapped inverseOfUnit(NDArray y);

  @Override
  protected final Mapped doForward(NDArray x) {
    return onSphere(ofUnit(unit(x)));
  }

  @Override
  protected final Mapped doInverse(NDArray y) {
    return onSphere(inverseOfUnit(unit(y)));
  }

  private static Mapped onSphere(Mapped mapped) {
    return new Mapped(unit(mapped.value()), mapped.logDet());
  }

  /** The direction of a vector. */
  static NDArray unit(NDArray x) {
    return x.div(x.square().sum(new int[] {-1}, true).sqrt());
  }

  @Override
  public final Constraint domain() {
    return Constraint.SPHERE;
  }

  @Override
  public final Constraint codomain() {
    return Constraint.SPHERE;
  }
}
