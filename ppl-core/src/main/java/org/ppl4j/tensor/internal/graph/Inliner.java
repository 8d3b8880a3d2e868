package org.ppl4j.tensor.internal.graph;

import com.google.common.collect.ImmutableList;
import com.google.common.primitives.ImmutableIntArray;
import org.ppl4j.tensor.internal.table.Expression;
import org.ppl4j.tensor.internal.table.Expression.Apply;
import org.ppl4j.tensor.internal.table.Expression.Vector;
import org.ppl4j.tensor.internal.table.ExpressionFold;
import org.ppl4j.tensor.internal.table.Op;

/** Makes nodes of expressions: of what rows are made of, and of their slopes. */
final class Inliner {

  private final Graph graph;

  Inliner(Graph graph) {
    this.graph = graph;
  }

  /**
   * What a row is made of.
   *
   * @throws NotRecordable if that is not known
   */
  Node inlined(Op op, Node... in) {
    return along(op, new int[0], in);
  }

  /**
   * The same along axes.
   *
   * @throws NotRecordable if that is not known
   */
  Node along(Op op, int[] axes, Node... in) {
    Expression expression = op.row().expression();
    if (expression == null) {
      throw new NotRecordable("operation " + op);
    }
    return new Nodes(0, axes, in).of(expression);
  }

  /**
   * What an operand gets of what a node has got.
   *
   * @throws NotRecordable if nothing is known of that
   */
  Node slope(Node of, Form.Pointwise f, int operand, Node d) {
    Expression slope = f.op().row().slope(operand);
    if (slope == null) {
      throw new NotRecordable("derivative of " + f.op());
    }
    ImmutableList<Node> in =
        ImmutableList.<Node>builder().addAll(f.operands()).add(of).add(d).build();
    return new Nodes(f.order(), new int[0], in.toArray(Node[]::new)).of(slope);
  }

  private final class Nodes extends ExpressionFold<Node> {

    private final int order;
    private final int[] axes;
    private final Node[] operands;

    Nodes(int order, int[] axes, Node... operands) {
      this.order = order;
      this.axes = axes;
      this.operands = operands;
    }

    @Override
    protected Node operand(int place) {
      return operands[place];
    }

    @Override
    protected Node number(double value) {
      return graph.number(value);
    }

    @Override
    protected Node apply(Apply apply, ImmutableList<Node> in) {
      Node[] nodes = in.toArray(Node[]::new);
      return apply.isNext()
          ? graph.apply(apply.op(), order + 1, nodes)
          : graph.apply(apply.op(), nodes);
    }

    @Override
    protected Node vector(Vector vector) {
      return graph.constant(
          vector.values().toArray(), ImmutableIntArray.of(vector.values().length()));
    }

    @Override
    protected Node column(Node of) {
      return graph.unsqueeze(of, of.shape().length());
    }

    @Override
    protected Node sum(Node of) {
      return graph.sum(of, Reductions.kept(of, axes));
    }

    @Override
    protected Node largest(Node of) {
      return new Reductions(graph).largest(of, axes);
    }

    @Override
    protected Node total(Node of) {
      int last = of.shape().length() - 1;
      Node sum = graph.sum(of, Dims.with(of.shape(), last, 1));
      return graph.reshape(sum, Dims.without(of.shape(), last));
    }
  }
}
