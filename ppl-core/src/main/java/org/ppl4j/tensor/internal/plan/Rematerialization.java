package org.ppl4j.tensor.internal.plan;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.ppl4j.tensor.internal.graph.Form;
import org.ppl4j.tensor.internal.graph.Node;

/**
 * Large nodes that take little arithmetic from one that is stored anyway, as 1 − y² of y: loops
 * that read them compute them again, and they are not stored, since memory is slower than
 * arithmetic.
 */
final class Rematerialization {

  /** So much arithmetic is little. */
  private static final int MOST = 4;

  /** One number in so many is few. */
  private static final int FEW = 8;

  private final Set<Node> live;
  private final Set<Node> stored;
  private final Map<Node, Integer> groupOf;
  private final Map<Node, List<Node>> readers = new HashMap<>();
  private final Map<Node, Set<Integer>> groups = new HashMap<>(); // of what is computed again

  /**
   * Finds them and takes them out of what is stored.
   *
   * @param live all nodes, each after its operands
   */
  Rematerialization(
      Set<Node> live, Set<Node> stored, Map<Node, Integer> groupOf, List<Node> outputs) {
    this.live = live;
    this.stored = stored;
    this.groupOf = groupOf;
    Set<Node> fixed = new HashSet<>();
    outputs.forEach(output -> fixed.add(output.base()));
    for (Node node : live) {
      if (Schedule.isComputed(node)) {
        for (Node operand : node.form().operands()) {
          readers.computeIfAbsent(operand.base(), key -> new ArrayList<>()).add(node);
        }
      }
    }
    for (Node node : live) {
      List<Node> chain = stored.contains(node) && !fixed.contains(node) ? chain(node) : null;
      if (chain != null && areLocal(node)) {
        repeat(node, chain);
      }
    }
  }

  boolean isAny() {
    return !groups.isEmpty();
  }

  /** Puts the nodes of a group into it anew. */
  void fill(int group, List<Node> nodes) {
    nodes.clear();
    for (Node node : live) {
      boolean isOwn = Objects.equals(groupOf.get(node), group) && !isElsewhere(node);
      if (isOwn || groups.getOrDefault(node, Set.of()).contains(group)) {
        nodes.add(node);
      }
    }
  }

  /** Whether a node is computed again by all that read it. */
  private boolean isElsewhere(Node node) {
    Set<Integer> again = groups.get(node);
    return again != null
        && !stored.contains(node)
        && readers.getOrDefault(node, List.of()).stream()
            .noneMatch(reader -> Objects.equals(groupOf.get(reader), groupOf.get(node)));
  }

  private void repeat(Node node, List<Node> chain) {
    stored.remove(node);
    for (Node reader : readers.getOrDefault(node, List.of())) {
      Integer group = Objects.requireNonNull(groupOf.get(reader));
      if (!group.equals(groupOf.get(node))) {
        chain.forEach(one -> groups.computeIfAbsent(one, key -> new HashSet<>()).add(group));
      }
    }
  }

  /** What a node takes from the one that is stored, itself last; null if that is not little. */
  private @Nullable List<Node> chain(Node node) {
    List<Node> chain = new ArrayList<>();
    Node next = node;
    while (chain.size() < MOST) {
      if (!isLight(next)) {
        return null;
      }
      chain.add(0, next);
      Node base = large(next);
      if (base == null) {
        return null;
      }
      if (!Schedule.isComputed(base) || stored.contains(base)) {
        return chain;
      }
      next = base;
    }
    return null;
  }

  private static boolean isLight(Node node) {
    return node.form() instanceof Form.Pointwise form
        && Instruction.isArithmetic(form.op())
        && node.varies()
        && node.size() > Loop.LARGE_TILE;
  }

  /**
   * The one large node that a node is computed of, place by place, beside numbers, or those of rows
   * or columns, that are there.
   */
  private @Nullable Node large(Node node) {
    Node large = null;
    for (Node operand : node.form().operands()) {
      Node base = operand.base();
      if (base.size() == 1 || isSpread(base, node)) {
        if (Schedule.isComputed(base) && !stored.contains(base)) {
          return null;
        }
      } else if (large != null && large != base || operand.size() != node.size()) {
        return null;
      } else {
        large = base;
      }
    }
    return large;
  }

  /** Whether few numbers are each taken many times, in long rows. */
  private static boolean isSpread(Node few, Node node) {
    int last = node.shape().length() - 1;
    return (long) FEW * few.size() <= node.size() && node.shape().get(last) >= LoopBuilder.LONG;
  }

  private boolean areLocal(Node node) {
    for (Node reader : readers.getOrDefault(node, List.of())) {
      boolean isLoop = IterationSpace.isLooped(reader) && reader.varies();
      if (!isLoop
          || reader.form().operands().stream()
              .anyMatch(
                  operand -> operand.base() == node && !IterationSpace.isLocal(reader, operand))) {
        return false;
      }
    }
    return true;
  }
}
