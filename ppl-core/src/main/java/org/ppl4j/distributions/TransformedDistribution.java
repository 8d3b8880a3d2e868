package org.ppl4j.distributions;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import java.util.function.UnaryOperator;
import org.ppl4j.constraints.Constraint;
import org.ppl4j.tensor.Rng;
import org.ppl4j.tensor.Shapes;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.transforms.Mapped;
import org.ppl4j.transforms.Transform;

/**
 * The image of a distribution under a transform: y = f(x) with x from the base.
 *
 * <p>log p(y) = log p_base(f⁻¹(y)) + log |det ∂f⁻¹/∂y|. A draw goes forward only: its log-density
 * is the base draw's less the log-determinant of f at it, and nothing is inverted.
 *
 * <p>Batch dimensions of the base that the transform's event needs become event dimensions. The
 * base is expanded to the batch that the transform's own parameters broadcast it to, so that each
 * place gets noise of its own.
 */
public final class TransformedDistribution extends Distribution {

  private final Distribution base;
  private final Transform transform;

  private TransformedDistribution(Distribution base, Transform transform, Shape shape, int dims) {
    super(Shapes.dropRight(shape, dims), Shapes.takeRight(shape, dims));
    this.base = base;
    this.transform = transform;
  }

  /**
   * The distribution of {@code transform.forward(x)}, x from {@code base}.
   *
   * @throws IllegalArgumentException if the base has fewer batch dimensions than the transform
   *     takes event dimensions
   */
  public static TransformedDistribution of(Distribution base, Transform transform) {
    int missing = transform.domainEventDims() - base.eventShape().dimension();
    Distribution whole = missing > 0 ? base.toEvent(missing) : base;
    int extra = whole.eventShape().dimension() - transform.domainEventDims();
    Shape shape = transform.forwardShape(Shapes.concat(whole.batchShape(), whole.eventShape()));
    Shape domain = transform.inverseShape(shape);
    Shape batch = Shapes.dropRight(domain, whole.eventShape().dimension());
    return new TransformedDistribution(
        whole.expand(batch), transform, shape, transform.codomainEventDims() + extra);
  }

  /** The distribution that is transformed, with its batch and event as they enter. */
  public Distribution base() {
    return base;
  }

  /** The transform from the base to this. */
  public Transform transform() {
    return transform;
  }

  @Override
  public Constraint support() {
    Constraint codomain = transform.codomain();
    return Constraint.independent(codomain, eventShape().dimension() - codomain.eventDims());
  }

  @Override
  public boolean isReparameterized() {
    return base.isReparameterized();
  }

  @Override
  public List<Argument> arguments() {
    return base.arguments();
  }

  @Override
  protected NDArray doLogProb(NDArray value) {
    Mapped mapped = transform.inverse(value);
    return base.logProb(mapped.value()).add(summed(mapped.logDet()));
  }

  @Override
  protected Draw doDraw(Rng rng, Shape batch) {
    Draw draw = base.doDraw(rng, batch);
    Mapped mapped = transform.forward(draw.value());
    return Draw.of(mapped.value(), () -> draw.logProb().sub(summed(mapped.logDet())));
  }

  /** The log-determinant summed over event dimensions that the transform takes as batch. */
  private NDArray summed(NDArray logDet) {
    return Tensors.sumRight(logDet, eventShape().dimension() - transform.codomainEventDims());
  }

  @Override
  public Distribution withParameters(UnaryOperator<NDArray> operator) {
    return of(base.withParameters(operator), transform.withParameters(operator));
  }

  @Override
  public Distribution expand(Shape batch) {
    checkExpands(batch);
    return of(base.expand(batch), transform);
  }

  @Override
  public String toString() {
    return "Transformed(" + base + ", " + transform + ")";
  }
}
