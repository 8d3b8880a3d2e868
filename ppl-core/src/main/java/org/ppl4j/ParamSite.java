package org.ppl4j;

import static com.google.common.base.Preconditions.checkState;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.ppl4j.constraints.Constraint;
import org.ppl4j.params.ParamValue;

/** One use of a parameter in an execution. */
public final class ParamSite extends Site {

  private final @Nullable Function<String, NDArray> initial;
  private final @Nullable Supplier<Shape> shape; // of the first value
  private Constraint constraint;
  private @Nullable NDArray value;
  private @Nullable NDArray leaf;
  private boolean comparesShape;
  private int uses = 1;

  /** Of a parameter that is used without a first value. */
  ParamSite(String name) {
    this(name, null, null, Constraint.REAL);
  }

  ParamSite(
      String name,
      @Nullable Function<String, NDArray> initial,
      @Nullable Supplier<Shape> shape,
      Constraint constraint) {
    super(name);
    this.initial = initial;
    this.shape = shape;
    this.constraint = constraint;
  }

  /** Where the values live. */
  public Constraint constraint() {
    return constraint;
  }

  /** Whether {@link #shape()} is known: if a first value is given. */
  public boolean hasShape() {
    return shape != null;
  }

  /**
   * The shape that the program wants, that of the first value, which may be made for it.
   *
   * @throws IllegalStateException if none is given, as in {@code p.param(name)}
   */
  public Shape shape() {
    checkState(
        shape != null,
        "parameter '%s' is used without a first value, so its shape is not known; give one by"
            + " p.param(\"%s\", () -> ...)",
        name(),
        name());
    return shape.get();
  }

  /** Whether {@link #value()} is there. */
  public boolean hasValue() {
    return value != null;
  }

  /**
   * The (constrained) value.
   *
   * @throws IllegalStateException if the site has none yet
   */
  public NDArray value() {
    checkState(
        value != null, "parameter '%s' has no value yet; read it when the site comes back", name());
    return value;
  }

  /**
   * The unconstrained tensor that gradients are taken with respect to; null if a handler gave the
   * value.
   */
  public @Nullable NDArray leaf() {
    return leaf;
  }

  // --- for handlers

  /** Gives the parameter this value instead of the store's. */
  public void substitute(NDArray value) {
    this.value = value;
  }

  // --- for Ppl

  /** A parameter may be renamed and given values at any time. */
  @Override
  void checkOpen() {}

  @Override
  void enter(Handler.Frame frame) {
    frame.enter(this);
  }

  @Override
  void leave(Handler.Frame frame) {
    frame.leave(this);
  }

  @Override
  void settle(Ppl p) {
    p.settle(this);
  }

  /** A first value of another shape than the parameter has is an error. */
  void comparesShape() {
    comparesShape = true;
  }

  boolean isComparingShape() {
    return comparesShape;
  }

  /** Counts a further use of the parameter in its execution; returns how many there are. */
  int useAgain() {
    return ++uses;
  }

  /** What makes the first value, under the name that the site has by then; null if nothing does. */
  @Nullable Supplier<NDArray> initial() {
    Function<String, NDArray> named = initial;
    return named == null ? null : () -> named.apply(name());
  }

  void fetched(ParamValue fetched) {
    this.constraint = fetched.constraint();
    this.value = fetched.value();
    this.leaf = fetched.leaf();
  }

  /** Takes what an earlier use of the parameter in this execution fetched. */
  void fetched(ParamSite earlier) {
    this.constraint = earlier.constraint;
    this.value = earlier.value;
    this.leaf = earlier.leaf;
  }

  /** The name, for error messages and debuggers. */
  @Override
  public String toString() {
    return "parameter '" + name() + "'";
  }
}
