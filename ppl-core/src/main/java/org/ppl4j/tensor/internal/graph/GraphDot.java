package org.ppl4j.tensor.internal.graph;

import com.google.common.base.Ascii;
import com.google.common.base.Joiner;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** Writes graphs in the language of Graphviz. */
public final class GraphDot {

  private GraphDot() {}

  /** What the outputs are computed of: each node with its shape, what it needs before it. */
  public static String of(List<Node> outputs) {
    Set<Node> live = new TreeSet<>(Comparator.comparingInt(Node::id));
    List<Node> open = new ArrayList<>(outputs);
    while (!open.isEmpty()) {
      Node next = open.remove(open.size() - 1);
      if (live.add(next)) {
        open.addAll(next.form().operands());
      }
    }
    StringBuilder text = new StringBuilder("digraph recorded {\n");
    for (Node node : live) {
      String style = outputs.contains(node) ? ", peripheries=2" : "";
      text.append("  n%d [label=\"%s\"%s];%n".formatted(node.id(), label(node), style));
      node.form()
          .operands()
          .forEach(from -> text.append("  n%d -> n%d;%n".formatted(from.id(), node.id())));
    }
    return text.append("}\n").toString().replace(System.lineSeparator(), "\n");
  }

  private static String label(Node node) {
    String shape = "(" + Joiner.on(", ").join(node.shape().asList()) + ")";
    return name(node.form()) + " " + shape;
  }

  private static String name(Form form) {
    if (form instanceof Form.Scalar number) {
      return Double.toString(number.value());
    }
    if (form instanceof Form.Input input) {
      return Ascii.toLowerCase(input.role().name()) + " " + input.index();
    }
    if (form instanceof Form.Pointwise function) {
      return Ascii.toLowerCase(function.op().name());
    }
    if (form instanceof Form.Computed computed) {
      return Ascii.toLowerCase(computed.op().name());
    }
    return Ascii.toLowerCase(form.getClass().getSimpleName());
  }
}
