package org.ppl4j.tensor.internal.plan;

import com.google.common.collect.Sets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import org.ppl4j.tensor.internal.graph.Form;
import org.ppl4j.tensor.internal.graph.Node;

/**
 * What is computed in single precision, where that is enough: large loops, and large nodes that are
 * kept so, since loops and products in single precision have or take them and all else only moves
 * their elements. They take half of the memory, the processor does twice as many at once, and
 * nothing is rounded and widened again in between. Whole numbers stay in double precision, which
 * has more of them.
 *
 * @param nodes those that are kept
 * @param loops the numbers of groups
 */
record SinglePrecision(Set<Node> nodes, Set<Integer> loops) {

  /** Nothing. */
  static final SinglePrecision NONE = new SinglePrecision(Set.of(), Set.of());

  /**
   * Finds it.
   *
   * @param products those that there will be steps for
   * @param fixed nodes that are kept in double precision
   */
  static SinglePrecision of(Schedule schedule, ProductSteps products, Set<Node> fixed) {
    LoopBuilder loops = new LoopBuilder(schedule, new Memory(true), new ArrayList<>(), false);
    Map<Integer, LoopUse> uses = new HashMap<>();
    Set<Integer> single = new HashSet<>();
    WholeNumbers whole = new WholeNumbers(schedule.live());
    boolean isPossible = schedule.live().stream().noneMatch(WholeNumbers::isBeyond);
    for (Schedule.Group group : schedule.groups()) {
      List<Node> nodes = group.nodes();
      if (IterationSpace.isLooped(nodes.get(0))) {
        uses.put(group.number(), isAboutLarge(nodes) ? loops.use(nodes) : LoopUse.NONE);
        if (isPossible && !group.once() && nodes.stream().noneMatch(whole::isUsedBy)) {
          single.add(group.number());
        }
      }
    }
    Set<Node> made = new HashSet<>(); // by products and convolutions, or taken by them
    for (Schedule.Group group : schedule.groups()) {
      if (!uses.containsKey(group.number())) {
        group.nodes().forEach(node -> look(node, products, made, new HashSet<>()));
      }
    }
    made.removeIf(node -> !isKept(node));
    Function<Set<Integer>, Set<Node>> keep = some -> kept(schedule, products, fixed, uses, some);
    while (true) {
      Set<Node> kept = keep.apply(single);
      if (!single.removeIf(loop -> !Objects.requireNonNull(uses.get(loop)).isWorth(kept))
          && !single.removeAll(inVain(uses, single, made, kept, keep))) {
        return new SinglePrecision(kept, single);
      }
    }
  }

  /**
   * Loops that are worth it only since others are, all of which would take less in double
   * precision.
   *
   * @param made nodes that are converted where they are not kept in single precision
   */
  private static Set<Integer> inVain(
      Map<Integer, LoopUse> uses,
      Set<Integer> single,
      Set<Node> made,
      Set<Node> kept,
      Function<Set<Integer>, Set<Node>> keep) {
    double all = cost(uses, single, made, kept);
    Set<Integer> seen = new HashSet<>();
    for (Integer loop : single) {
      if (seen.add(loop)) {
        Set<Integer> together = together(loop, uses, single, kept);
        seen.addAll(together);
        Set<Integer> others = new HashSet<>(Sets.difference(single, together));
        if (cost(uses, others, made, keep.apply(others)) < all) {
          return together;
        }
      }
    }
    return Set.of();
  }

  private static double cost(
      Map<Integer, LoopUse> uses, Set<Integer> single, Set<Node> made, Set<Node> kept) {
    double cost = 0;
    for (Node node : Sets.difference(made, kept)) {
      cost += LoopUse.CONVERSION * node.size();
    }
    for (Map.Entry<Integer, LoopUse> use : uses.entrySet()) {
      cost += use.getValue().cost(single.contains(use.getKey()), kept);
    }
    return cost;
  }

  /** A loop in single precision, and those that are about the same nodes as one of them. */
  private static Set<Integer> together(
      Integer loop, Map<Integer, LoopUse> uses, Set<Integer> single, Set<Node> kept) {
    Set<Integer> together = new HashSet<>(Set.of(loop));
    Set<Node> nodes = new HashSet<>(Objects.requireNonNull(uses.get(loop)).kept(kept));
    boolean isMore = true;
    while (isMore) {
      isMore = false;
      for (Integer other : single) {
        Set<Node> of = Objects.requireNonNull(uses.get(other)).kept(kept);
        if (!together.contains(other) && !Collections.disjoint(of, nodes)) {
          together.add(other);
          nodes.addAll(of);
          isMore = true;
        }
      }
    }
    return together;
  }

  private static boolean isAboutLarge(List<Node> nodes) {
    return nodes.stream()
        .anyMatch(
            node ->
                isLarge(node)
                    || node.form().operands().stream()
                        .map(Node::base)
                        .anyMatch(SinglePrecision::isLarge));
  }

  private static boolean isLarge(Node node) {
    return node.size() > Loop.LARGE_TILE;
  }

  /** The nodes to keep where some loops are in single precision. */
  private static Set<Node> kept(
      Schedule schedule,
      ProductSteps products,
      Set<Node> fixed,
      Map<Integer, LoopUse> uses,
      Set<Integer> single) {
    Set<Node> kept = new HashSet<>();
    Set<Node> others = new HashSet<>(fixed);
    for (Schedule.Group group : schedule.groups()) {
      LoopUse use = uses.get(group.number());
      if (use != null) {
        if (single.contains(group.number())) {
          kept.addAll(use.moved());
          kept.addAll(use.indexed());
        } else {
          others.addAll(use.indexed());
          others.addAll(use.numbers());
        }
        others.addAll(use.inPlace());
      } else {
        group.nodes().forEach(node -> look(node, products, kept, others));
      }
    }
    kept.removeIf(node -> !isKept(node) || others.contains(node));
    return kept;
  }

  /** Whether a node is among those that may be kept. */
  private static boolean isKept(Node node) {
    return node.varies() && isLarge(node);
  }

  /** Whether code may be generated for an assembly, which is of doubles. */
  private static boolean isFew(Node assembly) {
    return assembly.form().operands().stream().mapToLong(Node::size).sum() <= Code.MOST_OPERATIONS;
  }

  /** What a step that is no loop has and takes. */
  private static void look(Node node, ProductSteps products, Set<Node> kept, Set<Node> others) {
    boolean isConvolution = node.form() instanceof Form.Convolution;
    boolean isProduct = node.form() instanceof Form.Product;
    boolean isAssembly = node.form() instanceof Form.Assembly && !isFew(node);
    if (isConvolution || isProduct && products.isSingle(node)) {
      kept.add(node);
    } else if (!isAssembly) {
      others.add(node);
    }
    for (Node operand : node.form().operands()) {
      if (isConvolution || isProduct && products.takesSingle(node, operand)) {
        kept.add(operand.base());
      } else if (!isAssembly) {
        others.add(operand.base());
      }
    }
  }
}
