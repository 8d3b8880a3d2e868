package org.ppl4j.distributions;

import static com.google.common.base.Preconditions.checkArgument;
import static java.util.stream.Collectors.joining;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;
import org.ppl4j.constraints.Constraint;
import org.ppl4j.constraints.Interval;
import org.ppl4j.tensor.HiddenDims;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.tensor.internal.table.Shapes;

/**
 * A named argument of a distribution: what error messages, descriptions and validation know of it.
 *
 * @param name the name in the literature, e.g. {@code scale}
 * @param value a tensor, or a constant of {@link Tensors#number}
 * @param constraint where each value must live
 * @param eventDims how many rightmost dimensions of the value are not batch
 */
public record Argument(String name, NDArray value, Constraint constraint, int eventDims) {

  /** Any number. */
  public static Argument real(String name, NDArray value) {
    return new Argument(name, value, Constraint.REAL, 0);
  }

  /** Numbers above 0. */
  public static Argument positive(String name, NDArray value) {
    return new Argument(name, value, Constraint.POSITIVE, 0);
  }

  /** The shape without the event dimensions. */
  Shape batchShape() {
    return Shapes.dropRight(value.getShape(), eventDims);
  }

  /** Checks what needs no host read: a plain number, and the number of dimensions. */
  void check(String distribution) {
    checkArgument(
        value.getShape().dimension() >= eventDims,
        "parameter '%s' of %s must have at least %s dims, but has shape %s",
        name,
        distribution,
        eventDims,
        value.getShape());
    double[] vector = constraint.eventDims() == 0 ? Tensors.vectorOf(value) : new double[0];
    for (int i = 0; i < vector.length; i++) {
      checkArgument(
          constraint.contains(vector[i]),
          "parameter '%s' of %s must be %s, but its entry %s is %s",
          name,
          distribution,
          range(),
          i,
          vector[i]);
    }
    OptionalDouble number = Tensors.constant(value);
    if (number.isPresent() && constraint.eventDims() == 0) {
      checkArgument(
          constraint.contains(number.getAsDouble()),
          "parameter '%s' of %s must be %s, but is %s",
          name,
          distribution,
          range(),
          number.getAsDouble());
    }
  }

  /** Checks every entry, by reading the tensor. */
  void checkEntries(String distribution) {
    if (Tensors.constant(value).isPresent() || Tensors.vectorOf(value).length > 0) {
      return;
    }
    double[] members = HiddenDims.numbers(Tensors.cast(constraint.check(value), DataType.INT64));
    for (int i = 0; i < members.length; i++) {
      if (members[i] == 0) {
        double[] values = HiddenDims.numbers(value);
        int width = values.length / members.length;
        throw new IllegalArgumentException(
            "parameter '%s' of %s must be %s, but its entry %s is %s"
                .formatted(
                    name,
                    distribution,
                    range(),
                    i,
                    width == 1
                        ? Double.toString(values[i])
                        : Arrays.toString(Arrays.copyOfRange(values, i * width, (i + 1) * width))));
      }
    }
  }

  /** Where an entry of a tensor is NaN, booleans of the batch; null if all are plain numbers. */
  static @Nullable NDArray undefined(List<Argument> arguments) {
    NDArray any = null;
    for (Argument argument : arguments) {
      any = Undefined.or(any, Undefined.of(argument.value(), argument.eventDims()));
    }
    return any;
  }

  /** Names with numbers or shapes, one after the other. */
  static String describe(List<Argument> arguments) {
    return arguments.stream().map(Argument::toString).collect(joining(", "));
  }

  /** As {@link #describe}, with the named tensors that shapes come from. */
  static String describeSources(List<Argument> arguments) {
    return arguments.stream().map(a -> a + a.source()).collect(joining(", "));
  }

  private String source() {
    String names = Tensors.namesOf(value);
    return names.isEmpty() ? "" : " from " + names;
  }

  /**
   * The arguments that bring a dim of the batch, counted from the right from 1 on: {@code parameter
   * 'loc' (4) from 'mu'}; empty if none does.
   */
  static String bringing(List<Argument> arguments, int dim) {
    return arguments.stream()
        .filter(a -> a.batchShape().dimension() >= dim)
        .filter(a -> a.batchShape().get(a.batchShape().dimension() - dim) != 1)
        .map(a -> "parameter '" + a.name + "' " + a.value.getShape() + a.source())
        .collect(joining(" and "));
  }

  /** The constraint as it reads after "must be". */
  private String range() {
    boolean isPlace =
        constraint instanceof Interval
            || constraint == Constraint.SIMPLEX
            || constraint == Constraint.SPHERE;
    if (isPlace) {
      return "in the " + constraint;
    }
    String name = constraint.toString();
    String article = "aeiou".indexOf(name.charAt(0)) >= 0 ? "an " : "a ";
    return constraint.eventDims() > 0 ? article + name : name;
  }

  /** The name with the number, or with the shape of the tensor. */
  @Override
  public String toString() {
    OptionalDouble number = Tensors.constant(value);
    return name
        + ": "
        + (number.isPresent() ? Double.toString(number.getAsDouble()) : value.getShape());
  }
}
