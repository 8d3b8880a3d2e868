package org.ppl4j.handlers;

import static com.google.common.base.Preconditions.checkArgument;

import org.ppl4j.Handler;
import org.ppl4j.Plate;
import org.ppl4j.Ppl;

/**
 * Runs a program for several particles at once: every site gets a batch dim of their number, left
 * of all plates, and latent values know that they have it.
 *
 * <p>Log probabilities are summed over the particles, not averaged; {@link
 * org.ppl4j.Trace#logJoints} gives them one by one.
 */
public final class Particles implements Handler {

  private final long count;
  private final int dim;

  /**
   * Particles for a program.
   *
   * @param count how many, at least 1
   * @param plateNesting how many dims the program's plates own, as {@link
   *     org.ppl4j.Trace#plateNesting} says
   * @throws IllegalArgumentException if {@code count} is less than 1 or the nesting is negative
   */
  public Particles(long count, int plateNesting) {
    checkArgument(count >= 1, "particles have count %s, but need at least 1; pass 1", count);
    checkArgument(
        plateNesting >= 0,
        "particles have plate nesting %s, but need at least 0; pass the trace's plateNesting()",
        plateNesting);
    this.count = count;
    this.dim = -plateNesting - 1;
  }

  /** The particles' dim in every batch shape. */
  public int dim() {
    return dim;
  }

  @Override
  public Frame begin(Ppl p) {
    return Plate.particles(p, count, dim);
  }

  @Override
  public String toString() {
    return count + " particles at dim " + dim;
  }
}
