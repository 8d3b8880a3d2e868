package org.ppl4j.tensor.plan;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;

/**
 * Arrays that replays work on one after the other, so that they stay in the caches. What a run
 * leaves there is nobody's once its outputs are read. It belongs to one thread at a time.
 */
public final class Workspace {

  /** By their length. */
  final Map<Integer, List<double[]>> doubles = new HashMap<>();

  /** Those in single precision. */
  final Map<Integer, List<float[]>> singles = new HashMap<>();

  /**
   * The buffers of a replay, each an array of its own.
   *
   * @param buffers those that all replays share
   * @param own how long the others are; 0 for a shared one
   */
  double[][] doubles(double[][] buffers, int[] own) {
    double[][] all = buffers.clone();
    fill(all, own, doubles, Slots::doubles);
    return all;
  }

  /** Those in single precision. */
  float[][] singles(float[][] buffers, int[] own) {
    float[][] all = buffers.clone();
    fill(all, own, singles, Slots::singles);
    return all;
  }

  private static <T> void fill(
      T[] all, int[] own, Map<Integer, List<T>> arrays, IntFunction<T> make) {
    Map<Integer, Integer> taken = new HashMap<>();
    for (int i = 0; i < all.length; i++) {
      if (own[i] > 0) {
        List<T> there = arrays.computeIfAbsent(own[i], length -> new ArrayList<>());
        int at = taken.merge(own[i], 1, Integer::sum) - 1;
        if (at == there.size()) {
          there.add(make.apply(own[i]));
        }
        all[i] = there.get(at);
      }
    }
  }
}
