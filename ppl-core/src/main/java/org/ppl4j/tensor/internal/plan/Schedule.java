package org.ppl4j.tensor.internal.plan;

import com.google.common.primitives.ImmutableIntArray;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.ppl4j.tensor.internal.graph.Form;
import org.ppl4j.tensor.internal.graph.Node;

/**
 * In which order, and with which others, nodes are computed. The stage of a node rises where it
 * needs a finished result or another space; nodes of one stage and space share a loop, or several
 * one after the other if code is generated for them. What depends on no input comes first, since it
 * is computed once.
 */
final class Schedule {

  /**
   * Nodes that are computed together.
   *
   * @param number which one it is
   * @param once whether they depend on no input
   * @param nodes one, or those of a loop in their order
   */
  record Group(int number, boolean once, int stage, List<Node> nodes) {}

  private record Key(boolean once, int stage, ImmutableIntArray space, int id) {}

  private final List<Group> groups = new ArrayList<>();
  private final Map<Node, Integer> groupOf = new HashMap<>();
  private final Map<Node, Integer> stages = new HashMap<>();
  private final Set<Node> stored = new HashSet<>();
  private final Set<Node> live = new TreeSet<>(Comparator.comparingInt(Node::id));

  Schedule(List<Node> outputs) {
    outputs.forEach(this::use);
    Map<Key, Group> open = new HashMap<>();
    for (Node node : live) {
      if (isComputed(node)) {
        int stage = stage(node);
        stages.put(node, stage);
        boolean once = !node.varies();
        Key key =
            IterationSpace.isLooped(node)
                ? new Key(once, stage, IterationSpace.squeezed(node), -1)
                : new Key(once, stage, ImmutableIntArray.of(), node.id());
        Group group = open.get(key);
        if (group == null || Loop.isFull(group.nodes())) {
          group = new Group(groups.size(), once, stage, new ArrayList<>());
          groups.add(group);
          open.put(key, group);
        }
        group.nodes().add(node);
        groupOf.put(node, group.number());
      }
    }
    groups.sort(Comparator.comparing((Group g) -> !g.once()).thenComparingInt(Group::stage));
    store(outputs);
    if (delay(outputs)) {
      collect();
      stored.clear();
      store(outputs);
    }
    Rematerialization rematerialization = new Rematerialization(live, stored, groupOf, outputs);
    if (rematerialization.isAny()) {
      groups.forEach(group -> rematerialization.fill(group.number(), group.nodes()));
      groups.removeIf(group -> group.nodes().isEmpty());
    }
  }

  private void store(List<Node> outputs) {
    live.stream().filter(Schedule::isComputed).forEach(this::store);
    outputs.forEach(output -> stored.add(output.base()));
  }

  /**
   * Where a large node is computed of one that is stored anyway, and one later loop alone reads it,
   * it is computed there: memory is slower than arithmetic.
   *
   * @return whether there was any
   */
  private boolean delay(List<Node> outputs) {
    Set<Node> fixed = new HashSet<>();
    outputs.forEach(output -> fixed.add(output.base()));
    Map<Node, List<Node>> readers = new HashMap<>();
    for (Node node : live) {
      Node reader = isComputed(node) ? node : null;
      for (Node operand : node.form().operands()) {
        if (reader != null) {
          readers.computeIfAbsent(operand.base(), key -> new ArrayList<>()).add(reader);
        }
      }
    }
    boolean isAny = false;
    List<Node> backwards = new ArrayList<>(live);
    Collections.reverse(backwards);
    for (Node node : backwards) {
      List<Node> by = readers.getOrDefault(node, List.of());
      if (isLight(node) && !fixed.contains(node) && areLocal(node, by)) {
        isAny |= !areTogether(node, by.get(0));
        groupOf.put(node, Objects.requireNonNull(groupOf.get(by.get(0))));
      }
    }
    return isAny;
  }

  /**
   * Whether a node is large, changes, and is computed of one other, which is there, and numbers, in
   * one operation or several.
   */
  private boolean isLight(Node node) {
    boolean isFunction = node.form() instanceof Form.Pointwise;
    if (!isFunction || !node.varies() || node.size() <= Loop.TILE) {
      return false;
    }
    return isOfOne(node, stored::contains)
        || isOfOne(node, base -> stored.contains(base) && !areTogether(base, node));
  }

