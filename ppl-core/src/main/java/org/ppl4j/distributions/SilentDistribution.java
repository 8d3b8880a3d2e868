package org.ppl4j.distributions;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.function.UnaryOperator;
import org.ppl4j.tensor.Rng;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.tensor.internal.table.Shapes;

/** A distribution that draws but whose log-density is 0 everywhere: masked as a whole. */
final class SilentDistribution extends WrappedDistribution {

  SilentDistribution(Distribution base) {
    super(base, base.batchShape(), base.eventShape());
  }

  @Override
  public NDArray counted() {
    return run().create(new boolean[] {false}, new Shape());
  }

  @Override
  NDArray guarded(NDArray value) {
    return doLogProb(value);
  }

  @Override
  protected NDArray doLogProb(NDArray value) {
    Shape batch = Shapes.dropRight(value.getShape(), eventShape().dimension());
    return Tensors.run(value).zeros(batch);
  }

  @Override
  protected Draw doDraw(Rng rng, Shape batch) {
    NDArray value = base.doDraw(rng, batch).value();
    return Draw.of(value, () -> Tensors.run(value).zeros(batch));
  }

  @Override
  protected NDArray doEntropy() {
    return run().zeros(batchShape());
  }

  @Override
  public Distribution withParameters(UnaryOperator<NDArray> operator) {
    return new SilentDistribution(base.withParameters(operator));
  }

  @Override
  public Distribution expand(Shape batch) {
    return new SilentDistribution(base.expand(batch));
  }

  @Override
  public String toString() {
    return base + ".mask(false)";
  }
}
