package org.ppl4j.tensor.internal.plan;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The arrays of a plan, by number: how long each is at least, and whether all replays share it,
 * since it is not filled anew. They are as long as lets the next one begin at the same place of a
 * line of the cache, so that what is computed of several of them together meets whole lines.
 */
final class Slots {

  private static final int LINE = 64; // bytes
  private static final int HEADER = 16; // of an array

  private final List<Integer> lengths = new ArrayList<>();
  private final List<Boolean> shared = new ArrayList<>();
  private final Map<Integer, Integer> firsts = new HashMap<>(); // of scratch, by length
  private final Map<Integer, Integer> counts = new HashMap<>();

  /** A new array of a length at least. */
  static double[] doubles(int length) {
    return new double[padded(length, Double.BYTES)];
  }

  /** The same in single precision. */
  static float[] singles(int length) {
    return new float[padded(length, Float.BYTES)];
  }

  private static int padded(int length, int bytes) {
    long lines = (HEADER + (long) length * bytes + LINE - 1) / LINE;
    return Math.toIntExact((lines * LINE - HEADER) / bytes);
  }

  /** One more. */
  int add(int length, boolean isShared) {
    lengths.add(length);
    shared.add(isShared);
    return lengths.size() - 1;
  }

  /** Some, one after the other: the first. */
  int add(int count, int length, boolean isShared) {
    int first = lengths.size();
    for (int i = 0; i < count; i++) {
      int unused = add(length, isShared);
    }
    return first;
  }

  /**
   * Some for a step, one after the other, which other steps use too: the first.
   *
   * @param from how many of them the step has taken already
   */
  int scratch(int from, int count, int length) {
    Integer known = firsts.get(length);
    if (known == null || counts.getOrDefault(length, 0) < from + count) {
      known = add(from + count, length, false);
      firsts.put(length, known);
      counts.put(length, from + count);
    }
    return known + from;
  }

  int count() {
    return lengths.size();
  }

  int length(int number) {
    return lengths.get(number);
  }

  /** Makes one longer; it is not there yet. */
  void lengthen(int number, int by) {
    lengths.set(number, lengths.get(number) + by);
  }

  /** How long those are that each replay has for itself; 0 for those that all share. */
  int[] own() {
    int[] own = new int[lengths.size()];
    for (int i = 0; i < own.length; i++) {
      own[i] = shared.get(i) ? 0 : lengths.get(i);
    }
    return own;
  }
}
