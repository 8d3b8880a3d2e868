package org.ppl4j.tensor.internal.graph;

import com.google.common.collect.ImmutableList;
import com.google.common.primitives.ImmutableIntArray;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.ppl4j.tensor.internal.graph.Form.Piece;
import org.ppl4j.tensor.internal.table.Op;

/**
 * Adds the gradient of a number to a graph, one rule a form: what an operand gets of the gradient
 * of a node. The rules are nodes of the same graph, so that gradients can be differentiated again.
 */
public final class Gradients {

  private final Graph graph;
  private final Inliner inliner;
  private final MatrixRows matrices;
  private final Map<Node, Node> sums = new HashMap<>();
  private final Map<Node, List<Piece>> pieces = new HashMap<>();
  private final Map<Node, Map<Integer, Node>> histories = new HashMap<>(); // of scans, by places

  private Gradients(Graph graph) {
    this.graph = graph;
    this.inliner = new Inliner(graph);
    this.matrices = new MatrixRows(graph);
  }

  /**
   * The gradients of a number in nodes, each of the node's shape.
   *
   * @throws NotRecordable if a function on the way has no recorded derivative
   */
  public static ImmutableList<Node> of(Graph graph, Node loss, List<Node> inputs) {
    return new Gradients(graph).all(loss, inputs);
  }

  private ImmutableList<Node> all(Node loss, List<Node> inputs) {
    add(loss, graph.full(1, loss.shape()));
    pull(loss.id(), inputs);
    ImmutableList.Builder<Node> result = ImmutableList.builder();
    for (Node input : inputs) {
      Node d = whole(input);
      result.add(d == null ? graph.full(0, input.shape()) : d);
    }
    return result.build();
  }

  /**
   * What inputs get where outputs have got this.
   *
   * @param inputs of which those before are no function
   * @return null for an input that gets nothing
   */
  static List<@Nullable Node> of(
      Graph graph, List<Node> outputs, List<Node> got, List<Node> inputs) {
    Gradients gradients = new Gradients(graph);
    int last = -1;
    for (int i = 0; i < outputs.size(); i++) {
      gradients.add(outputs.get(i), got.get(i));
      last = Math.max(last, outputs.get(i).id());
    }
    gradients.pull(last, inputs);
    List<@Nullable Node> result = new ArrayList<>();
    inputs.forEach(input -> result.add(gradients.whole(input)));
    return result;
  }

  /** Goes back from a node to all that those up to it are computed of, but for inputs. */
  private void pull(int last, List<Node> inputs) {
    Set<Node> ends = new HashSet<>(inputs);
    for (int id = last; id >= 0; id--) {
      Node node = graph.nodes().get(id);
      if (!node.moves() || ends.contains(node) || node.form() instanceof Form.Input) {
        continue;
      }
      if (node.form() instanceof Form.Scan scan) {
        List<@Nullable Node> parts = parts(node, scan.body().parts(scan.times()));
        Map<Integer, Node> own = histories.getOrDefault(node, Map.of());
        for (int i = 0; i < scan.body().remembered().size(); i++) {
          parts.add(own.get(i));
        }
        if (parts.stream().anyMatch(part -> part != null)) {
          new Scans(graph).pull(node, scan, parts, this::add);
        }
        continue;
      }
      Node d = whole(node);
      if (d != null) {
        pull(node, d);
      }
    }
  }

  /** What parts of a node have got, one after the other; null for one that has got nothing. */
  private List<@Nullable Node> parts(Node node, List<ImmutableIntArray> shapes) {
    List<@Nullable Node> parts = new ArrayList<>();
    Node all = sums.containsKey(node) ? whole(node) : null;
    List<Piece> own = pieces.getOrDefault(node, List.of());
    int from = 0;
    for (ImmutableIntArray shape : shapes) {
      int begin = from;
      int end = from + Dims.size(shape);
      if (all != null) {
        parts.add(graph.view(graph.copy(all), begin, Dims.rowMajor(shape), shape));
      } else {
        List<Piece> some =
            own.stream()
                .filter(piece -> piece.offset() >= begin && piece.offset() < end)
                .map(piece -> new Piece(piece.node(), piece.offset() - begin, piece.strides()))
                .toList();
        parts.add(some.isEmpty() ? null : part(some, shape));
      }
      from = end;
    }
    return parts;
  }

