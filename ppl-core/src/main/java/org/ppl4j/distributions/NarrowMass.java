package org.ppl4j.distributions;

import static org.ppl4j.tensor.Tensors.number;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import org.ppl4j.tensor.FloatType;
import org.ppl4j.tensor.Run;
import org.ppl4j.tensor.Special;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.tensor.internal.table.Shapes;

/**
 * The probability between two numbers that are so close that the difference of two tails has lost
 * its digits: the integral of the density by Gauss–Legendre quadrature. Where the probability is
 * that small beside the tails, the density is nearly the same at both numbers.
 */
final class NarrowMass {

  private static final double[] NODES = {
    -0.906179845938664, -0.5384693101056831, 0.0, 0.5384693101056831, 0.906179845938664
  };

  private static final double[] WEIGHTS = {
    0.23692688505618908,
    0.47862867049936647,
    0.5688888888888889,
    0.47862867049936647,
    0.23692688505618908
  };

  private NarrowMass() {}

  /** The share of the smaller tail below which the difference of tails is not used. */
  static double share(Run run) {
    return run.floatType() == FloatType.FLOAT32 ? 1e-3 : 3e-7;
  }

  /**
   * log P(from &lt; X ≤ to) of a continuous variable.
   *
   * @param isNarrow where it is wanted
   */
  static NDArray log(Distribution base, NDArray from, NDArray to, NDArray isNarrow) {
    Run run = Tensors.run(isNarrow);
    NDArray low = base.support().inside(run.bind(from), isNarrow);
    NDArray width = Tensors.where(isNarrow, run.bind(to).sub(from), number(1));
    int dims = Shapes.broadcast(width.getShape(), base.batchShape()).dimension();
    NDArray step = Tensors.where(isNarrow, width, number(0));
    NDArray share = column(run, dims, Arrays.stream(NODES).map(x -> 0.5 + 0.5 * x).toArray());
    NDArray logWeight =
        column(run, dims, Arrays.stream(WEIGHTS).map(w -> Math.log(0.5 * w)).toArray());
    NDArray logs = base.doLogProb(low.add(step.mul(share))).add(logWeight);
    return Special.logSumExp(logs, 0, false).add(width.log());
  }

  private static NDArray column(Run run, int dims, double[] values) {
    long[] shape = new long[1 + dims];
    Arrays.fill(shape, 1);
    shape[0] = values.length;
    return run.create(values, new Shape(shape));
  }
}
