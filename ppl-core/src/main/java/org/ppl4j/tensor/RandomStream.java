package org.ppl4j.tensor;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Where a stream of random numbers comes from, but for seed and counter: its purpose, its name, and
 * the names and indices by which it was split from there.
 *
 * @param parent what it was split from; null for a purpose
 * @param part the purpose, the name, the index, or the step of a scan
 */
record RandomStream(@Nullable RandomStream parent, Object part) {

  /** A step of a scan: an index that is another where a record is replayed. */
  record Step(long index) {}

  /** The stream from here of a seed and a counter, at its beginning. */
  Rng rng(long seed, long counter) {
    return Rng.of(this, seed, counter);
  }

  /**
   * The same of other steps of scans, one within the other; null if it is not of so many.
   *
   * @param steps of the innermost last
   */
  @Nullable RandomStream at(long... steps) {
    if (steps.length == 0) {
      return this;
    }
    RandomStream from = parent;
    if (from == null) {
      return null;
    }
    boolean isStep = part instanceof Step;
    long[] left = isStep ? Arrays.copyOf(steps, steps.length - 1) : steps;
    RandomStream rest = from.at(left);
    Object own = isStep ? new Step(steps[steps.length - 1]) : part;
    return rest == null ? null : new RandomStream(rest, own);
  }

  @Override
  public String toString() {
    Object own = part instanceof Step step ? (Object) step.index() : part;
    return parent == null ? String.valueOf(own) : parent + "/" + own;
  }
}