  private Node part(List<Piece> pieces, ImmutableIntArray shape) {
    Piece first = pieces.get(0);
    boolean isWhole =
        pieces.size() == 1
            && first.node().size() == Dims.size(shape)
            && Dims.rowMajor(first.node().shape()).equals(first.strides());
    return isWhole
        ? graph.reshape(first.node(), shape)
        : graph.reshape(graph.assembly(0, pieces, ImmutableIntArray.of(Dims.size(shape))), shape);
  }

  /** All that a node has got; null if nothing. */
  private @Nullable Node whole(Node node) {
    List<Piece> parts = pieces.get(node);
    Node sum = sums.get(node);
    if (parts == null) {
      return sum;
    }
    Node assembled = graph.assembly(0, parts, node.shape());
    return sum == null ? assembled : graph.apply(Op.ADD, sum, assembled);
  }

  /** A node gets a gradient, which is summed to its shape. */
  private void add(Node node, Node d) {
    if (node.moves()) {
      Node own = graph.sumTo(d, node.shape());
      sums.merge(node, own, (x, y) -> graph.apply(Op.ADD, x, y));
    }
  }

  private void pull(Node node, Node d) {
    Form form = node.form();
    if (form instanceof Form.Pointwise f) {
      pull(node, f, d);
    } else if (form instanceof Form.View view) {
      pull(node, view, d);
    } else if (form instanceof Form.Sum sum) {
      add(sum.of(), graph.expand(d, sum.of().shape()));
    } else if (form instanceof Form.RunningSum sum) {
      Form back = new Form.RunningSum(d, sum.axis(), !sum.backwards());
      add(sum.of(), graph.node(back, node.shape()));
    } else if (form instanceof Form.Assembly assembly) {
      Node whole = graph.copy(d);
      for (Piece piece : assembly.pieces()) {
        ImmutableIntArray shape = piece.node().shape();
        add(piece.node(), graph.view(whole, piece.offset(), piece.strides(), shape));
      }
    } else if (form instanceof Form.Gather gather) {
      Form back = Form.ScatterSum.of(d, gather.index(), gather.axis());
      add(gather.values(), graph.node(back, gather.values().shape()));
    } else if (form instanceof Form.ScatterSum scatter) {
      for (int i = 0; i < scatter.values().size(); i++) {
        add(scatter.values().get(i), graph.gather(d, scatter.indexes().get(i), scatter.axis()));
      }
    } else if (form instanceof Form.Product product) {
      pull(product, d);
    } else if (form instanceof Form.Cholesky factor) {
      Form back = new Form.CholeskyGradient(node, d);
      add(factor.of(), graph.node(back, node.shape()));
    } else if (form instanceof Form.CholeskyGradient back) {
      Node inner = matrices.innerGradient(back, d);
      add(back.gradient(), matrices.slopeGradient(back, inner));
      add(back.factor(), matrices.factorGradient(back, node, d, inner));
    } else if (form instanceof Form.TriangularSolution solution) {
      Node sides = matrices.sidesGradient(solution, d);
      add(solution.sides(), sides);
      add(solution.triangle(), matrices.triangleGradient(solution, node, sides));
    } else if (form instanceof Form.Solution solution) {
      Node sides = matrices.sidesGradient(solution, node, d);
      add(solution.sides(), sides);
      add(solution.matrix(), matrices.matrixGradient(solution, node, sides));
    } else if (form instanceof Form.Orthonormal factor) {
      add(factor.of(), matrices.orthonormalGradient(node, factor.of(), d));
    } else if (form instanceof Form.Convolution convolution) {
      Windows windows = new Windows(graph);
      add(convolution.one(), windows.gradient(convolution, d, true));
      add(convolution.other(), windows.gradient(convolution, d, false));
    } else if (form instanceof Form.Eigen eigen) {
      add(eigen.of(), matrices.eigenGradient(node, d));
    } else if (form instanceof Form.Fourier fourier) {
      add(fourier.of(), new Fouriers(graph).gradient(fourier, d));
    } else if (form instanceof Form.MatrixExponential exponential) {
      add(exponential.of(), matrices.exponentialGradient(exponential.of(), d));
    } else if (form instanceof Form.LogChain chain) {
      List<Node> parts = matrices.logChainGradient(node, chain, d);
      for (int i = 0; i < parts.size(); i++) {
        add(chain.operands().get(i), parts.get(i));
      }
    } else if (form instanceof Form.LogDeterminant determinant) {
      add(determinant.of(), matrices.logDeterminantGradient(determinant, d));
    } else if (form instanceof Form.History history) {
      histories.computeIfAbsent(history.scan(), key -> new HashMap<>()).put(history.place(), d);
    } else if (form instanceof Form.Computed computed) {
      pull(node, computed, graph.copy(d));
    } else {
      throw new NotRecordable("derivative of " + form);
    }
  }

