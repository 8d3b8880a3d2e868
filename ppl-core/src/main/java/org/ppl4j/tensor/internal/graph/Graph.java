package org.ppl4j.tensor.internal.graph;

import static com.google.common.collect.ImmutableList.toImmutableList;

import com.google.common.collect.ImmutableList;
import com.google.common.primitives.ImmutableDoubleArray;
import com.google.common.primitives.ImmutableIntArray;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.ppl4j.tensor.internal.graph.Form.Role;
import org.ppl4j.tensor.internal.table.JavaKernel;
import org.ppl4j.tensor.internal.table.Op;
import org.ppl4j.tensor.internal.table.Row.Derivative;

/**
 * The nodes of a program, each kept once: asked for one of the same {@link Form}, it gives the node
 * that is there, so that a program that is recorded twice into one graph ends at the same node if
 * both records are of the same operations on the same numbers.
 *
 * <p>Nodes are simplified as they are made, by {@link Simplifier} and by doing a function of
 * elements that are repeated once. Nothing is changed beyond rounding.
 */
public final class Graph {

  private final List<Node> nodes = new ArrayList<>();
  private final Map<Key, Node> known = new HashMap<>();
  private final Simplifier simplifier = new Simplifier(this);
  private final Inliner inliner = new Inliner(this);

  private record Key(Form form, ImmutableIntArray shape) {}

  /** All nodes, each after those that it is computed of. */
  public List<Node> nodes() {
    return nodes;
  }

  /** The node of a form and a shape; what has no elements, or is made of none, is known. */
  Node node(Form form, ImmutableIntArray shape) {
    boolean isMade = !form.operands().isEmpty();
    if (isMade && Dims.size(shape) == 0) {
      return constant(new double[0], shape);
    }
    if (isMade && form.operands().stream().allMatch(operand -> operand.size() == 0)) {
      return full(0, shape); // a sum
    }
    return known.computeIfAbsent(
        new Key(form, shape),
        key -> {
          Node node =
              new Node(nodes.size(), form, shape, Movement.moves(form), Movement.varies(form));
          nodes.add(node);
          return node;
        });
  }

  /** What nodes are computed of, and they themselves, each after its operands. */
  public static Set<Node> reached(Collection<Node> nodes) {
    Set<Node> reached = new TreeSet<>(Comparator.comparingInt(Node::id));
    List<Node> open = new ArrayList<>(nodes);
    while (!open.isEmpty()) {
      Node next = open.remove(open.size() - 1);
      if (reached.add(next)) {
        open.addAll(next.form().operands());
      }
    }
    return reached;
  }

  // --- leaves

  /** An input. */
  public Node input(Role role, int index, ImmutableIntArray shape) {
    return input(role, index, false, shape);
  }

  /**
   * An input.
   *
   * @param isWhole whether its numbers are whole, and may be larger than single precision has them
   */
  public Node input(Role role, int index, boolean isWhole, ImmutableIntArray shape) {
    return node(new Form.Input(role, index, isWhole), shape);
  }

  /** A number. */
  public Node number(double value) {
    return node(new Form.Scalar(value), Dims.SCALAR);
  }

  /** A number, repeated. */
  public Node full(double value, ImmutableIntArray shape) {
    return expand(number(value), shape);
  }

  /** Numbers that never change, row by row. */
  public Node constant(double[] values, ImmutableIntArray shape) {
    if (values.length > 0
        && Arrays.stream(values).allMatch(v -> Double.compare(v, values[0]) == 0)) {
      return full(values[0], shape);
    }
    return node(new Form.Constant(ImmutableDoubleArray.copyOf(values)), shape);
  }

  // --- scans

  /** What a step of a scan is given: see {@link Form.Slot}. */
  public Node slot(int scan, int level, int index, boolean isMoving, ImmutableIntArray shape) {
    return node(new Form.Slot(scan, level, index, isMoving), shape);
  }

  /**
   * What the last of some steps leaves, then what all of them give, {@code (times, shape)} each.
   *
   * @param level of the body's slots
   * @param carries slots of what is carried
   * @param elements slots of rows of the stacks
   * @param next what is carried on
   * @param results what each step gives
   * @throws NotRecordable if the body is of slots of another scan
   */
  public List<Node> scan(
      int times,
      int level,
      List<Node> carries,
      List<Node> elements,
      List<Node> starts,
      List<Node> stacks,
      List<Node> next,
      List<Node> results) {
    return new Scans(this).recorded(times, level, carries, elements, starts, stacks, next, results);
  }

