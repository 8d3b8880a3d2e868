package org.ppl4j.nn;

import static com.google.common.base.Preconditions.checkArgument;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import org.ppl4j.constraints.Constraint;
import org.ppl4j.tensor.Rng;
import org.ppl4j.tensor.Run;
import org.ppl4j.tensor.internal.table.Shapes;

/**
 * What a module says of one of its tensors before it exists.
 *
 * @param name unique in the module, e.g. {@code logScale}
 * @param shape the shape of the (constrained) tensor
 * @param kind whether it is learned
 * @param initial its first value, a function of noise alone
 * @param constraint where its values live
 * @param version of what its numbers stand for, from 1: raised in the class where the same numbers
 *     come to make something else, so that files of before are refused
 */
public record TensorSpec(
    String name, Shape shape, Kind kind, Initial initial, Constraint constraint, int version) {

  /** Whether a tensor is learned. */
  public enum Kind {
    /** Learned: gradients reach it. */
    PARAMETER,
    /** Kept and saved but not learned, such as running statistics. */
    BUFFER
  }

  /** The first value of a tensor. */
  @FunctionalInterface
  public interface Initial {

    /**
     * Makes the value.
     *
     * @param rng the tensor's own stream of noise
     * @param run the run to make it in
     * @return a tensor of the run of the shape of the spec
     */
    NDArray create(Rng rng, Run run);
  }

  /**
   * Checks name and version.
   *
   * @throws IllegalArgumentException if the name is empty, or the version below 1
   */
  public TensorSpec {
    checkArgument(!name.isEmpty(), "tensor of shape %s has an empty name; give it one", shape);
    checkArgument(version >= 1, "tensor '%s' is of version %s, but the first is 1", name, version);
  }

  /** An unconstrained parameter that starts with every entry at {@code value}. */
  public static TensorSpec parameter(String name, Shape shape, double value) {
    return parameter(name, shape, (rng, run) -> run.full(value, shape));
  }

  /** An unconstrained parameter. */
  public static TensorSpec parameter(String name, Shape shape, Initial initial) {
    return parameter(name, shape, initial, Constraint.REAL);
  }

  /** A parameter under a constraint; {@code initial} gives the constrained value. */
  public static TensorSpec parameter(
      String name, Shape shape, Initial initial, Constraint constraint) {
    return new TensorSpec(name, shape, Kind.PARAMETER, initial, constraint, 1);
  }

  /** A buffer. */
  public static TensorSpec buffer(String name, Shape shape, Initial initial) {
    return new TensorSpec(name, shape, Kind.BUFFER, initial, Constraint.REAL, 1);
  }

  /**
   * The value of a parameter, if it has the shape of the spec, with extra dims on the left if it is
   * a draw.
   *
   * @param name of the parameter in its store
   * @throws IllegalArgumentException if it has not
   */
  public NDArray checked(String name, NDArray value) {
    Shape found = value.getShape();
    int dims = shape.dimension();
    checkArgument(
        found.dimension() >= dims && Shapes.takeRight(found, dims).equals(shape),
        "parameter '%s' has shape %s, but its module wants %s; use the module that made it, or"
            + " another name",
        name,
        found,
        shape);
    return value;
  }

  /** The same tensor under the name {@code prefix.name}. */
  public TensorSpec within(String prefix) {
    return new TensorSpec(prefix + "." + name, shape, kind, initial, constraint, version);
  }

  /**
   * The tensors of a module whose own version is this one, which raises theirs; as they are for 1.
   */
  public static List<TensorSpec> ofVersion(int version, List<TensorSpec> specs) {
    return version == 1 ? specs : specs.stream().map(spec -> spec.raised(version)).toList();
  }

  private TensorSpec raised(int by) {
    return new TensorSpec(name, shape, kind, initial, constraint, version + by - 1);
  }
}