  private void pull(Node node, Form.Pointwise f, Node d) {
    for (int i = 0; f.op() != Op.STOP_GRADIENT && i < f.operands().size(); i++) {
      Node operand = f.operands().get(i);
      if (operand.moves()) {
        add(operand, graph.expand(inliner.slope(node, f, i, d), node.shape()));
      }
    }
  }

  /** The derivatives that were computed have none themselves. */
  private void pull(Node node, Form.Computed computed, Node d) {
    ImmutableIntArray shape = computed.elements();
    ImmutableIntArray strides = Dims.rowMajor(shape);
    for (int i = 0; i < computed.operands().size(); i++) {
      for (int part = 0; computed.operands().get(i).moves() && part < computed.parts(); part++) {
        Node slope = graph.view(node, computed.slope(part, i), strides, shape);
        Node of = graph.view(d, part * computed.size(), strides, shape);
        add(
            computed.operands().get(i),
            graph.apply(Op.MUL, of, graph.apply(Op.STOP_GRADIENT, slope)));
      }
    }
  }

  private void pull(Form.Product product, Node d) {
    if (product.left().moves()) {
      add(product.left(), product(d, graph.transpose(product.right())));
    }
    if (product.right().moves()) {
      add(product.right(), product(graph.transpose(product.left()), d));
    }
  }

  /** Of columns and rows, as of the weights of a layer for one vector, element by element. */
  private Node product(Node left, Node right) {
    int summed = left.shape().get(left.shape().length() - 1);
    return summed == 1 ? graph.apply(Op.MUL, left, right) : graph.product(left, right);
  }

  /** A view gives to its base: the whole of it, or a piece that is put together with others. */
  private void pull(Node node, Form.View view, Node d) {
    int[] sizes = node.shape().toArray();
    for (int i = 0; i < sizes.length; i++) {
      if (view.strides().get(i) == 0) {
        sizes[i] = 1;
      }
    }
    Node sum = graph.sum(d, ImmutableIntArray.copyOf(sizes));
    Node base = view.base();
    Node ordered = graph.permute(sum, descending(view.strides()));
    Node sorted = graph.permute(node, descending(view.strides()));
    boolean whole =
        view.offset() == 0
            && sum.size() == base.size()
            && strides(sorted).equals(Dims.rowMajor(Dims.squeezed(ordered.shape())));
    if (whole) {
      add(base, graph.reshape(ordered, base.shape()));
    } else {
      pieces
          .computeIfAbsent(base, key -> new ArrayList<>())
          .add(new Piece(sum, view.offset(), view.strides()));
    }
  }

  /** The axes, those with the largest strides first. */
  private static int[] descending(ImmutableIntArray strides) {
    return IntStream.range(0, strides.length())
        .boxed()
        .sorted(Comparator.comparingInt(axis -> -strides.get(axis)))
        .mapToInt(Integer::intValue)
        .toArray();
  }

  /** How far apart neighbours are along the axes whose elements are apart. */
  private static ImmutableIntArray strides(Node x) {
    return ImmutableIntArray.copyOf(x.strides().stream().filter(stride -> stride != 0));
  }
}
