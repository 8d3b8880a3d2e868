package org.ppl4j.tensor;

import ai.djl.ndarray.NDArray;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A map of n real numbers to m that is computed in Java, with its partial derivatives, in double
 * precision: a chain of many operations as one, where tensors are so small that each operation
 * costs more than its work.
 *
 * <p>Only first derivatives are known. {@link Run#keepHigherDerivatives} turns to formulas instead,
 * and {@link Autograd#grad(NDArray, List, boolean)} refuses to record the gradient in a run that
 * has used a map.
 */
public interface HostMap {

  /** How many numbers it gives, m. */
  int outputs();

  /**
   * Computes images of several columns at once.
   *
   * @param count how many
   * @param in the n rows of numbers, each at least so long
   * @param out to be filled with the m rows of the images
   * @param slopes to be filled with the m · n rows of finite derivatives, those of the first image
   *     first; null if they are not wanted
   */
  void at(int count, double[][] in, double[][] out, double @Nullable [][] slopes);
}
