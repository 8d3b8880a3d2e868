package org.ppl4j.tensor;

import ai.djl.ndarray.NDArray;
import java.lang.ref.SoftReference;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.ppl4j.tensor.internal.graph.Graph;
import org.ppl4j.tensor.internal.graph.Node;
import org.ppl4j.tensor.internal.graph.NotRecordable;

/**
 * The parts of a program, such as its sites, as they are in its graph: which is the first that is
 * another when the program is recorded once more. They are remembered as long as there is memory.
 */
final class RecordedParts {

  private final SoftReference<Parts> remembered;

  private record Parts(Graph graph, Map<String, Node> nodes) {}

  /** Of the nodes that parts have in a graph. */
  RecordedParts(Graph graph, Map<String, Node> nodes) {
    this.remembered = new SoftReference<>(new Parts(graph, nodes));
  }

  /** The nodes of tensors, but for those that no graph holds. */
  static Map<String, Node> nodes(Recorder recorder, Map<String, NDArray> tensors) {
    Map<String, Node> nodes = new LinkedHashMap<>();
    tensors.forEach(
        (name, tensor) -> {
          try {
            nodes.put(name, recorder.node((RunArray) tensor));
          } catch (NotRecordable e) {
            nodes.remove(name); // nothing can be said of it
          }
        });
    return nodes;
  }

  /** The first of some parts that is another now. */
  static Optional<String> firstChange(Map<String, Node> before, Map<String, Node> now) {
    for (Map.Entry<String, Node> part : now.entrySet()) {
      if (before.get(part.getKey()) != part.getValue()) {
        return Optional.of(part.getKey());
      }
    }
    return before.keySet().stream().filter(name -> !now.containsKey(name)).findFirst();
  }

  /**
   * What is another when a program is recorded once more.
   *
   * @param isSame whether nothing is, as far as can be said
   * @param first the first part that is, if that can be said
   */
  record Change(boolean isSame, Optional<String> first) {}

  /**
   * What is another when the program is recorded now.
   *
   * @param program gives the nodes of its parts in a graph
   */
  Change change(Function<Graph, Map<String, Node>> program) {
    Parts parts = remembered.get();
    if (parts == null) {
      return new Change(false, Optional.empty());
    }
    try {
      Optional<String> first = firstChange(parts.nodes(), program.apply(parts.graph()));
      return new Change(first.isEmpty(), first);
    } catch (NotRecordable e) {
      return new Change(false, Optional.empty());
    }
  }
}
