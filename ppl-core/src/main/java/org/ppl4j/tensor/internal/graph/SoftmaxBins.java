package org.ppl4j.tensor.internal.graph;

import com.google.common.primitives.ImmutableIntArray;
import java.util.ArrayList;
import java.util.List;
import org.ppl4j.tensor.internal.table.Attributes;
import org.ppl4j.tensor.internal.table.Op;

/** Makes the nodes of the row that is hot in all rational splines: bins of values. */
final class SoftmaxBins {

  private final Graph graph;

  SoftmaxBins(Graph graph) {
    this.graph = graph;
  }

  /**
   * The index, what is picked, the lower ends along each axis, the widths.
   *
   * @param raw the numbers whose softmax gives the shares, then the rows of the picks
   * @param grid what each knot has without the shares, then the number of its bin
   * @param picks where the entry of bin 0 is, then the row's first and last
   */
  List<Node> of(Attributes a, Node raw, Node value, Node grid, Node picks) {
    int axes = (int) a.longs()[0];
    int bins = (int) a.longs()[1];
    Node scale = graph.number(a.numbers()[0]);
    Node least = graph.number(a.numbers()[1]);
    Node bound = graph.number(a.numbers()[2]);
    int last = raw.shape().length() - 1;
    ImmutableIntArray own = raw.shape().subArray(0, last).trimmed();
    ImmutableIntArray batch = Dims.broadcast(own, value.shape());
    Node shares = shares(raw, axes, bins);

    Node along = along(shares, (int) a.longs()[2]); // comparisons have no gradient
    Node sums = graph.node(new Form.RunningSum(along, last, false), along.shape());
    Node knots = add(mul(sums, scale), row(grid, 0));
    Node wide = graph.unsqueeze(value, value.shape().length());
    Node index = total(graph.apply(Op.GTE, wide, knots));

    List<Node> lows = new ArrayList<>();
    List<Node> widths = new ArrayList<>();
    Node isBefore = graph.apply(Op.LT, row(grid, 1), index);
    for (int axis = 0; axis < axes; axis++) {
      Node each = along(shares, axis);
      Node below = total(mul(each, isBefore));
      Node low = add(graph.apply(Op.SUB, mul(below, scale), bound), mul(index, least));
      lows.add(graph.reshape(low, batch));
      widths.add(graph.reshape(add(mul(entry(each, index), scale), least), batch));
    }

    int size = raw.shape().get(last);
    int from = size == axes * bins ? 0 : axes * bins;
    Node rows = graph.slice(raw, last, from, 1, size - from);
    List<Node> results = new ArrayList<>(List.of(graph.reshape(index, batch)));
    for (int pick = 0; pick < picks.shape().get(1); pick++) {
      Node wanted = add(index, graph.slice(row(picks, 0), 0, pick, 1, 1));
      Node first = graph.slice(row(picks, 1), 0, pick, 1, 1);
      Node end = graph.slice(row(picks, 2), 0, pick, 1, 1);
      Node kept = graph.apply(Op.MINIMUM, graph.apply(Op.MAXIMUM, wanted, first), end);
      Node picked = mul(entry(rows, kept), graph.apply(Op.EQ, wanted, kept));
      results.add(graph.reshape(picked, batch));
    }
    results.addAll(lows);
    results.addAll(widths);
    return results;
  }

  /** The shares of bins of each axis, {@code (*, axes, bins)}. */
  private Node shares(Node raw, int axes, int bins) {
    int last = raw.shape().length() - 1;
    Node numbers = graph.slice(raw, last, 0, 1, axes * bins);
    ImmutableIntArray shape = Dims.inserted(Dims.with(numbers.shape(), last, axes), last + 1, bins);
    return new Inliner(graph)
        .along(Op.SOFTMAX, new int[] {last + 1}, graph.reshape(numbers, shape));
  }

  /** Those along an axis. */
  private Node along(Node shares, int axis) {
    int at = shares.shape().length() - 2;
    Node one = graph.slice(shares, at, axis, 1, 1);
    return graph.reshape(one, Dims.without(one.shape(), at));
  }

  private Node row(Node matrix, int row) {
    Node one = graph.slice(matrix, 0, row, 1, 1);
    return graph.reshape(one, Dims.without(one.shape(), 0));
  }

  /** Sums along the last axis, which is kept. */
  private Node total(Node x) {
    return graph.sum(x, Dims.with(x.shape(), x.shape().length() - 1, 1));
  }

  /** The entry of the last axis that an index names. */
  private Node entry(Node rows, Node index) {
    int last = index.shape().length() - 1;
    int size = rows.shape().get(rows.shape().length() - 1);
    Node wide = graph.expand(rows, Dims.with(index.shape(), last, size));
    return graph.gather(wide, index, last);
  }

  private Node add(Node x, Node y) {
    return graph.apply(Op.ADD, x, y);
  }

  private Node mul(Node x, Node y) {
    return graph.apply(Op.MUL, x, y);
  }
}
