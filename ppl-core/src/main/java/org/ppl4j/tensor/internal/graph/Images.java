package org.ppl4j.tensor.internal.graph;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Nodes made again of others than they were made of. */
final class Images {

  private Images() {}

  /**
   * The image of a node in a graph.
   *
   * @param images those that are known, which grow
   */
  static Node of(Graph graph, Map<Node, Node> images, Node of) {
    List<Node> open = new ArrayList<>(List.of(of));
    while (!open.isEmpty()) {
      Node node = open.get(open.size() - 1);
      int before = open.size();
      if (!images.containsKey(node)) {
        node.form().operands().stream().filter(x -> !images.containsKey(x)).forEach(open::add);
      }
      if (open.size() == before) {
        open.remove(before - 1);
        images.computeIfAbsent(node, key -> made(graph, images, key));
      }
    }
    return requireNonNull(images.get(of));
  }

  private static Node made(Graph graph, Map<Node, Node> images, Node node) {
    if (node.form() instanceof Form.View view) {
      Node base = requireNonNull(images.get(view.base()));
      Node own = base.base() == base ? base : graph.copy(base);
      return graph.view(own, view.offset(), view.strides(), node.shape());
    }
    Form form = FormCopy.of(node.form(), x -> requireNonNull(images.get(x)));
    return graph.node(form, node.shape());
  }
}
