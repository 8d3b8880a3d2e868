package org.ppl4j.tensor;

import com.google.common.primitives.ImmutableIntArray;
import java.util.ArrayList;
import java.util.List;
import org.ppl4j.tensor.graph.Dims;
import org.ppl4j.tensor.graph.Form.Role;
import org.ppl4j.tensor.graph.Graph;
import org.ppl4j.tensor.graph.Node;
import org.ppl4j.tensor.graph.NotRecordable;
import org.ppl4j.tensor.table.Kernel;
import org.ppl4j.tensor.table.Op;

/** The draws of a recorded program, which are drawn anew for each step: inputs of its graph. */
final class RecordedNoise {

  private final List<Draw> draws = new ArrayList<>();

  /** A draw of a place in a stream. */
  private record Draw(Op op, Noise noise, Node node) {

    boolean isOf(Op otherOp, Noise other, ImmutableIntArray shape) {
      return op == otherOp
          && noise.position() == other.position()
          && noise.stream().equals(other.stream())
          && node.shape().equals(shape);
    }
  }

  /**
   * The node of a draw: the same for the same place in a stream.
   *
   * @throws NotRecordable if it is not drawn for the step
   */
  Node node(Graph graph, Op op, Noise noise, ImmutableIntArray shape, long seed, long counter) {
    if (!noise.stream().rng(seed, counter).isSame(noise.rng())) {
      throw new NotRecordable("draws of '" + noise.stream() + "' that are not of the step");
    }
    for (Draw draw : draws) {
      if (draw.isOf(op, noise, shape)) {
        return draw.node();
      }
    }
    Node node = graph.input(Role.NOISE, draws.size(), shape);
    draws.add(new Draw(op, noise, node));
    return node;
  }

  /** The inputs of a graph, in order. */
  List<Node> nodes() {
    return draws.stream().map(Draw::node).toList();
  }

  /** What a draw is of another step. */
  double[] of(int draw, long seed, long counter) {
    Draw drawn = draws.get(draw);
    int size = Dims.size(drawn.node().shape());
    double[] values = new double[size];
    Kernel kernel = drawn.noise().at(seed, counter);
    if (drawn.op() == Op.CHOICE) {
      long[] whole = kernel.whole(new double[0][], size);
      for (int i = 0; i < size; i++) {
        values[i] = whole[i];
      }
    } else {
      kernel.compute(new double[0][], new double[][] {values}, null);
    }
    return values;
  }
}
