package org.ppl4j.transforms;

import static com.google.common.base.Preconditions.checkArgument;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import com.google.errorprone.annotations.concurrent.LazyInit;
import java.util.List;
import java.util.Locale;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.ppl4j.constraints.Constraint;
import org.ppl4j.nn.NamedTensors;
import org.ppl4j.nn.TensorSpec;
import org.ppl4j.tensor.Rng;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.tensor.internal.table.Shapes;

/**
 * A differentiable map with a log-determinant. {@code forward} is the direction of sampling: from
 * the base of a transformed distribution to its values.
 *
 * <p>A transform takes {@code (*, domain event)} to {@code (*, codomain event)}, where {@code *} is
 * any batch; it is applied to each member of the batch alone. The log-determinant has shape {@code
 * (*)}. The public methods check shapes; a subclass writes the mathematics in {@link #doForward}
 * and {@link #doInverse}, with negative axes only.
 *
 * <p>A transform that holds no parameters of a store is its own {@link TransformModule}.
 */
public abstract class Transform implements TransformModule {

  private final int domainEventDims;
  private final int codomainEventDims;
  @LazyInit private @Nullable Transform inverted;

  /** For subclasses that map numbers to numbers: an event of no dimensions. */
  protected Transform() {
    this(0);
  }

  /** For subclasses whose event has as many dimensions before as after. */
  protected Transform(int eventDims) {
    this(eventDims, eventDims);
  }

  /** For subclasses. */
  protected Transform(int domainEventDims, int codomainEventDims) {
    this.domainEventDims = domainEventDims;
    this.codomainEventDims = codomainEventDims;
  }

  /**
   * The image of {@code x} and the log-determinant of this map there.
   *
   * @param x {@code (*, domain event)}
   * @throws IllegalArgumentException if {@code x} has fewer dimensions than the event
   */
  public final Mapped forward(NDArray x) {
    checkDims(x, domainEventDims);
    return batched(doForward(x), codomainEventDims);
  }

  /**
   * The value that {@code forward} maps to {@code y}, and the log-determinant of the inverse map
   * there. Outside the codomain the result is unspecified (NaN as a rule).
   *
   * @param y {@code (*, codomain event)}
   * @throws IllegalArgumentException if {@code y} has fewer dimensions than the event
   * @throws UnsupportedOperationException if {@link #invertibility()} is {@code NONE}
   */
  public final Mapped inverse(NDArray y) {
    if (invertibility() == Invertibility.NONE) {
      throw new UnsupportedOperationException(
          "transform '%s' has no inverse; use it forward only".formatted(this));
    }
    checkDims(y, codomainEventDims);
    return batched(doInverse(y), domainEventDims);
  }

  /** The mathematics of {@link #forward}; the log-determinant may still want broadcasting. */
  protected abstract Mapped doForward(NDArray x);

  /** The mathematics of {@link #inverse}; the log-determinant may still want broadcasting. */
  protected abstract Mapped doInverse(NDArray y);

  /**
   * The same transform with every tensor that it holds replaced, numbers included; itself unless a
   * subclass that holds some says otherwise.
   */
  public Transform withParameters(UnaryOperator<NDArray> operator) {
    return this;
  }

  /** Where images live: the reals unless a subclass says otherwise. */
  public Constraint codomain() {
    return Constraint.independent(Constraint.REAL, codomainEventDims);
  }

  /** Where inputs live: the reals unless a subclass says otherwise. */
  public Constraint domain() {
    return Constraint.independent(Constraint.REAL, domainEventDims);
  }

  /** How many rightmost dimensions one input has. */
  public final int domainEventDims() {
    return domainEventDims;
  }

  /** How many rightmost dimensions one image has. */
  public final int codomainEventDims() {
    return codomainEventDims;
  }

  /** The shape of the image of an input of shape {@code shape}, both with their batch. */
  public Shape forwardShape(Shape shape) {
    return shape;
  }

  /** The shape of the input whose image has shape {@code shape}, both with their batch. */
  public Shape inverseShape(Shape shape) {
    return shape;
  }

  /**
   * The sign of the derivative of a monotone map of numbers: 1 or −1, or a tensor of such that
   * broadcasts against its input; what cdf and quantiles of a transformed distribution need.
   *
   * @throws UnsupportedOperationException if this does not map numbers to numbers, or is not known
   *     to be monotone
   */
  public NDArray sign() {
    throw new UnsupportedOperationException(
        "transform '%s' is not known to be a monotone map of numbers".formatted(this));
  }

  /** The transforms that it applies, one after the other; itself unless it is composed. */
  public List<Transform> parts() {
    return List.of(this);
  }

  /** How it inverts: by a formula unless a subclass says otherwise. */
  public Invertibility invertibility() {
    return Invertibility.EXACT;
  }

  /**
   * How many evaluations of this map an inverse makes one after the other; 0 for a formula. A
   * search takes as many for every input, so that nothing is read from the device.
   */
  public int iterations() {
    return 0;
  }

  /**
   * How far values, log-determinants and inverses may be off beyond rounding, relative to 1 and
   * their size: 0 unless a map is found by a method that measures its error, such as a solver of
   * differential equations.
   */
  public double accuracy() {
    return 0;
  }

  /** A view with forward and inverse exchanged; the view's own {@code inverted()} is this. */
  @Override
  public Transform inverted() {
    Transform view = inverted;
    if (view == null) {
      view = new InvertedTransform(this);
      inverted = view;
    }
    return view;
  }

  /** This transform, then {@code next}. */
  public final Transform then(Transform next) {
    return ComposedTransform.of(this, next);
  }

  /**
   * This transform with {@code dims} batch dimensions turned into event dimensions: the same map,
   * its log-determinant summed over them; itself for 0.
   */
  @Override
  public Transform independent(int dims) {
    return dims == 0 ? this : new IndependentTransform(this, dims);
  }

  /** No tensors: a bound transform has nothing left to learn. */
  @Override
  public List<TensorSpec> tensors() {
    return List.of();
  }

  /** Itself. */
  @Override
  public final Transform bind(NamedTensors tensors, Rng rng, boolean training) {
    return this;
  }

  /** The same for every context. */
  @Override
  public final ConditionalTransformModule conditional(int contextDim) {
    return ConditionalTransformModule.ignoringContext(this);
  }

  /** The name in lower case, e.g. {@code exp}; that of the class unless a subclass says another. */
  @Override
  public String toString() {
    return getClass().getSimpleName().toLowerCase(Locale.ROOT);
  }

  private void checkDims(NDArray value, int dims) {
    checkArgument(
        value.getShape().dimension() >= dims,
        "transform '%s' takes at least %s dims, but its input has shape %s; add the event dims",
        this,
        dims,
        value.getShape());
  }

  private static Mapped batched(Mapped mapped, int eventDims) {
    Shape batch = Shapes.dropRight(mapped.value().getShape(), eventDims);
    return mapped.logDet().getShape().equals(batch)
        ? mapped
        : new Mapped(
            mapped.value(), Tensors.run(mapped.value()).bind(mapped.logDet()).broadcast(batch));
  }
}