  /** Whether a node is computed of one other that is there, and numbers. */
  private static boolean isOfOne(Node node, Predicate<Node> isThere) {
    Set<Node> there = new HashSet<>();
    Set<Node> seen = new HashSet<>();
    List<Node> open = new ArrayList<>(List.of(node));
    while (!open.isEmpty() && there.size() <= 1) {
      for (Node operand : open.remove(open.size() - 1).form().operands()) {
        Node base = operand.base();
        if (base.size() > 1 && seen.add(base)) {
          (isComputed(base) && !isThere.test(base) ? open : there).add(base);
        }
      }
    }
    return there.size() == 1;
  }

  /** Whether all that read a node are of one loop, at the place where each element is computed. */
  private boolean areLocal(Node node, List<Node> readers) {
    for (Node reader : readers) {
      if (!IterationSpace.isLooped(reader)
          || !reader.varies()
          || !areTogether(reader, readers.get(0))
          || !reader.form().operands().stream()
              .filter(operand -> operand.base() == node)
              .allMatch(operand -> IterationSpace.isLocal(reader, operand))) {
        return false;
      }
    }
    return !readers.isEmpty();
  }

  /** Puts nodes into their groups anew. */
  private void collect() {
    Map<Integer, Group> byNumber = new HashMap<>();
    for (Group group : groups) {
      group.nodes().clear();
      byNumber.put(group.number(), group);
    }
    for (Node node : live) {
      Integer number = groupOf.get(node);
      if (number != null) {
        Objects.requireNonNull(byNumber.get(number)).nodes().add(node);
      }
    }
    groups.removeIf(group -> group.nodes().isEmpty());
  }

  private void use(Node node) {
    List<Node> open = new ArrayList<>(List.of(node));
    while (!open.isEmpty()) {
      Node next = open.remove(open.size() - 1);
      if (live.add(next)) {
        open.addAll(next.form().operands());
      }
    }
  }

  /** Whether something is done for a node: not for leaves and views. */
  static boolean isComputed(Node node) {
    Form form = node.form();
    return !(form instanceof Form.View
        || form instanceof Form.Scalar
        || form instanceof Form.Constant
        || form instanceof Form.Input);
  }

  private int stage(Node node) {
    int stage = 0;
    for (Node operand : node.form().operands()) {
      Node base = operand.base();
      boolean earlier = !isComputed(base) || !base.varies() && node.varies();
      if (!earlier) {
        boolean local = IterationSpace.isLooped(node) && IterationSpace.isLocal(node, operand);
        stage = Math.max(stage, stages.getOrDefault(base, 0) + (local ? 0 : 1));
      }
    }
    return stage;
  }

  /** Says which nodes are needed outside of the loop that computes them. */
  private void store(Node node) {
    if (!IterationSpace.isPointwise(node)) {
      stored.add(node);
    }
    for (Node operand : node.form().operands()) {
      Node base = operand.base();
      boolean together = areTogether(base, node);
      if (!together || !IterationSpace.isLooped(node) || !IterationSpace.isLocal(node, operand)) {
        stored.add(base);
      }
    }
  }

  private boolean areTogether(Node one, Node other) {
    return Objects.equals(groupOf.get(one), groupOf.get(other));
  }

  /** The groups in their order. */
  List<Group> groups() {
    return groups;
  }

  /** For each group the nodes that no group after it reads. */
  List<List<Node>> finished() {
    Map<Node, Integer> last = new LinkedHashMap<>();
    List<List<Node>> finished = new ArrayList<>();
    for (int i = 0; i < groups.size(); i++) {
      finished.add(new ArrayList<>());
      for (Node node : groups.get(i).nodes()) {
        last.put(node, i);
        for (Node operand : node.form().operands()) {
          last.put(operand.base(), i);
        }
      }
    }
    last.forEach((node, i) -> finished.get(i).add(node));
    return finished;
  }

  /** The nodes that are needed, each after its operands. */
  Set<Node> live() {
    return live;
  }

  /** Whether a node's numbers are kept in memory. */
  boolean isStored(Node node) {
    return stored.contains(node);
  }
}
