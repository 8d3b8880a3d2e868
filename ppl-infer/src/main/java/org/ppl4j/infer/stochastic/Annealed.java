package org.ppl4j.infer.stochastic;

import static com.google.common.base.Preconditions.checkArgument;
import static java.util.Objects.requireNonNull;

import ai.djl.ndarray.NDArray;
import java.util.ArrayList;
import java.util.List;

/**
 * A layer at each of K levels between what comes in and what is wanted: that of level k follows
 *
 * <pre>{@code
 * log p_k = (1 − k/K) log base + k/K log target,  k = 1, …, K
 * }</pre>
 *
 * <p>so that it has not far to go. Unless told otherwise by Langevin steps of size 0.1. After a
 * flow the base is the flow's density, which takes its inverse at each level.
 *
 * <p>Source: Neal, "Annealed importance sampling" (2001); Wu, Koehler and Noé (2020).
 */
public final class Annealed implements StochasticModule {

  private final int levels;
  private final Move move;

  private Annealed(int levels, Move move) {
    this.levels = levels;
    this.move = move;
  }

  /**
   * So many levels K.
   *
   * @throws IllegalArgumentException if there is none
   */
  public static Annealed of(int levels) {
    checkArgument(levels >= 1, "annealed layers have %s levels, but need at least 1", levels);
    return new Annealed(levels, Langevin.of(0.1));
  }

  /** With another layer at each level. */
  public Annealed by(Move move) {
    return new Annealed(levels, requireNonNull(move, "move"));
  }

  /** K. */
  public int levels() {
    return levels;
  }

  @Override
  public StochasticLayer between(Target base, Target target) {
    return LayerSequence.inOrder(targets(base, target).stream().map(move::towards).toList());
  }

  /** The densities of the levels. */
  List<Target> targets(Target base, Target target) {
    Target from = LatestSlope.of(base);
    Target to = LatestSlope.of(target);
    List<Target> targets = new ArrayList<>();
    for (int k = 1; k < levels; k++) {
      targets.add(new Between(from, to, (double) k / levels));
    }
    targets.add(to);
    return targets;
  }

  private record Between(Target base, Target target, double share) implements Target {

    @Override
    public NDArray logDensity(NDArray x) {
      return mixed(base.logDensity(x), target.logDensity(x));
    }

    @Override
    public Slope slope(NDArray x) {
      Slope from = base.slope(x);
      Slope to = target.slope(x);
      return new Slope(
          mixed(from.logDensity(), to.logDensity()), mixed(from.gradient(), to.gradient()));
    }

    private NDArray mixed(NDArray from, NDArray to) {
      return from.mul(1 - share).add(to.mul(share));
    }
  }

  @Override
  public String toString() {
    return "Annealed(" + levels + ", " + move + ")";
  }
}
