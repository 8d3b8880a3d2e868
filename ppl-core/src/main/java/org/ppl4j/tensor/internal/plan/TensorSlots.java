package org.ppl4j.tensor.internal.plan;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.ppl4j.tensor.internal.engine.EngineTensor;

/** The engine's tensors of a plan, by number: of what kind each is, and which are free. */
final class TensorSlots {

  private final List<EngineTensor.Kind> kinds = new ArrayList<>();
  private final Map<EngineTensor.Kind, Deque<Integer>> free = new HashMap<>();
  private final Map<EngineTensor.Kind, Integer> pairs = new HashMap<>();

  /** One that nobody has. */
  int take(EngineTensor.Kind kind) {
    Deque<Integer> left = free.get(kind);
    if (left != null && !left.isEmpty()) {
      return left.pop();
    }
    kinds.add(kind);
    return kinds.size() - 1;
  }

  /** Two of a kind, one after the other, which steps have in turn: the first. */
  int pair(EngineTensor.Kind kind) {
    return pairs.computeIfAbsent(
        kind,
        key -> {
          kinds.add(key);
          kinds.add(key);
          return kinds.size() - 2;
        });
  }

  /** One is free again. */
  void release(int number) {
    free.computeIfAbsent(kinds.get(number), kind -> new ArrayDeque<>()).push(number);
  }

  /** Of what kind each is. */
  List<EngineTensor.Kind> kinds() {
    return kinds;
  }
}