  /** An axis first; if it was not, there is one of size 1 in its place. */
  public Node rows(Node x, int axis) {
    if (axis == 0) {
      return x;
    }
    int rank = x.shape().length();
    int[] axes = new int[rank];
    Arrays.setAll(axes, i -> i == 0 ? axis : i <= axis ? i - 1 : i);
    return unsqueeze(permute(x, axes), axis + 1);
  }

  // --- functions of elements

  /**
   * A function of each element, or of the elements of operands that broadcast: a node of its own,
   * or those that it is made of.
   *
   * @throws NotRecordable if the row is no such function
   */
  public Node apply(Op op, Node... in) {
    return op.row().isKept() ? apply(op, 0, in) : inliner.inlined(op, in);
  }

  /** The polygamma function of an order, or another function that is kept whole. */
  Node apply(Op op, int order, Node... in) {
    ImmutableIntArray[] shapes =
        Arrays.stream(in).map(Node::shape).toArray(ImmutableIntArray[]::new);
    ImmutableIntArray shape = Dims.broadcast(shapes);
    Node[] compact = Arrays.stream(in).map(this::compact).toArray(Node[]::new);
    return expand(simplifier.apply(op, order, compact), shape);
  }

  /** The function as it is, without simplification. */
  Node pointwise(Op op, int order, Node... in) {
    ImmutableIntArray[] shapes =
        Arrays.stream(in).map(Node::shape).toArray(ImmutableIntArray[]::new);
    return node(new Form.Pointwise(op, order, ImmutableList.copyOf(in)), Dims.broadcast(shapes));
  }

  /** The elements that are no repetition of others along an axis, without dims of 1 on the left. */
  private Node compact(Node x) {
    int[] sizes = x.shape().toArray();
    ImmutableIntArray strides = x.strides();
    int left = 0;
    for (int i = 0; i < sizes.length; i++) {
      sizes[i] = strides.get(i) == 0 ? 1 : sizes[i];
      left += left == i && sizes[i] == 1 ? 1 : 0;
    }
    ImmutableIntArray shape =
        ImmutableIntArray.copyOf(sizes).subArray(left, sizes.length).trimmed();
    return view(x.base(), x.offset(), strides.subArray(left, sizes.length).trimmed(), shape);
  }

  // --- views

  /** Elements of a node that is no view. */
  Node view(Node base, int offset, ImmutableIntArray strides, ImmutableIntArray shape) {
    int[] own = strides.toArray();
    for (int i = 0; i < own.length; i++) {
      if (shape.get(i) == 1) {
        own[i] = 0;
      }
    }
    ImmutableIntArray where = ImmutableIntArray.copyOf(own);
    boolean whole = offset == 0 && shape.equals(base.shape()) && where.equals(Dims.rowMajor(shape));
    return whole ? base : node(new Form.View(base, offset, where), shape);
  }

  /** Repeated along dims of size 1 and further dims on the left. */
  public Node expand(Node x, ImmutableIntArray shape) {
    if (x.shape().equals(shape)) {
      return x;
    }
    int[] strides = new int[shape.length()];
    int shift = shape.length() - x.shape().length();
    ImmutableIntArray own = x.strides();
    for (int i = 0; i < x.shape().length(); i++) {
      strides[shift + i] = x.shape().get(i) == shape.get(shift + i) ? own.get(i) : 0;
    }
    return view(x.base(), x.offset(), ImmutableIntArray.copyOf(strides), shape);
  }

  /** The elements, row by row, in another shape. */
  public Node reshape(Node x, ImmutableIntArray shape) {
    if (x.shape().equals(shape)) {
      return x;
    }
    int[] strides = Reshaping.strides(x.shape(), x.strides(), shape);
    return strides == null
        ? reshape(copy(x), shape)
        : view(x.base(), x.offset(), ImmutableIntArray.copyOf(strides), shape);
  }

  /** The elements row by row, as a node that is no view. */
  public Node copy(Node x) {
    return x.base() == x ? x : pointwise(Op.COPY, 0, x);
  }

  /**
   * The elements of a node cut from what they come from, of which gradients are taken.
   *
   * @param number tells it from other cuts of the same node
   */
  public Node variable(Node of, int number) {
    return pointwise(Op.STOP_GRADIENT, 1 + number, of);
  }

