package org.ppl4j.infer.sbi;

import com.google.errorprone.annotations.MustBeClosed;

/**
 * The posteriors of rounds, of which two are open: the last, which the next round is drawn around,
 * and the last whose weights hold, which is what rounds come to. Those of the first are all equal,
 * and hold.
 */
final class Rounds implements AutoCloseable {

  private NeuralPosterior last;
  private NeuralPosterior held;
  private double worst = Double.NEGATIVE_INFINITY;
  private boolean isTaken;

  /** With the posterior of the first. */
  Rounds(NeuralPosterior first) {
    this.last = first;
    this.held = first;
  }

  NeuralPosterior last() {
    return last;
  }

  /** A further one's. */
  void add(NeuralPosterior next) {
    NeuralPosterior before = last;
    last = next;
    if (next.holds()) {
      closeBoth(before, held);
      held = next;
      worst = Double.NEGATIVE_INFINITY;
    } else {
      if (before != held) {
        before.close();
      }
      worst = Math.max(worst, next.khat());
    }
  }

  /** The last that holds, which is the caller's from now on. */
  @MustBeClosed
  NeuralPosterior taken() {
    isTaken = true;
    if (last == held) {
      return held;
    }
    int rounds = last.rounds();
    last.close();
    return held.insteadOf(rounds, worst);
  }

  private static void closeBoth(NeuralPosterior one, NeuralPosterior other) {
    one.close();
    if (other != one) {
      other.close();
    }
  }

  /** Closes what was not taken. */
  @Override
  public void close() {
    if (!isTaken) {
      closeBoth(last, held);
    }
  }
}
