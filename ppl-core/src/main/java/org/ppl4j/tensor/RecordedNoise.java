package org.ppl4j.tensor;

import com.google.common.primitives.ImmutableIntArray;
import java.util.ArrayList;
import java.util.List;
import org.ppl4j.tensor.graph.Form.Role;
import org.ppl4j.tensor.graph.Graph;
import org.ppl4j.tensor.graph.Node;
import org.ppl4j.tensor.graph.NotRecordable;
import org.ppl4j.tensor.table.Op;

/** The draws of a recorded program, which are drawn anew for each step: inputs of its graph. */
final class RecordedNoise {

  private final List<Known> known = new ArrayList<>();
  private final List<Noise> inputs = new ArrayList<>();
  private final List<Node> nodes = new ArrayList<>();
  private final List<Boolean> whole = new ArrayList<>();

  /** A row of a place in a stream. */
  private record Known(Op op, Noise noise) {}

  /**
   * What stands for all draws of a row from the same place in a stream.
   *
   * @throws NotRecordable if it is not drawn for the step
   */
  Noise known(Op op, Noise noise, long seed, long counter) {
    if (!noise.stream().rng(seed, counter).isSame(noise.rng())) {
      throw new NotRecordable("draws of '" + noise.stream() + "' that are not of the step");
    }
    for (Known other : known) {
      boolean isSame =
          other.op() == op
              && other.noise().position() == noise.position()
              && other.noise().stream().equals(noise.stream());
      if (isSame) {
        return other.noise();
      }
    }
    known.add(new Known(op, noise));
    return noise;
  }

  /** The node of a draw that depends on nothing else: an input of the graph. */
  Node node(Graph graph, Op op, Noise noise, ImmutableIntArray shape) {
    for (int i = 0; i < inputs.size(); i++) {
      if (inputs.get(i).equals(noise) && nodes.get(i).shape().equals(shape)) {
        return nodes.get(i);
      }
    }
    boolean isWhole = op == Op.CHOICE;
    Node node = graph.input(Role.NOISE, nodes.size(), isWhole, shape);
    inputs.add(noise);
    nodes.add(node);
    whole.add(isWhole);
    return node;
  }

  /** Whether nothing was drawn. */
  boolean isEmpty() {
    return known.isEmpty();
  }

  /** The inputs of a graph, in order. */
  List<Node> nodes() {
    return nodes;
  }

  /** The numbers of each input at any step. */
  List<NoiseReplay> replays(long seed) {
    List<NoiseReplay> replays = new ArrayList<>();
    for (int i = 0; i < inputs.size(); i++) {
      replays.add(new NoiseReplay(inputs.get(i), seed, whole.get(i), nodes.get(i).size()));
    }
    return replays;
  }
}
