package org.ppl4j.tensor.internal.graph;

import com.google.common.collect.ImmutableList;
import com.google.common.primitives.ImmutableIntArray;
import com.google.common.primitives.Ints;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.ppl4j.tensor.internal.graph.Form.Piece;

/**
 * The same graph for the processor, whose vector code is made of long loops. Where the last axis is
 * short and another one is long, as the bins of a spline are at each row of a batch, a node is
 * computed with the long axis last, and what reads it sees a view. All nodes with an axis of that
 * length are, so that little is turned; but for those of shapes that convolutions read and give,
 * which the engine has row by row. A product of matrices that is read across alone, as the gradient
 * of a layer's weights is, is computed across.
 */
public final class Layout {

  /** A last axis of no more elements is short. */
  private static final int SHORT = 64;

  /** An axis of as many is long. */
  private static final int LONG = 2 * SHORT;

  private final Graph graph = new Graph();
  private final Map<Node, Node> images = new HashMap<>();
  private final Map<Node, Turned> turned = new HashMap<>();
  private final Set<Integer> lengths = new HashSet<>();
  private final Set<ImmutableIntArray> engines = new HashSet<>(); // shapes that it has row by row
  private final Set<Node> readAlong = new HashSet<>(); // by other nodes than views across

  /** A node of the old graph whose image has an axis last. */
  private record Turned(Node image, int axis) {}

  private Layout() {}

  /** Of what outputs need. */
  public static Layout of(List<Node> outputs) {
    Set<Node> live = Graph.reached(outputs);
    Layout layout = new Layout();
    layout.readAlong.addAll(outputs);
    live.forEach(layout::look);
    live.forEach(layout::of);
    return layout;
  }

  /** The node of the same shape that stands for a node. */
  public Node of(Node node) {
    Node known = images.get(node);
    if (known == null) {
      known = image(node);
      images.put(node, known);
    }
    return known;
  }

  /** The same row by row, as a node that is no view, of any shape. */
  public Node whole(Node node) {
    Node image = of(node);
    boolean isComputed = !image.base().form().operands().isEmpty();
    return isComputed && image.isWhole() ? image.base() : graph.copy(image);
  }

  /** Takes up what a node reads, and a long axis that is not last where the last one is short. */
  private void look(Node node) {
    if (node.form() instanceof Form.Convolution) {
      engines.add(node.shape());
      node.form().operands().forEach(operand -> engines.add(operand.shape()));
    }
    if (node.form() instanceof Form.Assembly assembly) {
      assembly.pieces().stream()
          .filter(piece -> !isAcross(piece))
          .forEach(piece -> readAlong.add(piece.node()));
    } else if (!isAcross(node)) {
      readAlong.addAll(node.form().operands());
    }
    ImmutableIntArray sizes = Dims.squeezed(space(node));
    int last = sizes.length() - 1;
    int most = sizes.stream().max().orElse(0);
    if (last > 0 && isTurnable(node.form()) && sizes.get(last) <= SHORT && most >= LONG) {
      lengths.add(most);
    }
  }

  /** Whether a node is all of another one, rows for columns. */
  private static boolean isAcross(Node node) {
    int rank = node.shape().length();
    ImmutableIntArray base = node.base().shape();
    return node.form() instanceof Form.View
        && rank >= 2
        && base.length() == rank
        && node.shape().equals(exchanged(base))
        && node.strides().equals(exchanged(Dims.rowMajor(base)));
  }

  /** Whether the rows of a piece become columns. */
  private static boolean isAcross(Piece piece) {
    int rank = piece.strides().length();
    return rank >= 2 && piece.strides().get(rank - 2) == 1;
  }

  /** The last two entries exchanged. */
  private static ImmutableIntArray exchanged(ImmutableIntArray entries) {
    return ImmutableIntArray.copyOf(last(entries.toArray(), entries.length() - 2));
  }

  /** The shape that is turned: of a sum that of the operand. */
  private static ImmutableIntArray space(Node node) {
    return node.form() instanceof Form.Sum sum ? sum.of().shape() : node.shape();
  }

  private static boolean isTurnable(Form form) {
    return form instanceof Form.Pointwise
        || form instanceof Form.Sum
        || form instanceof Form.Gather
        || form instanceof Form.ScatterSum
        || form instanceof Form.RunningSum
        || form instanceof Form.Extreme
        || form instanceof Form.Largest
        || form instanceof Form.Product
        || form instanceof Form.Assembly;
  }

