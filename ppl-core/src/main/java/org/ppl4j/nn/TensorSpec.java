package org.ppl4j.nn;

import static com.google.common.base.Preconditions.checkArgument;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import com.google.common.collect.ImmutableList;
import java.util.List;
import org.ppl4j.constraints.Constraint;
import org.ppl4j.tensor.Rng;
import org.ppl4j.tensor.Run;
import org.ppl4j.tensor.file.Family;
import org.ppl4j.tensor.internal.table.Shapes;

/**
 * What a module says of one of its tensors before it exists.
 *
 * @param name unique in the module, e.g. {@code logScale}
 * @param shape the shape of the (constrained) tensor
 * @param kind whether it is learned
 * @param initial its first value, a function of noise alone
 * @param constraint where its values live
 * @param families what its numbers go through, which files name, each with its version
 */
public record TensorSpec(
    String name,
    Shape shape,
    Kind kind,
    Initial initial,
    Constraint constraint,
    ImmutableList<Family> families) {

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
   * Checks the name.
   *
   * @throws IllegalArgumentException if it is empty
   */
  public TensorSpec {
    checkArgument(!name.isEmpty(), "tensor of shape %s has an empty name; give it one", shape);
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
    return new TensorSpec(name, shape, Kind.PARAMETER, initial, constraint, ImmutableList.of());
  }

  /** A buffer. */
  public static TensorSpec buffer(String name, Shape shape, Initial initial) {
    return new TensorSpec(name, shape, Kind.BUFFER, initial, Constraint.REAL, ImmutableList.of());
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
    return new TensorSpec(prefix + "." + name, shape, kind, initial, constraint, families);
  }

  /** The tensors of what is of a family. */
  public static List<TensorSpec> ofFamily(Family family, TensorSpec... specs) {
    return ofFamily(family, List.of(specs));
  }

  /** The same of a list of tensors. */
  public static List<TensorSpec> ofFamily(Family family, List<TensorSpec> specs) {
    return ofFamilies(List.of(family), specs);
  }

  /** The tensors of what is of some families, beside those that they are of already. */
  public static List<TensorSpec> ofFamilies(List<Family> families, List<TensorSpec> specs) {
    return specs.stream().map(spec -> spec.and(families)).toList();
  }

  private TensorSpec and(List<Family> more) {
    ImmutableList<Family> all =
        ImmutableList.<Family>builder().addAll(families).addAll(more).build();
    return new TensorSpec(name, shape, kind, initial, constraint, all);
  }
}
