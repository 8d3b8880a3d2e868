package org.ppl4j.distributions;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.function.UnaryOperator;
import org.ppl4j.tensor.internal.table.Shapes;

/** A distribution for a larger batch. Costs no operation: the parameters broadcast. */
final class ExpandedDistribution extends WrappedDistribution {

  ExpandedDistribution(Distribution base, Shape batch) {
    super(base, batch, base.eventShape());
  }

  @Override
  public Distribution withParameters(UnaryOperator<NDArray> operator) {
    Distribution own = base.withParameters(operator);
    return own.expand(Shapes.broadcast(own.batchShape(), batchShape()));
  }

  @Override
  public Distribution expand(Shape batch) {
    checkExpands(batch);
    return base.expand(batch);
  }

  @Override
  public String toString() {
    return base + ".expand" + batchShape();
  }
}
