package org.ppl4j.distributions;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import java.util.function.UnaryOperator;
import org.ppl4j.constraints.Constraint;
import org.ppl4j.tensor.Rng;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.transforms.Bijections;
import org.ppl4j.transforms.Transform;

/** A distribution with a fault, which the laws must see. */
final class Planted extends WrappedDistribution {

  private final Fault fault;

  /**
   * What is wrong.
   *
   * @param offset is added to the log-density, but not to that of draws
   * @param factor of the scale of many draws: of positive ones as they are, of others in
   *     unconstrained coordinates about their median
   * @param halves whether draws have half their derivative
   * @param clamps whether draws are kept in the range of float32
   */
  record Fault(double offset, double factor, boolean halves, boolean clamps) {

    static Fault ofDensity(double offset) {
      return new Fault(offset, 1, false, false);
    }

    static Fault ofScale(double factor) {
      return new Fault(0, factor, false, false);
    }

    static Fault ofClamp() {
      return new Fault(0, 1, false, true);
    }

    static Fault ofDerivative() {
      return new Fault(0, 1, true, false);
    }
  }

  Planted(Distribution base, Fault fault) {
    super(base, base.batchShape(), base.eventShape());
    this.fault = fault;
  }

  @Override
  NDArray guarded(NDArray value) {
    return super.guarded(value).add(fault.offset());
  }

  @Override
  protected NDArray doLogProb(NDArray value) {
    return super.doLogProb(value).add(fault.offset());
  }

  @Override
  protected Draw doDraw(Rng rng, Shape batch) {
    Draw draw = super.doDraw(rng, batch);
    if (fault.clamps()) {
      return Draw.of(draw.value().clip(0x1.0p-126, 0x1.0p126), draw::logProb);
    }
    if (fault.halves()) {
      NDArray value = draw.value().add(draw.value().stopGradient()).mul(0.5);
      return Draw.of(value, () -> base.logProb(value));
    }
    if (fault.factor() == 1) {
      return draw;
    }
    Constraint elements = support().elementwise();
    if (elements == Constraint.POSITIVE || elements == Constraint.NON_NEGATIVE) {
      NDArray value = draw.value().mul(fault.factor());
      return Draw.of(value, () -> base.logProb(value));
    }
    Transform toSupport = Bijections.to(support());
    NDArray u = toSupport.inverse(draw.value()).value();
    NDArray center = median(u);
    NDArray value = toSupport.forward(u.sub(center).mul(fault.factor()).add(center)).value();
    return Draw.of(value, () -> base.logProb(value));
  }

  /** The median of each entry over the leftmost dim. */
  private static NDArray median(NDArray u) {
    double[] values = Tensors.values(u);
    int draws = Math.toIntExact(u.getShape().get(0));
    double[] median = new double[values.length / draws];
    for (int at = 0; at < median.length; at++) {
      double[] entry = new double[draws];
      for (int i = 0; i < draws; i++) {
        entry[i] = values[i * median.length + at];
      }
      Arrays.sort(entry);
      median[at] = entry[draws / 2];
    }
    return Tensors.run(u).create(median, u.getShape().slice(1));
  }

  @Override
  public Distribution withParameters(UnaryOperator<NDArray> operator) {
    return new Planted(base.withParameters(operator), fault);
  }
}
