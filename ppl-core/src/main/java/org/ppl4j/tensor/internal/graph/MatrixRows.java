package org.ppl4j.tensor.internal.graph;

import com.google.common.primitives.ImmutableIntArray;
import java.util.ArrayList;
import java.util.List;
import org.ppl4j.tensor.internal.table.Attributes;
import org.ppl4j.tensor.internal.table.Op;

/** Makes nodes of the rows of linear algebra on the two rightmost dims, and of their gradients. */
final class MatrixRows {

  private final Graph graph;

  MatrixRows(Graph graph) {
    this.graph = graph;
  }

  static boolean has(Op op) {
    return switch (op) {
      case MAT_MUL,
          INVERSE,
          CHOLESKY,
          IS_POSITIVE_DEFINITE,
          SOLVE_TRIANGULAR,
          CHOLESKY_SOLVE,
          LOG_ABS_DETERMINANT,
          SOLVE,
          LOG_CHAIN,
          MATRIX_EXP ->
          true;
      default -> false;
    };
  }

  Node of(Op op, Attributes a, Node... in) {
    Node x = in[0];
    return switch (op) {
      case MAT_MUL -> matMul(x, in[1]);
      case INVERSE -> inverse(x);
      case CHOLESKY -> cholesky(x);
      case IS_POSITIVE_DEFINITE -> isPositiveDefinite(x);
      case SOLVE_TRIANGULAR -> triangular(x, in[1], a.flag());
      case CHOLESKY_SOLVE -> triangular(graph.transpose(in[1]), triangular(in[1], x, false), true);
      case LOG_ABS_DETERMINANT -> graph.node(new Form.LogDeterminant(x, factors(x)), batch(x));
      case SOLVE -> solution(x, factors(x), in[1], false);
      case LOG_CHAIN -> logChain(x, in[1], in[2]);
      case MATRIX_EXP -> exponential(x);
      default -> throw new NotRecordable("operation " + op);
    };
  }

  // --- rows

  private Node matMul(Node a, Node b) {
    boolean row = a.shape().length() == 1;
    boolean column = b.shape().length() == 1;
    Node left = row ? graph.unsqueeze(a, 0) : a;
    Node right = column ? graph.unsqueeze(b, 1) : b;
    int rank = Math.max(left.shape().length(), right.shape().length());
    ImmutableIntArray batch = Dims.broadcast(batch(left), batch(right));
    Node product = graph.product(batched(left, batch), batched(right, batch));
    ImmutableIntArray shape = product.shape();
    if (column) {
      shape = Dims.without(shape, rank - 1);
    }
    if (row) {
      shape = Dims.without(shape, rank - 2);
    }
    return graph.reshape(product, shape);
  }

  private static ImmutableIntArray batch(Node x) {
    return x.shape().subArray(0, x.shape().length() - 2).trimmed();
  }

  private Node batched(Node x, ImmutableIntArray batch) {
    int rank = x.shape().length();
    ImmutableIntArray shape =
        ImmutableIntArray.builder()
            .addAll(batch)
            .addAll(x.shape().subArray(rank - 2, rank))
            .build();
    return graph.expand(x, shape);
  }

  private Node logChain(Node start, Node vectors, Node matrices) {
    int steps = vectors.shape().get(0);
    if (steps == 0) {
      return start;
    }
    Node square = matrices.strides().get(0) == 0 ? graph.slice(matrices, 0, 0, 1, 1) : matrices;
    int rows = start.shape().get(0);
    int kept = steps * (2 * start.size() + rows) + rows + square.size();
    int size = start.size() + kept; // see the step
    Node chain = graph.node(new Form.LogChain(start, vectors, square), ImmutableIntArray.of(size));
    return graph.view(chain, 0, Dims.rowMajor(start.shape()), start.shape());
  }

