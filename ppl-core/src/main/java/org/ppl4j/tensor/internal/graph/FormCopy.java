package org.ppl4j.tensor.internal.graph;

import com.google.common.collect.ImmutableList;
import java.util.function.UnaryOperator;
import org.ppl4j.tensor.internal.graph.Form.Piece;

/** A form of other operands. */
final class FormCopy {

  private FormCopy() {}

  /** The same form of what operands become; not of a view. */
  static Form of(Form form, UnaryOperator<Node> to) {
    if (form instanceof Form.Pointwise f) {
      return new Form.Pointwise(f.op(), f.order(), all(f.operands(), to));
    }
    if (form instanceof Form.Sum f) {
      return new Form.Sum(to.apply(f.of()));
    }
    if (form instanceof Form.Extreme f) {
      return new Form.Extreme(to.apply(f.of()), f.axis(), f.largest());
    }
    if (form instanceof Form.Largest f) {
      return new Form.Largest(to.apply(f.of()), f.axis());
    }
    if (form instanceof Form.Order f) {
      return new Form.Order(to.apply(f.of()), f.axis(), f.descending());
    }
    if (form instanceof Form.Last f) {
      return new Form.Last(to.apply(f.index()), f.axis(), f.size());
    }
    if (form instanceof Form.RunningSum f) {
      return new Form.RunningSum(to.apply(f.of()), f.axis(), f.backwards());
    }
    if (form instanceof Form.Assembly f) {
      ImmutableList.Builder<Piece> pieces = ImmutableList.builder();
      for (Piece piece : f.pieces()) {
        pieces.add(new Piece(to.apply(piece.node()), piece.offset(), piece.strides()));
      }
      return new Form.Assembly(f.elsewhere(), pieces.build());
    }
    if (form instanceof Form.Gather f) {
      return new Form.Gather(to.apply(f.values()), to.apply(f.index()), f.axis());
    }
    if (form instanceof Form.ScatterSum f) {
      return new Form.ScatterSum(all(f.values(), to), all(f.indexes(), to), f.axis());
    }
    if (form instanceof Form.Product f) {
      return new Form.Product(to.apply(f.left()), to.apply(f.right()));
    }
    if (form instanceof Form.Computed f) {
      return new Form.Computed(
          f.op(), f.kernel(), all(f.operands(), to), f.parts(), f.elements(), f.slopes());
    }
    if (form instanceof Form.Scan f) {
      return new Form.Scan(
          f.body(),
          f.times(),
          f.isBackwards(),
          all(f.starts(), to),
          all(f.stacks(), to),
          all(f.fixed(), to));
    }
    if (form instanceof Form.History f) {
      return new Form.History(to.apply(f.scan()), f.place());
    }
    return factor(form, to);
  }

  private static ImmutableList<Node> all(ImmutableList<Node> nodes, UnaryOperator<Node> to) {
    return nodes.stream().map(to).collect(ImmutableList.toImmutableList());
  }

  /** Those of linear algebra, and those of no operands. */
  private static Form factor(Form form, UnaryOperator<Node> to) {
    if (form instanceof Form.Cholesky f) {
      return new Form.Cholesky(to.apply(f.of()));
    }
    if (form instanceof Form.CholeskyGradient f) {
      return new Form.CholeskyGradient(to.apply(f.factor()), to.apply(f.gradient()));
    }
    if (form instanceof Form.TriangularSolution f) {
      return new Form.TriangularSolution(to.apply(f.triangle()), to.apply(f.sides()), f.upper());
    }
    if (form instanceof Form.Solution f) {
      Node matrix = to.apply(f.matrix());
      return new Form.Solution(matrix, to.apply(f.factors()), to.apply(f.sides()), f.isAcross());
    }
    if (form instanceof Form.Factors f) {
      return new Form.Factors(to.apply(f.of()));
    }
    if (form instanceof Form.Orthonormal f) {
      return new Form.Orthonormal(to.apply(f.of()));
    }
    if (form instanceof Form.Convolution f) {
      return new Form.Convolution(f.part(), to.apply(f.one()), to.apply(f.other()), f.sliding());
    }
    if (form instanceof Form.Eigen f) {
      return new Form.Eigen(to.apply(f.of()));
    }
    if (form instanceof Form.Fourier f) {
      return new Form.Fourier(to.apply(f.of()), f.size(), f.isInverse());
    }
    if (form instanceof Form.MatrixExponential f) {
      return new Form.MatrixExponential(to.apply(f.of()));
    }
    if (form instanceof Form.LogChain f) {
      return new Form.LogChain(to.apply(f.start()), to.apply(f.vectors()), to.apply(f.matrices()));
    }
    if (form instanceof Form.LogChainGradient f) {
      return new Form.LogChainGradient(
          to.apply(f.chain()),
          to.apply(f.start()),
          to.apply(f.vectors()),
          to.apply(f.matrices()),
          to.apply(f.gradient()));
    }
    if (form instanceof Form.LogDeterminant f) {
      return new Form.LogDeterminant(to.apply(f.of()), to.apply(f.factors()));
    }
    if (!form.operands().isEmpty()) {
      throw new IllegalArgumentException("form " + form + " cannot be given other operands");
    }
    return form;
  }
}