  /** Which axis is to be last: the longest of those lengths; −1 if that one is. */
  private int axis(Node node) {
    if (node.form() instanceof Form.Product && !readAlong.contains(node)) {
      return node.shape().length() - 2;
    }
    ImmutableIntArray space = space(node);
    if (engines.contains(space)) {
      return -1;
    }
    int last = space.length() - 1;
    while (last >= 0 && space.get(last) == 1) {
      last--;
    }
    int axis = -1;
    for (int i = 0; i <= last; i++) {
      if (lengths.contains(space.get(i)) && (axis < 0 || space.get(i) >= space.get(axis))) {
        axis = i;
      }
    }
    return axis == last ? -1 : axis;
  }

  private Node image(Node node) {
    Form form = node.form();
    if (form instanceof Form.View view) {
      return view(view.base(), view.offset(), view.strides(), node.shape());
    }
    int axis = isTurnable(form) ? axis(node) : -1;
    Node image = axis < 0 ? null : withLast(node, axis);
    if (image == null) {
      return form instanceof Form.Assembly assembly
          ? graph.assembly(assembly.elsewhere(), pieces(assembly), node.shape())
          : graph.node(FormCopy.of(form, this::of), node.shape());
    }
    turned.put(node, new Turned(image, axis));
    int rank = node.shape().length();
    int[] back = new int[rank];
    Arrays.setAll(back, i -> i < axis ? i : i == axis ? rank - 1 : i - 1);
    return graph.permute(image, back);
  }

  // --- views

  private Node view(Node base, int offset, ImmutableIntArray strides, ImmutableIntArray shape) {
    Turned known = turned.get(base);
    if (known == null) {
      return graph.view(of(base), offset, strides, shape);
    }
    int[] moved = moved(base.shape(), known.axis(), offset, strides, shape);
    if (moved == null) {
      return graph.view(whole(base), offset, strides, shape);
    }
    ImmutableIntArray own = ImmutableIntArray.copyOf(moved);
    return graph.view(known.image(), own.get(0), own.subArray(1, own.length()).trimmed(), shape);
  }

  /**
   * Where elements are that were somewhere in a tensor: the first one, and how far neighbours are
   * apart; null if they are not evenly apart any more. A place is one along the axis, one before it
   * and one behind; strides are taken apart as well, and none may carry.
   */
  private static int @Nullable [] moved(
      ImmutableIntArray tensor,
      int axis,
      int offset,
      ImmutableIntArray strides,
      ImmutableIntArray shape) {
    int length = tensor.get(axis);
    int behind = Dims.size(tensor.subArray(axis + 1, tensor.length()));
    int[] result = new int[1 + strides.length()];
    int[] least = {offset / behind % length, offset % behind};
    int[] most = least.clone();
    result[0] = place(offset, length, behind);
    for (int i = 0; i < strides.length(); i++) {
      int steps = shape.get(i) - 1;
      if (steps > 0) {
        int stride = strides.get(i);
        int size = Math.abs(stride);
        int[] end = stride > 0 ? most : least;
        end[0] += Integer.signum(stride) * steps * (size / behind % length);
        end[1] += Integer.signum(stride) * steps * (size % behind);
        result[1 + i] = Integer.signum(stride) * place(size, length, behind);
      }
    }
    boolean carries = least[0] < 0 || least[1] < 0 || most[0] >= length || most[1] >= behind;
    return carries ? null : result;
  }

  private static int place(int old, int length, int behind) {
    int before = old / (length * behind) * (length * behind);
    return before + old % behind * length + old / behind % length;
  }

  // --- nodes with an axis last

  private @Nullable Node withLast(Node node, int axis) {
    Form form = node.form();
    ImmutableIntArray shape = ImmutableIntArray.copyOf(last(node.shape().toArray(), axis));
    int rank = shape.length();
    if (form instanceof Form.Pointwise f) {
      ImmutableList.Builder<Node> in = ImmutableList.builder();
      f.operands().forEach(operand -> in.add(turn(operand, rank, axis)));
      return graph.node(new Form.Pointwise(f.op(), f.order(), in.build()), shape);
    }
    if (form instanceof Form.Sum sum) {
      return graph.node(new Form.Sum(turn(sum.of(), rank, axis)), shape);
    }
    if (form instanceof Form.Product product) {
      boolean isRow = axis == rank - 2;
      return isRow ? graph.product(across(product.right()), across(product.left())) : null;
    }
    if (form instanceof Form.Assembly assembly) {
      List<Piece> pieces = pieces(node, assembly, axis);
      return pieces == null ? null : graph.assembly(assembly.elsewhere(), pieces, shape);
    }
    Form along = along(form, rank, axis);
    return along == null ? null : graph.node(along, shape);
  }

