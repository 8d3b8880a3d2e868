package org.ppl4j.distributions;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import org.ppl4j.constraints.Constraint;
import org.ppl4j.tensor.Rng;
import org.ppl4j.tensor.Tensors;

/**
 * Draws of a relaxed distribution made hard, with the gradient that they had: a straight-through
 * estimator (Bengio, Léonard and Courville 2013). The density is that of the relaxed value, which a
 * hard draw remembers.
 */
abstract class StraightThrough extends Distribution {

  private final Distribution relaxed;

  StraightThrough(Distribution relaxed) {
    super(relaxed.batchShape(), relaxed.eventShape());
    this.relaxed = relaxed;
  }

  /** The discrete value next to a relaxed one, of the same type. */
  abstract NDArray hard(NDArray soft);

  @Override
  public List<Argument> arguments() {
    return relaxed.arguments();
  }

  @Override
  public Constraint support() {
    return relaxed.support();
  }

  @Override
  NDArray guarded(NDArray value) {
    return relaxed.guarded(Tensors.relaxed(value));
  }

  @Override
  protected NDArray doLogProb(NDArray value) {
    return relaxed.doLogProb(Tensors.relaxed(value));
  }

  @Override
  protected Draw doDraw(Rng rng, Shape batch) {
    Draw draw = relaxed.doDraw(rng, batch);
    NDArray soft = draw.value();
    return Draw.of(Tensors.straightThrough(hard(soft.stopGradient()), soft), draw::logProb);
  }
}
