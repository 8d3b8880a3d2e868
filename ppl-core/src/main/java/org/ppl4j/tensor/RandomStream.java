package org.ppl4j.tensor;

import org.jspecify.annotations.Nullable;

/**
 * Where a stream of random numbers comes from, but for seed and counter: its purpose, its name, and
 * the names and indices by which it was split from there.
 *
 * @param parent what it was split from; null for a purpose
 * @param part the purpose, the name or the index
 */
record RandomStream(@Nullable RandomStream parent, Object part) {

  /** The stream from here of a seed and a counter, at its beginning. */
  Rng rng(long seed, long counter) {
    return Rng.of(this, seed, counter);
  }

  @Override
  public String toString() {
    return parent == null ? String.valueOf(part) : parent + "/" + part;
  }
}
