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
    RandomStream from = parent;
    if (from == null) {
      throw new IllegalStateException("purpose " + part + " has no stream; name it");
    }
    if (from.parent == null) {
      return Rng.of(seed, (Rng.Purpose) from.part, counter, (String) part);
    }
    Rng before = from.rng(seed, counter);
    return part instanceof String name ? before.split(name) : before.split((Long) part);
  }

  @Override
  public String toString() {
    return parent == null ? String.valueOf(part) : parent + "/" + part;
  }
}
