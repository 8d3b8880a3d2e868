package org.ppl4j.tensor.internal.graph;

import com.google.common.collect.ImmutableList;
import com.google.common.primitives.ImmutableIntArray;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.ppl4j.tensor.internal.graph.Form.Role;
import org.ppl4j.tensor.internal.table.Op;

/**
 * What a step of a scan does: nodes of the graph of the scan, of slots and of nodes that are the
 * same at each step.
 *
 * <p>A scan may be cut after some steps: then what the last one gives stands for all that would
 * come after it, so that of a gradient it gets what all of these would.
 *
 * @param carries slots of what the step before has left
 * @param elements slots of rows
 * @param fixed what is the same at each step
 * @param next what the next step is given
 * @param results what the step gives
 * @param remembered what a gradient is given again: carries, and what it would compute once more
 * @param summed of each element, where a scan is cut, whether the row of the last step is the sum
 *     of all from there on
 * @param repeated of each result, where a scan is cut, whether the row of the last step is that of
 *     all after it too; else theirs are 0
 */
public record ScanGraph(
    ImmutableList<Node> carries,
    ImmutableList<Node> elements,
    ImmutableList<Node> fixed,
    ImmutableList<Node> next,
    ImmutableList<Node> results,
    ImmutableList<Node> remembered,
    ImmutableList<Boolean> summed,
    ImmutableList<Boolean> repeated) {

  /**
   * A graph of its own.
   *
   * @param inputs carries, elements and what is fixed, in this order
   * @param outputs what is carried on, the results, then what is remembered: computed nodes
   */
  public record Own(ImmutableList<Node> inputs, ImmutableList<Node> outputs) {}

  /** The shapes of what all steps together give. */
  ImmutableList<ImmutableIntArray> parts(int times) {
    ImmutableList.Builder<ImmutableIntArray> parts = ImmutableList.builder();
    next.forEach(node -> parts.add(node.shape()));
    results.forEach(node -> parts.add(Dims.inserted(node.shape(), 0, times)));
    return parts.build();
  }

  /** The same as a graph of its own. */
  public Own own() {
    Graph graph = new Graph();
    Map<Node, Node> images = new HashMap<>();
    ImmutableList.Builder<Node> inputs = ImmutableList.builder();
    for (List<Node> some : List.of(carries, elements, fixed)) {
      for (Node node : some) {
        Node input = graph.input(Role.VARIABLE, images.size(), node.shape());
        images.put(node, input);
        inputs.add(input);
      }
    }
    ImmutableList.Builder<Node> outputs = ImmutableList.builder();
    for (List<Node> some : List.of(next, results, remembered)) {
      for (Node node : some) {
        Node image = Images.of(graph, images, node);
        boolean isGiven = image.base().form() instanceof Form.Input;
        outputs.add(isGiven ? graph.pointwise(Op.COPY, 0, image) : graph.copy(image));
      }
    }
    return new Own(inputs.build(), outputs.build());
  }
}