  /** The axes in another order. */
  Node permute(Node x, int... axes) {
    int[] sizes = new int[axes.length];
    int[] strides = new int[axes.length];
    ImmutableIntArray own = x.strides();
    for (int i = 0; i < axes.length; i++) {
      sizes[i] = x.shape().get(axes[i]);
      strides[i] = own.get(axes[i]);
    }
    return view(
        x.base(), x.offset(), ImmutableIntArray.copyOf(strides), ImmutableIntArray.copyOf(sizes));
  }

  /** The last two axes exchanged. */
  public Node transpose(Node x) {
    int rank = x.shape().length();
    int[] axes = new int[rank];
    Arrays.setAll(axes, i -> i);
    axes[rank - 1] = rank - 2;
    axes[rank - 2] = rank - 1;
    return permute(x, axes);
  }

  /** A further axis of size 1 before the one at a place. */
  Node unsqueeze(Node x, int axis) {
    return reshape(x, Dims.inserted(x.shape(), axis, 1));
  }

  /** Elements along an axis from one on, in steps, which may go backwards. */
  public Node slice(Node x, int axis, int from, int step, int size) {
    int stride = x.strides().get(axis);
    return view(
        x.base(),
        x.offset() + from * stride,
        Dims.with(x.strides(), axis, step * stride),
        Dims.with(x.shape(), axis, size));
  }

  // --- the rest

  /** Sums over the dims that have size 1 in a shape of the same rank. */
  public Node sum(Node x, ImmutableIntArray shape) {
    return simplifier.sum(x, shape);
  }

  /** The sum of all elements. */
  public Node sumAll(Node x) {
    return sumTo(x, Dims.SCALAR);
  }

  /** Sums to a shape that broadcasts to that of the operand. */
  Node sumTo(Node x, ImmutableIntArray shape) {
    return reshape(sum(x, Dims.padded(shape, x.shape().length())), shape);
  }

  /** Sums of pieces put into a tensor of a number. */
  public Node assembly(double elsewhere, List<Form.Piece> pieces, ImmutableIntArray shape) {
    ImmutableList<Form.Piece> some =
        pieces.stream().filter(piece -> piece.node().size() > 0).collect(toImmutableList());
    return some.isEmpty()
        ? full(elsewhere, shape)
        : node(new Form.Assembly(elsewhere, some), shape);
  }

  /** What an index names along an axis. */
  public Node gather(Node values, Node index, int axis) {
    return node(new Form.Gather(values, index, axis), index.shape());
  }

  /** The whole numbers from 0 below a size. */
  Node places(int size) {
    double[] places = new double[size];
    Arrays.setAll(places, i -> i);
    return constant(places, ImmutableIntArray.of(size));
  }

  /** An index of an axis, which is held against its size. */
  public Node within(Node index, int size) {
    Node all = reshape(index, ImmutableIntArray.of(index.size()));
    return reshape(gather(places(size), all, 0), index.shape());
  }

  /** The elements up to a diagonal of matrices, or from it on, and zeros elsewhere. */
  Node triangle(Node x, int diagonal, boolean lower) {
    int rank = x.shape().length();
    int rows = x.shape().get(rank - 2);
    int columns = x.shape().get(rank - 1);
    double[] kept = new double[rows * columns];
    for (int i = 0; i < rows; i++) {
      for (int j = 0; j < columns; j++) {
        boolean below = j - i <= diagonal;
        boolean above = j - i >= diagonal;
        kept[i * columns + j] = (lower ? below : above) ? 1 : 0;
      }
    }
    Node mask = constant(kept, ImmutableIntArray.of(rows, columns));
    return apply(Op.WHERE, mask, x, number(0));
  }

  /** A product of matrices with the same batch. */
  public Node product(Node left, Node right) {
    int rank = left.shape().length();
    ImmutableIntArray shape = Dims.with(left.shape(), rank - 1, right.shape().get(rank - 1));
    return node(new Form.Product(left, right), shape);
  }

  /** The results of a row that is computed in Java, all of one shape. */
  public List<Node> computed(
      Op op, JavaKernel kernel, List<Node> operands, int parts, ImmutableIntArray shape) {
    boolean slopes =
        op.row().derivative() == Derivative.GIVEN && operands.stream().anyMatch(Node::moves);
    Form.Computed form =
        new Form.Computed(op, kernel, ImmutableList.copyOf(operands), parts, shape, slopes);
    int rows = parts * (1 + (slopes ? operands.size() : 0));
    Node all = node(form, ImmutableIntArray.of(rows, form.size()));
    List<Node> results = new ArrayList<>();
    for (int part = 0; part < parts; part++) {
      results.add(view(all, part * form.size(), Dims.rowMajor(shape), shape));
    }
    return results;
  }
}
