package org.ppl4j.tensor;

import java.util.Arrays;
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

  /**
   * The same split by other indices at the end of those by which it was split last, however often
   * by names since then; null if it was not split by so many.
   *
   * @param indices the last of them last
   */
  @Nullable RandomStream at(long... indices) {
    if (indices.length == 0) {
      return this;
    }
    RandomStream from = parent;
    if (from == null) {
      return null;
    }
    boolean isIndex = part instanceof Long;
    long[] left = isIndex ? Arrays.copyOf(indices, indices.length - 1) : indices;
    RandomStream rest = from.at(left);
    Object own = isIndex ? (Object) indices[indices.length - 1] : part;
    return rest == null ? null : new RandomStream(rest, own);
  }

  @Override
  public String toString() {
    return parent == null ? String.valueOf(part) : parent + "/" + part;
  }
}
