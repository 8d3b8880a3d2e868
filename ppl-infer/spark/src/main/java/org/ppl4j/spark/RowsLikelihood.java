package org.ppl4j.spark;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.function.UnaryOperator;
import org.ppl4j.constraints.Constraint;
import org.ppl4j.distributions.Distribution;
import org.ppl4j.distributions.Draw;
import org.ppl4j.tensor.JavaMap;
import org.ppl4j.tensor.Rng;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.tensor.internal.table.Shapes;

/**
 * What stands for rows that are elsewhere: whatever its value, its log density is theirs. That is
 * computed where it is asked for, and not where only the values of sites are.
 */
final class RowsLikelihood extends Distribution {

  private final JavaMap density;
  private final NDArray x;

  /**
   * That of rows at a vector.
   *
   * @param x {@code (*, D)}
   */
  RowsLikelihood(JavaMap density, NDArray x) {
    super(Shapes.dropRight(x.getShape(), 1), new Shape());
    this.density = density;
    this.x = x;
  }

  @Override
  public Constraint support() {
    return Constraint.REAL;
  }

  @Override
  protected NDArray doLogProb(NDArray value) {
    return Tensors.reshape(JavaMap.apply(density, 1, x), batchShape());
  }

  @Override
  protected Draw doDraw(Rng rng, Shape batch) {
    throw new UnsupportedOperationException(
        "rows that are on executors cannot be drawn; predict by the model that they are of, with"
            + " rows of your own");
  }

  @Override
  public RowsLikelihood withParameters(UnaryOperator<NDArray> operator) {
    return new RowsLikelihood(density, operator.apply(x));
  }
}
