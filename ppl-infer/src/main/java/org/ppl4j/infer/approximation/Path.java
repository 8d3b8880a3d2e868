package org.ppl4j.infer.approximation;

import java.util.Arrays;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.ppl4j.infer.InterruptionException;
import org.ppl4j.tensor.Rng;

/**
 * The path of an optimizer, and of the normal distributions along it, if it is long of some, the
 * one that is nearest to the target: of the greatest evidence lower bound, estimated by a few draws
 * of each.
 *
 * <p>Source: Zhang, Carpenter, Gelman and Vehtari (2022), algorithm 1.
 */
final class Path implements Predicate<Lbfgs.Iterate> {

  /**
   * After so many distributions without a better one the path ends: it has left the mass for a
   * mode, or for where the density has no greatest value.
   */
  private static final int PATIENCE = 30;

  /** Of more than twice so many steps not each distribution is looked at. */
  private static final int EACH = 20;

  private final Target<?> target;
  private final InverseHessian inverse;
  private final Rng noise;
  private final int draws;
  private final BooleanSupplier isStopped;
  private Lbfgs.@Nullable Iterate before;
  private Optional<NormalApproximation> best = Optional.empty();
  private double bound = Double.NEGATIVE_INFINITY;
  private int looks;
  private int looksToBest;

  private Path(Target<?> target, int memory, Rng noise, int draws, BooleanSupplier isStopped) {
    this.target = target;
    this.inverse = new InverseHessian(target.size(), memory);
    this.noise = noise;
    this.draws = draws;
    this.isStopped = isStopped;
  }

  /**
   * Where a path led to.
   *
   * @param normal the best normal distribution; empty if none has a finite bound
   * @param bound of it
   * @param distributions how many were looked at
   * @param evaluations of the density with its gradient, those of the bounds included
   * @param end of the optimizer
   */
  record Followed(
      Optional<NormalApproximation> normal,
      double bound,
      int distributions,
      int evaluations,
      Lbfgs.Minimum end) {}

  /**
   * Follows a path.
   *
   * @param draws how many a bound is estimated from
   * @param isStopped is asked at each step
   * @throws InterruptionException if it is stopped
   */
  static Followed follow(
      Target<?> target,
      double[] start,
      Lbfgs optimizer,
      int draws,
      Rng noise,
      BooleanSupplier isStopped) {
    Path path = new Path(target, optimizer.memory(), noise, draws, isStopped);
    Lbfgs.Minimum end = optimizer.minimize(target.negative(), start, path);
    return new Followed(
        path.best, path.bound, path.looks, end.evaluations() + path.looks * draws, end);
  }

  @Override
  public boolean test(Lbfgs.Iterate iterate) {
    if (isStopped.getAsBoolean()) {
      throw new InterruptionException("pathfinder was interrupted before its paths ended", null);
    }
    Lbfgs.Iterate last = before;
    if (last != null) {
      inverse.add(
          Vectors.minus(iterate.x(), last.x()), Vectors.minus(iterate.gradient(), last.gradient()));
      if (isDue(iterate.number())) {
        double[] upwards = iterate.gradient().clone();
        Vectors.scale(upwards, -1);
        inverse
            .normal(iterate.x(), upwards)
            .ifPresent(normal -> look(normal, noise.split(iterate.number())));
      }
    }
    before = iterate;
    return best.isEmpty() || looks - looksToBest < PATIENCE;
  }

  /** Each of the first; of those of a long path, which change less and less, some. */
  private static boolean isDue(int number) {
    return number % Math.max(1, number / EACH) == 0;
  }

  private void look(NormalApproximation normal, Rng rng) {
    looks++;
    double found = bound(normal, rng);
    if (found > bound) {
      bound = found;
      looksToBest = looks;
      best = Optional.of(normal);
    }
  }

  /** The mean of log p − log q over draws of q; −∞ if one lies where p is not finite. */
  private double bound(NormalApproximation normal, Rng rng) {
    int size = normal.size();
    double[] vectors = normal.draws(rng, draws);
    if (!Vectors.areFinite(vectors)) {
      return Double.NEGATIVE_INFINITY;
    }
    double[] values = target.values(vectors);
    double sum = 0;
    for (int i = 0; i < draws; i++) {
      sum += values[i] - normal.logProb(Arrays.copyOfRange(vectors, i * size, (i + 1) * size));
    }
    return Double.isFinite(sum) ? sum / draws : Double.NEGATIVE_INFINITY;
  }
}
