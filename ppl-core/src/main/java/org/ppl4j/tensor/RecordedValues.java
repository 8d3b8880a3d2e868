package org.ppl4j.tensor;

import com.google.common.primitives.ImmutableIntArray;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.DoubleSupplier;
import org.ppl4j.tensor.internal.graph.Form.Role;
import org.ppl4j.tensor.internal.graph.Graph;
import org.ppl4j.tensor.internal.graph.Node;
import org.ppl4j.tensor.internal.plan.PlanReplay;

/** The numbers of Java that a recorded program asks for by name, which are read at each replay. */
final class RecordedValues {

  private final Map<Asked, Integer> places = new LinkedHashMap<>();
  private final List<DoubleSupplier> numbers = new ArrayList<>();
  private final List<Node> nodes = new ArrayList<>();

  /** What is asked for: one program may mean another number by a name than the next. */
  private record Asked(String name, int time) {}

  /**
   * The node of a number: an input of the graph.
   *
   * @param time how often its name was asked for before, while this was recorded
   */
  Node node(Graph graph, String name, int time, DoubleSupplier number) {
    Integer place = places.putIfAbsent(new Asked(name, time), nodes.size());
    if (place != null) {
      numbers.set(place, number);
      return nodes.get(place);
    }
    Node node = graph.input(Role.VALUE, nodes.size(), ImmutableIntArray.of());
    numbers.add(number);
    nodes.add(node);
    return node;
  }

  /** The inputs of a graph, in order. */
  List<Node> nodes() {
    return nodes;
  }

  /** Reads all of them, for inputs from a place on. */
  void read(PlanReplay replay, int first) {
    for (int i = 0; i < numbers.size(); i++) {
      replay.memory(first + i)[replay.start(first + i)] = numbers.get(i).getAsDouble();
    }
  }
}