  /** What a chain's start, vectors and matrices get of its gradient, in this order. */
  List<Node> logChainGradient(Node node, Form.LogChain chain, Node d) {
    Node of =
        graph.view(graph.copy(d), 0, Dims.rowMajor(chain.start().shape()), chain.start().shape());
    int size = chain.start().size() + chain.vectors().size() + chain.matrices().size();
    Node all =
        graph.node(
            new Form.LogChainGradient(node, chain.start(), chain.vectors(), chain.matrices(), of),
            ImmutableIntArray.of(size));
    List<Node> parts = new ArrayList<>();
    int from = 0;
    for (Node operand : chain.operands()) {
      parts.add(graph.view(all, from, Dims.rowMajor(operand.shape()), operand.shape()));
      from += operand.size();
    }
    return parts;
  }

  private Node cholesky(Node x) {
    return graph.node(new Form.Cholesky(x), x.shape());
  }

  /** A factor that does not exist is NaN, and its first element with it. */
  private Node isPositiveDefinite(Node x) {
    Node factor = cholesky(x);
    ImmutableIntArray strides = factor.strides().subArray(0, batch(x).length()).trimmed();
    Node first = graph.view(factor, 0, strides, batch(x));
    return graph.apply(Op.LOGICAL_NOT, graph.apply(Op.IS_NAN, first));
  }

  private Node triangular(Node triangle, Node sides, boolean upper) {
    ImmutableIntArray batch = Dims.broadcast(batch(triangle), batch(sides));
    Node right = batched(sides, batch);
    return graph.node(
        new Form.TriangularSolution(batched(triangle, batch), right, upper), right.shape());
  }

  private Node factors(Node matrix) {
    int rank = matrix.shape().length();
    int more = matrix.shape().get(rank - 1) + 1;
    return graph.node(new Form.Factors(matrix), Dims.with(matrix.shape(), rank - 2, more));
  }

  private Node solution(Node matrix, Node factors, Node sides, boolean isAcross) {
    ImmutableIntArray batch = Dims.broadcast(batch(matrix), batch(sides));
    Node right = batched(sides, batch);
    Form form = new Form.Solution(batched(matrix, batch), batched(factors, batch), right, isAcross);
    return graph.node(form, right.shape());
  }

  private Node inverse(Node x) {
    Node found = solution(x, factors(x), identity(x), false);
    return graph.apply(Op.ADD, found, undefined(x));
  }

  private Node identity(Node like) {
    int n = like.shape().get(like.shape().length() - 1);
    double[] identity = new double[n * n];
    for (int i = 0; i < n; i++) {
      identity[i * n + i] = 1;
    }
    return graph.constant(identity, ImmutableIntArray.of(n, n));
  }

  /** NaN for each matrix that has an element which is not finite, else 0, without a derivative. */
  private Node undefined(Node x) {
    Node nothing = graph.apply(Op.MUL, graph.apply(Op.STOP_GRADIENT, x), graph.number(0));
    ImmutableIntArray shape = x.shape();
    int rank = shape.length();
    return graph.sum(nothing, Dims.with(Dims.with(shape, rank - 1, 1), rank - 2, 1));
  }

  private Node exponential(Node x) {
    return graph.node(new Form.MatrixExponential(x), x.shape());
  }

  /** The orthonormal factor of the first columns, and what is left of the matrix by it. */
  List<Node> qr(Node x) {
    int last = x.shape().length() - 1;
    int columns = Math.min(x.shape().get(last - 1), x.shape().get(last));
    Node first = graph.slice(x, last, 0, 1, columns);
    Node q = graph.node(new Form.Orthonormal(first), first.shape());
    return List.of(q, right(q, x));
  }

  private Node right(Node q, Node x) {
    return graph.triangle(graph.product(graph.transpose(q), x), 0, false);
  }

  /** Eigenvalues and eigenvectors. */
  List<Node> eigen(Node x) {
    int last = x.shape().length() - 1;
    int n = x.shape().get(last);
    Node both = graph.node(new Form.Eigen(x), Dims.with(x.shape(), last - 1, n + 1));
    return List.of(values(both), vectors(both));
  }

