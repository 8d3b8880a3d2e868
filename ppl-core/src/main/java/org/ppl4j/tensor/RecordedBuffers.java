package org.ppl4j.tensor;

import com.google.common.collect.ImmutableMap;
import com.google.common.primitives.ImmutableIntArray;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.ppl4j.tensor.internal.graph.Form.Role;
import org.ppl4j.tensor.internal.graph.Graph;
import org.ppl4j.tensor.internal.graph.Node;
import org.ppl4j.tensor.internal.plan.PlanReplay;

/**
 * The buffers of modules that a recorded program reads and steps update: inputs of its graph. All
 * others are constants.
 */
final class RecordedBuffers {

  private final ImmutableMap<String, FlatVector> all;
  private final List<FlatVector> asked = new ArrayList<>();
  private final List<Node> nodes = new ArrayList<>();

  /** Of those that steps update, by name. */
  RecordedBuffers(Map<String, FlatVector> all) {
    this.all = ImmutableMap.copyOf(all);
  }

  /** Of a program that is not learned. */
  static RecordedBuffers none() {
    return new RecordedBuffers(ImmutableMap.of());
  }

  /** Whether these are all that steps update. */
  boolean covers(Map<String, FlatVector> vectors) {
    return all.equals(vectors);
  }

  /** The node of a vector; null if it is none of them. */
  @Nullable Node node(Graph graph, FlatVector vector) {
    int place = asked.indexOf(vector);
    if (place >= 0) {
      return nodes.get(place);
    }
    if (!all.containsValue(vector)) {
      return null;
    }
    ImmutableIntArray shape = ImmutableIntArray.of(Math.toIntExact(vector.size()));
    Node node = graph.input(Role.BUFFER, asked.size(), shape);
    asked.add(vector);
    nodes.add(node);
    return node;
  }

  /** The inputs of a graph, in order. */
  List<Node> nodes() {
    return nodes;
  }

  /** Sets all of them, for inputs from a place on. */
  void read(PlanReplay replay, int first) {
    for (int i = 0; i < asked.size(); i++) {
      asked.get(i).read(replay, first + i);
    }
  }
}
