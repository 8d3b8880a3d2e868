package org.ppl4j.tensor;

import com.google.common.collect.ImmutableMap;
import com.google.common.primitives.ImmutableIntArray;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.ppl4j.tensor.graph.Form.Role;
import org.ppl4j.tensor.graph.Graph;
import org.ppl4j.tensor.graph.Node;
import org.ppl4j.tensor.plan.Replay;

/**
 * The buffers of modules that a recorded program reads and steps update: inputs of its graph. All
 * others are constants.
 */
final class RecordedBuffers {

  private final ImmutableMap<String, FlatVector> all;
  private final Map<FlatVector, Node> nodes = new LinkedHashMap<>();
  private final Map<FlatVector, Integer> places = new IdentityHashMap<>();

  /** Of those that steps update, by name. */
  RecordedBuffers(Map<String, FlatVector> all) {
    this.all = ImmutableMap.copyOf(all);
    for (FlatVector vector : this.all.values()) {
      places.put(vector, places.size());
    }
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
    Integer place = places.get(vector);
    return place == null
        ? null
        : nodes.computeIfAbsent(
            vector,
            key ->
                graph.input(
                    Role.BUFFER, place, ImmutableIntArray.of(Math.toIntExact(key.size()))));
  }

  /** The inputs of a graph, in order. */
  List<Node> nodes() {
    return List.copyOf(nodes.values());
  }

  /** Sets all of them, for inputs from a place on. */
  void read(Replay replay, int first) {
    int input = first;
    for (FlatVector vector : nodes.keySet()) {
      vector.read(replay, input++);
    }
  }
}
