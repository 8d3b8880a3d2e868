package org.ppl4j.distributions;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import com.google.common.collect.Lists;
import java.util.List;
import java.util.OptionalDouble;
import java.util.function.BiFunction;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.ppl4j.constraints.Constraint;
import org.ppl4j.tensor.Rng;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.tensor.internal.table.Shapes;
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
    Shape shape = shape(whole, transform);
    Shape domain = transform.inverseShape(shape);
    Shape batch = Shapes.dropRight(domain, whole.eventShape().dimension());
    return new TransformedDistribution(
        whole.expand(batch), transform, shape, transform.codomainEventDims() + extra);
  }

  private static Shape shape(Distribution base, Transform transform) {
    try {
      return transform.forwardShape(Shapes.concat(base.batchShape(), base.eventShape()));
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "transform %s cannot take draws of %s, of batch shape %s and event shape %s: %s"
              .formatted(transform, base, base.batchShape(), base.eventShape(), e.getMessage()),
          e);
    }
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
  public boolean hasAtoms() {
    return base.hasAtoms();
  }

  /** Those of the base. */
  @Override
  protected NDArray doAtoms(NDArray value) {
    return base.doAtoms(transform.inverse(value).value());
  }

  @Override
  public boolean hasLogProb() {
    return base.hasLogProb();
  }

  @Override
  public boolean isReparameterized() {
    return base.isReparameterized();
  }

  @Override
  public List<Argument> arguments() {
    return base.arguments();
  }

  /** That of the base; what the transform knows is arithmetic, which keeps a NaN. */
  @Override
  @Nullable NDArray undefined() {
    NDArray ofBase = base.undefined();
    int more = base.batchShape().dimension() - batchShape().dimension();
    return ofBase == null || more == 0
        ? ofBase
        : Undefined.anyOf(expanded(ofBase, base.batchShape()), more);
  }

  @Override
  public boolean hasCdf() {
    return base.hasCdf() && isMonotone();
  }

  @Override
  public boolean hasIcdf() {
    return base.hasIcdf() && isMonotone();
  }

  @Override
  protected NDArray doLogProb(NDArray value) {
    Mapped mapped = transform.inverse(value);
    return base.logProb(mapped.value()).add(summed(mapped.logDet()));
  }

  /** Of a chain, also −∞ where a value inside it is not in the image of the part before. */
  @Override
  NDArray guarded(NDArray value) {
    return pulledBack(Lists.reverse(transform.parts()), value, eventShape().dimension());
  }

  /**
   * The log-density before these parts.
   *
   * @param parts the last first
   * @param x {@code (*, event)}, what comes out of the first of them
   * @param dims of its event
   */
  private NDArray pulledBack(List<Transform> parts, NDArray x, int dims) {
    if (parts.isEmpty()) {
      return base.logProb(x);
    }
    Transform part = parts.get(0);
    Constraint image = Constraint.independent(part.codomain(), dims - part.codomain().eventDims());
    UnaryOperator<NDArray> density =
        y -> {
          Mapped mapped = part.inverse(y);
          int before = dims + part.domainEventDims() - part.codomainEventDims();
          return pulledBack(parts.subList(1, parts.size()), mapped.value(), before)
              .add(Tensors.sumRight(mapped.logDet(), dims - part.codomainEventDims()));
        };
    return image.isReal() ? density.apply(x) : image.restrict(x, false, true, density);
  }

  @Override
  protected Draw doDraw(Rng rng, Shape batch) {
    Draw draw = base.doDraw(rng, batch);
    Mapped mapped = transform.forward(draw.value());
    return Draw.mapped(
        mapped.value(),
        eventShape().dimension(),
        () -> draw.logProb().sub(summed(mapped.logDet())));
  }

  /** The log-determinant summed over event dimensions that the transform takes as batch. */
  private NDArray summed(NDArray logDet) {
    return Tensors.sumRight(logDet, eventShape().dimension() - transform.codomainEventDims());
  }

  @Override
  protected NDArray doCdf(NDArray value) {
    return pulledBack(value, Tail.CDF);
  }

  @Override
  protected NDArray doSf(NDArray value) {
    return pulledBack(value, Tail.SF);
  }

  @Override
  protected NDArray doLogCdf(NDArray value) {
    return pulledBack(value, Tail.LOG_CDF);
  }

  @Override
  protected NDArray doLogSf(NDArray value) {
    return pulledBack(value, Tail.LOG_SF);
  }

  @Override
  protected NDArray doIcdf(NDArray probability) {
    return transform.forward(chosen(sign(), probability, Tail.ICDF)).value();
  }

  @Override
  protected NDArray doIsf(NDArray probability) {
    return transform.forward(chosen(sign(), probability, Tail.ISF)).value();
  }

  /** A function of one tail and the same of the other, which a decreasing transform exchanges. */
  private enum Tail {
    CDF(Distribution::doCdf, Distribution::doSf, 0, 1),
    SF(Distribution::doSf, Distribution::doCdf, 1, 0),
    LOG_CDF(Distribution::doLogCdf, Distribution::doLogSf, Double.NEGATIVE_INFINITY, 0),
    LOG_SF(Distribution::doLogSf, Distribution::doLogCdf, 0, Double.NEGATIVE_INFINITY),
    ICDF(Distribution::doIcdf, Distribution::doIsf, Double.NaN, Double.NaN),
    ISF(Distribution::doIsf, Distribution::doIcdf, Double.NaN, Double.NaN);

    private final BiFunction<Distribution, NDArray, NDArray> increasing;
    private final BiFunction<Distribution, NDArray, NDArray> decreasing;
    private final double below;
    private final double above;

    Tail(
        BiFunction<Distribution, NDArray, NDArray> increasing,
        BiFunction<Distribution, NDArray, NDArray> decreasing,
        double below,
        double above) {
      this.increasing = increasing;
      this.decreasing = decreasing;
      this.below = below;
      this.above = above;
    }
  }

  private boolean isMonotone() {
    try {
      return eventShape().dimension() == 0 && Tensors.isTensor(transform.sign());
    } catch (UnsupportedOperationException e) {
      return false;
    }
  }

  private NDArray sign() {
    if (eventShape().dimension() > 0) {
      throw new UnsupportedOperationException(
          "distribution '%s' has no cdf over an event of shape %s".formatted(name(), eventShape()));
    }
    try {
      return transform.sign();
    } catch (UnsupportedOperationException e) {
      throw new UnsupportedOperationException(
          "distribution '%s' has no cdf: %s".formatted(name(), e.getMessage()), e);
    }
  }

  /** The base's function at the inverse image; beyond the image of each part it is constant. */
  private NDArray pulledBack(NDArray value, Tail tail) {
    NDArray sign = sign();
    List<Transform> parts = transform.parts();
    NDArray x = value;
    NDArray isBelow = null;
    NDArray isAbove = null;
    NDArray soFar = Tensors.number(1);
    for (Transform part : Lists.reverse(parts)) {
      Constraint image = part.codomain();
      if (!image.isReal()) {
        NDArray member = image.check(x);
        NDArray smaller = x.lt(image.interior(x)).logicalAnd(member.logicalNot());
        NDArray larger = x.gt(image.interior(x)).logicalAnd(member.logicalNot());
        NDArray rises = Tensors.run(x).bind(soFar).gt(0);
        NDArray low = Tensors.where(rises, smaller, larger);
        NDArray high = Tensors.where(rises, larger, smaller);
        isBelow = isBelow == null ? low : isBelow.logicalOr(low);
        isAbove = isAbove == null ? high : isAbove.logicalOr(high);
        x = image.inside(x, member.logicalOr(x.isNaN()));
      }
      x = part.inverse(x).value();
      soFar = soFar.mul(part.sign());
    }
    NDArray result = chosen(sign, x, tail);
    if (isBelow == null || isAbove == null) {
      return result;
    }
    NDArray upper = Tensors.where(isAbove, Tensors.number(tail.above), result);
    return Tensors.where(isBelow, Tensors.number(tail.below), upper);
  }

  private NDArray chosen(NDArray sign, NDArray x, Tail tail) {
    OptionalDouble number = Tensors.constant(sign);
    if (number.isPresent()) {
      return (number.getAsDouble() > 0 ? tail.increasing : tail.decreasing).apply(base, x);
    }
    return Tensors.where(
        sign.gt(0), tail.increasing.apply(base, x), tail.decreasing.apply(base, x));
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
