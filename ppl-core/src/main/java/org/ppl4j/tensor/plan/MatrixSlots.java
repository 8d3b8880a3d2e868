package org.ppl4j.tensor.plan;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The engine's matrices of a plan, by number: how large each is, and which are free. */
final class MatrixSlots {

  /** How large a matrix is. */
  record Size(int rows, int columns) {}

  private final List<Size> sizes = new ArrayList<>();
  private final Map<Size, Deque<Integer>> free = new HashMap<>();

  /** One that nobody has. */
  int take(int rows, int columns) {
    Size size = new Size(rows, columns);
    Deque<Integer> left = free.get(size);
    if (left != null && !left.isEmpty()) {
      return left.pop();
    }
    sizes.add(size);
    return sizes.size() - 1;
  }

  /** One is free again. */
  void release(int number) {
    free.computeIfAbsent(sizes.get(number), size -> new ArrayDeque<>()).push(number);
  }

  /** How large each is. */
  List<Size> sizes() {
    return sizes;
  }
}
