package org.ppl4j;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.io.ObjectOutputStream;
import java.io.OutputStream;
import java.io.Serializable;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import org.ppl4j.constraints.Constraint;
import org.ppl4j.tensor.Tensors;

/** Writes what a parcel holds, forms in place of what Java does not serialize. */
final class ParcelWriter extends ObjectOutputStream {

  /** An object that does not travel. */
  static final class Refusal extends RuntimeException {

    private static final long serialVersionUID = 1;

    private final transient Object object;

    private Refusal(Object object) {
      this.object = object;
    }

    Object object() {
      return object;
    }
  }

  private final boolean isData;
  private final Set<Class<?>> classes = new LinkedHashSet<>();

  ParcelWriter(OutputStream to, boolean isData) throws IOException {
    super(to);
    this.isData = isData;
    enableReplaceObject(true);
  }

  /** All that were met. */
  Set<Class<?>> classes() {
    return classes;
  }

  @Override
  protected void annotateClass(Class<?> type) {
    classes.add(type);
  }

  @Override
  protected Object replaceObject(Object object) {
    if (object instanceof NDArray tensor) {
      if (Tensors.hasRun(tensor) || !isData && !Tensors.isTensor(tensor)) {
        throw new Refusal(object);
      }
      return ParcelForm.OfTensor.of(tensor);
    }
    if (object instanceof Optional<?> optional) {
      return new ParcelForm.OfOptional(optional.orElse(null));
    }
    if (object instanceof Shape shape) {
      return new ParcelForm.OfShape(shape.getShape());
    }
    if (object instanceof Device device) {
      return new ParcelForm.OfDevice(device.getDeviceType(), device.getDeviceId());
    }
    if (object instanceof Constraint constraint) {
      return ParcelForm.OfConstraint.of(constraint).orElse(constraint);
    }
    return object instanceof Serializable ? object : form(object);
  }

  private static Object form(Object object) {
    if (object instanceof AutoCloseable || object.getClass().isHidden()) {
      throw new Refusal(object);
    }
    try {
      return ParcelForm.OfParts.of(object).orElseThrow(() -> new Refusal(object));
    } catch (IllegalArgumentException unreadable) {
      throw new Refusal(object);
    }
  }
}