  /** What goes along an axis; null if that is the one that would be last. */
  private @Nullable Form along(Form form, int rank, int axis) {
    if (form instanceof Form.RunningSum sum && sum.axis() != axis) {
      return new Form.RunningSum(
          turn(sum.of(), rank, axis), after(sum.axis(), axis), sum.backwards());
    }
    if (form instanceof Form.Extreme extreme && extreme.axis() != axis) {
      return new Form.Extreme(
          turn(extreme.of(), rank, axis), after(extreme.axis(), axis), extreme.largest());
    }
    if (form instanceof Form.Largest largest && largest.axis() != axis) {
      return new Form.Largest(turn(largest.of(), rank, axis), after(largest.axis(), axis));
    }
    if (form instanceof Form.Gather gather && gather.axis() != axis) {
      return new Form.Gather(
          turn(gather.values(), rank, axis),
          turn(gather.index(), rank, axis),
          after(gather.axis(), axis));
    }
    if (form instanceof Form.ScatterSum scatter && scatter.axis() != axis) {
      return new Form.ScatterSum(
          turned(scatter.values(), rank, axis),
          turned(scatter.indexes(), rank, axis),
          after(scatter.axis(), axis));
    }
    return null;
  }

  private ImmutableList<Node> turned(List<Node> operands, int rank, int axis) {
    return operands.stream()
        .map(operand -> turn(operand, rank, axis))
        .collect(ImmutableList.toImmutableList());
  }

  private static int after(int axis, int turned) {
    return axis > turned ? axis - 1 : axis;
  }

  /** The image of an operand, with dims of size 1 on the left up to a rank and an axis last. */
  private Node turn(Node operand, int rank, int axis) {
    Node image = of(operand);
    int[] axes = IntStream.range(0, rank).toArray();
    return graph.permute(graph.reshape(image, Dims.padded(image.shape(), rank)), last(axes, axis));
  }

  private Node across(Node matrices) {
    return graph.transpose(of(matrices));
  }

  /** The entries, one of them last. */
  private static int[] last(int[] entries, int at) {
    int[] end = Arrays.copyOfRange(entries, at + 1, entries.length);
    return Ints.concat(Arrays.copyOf(entries, at), end, new int[] {entries[at]});
  }

  private List<Piece> pieces(Form.Assembly assembly) {
    return assembly.pieces().stream()
        .map(piece -> piece(piece, piece.offset(), piece.strides().toArray()))
        .toList();
  }

  /** The pieces at their new places; null if one has none. */
  private @Nullable List<Piece> pieces(Node node, Form.Assembly assembly, int axis) {
    List<Piece> pieces = new ArrayList<>();
    for (Piece piece : assembly.pieces()) {
      ImmutableIntArray shape = piece.node().shape();
      int[] moved = moved(node.shape(), axis, piece.offset(), piece.strides(), shape);
      if (moved == null) {
        return null;
      }
      int[] strides = Arrays.copyOfRange(moved, 1, moved.length);
      pieces.add(piece(piece, moved[0], strides));
    }
    return pieces;
  }

  /** A piece at a place, with its shortest strides last. */
  private Piece piece(Piece piece, int offset, int[] strides) {
    ImmutableIntArray shape = piece.node().shape();
    int[] axes =
        IntStream.range(0, shape.length())
            .boxed()
            .sorted(
                Comparator.comparingInt(
                    i -> shape.get(i) == 1 ? Integer.MIN_VALUE : -Math.abs(strides[i])))
            .mapToInt(Integer::intValue)
            .toArray();
    int[] sorted = Arrays.stream(axes).map(i -> strides[i]).toArray();
    return new Piece(
        graph.permute(of(piece.node()), axes), offset, ImmutableIntArray.copyOf(sorted));
  }
}
