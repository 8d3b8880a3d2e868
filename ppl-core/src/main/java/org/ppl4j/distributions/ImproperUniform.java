package org.ppl4j.distributions;

import static com.google.common.base.Preconditions.checkArgument;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.function.UnaryOperator;
import org.ppl4j.constraints.Constraint;
import org.ppl4j.tensor.Rng;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.tensor.internal.table.Shapes;

/**
 * A flat prior: log-density 0 on the whole of a support that need not be bounded.
 *
 * <p>log p(x) = 0. It has no normaliser, so nothing can be drawn from it: a site needs a value,
 * from an observation, a guide or an initial value.
 */
public final class ImproperUniform extends Distribution {

  private final Constraint support;

  private ImproperUniform(Constraint support, Shape batchShape, Shape eventShape) {
    super(batchShape, eventShape);
    this.support = Constraint.independent(support, eventShape.dimension() - support.eventDims());
  }

  /** A flat prior on numbers. */
  public static ImproperUniform of(Constraint support) {
    return of(support, new Shape(), new Shape());
  }

  /**
   * A flat prior.
   *
   * @param support of an event, or of each of its entries
   * @throws IllegalArgumentException if a member of the support has more dimensions than an event
   */
  public static ImproperUniform of(Constraint support, Shape batchShape, Shape eventShape) {
    checkArgument(
        support.eventDims() <= eventShape.dimension(),
        "support '%s' of ImproperUniform has members of %s dims, but the event shape is %s; give"
            + " the shape of a member",
        support,
        support.eventDims(),
        eventShape);
    return new ImproperUniform(support, batchShape, eventShape);
  }

  @Override
  public Constraint support() {
    return support;
  }

  @Override
  protected boolean isFiniteEverywhere() {
    return true;
  }

  @Override
  protected boolean showsUndefined() {
    return false;
  }

  @Override
  protected NDArray doLogProb(NDArray value) {
    Shape batch = Shapes.dropRight(value.getShape(), eventShape().dimension());
    return Tensors.run(value).zeros(batch);
  }

  @Override
  protected Draw doDraw(Rng rng, Shape batch) {
    throw new UnsupportedOperationException(
        "distribution 'ImproperUniform' has no normaliser, so nothing can be drawn from it; give"
            + " the site a value by an observation, a guide or an initial value");
  }

  @Override
  public ImproperUniform withParameters(UnaryOperator<NDArray> operator) {
    return this;
  }

  @Override
  public Distribution expand(Shape batch) {
    checkExpands(batch);
    return new ImproperUniform(support, batch, eventShape());
  }

  @Override
  public String toString() {
    return "ImproperUniform(" + support + ")";
  }
}
