package org.ppl4j.infer.mcmc;

import com.google.common.primitives.ImmutableDoubleArray;
import org.ppl4j.tensor.Rng;

/**
 * The no-U-turn sampler: a trajectory from a new momentum doubles, forwards or backwards by chance,
 * until it turns back, and one of its states is drawn by its weight exp(−H), the later doublings
 * preferred.
 *
 * <p>It keeps two stretches for each depth, and makes no object a step.
 *
 * <p>Source: Hoffman and Gelman (2014); with multinomial weights and the generalised criterion of
 * Betancourt, "A conceptual introduction to Hamiltonian Monte Carlo" (2017), appendix A, and the
 * checks between neighbouring stretches of Stan since 2.21.
 */
final class NutsKernel implements TransitionKernel {

  private final Leapfrog leapfrog;
  private final int maxDepth;
  private final Subtree[] ones; // by depth
  private final Subtree[] nexts;
  private final Subtree grown;
  private Subtree whole;
  private Subtree spare;
  private PhasePoint front; // the end that grows
  private PhasePoint back;

  // of the iteration
  private double firstEnergy;
  private double acceptance;
  private int steps;
  private boolean isDivergent;

  NutsKernel(Leapfrog leapfrog, int maxDepth) {
    int size = leapfrog.size();
    this.leapfrog = leapfrog;
    this.maxDepth = maxDepth;
    this.ones = subtrees(maxDepth, size);
    this.nexts = subtrees(maxDepth, size);
    this.grown = new Subtree(size);
    this.whole = new Subtree(size);
    this.spare = new Subtree(size);
    this.front = new PhasePoint(size);
    this.back = new PhasePoint(size);
  }

  private static Subtree[] subtrees(int count, int size) {
    Subtree[] subtrees = new Subtree[count];
    for (int i = 0; i < count; i++) {
      subtrees[i] = new Subtree(size);
    }
    return subtrees;
  }

  @Override
  public Transition move(ChainState state, Rng rng) {
    front.copyPlace(state);
    leapfrog.refresh(front, rng);
    firstEnergy = front.energy;
    acceptance = 0;
    steps = 0;
    isDivergent = false;
    back.copy(front);
    whole.set(front, 0);
    int depth = 0;
    int direction = 1;
    boolean goesOn = true;
    while (goesOn && depth < maxDepth) {
      if (rng.nextUniform() > 0.5) {
        direction = -direction;
        turn();
      }
      goesOn = grow(depth, direction, grown, rng);
      if (goesOn) {
        depth++;
        double odds = Math.exp(grown.logWeight() - whole.logWeight());
        boolean takesGrown = rng.nextUniform() < odds;
        goesOn = Subtree.isStraight(whole, grown);
        extend(takesGrown);
      }
    }
    state.copyPlace(whole.drawn());
    return new Transition(
        acceptance / steps,
        depth,
        steps,
        isDivergent,
        goesOn,
        whole.drawn().energy,
        ImmutableDoubleArray.of());
  }

  /** From now on it grows at its other end. */
  private void turn() {
    PhasePoint other = back;
    back = front;
    front = other;
    whole.reverse();
  }

  private void extend(boolean takesGrown) {
    spare.join(whole, grown, takesGrown);
    Subtree free = whole;
    whole = spare;
    spare = free;
  }

  /**
   * Goes 2ᵈ steps on from the front.
   *
   * @param into what becomes these states, unless a stretch of them turns back or diverges
   * @return whether none does
   */
  private boolean grow(int depth, int direction, Subtree into, Rng rng) {
    if (depth == 0) {
      return step(direction, into);
    }
    Subtree one = ones[depth - 1];
    Subtree next = nexts[depth - 1];
    if (!grow(depth - 1, direction, one, rng)
        || !grow(depth - 1, direction, next, rng)
        || !Subtree.isStraight(one, next)) {
      return false;
    }
    double share = 1 / (1 + Math.exp(one.logWeight() - next.logWeight()));
    into.join(one, next, rng.nextUniform() < share);
    return true;
  }

  private boolean step(int direction, Subtree into) {
    leapfrog.step(front, direction);
    steps++;
    double logWeight = firstEnergy - front.energy;
    acceptance += logWeight > 0 ? 1 : Math.exp(logWeight);
    if (logWeight < -Transition.MOST_GAIN) {
      isDivergent = true;
      return false;
    }
    into.set(front, logWeight);
    return true;
  }
}
