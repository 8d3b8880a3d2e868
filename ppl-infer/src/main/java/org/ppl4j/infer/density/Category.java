package org.ppl4j.infer.density;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import com.google.common.collect.ImmutableList;
import com.google.common.primitives.ImmutableIntArray;

/**
 * Which of some levels each of N rows has, for a model of groups.
 *
 * <pre>{@code
 * Category store = table.category("store");
 * try (Plate stores = p.plate("stores", store.size())) {
 *   a = p.sample("a", Normal.of(mu, tau));
 * }
 * NDArray mean = p.pick(a, rows.take(index)); // index: store.array(manager), as data
 * …
 * draws.withLabels("a", store.levels()).summary(); // a[Leeds]
 * }</pre>
 *
 * @param name of the column
 * @param levels in their order
 * @param indices of the level of each row, from 0
 */
public record Category(String name, ImmutableList<String> levels, ImmutableIntArray indices) {

  /** How many levels there are. */
  public int size() {
    return levels.size();
  }

  /** The indices as an array of whole numbers (N). */
  public NDArray array(NDManager manager) {
    return manager.create(indices.stream().asLongStream().toArray(), new Shape(indices.length()));
  }

  /** A few words: its column and levels. */
  @Override
  public String toString() {
    return "category '" + name + "' of " + levels;
  }
}