  private Node values(Node eigen) {
    int rows = eigen.shape().length() - 2;
    Node row = graph.slice(eigen, rows, 0, 1, 1);
    return graph.reshape(row, Dims.without(row.shape(), rows));
  }

  private Node vectors(Node eigen) {
    int rows = eigen.shape().length() - 2;
    return graph.slice(eigen, rows, 1, 1, eigen.shape().get(rows) - 1);
  }

  // --- gradients

  /**
   * What a symmetric matrix gets of its eigenvalues and eigenvectors V: {@code V (diag(d) + Vᵀ D /
   * (λj - λi)) Vᵀ}, the quotient off the diagonal and 0 where nothing is divided (Giles 2008,
   * section 3.1).
   */
  Node eigenGradient(Node eigen, Node d) {
    Node values = values(eigen);
    Node vectors = vectors(eigen);
    int rank = values.shape().length();
    Node across = graph.unsqueeze(values, rank - 1);
    Node down = graph.unsqueeze(values, rank);
    Node isOwn = identity(vectors);
    Node turned = graph.product(graph.transpose(vectors), vectors(d));
    Node isNone = graph.apply(Op.EQ, turned, graph.number(0));
    Node isOne = graph.apply(Op.LOGICAL_OR, isOwn, isNone);
    Node apart = graph.apply(Op.WHERE, isOne, graph.number(1), graph.apply(Op.SUB, across, down));
    Node own = graph.unsqueeze(values(d), rank);
    Node inner = graph.apply(Op.WHERE, isOwn, own, graph.apply(Op.DIV, turned, apart));
    Node left = graph.product(vectors, graph.copy(inner));
    return graph.product(left, graph.transpose(vectors));
  }

  /**
   * What a matrix gets of its orthonormal factor: {@code (d - Q S) R⁻ᵀ}, where S is {@code dᵀ Q}
   * with its lower triangle in place of the upper one (Walter and Lehmann 2012).
   */
  Node orthonormalGradient(Node q, Node x, Node d) {
    Node inner = graph.product(graph.transpose(d), q);
    Node below = graph.triangle(inner, -1, true);
    Node lower = graph.triangle(inner, 0, true);
    Node even = graph.apply(Op.ADD, lower, graph.transpose(below));
    Node rest = graph.apply(Op.SUB, d, graph.product(q, even));
    return graph.transpose(triangular(right(q, x), graph.transpose(rest), true));
  }

  /**
   * What a matrix gets of its exponential: the upper right block of that of {@code (Xᵀ d; 0 Xᵀ)}
   * (Mathias 1996). It is linear in d, which is divided by its size, so that as many digits of X
   * are kept as X alone would keep.
   */
  Node exponentialGradient(Node x, Node d) {
    int last = x.shape().length() - 1;
    int n = x.shape().get(last);
    Node turned = graph.transpose(x);
    Node size = size(d);
    ImmutableIntArray shape = Dims.with(Dims.with(x.shape(), last, 2 * n), last - 1, 2 * n);
    ImmutableIntArray strides = Dims.rowMajor(shape);
    List<Form.Piece> blocks =
        List.of(
            new Form.Piece(turned, 0, strides),
            new Form.Piece(graph.apply(Op.DIV, d, size), n, strides),
            new Form.Piece(turned, 2 * n * n + n, strides));
    Node whole = exponential(graph.assembly(0, blocks, shape));
    Node block = graph.slice(graph.slice(whole, last - 1, 0, 1, n), last, n, 1, n);
    return graph.apply(Op.MUL, block, size);
  }

