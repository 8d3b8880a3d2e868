package org.ppl4j.tensor.internal.plan;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.ppl4j.tensor.internal.engine.EngineTensor;

/**
 * Arrays that replays work on one after the other, so that they stay in the caches. What a run
 * leaves there is nobody's once its outputs are read. It belongs to one thread at a time.
 */
public final class Workspace {

  /** By their length. */
  final Map<Integer, List<double[]>> doubles = new HashMap<>();

  /** Those in single precision. */
  final Map<Integer, List<float[]>> singles = new HashMap<>();

  private final Map<EngineTensor.Kind, List<EngineTensor>> tensors = new HashMap<>();

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

  /** Tensors that the engine computes with. */
  EngineTensor[] tensors(List<EngineTensor.Kind> kinds) {
    Map<EngineTensor.Kind, Integer> taken = new HashMap<>();
    return kinds.stream()
        .map(kind -> next(tensors, taken, kind, EngineTensor::new))
        .toArray(EngineTensor[]::new);
  }

  private static <T> void fill(
      T[] all, int[] own, Map<Integer, List<T>> arrays, Function<Integer, T> make) {
    Map<Integer, Integer> taken = new HashMap<>();
    for (int i = 0; i < all.length; i++) {
      if (own[i] > 0) {
        all[i] = next(arrays, taken, own[i], make);
      }
    }
  }

  /** The next one of a size, which is made if there are no more. */
  private static <S, T> T next(
      Map<S, List<T>> known, Map<S, Integer> taken, S size, Function<S, T> make) {
    List<T> there = known.computeIfAbsent(size, key -> new ArrayList<>());
    int at = taken.merge(size, 1, Integer::sum) - 1;
    if (at == there.size()) {
      there.add(make.apply(size));
    }
    return there.get(at);
  }
}
