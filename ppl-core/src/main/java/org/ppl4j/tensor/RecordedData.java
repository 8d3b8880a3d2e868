package org.ppl4j.tensor;

import ai.djl.ndarray.NDArray;
import com.google.common.collect.ImmutableList;
import com.google.common.primitives.ImmutableIntArray;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.ppl4j.tensor.internal.graph.Form.Role;
import org.ppl4j.tensor.internal.graph.Graph;
import org.ppl4j.tensor.internal.graph.Node;
import org.ppl4j.tensor.internal.plan.PlanReplay;

/** The arrays of bound data that a recorded program uses, which may hold other numbers later. */
final class RecordedData {

  private final Map<Integer, Node> nodes = new TreeMap<>();

  /** The node of the array at a place among those that are bound: an input of the graph. */
  Node node(Graph graph, int place, boolean isWhole, ImmutableIntArray shape) {
    return nodes.computeIfAbsent(place, key -> graph.input(Role.DATA, place, isWhole, shape));
  }

  /** The inputs of a graph, in order. */
  List<Node> nodes() {
    return ImmutableList.copyOf(nodes.values());
  }

  /**
   * Sets all of them, for inputs from a place on.
   *
   * @param arrays all that are bound
   */
  void read(List<NDArray> arrays, PlanReplay replay, int first) {
    int input = first;
    for (int place : nodes.keySet()) {
      if (replay.isSingle(input)) {
        Plain.read(arrays.get(place), replay.singles(input));
      } else {
        double[] values = Plain.values(arrays.get(place));
        replay.set(input, values, 0, values.length);
      }
      input++;
    }
  }
}
