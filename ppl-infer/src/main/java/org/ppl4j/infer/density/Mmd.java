package org.ppl4j.infer.density;

import static com.google.common.base.Preconditions.checkArgument;
import static java.util.Objects.requireNonNull;

import ai.djl.ndarray.NDArray;
import java.util.function.BinaryOperator;
import org.ppl4j.tensor.Run;
import org.ppl4j.tensor.RunConfig;
import org.ppl4j.tensor.Tensors;

/**
 * The squared maximum mean discrepancy between the distributions of two samples,
 *
 * <pre>{@code
 * MMD² = E k(x, x') + E k(y, y') − 2 E k(x, y)
 * }</pre>
 *
 * with x, x' independent draws of one and y, y' of the other; with a {@link Kernel#distance()}, the
 * energy distance 2 E|x − y| − E|x − x'| − E|y − y'|. It is differentiable in the rows of both
 * samples. A NaN in a row makes it NaN. Of samples that both have no run, such as draws that a
 * density gave, the result has none either. Cost: N M D numbers.
 *
 * <p>Sources: Gretton, Borgwardt, Rasch, Schölkopf and Smola, "A kernel two-sample test" (2012),
 * equations 3 and 5; Székely and Rizzo, "Energy statistics" (2013).
 */
public final class Mmd {

  private static final Mmd ENERGY = new Mmd(Kernel.distance());

  private final Kernel kernel;

  private Mmd(Kernel kernel) {
    this.kernel = kernel;
  }

  /** By a kernel. */
  public static Mmd of(Kernel kernel) {
    return new Mmd(requireNonNull(kernel, "kernel"));
  }

  /** The energy distance. */
  public static Mmd energyDistance() {
    return ENERGY;
  }

  /** By this kernel with what it takes from data: see {@link Kernel#fitted}. */
  Mmd fitted(double[] rows, int columns) {
    Kernel fitted = kernel.fitted(rows, columns);
    return fitted == kernel ? this : new Mmd(fitted);
  }

  /**
   * The estimate whose mean is MMD², a U-statistic: without the pairs of a row with itself. It is
   * negative now and then.
   *
   * @param x {@code (*, N, D)} of N ≥ 2 rows
   * @param y {@code (*, M, D)} of M ≥ 2 rows; {@code *} is any batch
   * @return {@code (*)}
   * @throws IllegalArgumentException if there are too few rows, or of other widths
   */
  public NDArray unbiased(NDArray x, NDArray y) {
    check(x, y, 2);
    return inRun(x, y, (a, b) -> others(a).add(others(b)).sub(across(a, b).mul(2)));
  }

  /**
   * That of the two samples as distributions of equal weights, a V-statistic: with the pairs of a
   * row with itself. It is never negative, and too large on average.
   *
   * @param x {@code (*, N, D)}
   * @param y {@code (*, M, D)}; {@code *} is any batch
   * @return {@code (*)}
   * @throws IllegalArgumentException if there is no row, or they are of other widths
   */
  public NDArray biased(NDArray x, NDArray y) {
    check(x, y, 1);
    return inRun(x, y, (a, b) -> across(a, a).add(across(b, b)).sub(across(a, b).mul(2)));
  }

  /**
   * The kernel score of a forecast at what came, E k(x, x') − 2 E k(x, y), unbiased: its mean over
   * rows y of a distribution is that of MMD² less E k(y, y'), which does not depend on x. It is
   * least on average for draws of the distribution of y, also where there is one y of each, as for
   * rows given contexts. With a {@link Kernel#distance()} it is twice the energy score. Source:
   * Gneiting and Raftery, "Strictly proper scoring rules, prediction, and estimation" (2007),
   * section 5.
   *
   * @param x draws {@code (*, N, D)}, N ≥ 2
   * @param y rows {@code (*, M, D)}; {@code *} is any batch
   * @return {@code (*)}
   * @throws IllegalArgumentException if there are fewer than 2 draws, or no row, or of other widths
   */
  public NDArray score(NDArray x, NDArray y) {
    check(x, y, 1);
    checkRows(x, 2);
    return inRun(x, y, (a, b) -> others(a).sub(across(a, b).mul(2)));
  }

  private static NDArray inRun(NDArray x, NDArray y, BinaryOperator<NDArray> estimate) {
    if (Tensors.hasRun(x) || Tensors.hasRun(y)) {
      Run run = Tensors.run(x, y);
      return estimate.apply(run.bind(x), run.bind(y));
    }
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      return run.withoutGradients(
          () -> Tensors.withoutRun(estimate.apply(run.bind(x), run.bind(y))));
    }
  }

  private static void check(NDArray x, NDArray y, int least) {
    checkRows(x, least);
    checkRows(y, least);
    checkArgument(
        width(x) == width(y),
        "mmd is of rows of %s and of %s columns; pass as many in both samples",
        width(x),
        width(y));
  }

  private static void checkRows(NDArray rows, int least) {
    checkArgument(
        rows.getShape().dimension() >= 2,
        "mmd is of samples of shape %s, but they are of rows of columns; add a dim",
        rows.getShape());
    checkArgument(
        count(rows) >= least,
        "mmd is of a sample of %s rows, but needs at least %s; pass more rows",
        count(rows),
        least);
  }

  private static long count(NDArray rows) {
    return rows.getShape().get(rows.getShape().dimension() - 2);
  }

  private static long width(NDArray rows) {
    return rows.getShape().get(rows.getShape().dimension() - 1);
  }

  /** The mean over pairs. */
  private NDArray across(NDArray x, NDArray y) {
    return Tensors.sumRight(kernel.between(x, y), 2).div((double) count(x) * count(y));
  }

  /** The mean over pairs of two rows of one sample. */
  private NDArray others(NDArray x) {
    Run run = Tensors.run(x);
    long rows = count(x);
    NDArray pairs = kernel.between(x, x);
    NDArray apart = Tensors.where(run.eye(rows).eq(0), pairs, 0);
    return Tensors.sumRight(apart, 2).div((double) rows * (rows - 1));
  }

  @Override
  public String toString() {
    return this == ENERGY ? "energy distance" : "mmd by " + kernel;
  }
}
