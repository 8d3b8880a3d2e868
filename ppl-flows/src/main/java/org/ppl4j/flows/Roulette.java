package org.ppl4j.flows;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.function.UnaryOperator;
import org.ppl4j.tensor.Rng;
import org.ppl4j.tensor.Run;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.tensor.internal.table.Shapes;

/**
 * Power series of a matrix J that are cut at random, row by row, without bias: what {@link
 * LogDet#roulette} says.
 *
 * @param sum Σₖ≥₁ (−1)^(k+1) vᵀ Jᵏ v / k, {@code (*)}: of the mean log det(I + J)
 * @param solution Σₖ≥₀ (−1)ᵏ Jᵏ v, {@code (*, D)}: of the mean (I + J)⁻¹ v, for each v
 */
record Roulette(NDArray sum, NDArray solution) {

  /**
   * The series, without gradients.
   *
   * @param v {@code (*, D)}
   * @param product J of each row times a vector of its own, {@code (*, D)}
   */
  static Roulette of(UnaryOperator<NDArray> product, NDArray v, Rng rng) {
    Run run = Tensors.run(v);
    return run.withoutGradients(() -> play(run, product, v, rng));
  }

  private static Roulette play(Run run, UnaryOperator<NDArray> product, NDArray v, Rng rng) {
    Shape batch = Shapes.dropRight(v.getShape(), 1);
    NDArray sum = run.zeros(batch);
    NDArray solution = v;
    NDArray last = v;
    NDArray goesOn;
    int k = 0;
    do {
      k++;
      double sign = k % 2 == 0 ? 1 : -1;
      NDArray next = product.apply(last);
      sum = sum.sub(VectorMap.dot(v, next).mul(sign / k));
      solution = solution.add(next.mul(sign));
      NDArray length = length(last);
      NDArray chance = length(next).div(Tensors.where(length.gt(0), length, 1)).minimum(1);
      goesOn = rng.split(k).uniform(run, batch).lt(chance);
      NDArray weight = Tensors.where(goesOn, chance, 1).expandDims(-1);
      last = Tensors.where(goesOn.expandDims(-1), next.div(weight), 0);
    } while (isAny(goesOn));
    return new Roulette(sum, solution);
  }

  private static NDArray length(NDArray x) {
    return VectorMap.dot(x, x).sqrt();
  }

  private static boolean isAny(NDArray truths) {
    for (double truth : Tensors.values(truths)) {
      if (truth != 0) {
        return true;
      }
    }
    return false;
  }
}
