package org.ppl4j.distributions;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.ppl4j.tensor.Rng;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.tensor.internal.table.Shapes;

/**
 * A distribution whose log-density is 0 where a mask is false. The value there is replaced by one
 * inside the support before any arithmetic, so that a NaN or a value outside has no effect on
 * gradients either.
 */
final class MaskedDistribution extends WrappedDistribution {

  private final NDArray mask;

  private MaskedDistribution(Distribution base, NDArray mask) {
    super(base, base.batchShape(), base.eventShape());
    this.mask = mask;
  }

  static Distribution of(Distribution base, NDArray mask) {
    Shape batch = Shapes.broadcast(base.batchShape(), mask.getShape());
    return new MaskedDistribution(base.expand(batch), mask);
  }

  /** Where the density counts. */
  NDArray mask() {
    return mask;
  }

  /** A masked entropy is a number whatever the parameters are; the base shows the rest. */
  @Override
  @Nullable NDArray undefined() {
    NDArray ofBase = base.undefined();
    return ofBase == null ? null : ofBase.logicalAnd(mask);
  }

  @Override
  public NDArray counted() {
    NDArray ofBase = base.counted();
    return ofBase == null ? mask : mask.logicalAnd(ofBase);
  }

  @Override
  NDArray guarded(NDArray value) {
    return masked(base.guarded(safe(value)));
  }

  @Override
  protected NDArray doLogProb(NDArray value) {
    return masked(base.doLogProb(safe(value)));
  }

  private NDArray safe(NDArray value) {
    return base.support().inside(value, mask);
  }

  private NDArray masked(NDArray logProb) {
    return Tensors.where(mask, logProb, Tensors.number(0));
  }

  @Override
  protected Draw doDraw(Rng rng, Shape batch) {
    Draw draw = base.doDraw(rng, batch);
    return Draw.of(draw.value(), () -> masked(draw.logProb()));
  }

  /** As the log-density, 0 where the mask is false. */
  @Override
  protected NDArray doEntropy() {
    return masked(base.entropy());
  }

  @Override
  public Distribution withParameters(UnaryOperator<NDArray> operator) {
    return of(base.withParameters(operator), operator.apply(mask));
  }

  @Override
  public Distribution expand(Shape batch) {
    return new MaskedDistribution(base.expand(batch), mask);
  }

  @Override
  public String toString() {
    return base + ".mask" + mask.getShape();
  }
}
