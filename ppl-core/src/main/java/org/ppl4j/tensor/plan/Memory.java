package org.ppl4j.tensor.plan;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.ppl4j.tensor.graph.Form;
import org.ppl4j.tensor.graph.Node;

/**
 * Where the numbers of nodes lie: small nodes together in one buffer, others in buffers of their
 * own, which others of the same size have after them. What is computed once lies apart from what
 * each replay has for itself.
 */
final class Memory {

  private static final int SMALL = 64;
  private static final int OWN = 0;
  private static final int SHARED = 1;

  /** A node's place. */
  record Place(int buffer, int offset) {}

  private final Map<Node, Place> places = new HashMap<>();
  private final List<Integer> sizes = new ArrayList<>(List.of(0, 0));
  private final Map<Integer, Deque<Integer>> free = new HashMap<>(); // of nodes no more, by size
  private final Map<Integer, Integer> arrays = new HashMap<>();
  private final Map<Integer, Integer> counts = new HashMap<>();
  private final Map<Integer, Registers> registers = new HashMap<>();
  private final List<Boolean> shared = new ArrayList<>(List.of(false, true));

  /** The place of a node that is no view. */
  Place of(Node node) {
    return places.computeIfAbsent(node, this::make);
  }

  private Place make(Node node) {
    if (node.size() > SMALL) {
      Deque<Integer> left = free.get(node.size());
      return new Place(
          node.varies() && left != null && !left.isEmpty()
              ? left.pop()
              : buffer(node.size(), !node.varies()),
          0);
    }
    int buffer = node.varies() ? OWN : SHARED;
    int offset = sizes.get(buffer);
    sizes.set(buffer, offset + node.size());
    return new Place(buffer, offset);
  }

  /** A node is read no more, so that what is computed from now on may lie where it does. */
  void release(Node node) {
    Place place = places.get(node);
    if (place != null && node.size() > SMALL && node.varies()) {
      free.computeIfAbsent(node.size(), key -> new ArrayDeque<>()).push(place.buffer());
    }
  }

  private int buffer(int size, boolean once) {
    sizes.add(size);
    shared.add(once);
    return sizes.size() - 1;
  }

  /** A buffer that each replay has for itself. */
  int scratch(int size) {
    return buffer(size, false);
  }

  /**
   * Arrays, one after the other: the first buffer.
   *
   * @param once whether they are not filled anew
   */
  int arrays(int count, int length, boolean once) {
    int first = sizes.size();
    for (int i = 0; i < count; i++) {
      int unused = buffer(length, once);
    }
    return first;
  }

  /**
   * Arrays for a step, one after the other, which other steps use too: the first buffer.
   *
   * @param from how many of them the step has taken already
   */
  int scratch(int from, int count, int length) {
    Integer known = arrays.get(length);
    if (known == null || counts.getOrDefault(length, 0) < from + count) {
      known = arrays(from + count, length, false);
      arrays.put(length, known);
      counts.put(length, from + count);
    }
    return known + from;
  }

  /** Registers of a size, which loops use one after the other. */
  Registers registers(int size) {
    return registers.computeIfAbsent(size, key -> new Registers(() -> scratch(key)));
  }

  /** Buffers with all that is known beforehand. */
  double[][] buffers() {
    double[][] buffers = new double[sizes.size()][];
    for (int i = 0; i < buffers.length; i++) {
      buffers[i] = new double[sizes.get(i)];
    }
    places.forEach(
        (node, place) -> {
          if (node.form() instanceof Form.Scalar number) {
            buffers[place.buffer()][place.offset()] = number.value();
          } else if (node.form() instanceof Form.Constant constant) {
            double[] values = constant.values().toArray();
            System.arraycopy(values, 0, buffers[place.buffer()], place.offset(), values.length);
          }
        });
    return buffers;
  }

  /** How large the buffers are that each replay has for itself; 0 for those that all share. */
  int[] own() {
    int[] own = new int[sizes.size()];
    for (int i = 0; i < own.length; i++) {
      own[i] = shared.get(i) ? 0 : sizes.get(i);
    }
    return own;
  }
}
