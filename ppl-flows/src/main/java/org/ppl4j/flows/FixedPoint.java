package org.ppl4j.flows;

import static com.google.common.base.Preconditions.checkState;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;
import org.ppl4j.tensor.FloatType;
import org.ppl4j.tensor.Iteration;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.tensor.internal.table.Shapes;

/**
 * The solution x of x + g(x) = y for a g that changes by at most L &lt; 1 times as much as its
 * input, row by row, without gradients: x₀ = y, xₙ₊₁ = y − g(xₙ), where xₙ is off by at most Lⁿ /
 * (1 − L) |x₁ − x₀|, and by at most L / (1 − L) |xₙ − xₙ₋₁| (Banach).
 *
 * <p>The first bound gives a number of steps after which the solution has all digits of its float
 * type. If these are a hundred or fewer, all are made, and nothing is read from the device. Else a
 * row stays where it is once it moves by its rounding alone, and whether there are others is read
 * at each eighth step.
 *
 * @param bound L
 * @param rounding of numbers near 1
 */
record FixedPoint(double bound, double rounding) {

  private static final int FEW = 100;
  private static final int BETWEEN_READS = 8;

  /** How many roundings of its largest number a row moves by once it is found. */
  private static final double ROUNDINGS = 64;

  /** How many it may move by after the last step, by when a contraction has come to rest. */
  private static final double MOST_ROUNDINGS = 1e4;

  static FixedPoint of(double bound, FloatType type) {
    return new FixedPoint(bound, type.gapBelowOne());
  }

  /** How many steps there are at most. */
  int steps() {
    return (int) Math.ceil(Math.log(rounding * (1 - bound) / ROUNDINGS) / Math.log(bound));
  }

  /**
   * The solution.
   *
   * @param y {@code (*, D)}
   * @throws IllegalStateException if a row still moves after all steps
   */
  NDArray solve(UnaryOperator<NDArray> g, NDArray y) {
    int most = steps();
    if (most <= FEW) {
      return Iteration.of(most, List.of(y), x -> List.of(y.sub(g.apply(x.get(0))))).get(0);
    }
    return Tensors.run(y).withoutGradients(() -> search(g, y, most));
  }

  private NDArray search(UnaryOperator<NDArray> g, NDArray y, int most) {
    Shape batch = Shapes.dropRight(y.getShape(), 1);
    NDArray x = y;
    NDArray move = Tensors.run(y).ones(batch);
    NDArray isMoving = move.gt(0);
    for (int n = 1; n <= most; n++) {
      NDArray next = y.sub(g.apply(x));
      move = size(next.sub(x)).div(size(next).add(1));
      x = Tensors.where(isMoving.expandDims(-1), next, x);
      // A row that holds no number has none to wait for.
      isMoving = isMoving.logicalAnd(move.gt(ROUNDINGS * rounding));
      if (n % BETWEEN_READS == 0 && largest(isMoving) == 0) {
        return x;
      }
    }
    double left = largest(Tensors.where(isMoving, move, 0));
    double allowed = MOST_ROUNDINGS * rounding;
    checkState(
        left <= allowed,
        "fixed point of a map of bound %s moves by %s of its size after %s steps, and may by %s;"
            + " the map is steeper than its bound says, or loses too many digits: take float64, or"
            + " smaller weights",
        bound,
        left,
        most,
        allowed);
    return x;
  }

  /** The largest number of each row. */
  private static NDArray size(NDArray x) {
    return x.abs().max(new int[] {-1});
  }

  private static double largest(NDArray x) {
    return Arrays.stream(Tensors.values(x)).max().orElse(0);
  }
}
