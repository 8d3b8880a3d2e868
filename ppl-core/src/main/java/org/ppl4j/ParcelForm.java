package org.ppl4j;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.io.Serializable;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.ppl4j.constraints.Constraint;
import org.ppl4j.tensor.Tensors;

/** What stands in a parcel for an object that Java does not serialize. */
interface ParcelForm extends Serializable {

  /** The object. */
  Object restored();

  /**
   * A tensor: what comes of it has no run and no manager, as {@link Tensors#array}, whole numbers
   * as int64.
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record OfTensor(double[] values, long[] sizes, DataType type, @Nullable String name)
      implements ParcelForm {

    static OfTensor of(NDArray tensor) {
      DataType type = tensor.getDataType();
      DataType kept =
          type.isFloating()
              ? DataType.FLOAT64
              : type == DataType.BOOLEAN ? DataType.BOOLEAN : DataType.INT64;
      return new OfTensor(
          Tensors.values(tensor), tensor.getShape().getShape(), kept, tensor.getName());
    }

    @Override
    public Object restored() {
      Shape shape = new Shape(sizes);
      NDArray tensor =
          sizes.length == 0 && type.isFloating()
              ? Tensors.number(values[0])
              : Tensors.array(values, shape, type);
      if (name != null) {
        tensor.setName(name);
      }
      return tensor;
    }
  }

  /** A record or an object of a data class. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record OfParts(Class<?> type, @Nullable Object[] parts) implements ParcelForm {

    static Optional<ParcelForm> of(Object object) {
      Class<?> type = object.getClass();
      return DataParts.of(type).map(parts -> new OfParts(type, parts.of(object)));
    }

    @Override
    public Object restored() {
      return DataParts.of(type).orElseThrow().made(type, parts);
    }
  }

  /** An optional. */
  record OfOptional(@Nullable Object value) implements ParcelForm {

    @Override
    public Object restored() {
      return Optional.ofNullable(value);
    }
  }

  /** A shape. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record OfShape(long[] sizes) implements ParcelForm {

    @Override
    public Object restored() {
      return new Shape(sizes);
    }
  }

  /**
   * A constraint that is known by its words, as in files.
   *
   * @param words as {@link Constraint#parse} reads them
   */
  record OfConstraint(String words) implements ParcelForm {

    /** Empty of one that has no words, as its bounds are tensors. */
    static Optional<Object> of(Constraint constraint) {
      String words = constraint.toString();
      try {
        return constraint.equals(Constraint.parse(words))
            ? Optional.of(new OfConstraint(words))
            : Optional.empty();
      } catch (IllegalArgumentException unknown) {
        return Optional.empty();
      }
    }

    @Override
    public Object restored() {
      return Constraint.parse(words);
    }
  }

  /** A device. */
  record OfDevice(String type, int id) implements ParcelForm {

    @Override
    public Object restored() {
      return Device.of(type, id);
    }
  }
}
