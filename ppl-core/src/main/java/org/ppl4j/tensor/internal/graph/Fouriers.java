package org.ppl4j.tensor.internal.graph;

import com.google.common.primitives.ImmutableIntArray;
import java.util.Arrays;
import org.ppl4j.tensor.internal.table.Op;

/** Makes the nodes of Fourier transforms, which are each other's gradients but for factors. */
final class Fouriers {

  private final Graph graph;

  Fouriers(Graph graph) {
    this.graph = graph;
  }

  /** Of {@code (*, n)}: {@code (*, n/2 + 1, 2)}. */
  Node forwards(Node x) {
    int last = x.shape().length() - 1;
    int size = x.shape().get(last);
    ImmutableIntArray batch = x.shape().subArray(0, last).trimmed();
    Node rows = graph.reshape(x, ImmutableIntArray.of(Dims.size(batch), size));
    return graph.reshape(
        transform(rows, size, false),
        ImmutableIntArray.builder().addAll(batch).add(size / 2 + 1).add(2).build());
  }

  /** Of {@code (*, n/2 + 1, 2)}: {@code (*, n)}. */
  Node backwards(Node z, int size) {
    int rank = z.shape().length();
    ImmutableIntArray batch = z.shape().subArray(0, rank - 2).trimmed();
    ImmutableIntArray all = ImmutableIntArray.of(Dims.size(batch), size / 2 + 1, 2);
    return graph.reshape(
        transform(graph.reshape(z, all), size, true),
        ImmutableIntArray.builder().addAll(batch).add(size).build());
  }

  private Node transform(Node of, int size, boolean isInverse) {
    int rows = of.shape().get(0);
    ImmutableIntArray shape =
        isInverse ? ImmutableIntArray.of(rows, size) : ImmutableIntArray.of(rows, size / 2 + 1, 2);
    return graph.node(new Form.Fourier(of, size, isInverse), shape);
  }

  /**
   * What the operand gets: of all but the first and, of an even size, the last each stands for two.
   */
  Node gradient(Form.Fourier of, Node d) {
    int size = of.size();
    double[] times = new double[size / 2 + 1];
    Arrays.fill(times, 2);
    times[0] = 1;
    times[size / 2] = size % 2 == 0 || size == 1 ? 1 : 2;
    double[] factors =
        Arrays.stream(times).map(two -> of.isInverse() ? two / size : size / two).toArray();
    Node each = graph.constant(factors, ImmutableIntArray.of(times.length, 1));
    return of.isInverse()
        ? graph.apply(Op.MUL, transform(d, size, false), each)
        : transform(graph.apply(Op.MUL, d, each), size, true);
  }
}
