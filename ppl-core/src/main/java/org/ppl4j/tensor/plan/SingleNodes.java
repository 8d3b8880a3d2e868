package org.ppl4j.tensor.plan;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.ppl4j.tensor.graph.Form;
import org.ppl4j.tensor.graph.Node;

/**
 * Large nodes that are kept in single precision, where that is enough: products in single precision
 * have or take them, and all else that has to do with them moves their elements to registers and
 * back. They take half of the memory, and products need not round them and widen them again.
 */
final class SingleNodes {

  private final ProductSteps products;
  private final Set<Node> kept = new HashSet<>();

  private SingleNodes(ProductSteps products) {
    this.products = products;
  }

  /**
   * Finds them.
   *
   * @param products those that there will be steps for
   * @param fixed nodes that are kept in double precision
   */
  static Set<Node> of(Schedule schedule, ProductSteps products, Set<Node> fixed) {
    SingleNodes nodes = new SingleNodes(products);
    schedule.groups().forEach(group -> group.nodes().forEach(nodes::add));
    nodes.kept.removeIf(
        node -> !node.varies() || node.size() <= Loop.LARGE_TILE || fixed.contains(node));
    if (!nodes.kept.isEmpty()) {
      LoopBuilder loops = new LoopBuilder(schedule, new Memory(), new ArrayList<>(), true);
      schedule.groups().forEach(group -> nodes.remove(group.nodes(), loops));
    }
    return nodes.kept;
  }

  /** What a product in single precision has and takes. */
  private void add(Node node) {
    if (node.form() instanceof Form.Product && products.isSingle(node)) {
      kept.add(node);
      for (Node operand : node.form().operands()) {
        if (products.takesSingle(node, operand)) {
          kept.add(operand.base());
        }
      }
    }
  }

  /** All that a step does more with than to move its elements. */
  private void remove(List<Node> nodes, LoopBuilder loops) {
    if (Space.isLooped(nodes.get(0))) {
      kept.removeAll(loops.usedInPlace(nodes));
      return;
    }
    for (Node node : nodes) {
      boolean isProduct = node.form() instanceof Form.Product;
      if (!(isProduct && products.isSingle(node)) && !(node.form() instanceof Form.Assembly)) {
        kept.remove(node);
      }
      for (Node operand : node.form().operands()) {
        if (!isProduct || !products.takesSingle(node, operand)) {
          kept.remove(operand.base());
        }
      }
    }
  }
}