  /** The sum of absolute values of each matrix, 1 where it is 0, without a derivative. */
  private Node size(Node d) {
    int last = d.shape().length() - 1;
    ImmutableIntArray shape = Dims.with(Dims.with(d.shape(), last, 1), last - 1, 1);
    Node sum = graph.sum(graph.apply(Op.ABS, graph.apply(Op.STOP_GRADIENT, d)), shape);
    Node isNone = graph.apply(Op.EQ, sum, graph.number(0));
    return graph.apply(Op.ADD, sum, isNone);
  }

  // A matrix gets half of S and its transpose, where S is L⁻ᵀ φ(Lᵀ d) L⁻¹ and φ keeps the lower
  // triangle and half of the diagonal (Murray 2016, equation 10). Of the gradient g of this:

  /** What the inside of φ gets: {@code φ(L⁻¹ g L⁻ᵀ)}, with g made symmetric. */
  Node innerGradient(Form.CholeskyGradient back, Node g) {
    Node half = triangular(back.factor(), even(g), false);
    Node whole = triangular(back.factor(), graph.transpose(half), false);
    int n = back.factor().shape().get(back.factor().shape().length() - 1);
    double[] share = new double[n * n];
    for (int i = 0; i < n; i++) {
      for (int j = 0; j <= i; j++) {
        share[i * n + j] = i == j ? 0.5 : 1;
      }
    }
    return graph.apply(Op.MUL, whole, graph.constant(share, ImmutableIntArray.of(n, n)));
  }

  private Node even(Node g) {
    return graph.apply(Op.MUL, graph.number(0.5), graph.apply(Op.ADD, g, graph.transpose(g)));
  }

  /** What the gradient of the factor gets. */
  Node slopeGradient(Form.CholeskyGradient back, Node inner) {
    return graph.product(back.factor(), inner);
  }

  /** What the factor gets: {@code d innerᵀ - 2 x g L⁻ᵀ}, where x is the result. */
  Node factorGradient(Form.CholeskyGradient back, Node x, Node g, Node inner) {
    Node lower = graph.triangle(back.gradient(), 0, true);
    Node one = graph.product(lower, graph.transpose(inner));
    Node both = graph.product(even(g), x);
    Node other = triangular(back.factor(), both, false);
    Node twice = graph.apply(Op.MUL, graph.number(2), graph.transpose(other));
    return graph.apply(Op.SUB, one, twice);
  }

  /** What the right sides get. */
  Node sidesGradient(Form.TriangularSolution solution, Node d) {
    return triangular(graph.transpose(solution.triangle()), d, !solution.upper());
  }

  /** What the triangle gets. */
  Node triangleGradient(Form.TriangularSolution solution, Node x, Node sides) {
    return graph.triangle(matrixGradient(x, sides), 0, !solution.upper());
  }

  /** What the right sides get. */
  Node sidesGradient(Form.Solution solution, Node x, Node d) {
    boolean isInverse = solution.sides().base() == identity(x).base(); // then x is known
    return isInverse
        ? graph.product(graph.transpose(x), d)
        : solution(solution.matrix(), solution.factors(), d, !solution.isAcross());
  }

  /**
   * What the matrix gets.
   *
   * @param x the solution
   * @param sides what the right sides get
   */
  Node matrixGradient(Form.Solution solution, Node x, Node sides) {
    return solution.isAcross() ? matrixGradient(sides, x) : matrixGradient(x, sides);
  }

  private Node matrixGradient(Node x, Node sides) {
    return graph.apply(Op.NEG, graph.product(sides, graph.transpose(x)));
  }

  /** What the matrix gets: its transposed inverse. */
  Node logDeterminantGradient(Form.LogDeterminant of, Node d) {
    Node found = solution(of.of(), of.factors(), identity(of.of()), false);
    Node inverse = graph.apply(Op.ADD, found, undefined(of.of()));
    int rank = d.shape().length();
    Node each = graph.unsqueeze(graph.unsqueeze(d, rank), rank);
    return graph.apply(Op.MUL, each, graph.transpose(inverse));
  }
}
