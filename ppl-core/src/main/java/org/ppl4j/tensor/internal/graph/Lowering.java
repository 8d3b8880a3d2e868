package org.ppl4j.tensor.internal.graph;

import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import com.google.common.primitives.ImmutableIntArray;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.ppl4j.tensor.internal.graph.Form.Piece;
import org.ppl4j.tensor.internal.table.Attributes;
import org.ppl4j.tensor.internal.table.Op;

/** Makes nodes of the rows of the table of operations. */
public final class Lowering {

  /** The least whole number, which what is too large, or none, is as one. */
  private static final double LEAST = Long.MIN_VALUE;

  private final Graph graph;
  private final Alike alike;

  /** Into a graph. */
  public Lowering(Graph graph) {
    this.graph = graph;
    this.alike = new Alike(graph);
  }

  /**
   * The results of a row.
   *
   * @throws NotRecordable if no graph holds it
   */
  public List<Node> of(Op op, Attributes a, Node... in) {
    return switch (op) {
      case SPLIT -> split(in[0], a);
      case QR -> new MatrixRows(graph).qr(in[0]);
      case EIGEN -> new MatrixRows(graph).eigen(in[0]);
      case TOP_K -> new Reductions(graph).first(in[0], a);
      case SOFTMAX_BIN -> new SoftmaxBins(graph).of(a, in[0], in[1], in[2], in[3]);
      default -> List.of(one(op, a, in));
    };
  }

  private Node one(Op op, Attributes a, Node... in) {
    Node x = in[0];
    return switch (op) {
      case RESHAPE -> graph.reshape(x, Dims.of(new Shape(a.longs())));
      case EXPAND -> graph.expand(x, Dims.of(new Shape(a.longs())));
      case PERMUTE -> graph.permute(x, ints(a.longs()));
      case SLICE -> slice(x, a);
      case FLIP -> flip(x, a);
      case DIAGONAL -> diagonal(x, a);
      case CONCAT -> concat((int) a.first(), in);
      case STACK -> stack((int) a.first(), in);
      case PAD -> pad(x, a);
      case REPEAT_INTERLEAVE -> repeat(x, (int) a.longs()[1], 1, (int) a.longs()[0]);
      case REPEAT -> tile(x, a);
      case DIAGONAL_MATRIX -> diagonalMatrix(x, (int) a.first());
      case TRIL -> graph.triangle(x, (int) a.first(), true);
      case TRIU -> graph.triangle(x, (int) a.first(), false);
      case GATHER -> graph.gather(x, in[1], (int) a.first());
      case SCATTER -> scatter(x, in[1], in[2], (int) a.first());
      case INDEX_SELECT -> indexSelect(x, in[1], (int) a.first());
      case ONE_HOT -> oneHot(x, (int) a.first());
      case CAST -> cast(x, type(a));
      case POLYGAMMA -> graph.apply(op, (int) a.first(), x);
      case WITH_DERIVATIVE -> withDerivative(in[0], in[1], in[2]);
      case CONVOLUTION -> new Windows(graph).convolution(x, in[1], a);
      case RFFT -> new Fouriers(graph).forwards(x);
      case IRFFT -> new Fouriers(graph).backwards(x, (int) a.first());
      case TRANSPOSED_CONVOLUTION -> new Windows(graph).transposed(x, in[1], a);
      default -> {
        if (MatrixRows.has(op)) {
          yield new MatrixRows(graph).of(op, a, in);
        }
        yield isReduction(op) ? new Reductions(graph).of(op, a, x) : graph.apply(op, in);
      }
    };
  }

  private static boolean isReduction(Op op) {
    return op.compareTo(Op.SUM_ALL) >= 0 && op.compareTo(Op.ARG_SORT) <= 0;
  }

  private static int[] ints(long[] longs) {
    return Arrays.stream(longs).mapToInt(Math::toIntExact).toArray();
  }

  // --- elements of one tensor

  private Node slice(Node x, Attributes a) {
    Node result = x;
    for (int i = 0; i < a.longs().length; i++) {
      int from = (int) a.longs()[i];
      int step = (int) a.third()[i];
      int size = (int) Math.max(0, (a.more()[i] - from + step - 1) / step);
      result = graph.slice(result, i, from, step, size);
    }
    return result;
  }

  private List<Node> split(Node x, Attributes a) {
    List<Node> pieces = new ArrayList<>();
    int from = 0;
    for (long size : a.more()) {
      pieces.add(graph.slice(x, (int) a.first(), from, 1, (int) size));
      from += (int) size;
    }
    return pieces;
  }

  private Node flip(Node x, Attributes a) {
    Node result = x;
    for (int axis : ints(a.longs())) {
      int size = x.shape().get(axis);
      result = size < 2 ? result : graph.slice(result, axis, size - 1, -1, size);
    }
    return result;
  }

  private Node diagonal(Node x, Attributes a) {
    int offset = (int) a.longs()[0];
    int rows = (int) a.longs()[1];
    int columns = (int) a.longs()[2];
    ImmutableIntArray strides = x.strides();
    int height = x.shape().get(rows) - Math.max(0, -offset);
    int width = x.shape().get(columns) - Math.max(0, offset);
    int from =
        Math.max(0, -offset) * strides.get(rows) + Math.max(0, offset) * strides.get(columns);
    int high = Math.max(rows, columns);
    int low = Math.min(rows, columns);
    ImmutableIntArray shape = Dims.without(Dims.without(x.shape(), high), low);
    ImmutableIntArray kept = Dims.without(Dims.without(strides, high), low);
    int rank = shape.length();
    return graph.view(
        x.base(),
        x.offset() + from,
        Dims.inserted(kept, rank, strides.get(rows) + strides.get(columns)),
        Dims.inserted(shape, rank, Math.max(0, Math.min(height, width))));
  }

  /** Each element along an axis {@code inner} times, and all of them {@code outer} times. */
  private Node repeat(Node x, int axis, int outer, int inner) {
    ImmutableIntArray apart = Dims.inserted(Dims.inserted(x.shape(), axis + 1, 1), axis, 1);
    ImmutableIntArray wide = Dims.with(Dims.with(apart, axis, outer), axis + 2, inner);
    Node repeated = graph.expand(graph.reshape(x, apart), wide);
    return graph.reshape(repeated, Dims.with(x.shape(), axis, outer * inner * x.shape().get(axis)));
  }

  private Node tile(Node x, Attributes a) {
    int[] times = ints(a.longs());
    Node result = graph.reshape(x, Dims.padded(x.shape(), times.length));
    for (int axis = 0; axis < times.length; axis++) {
      result = times[axis] == 1 ? result : repeat(result, axis, times[axis], 1);
    }
    return result;
  }

  // --- tensors put together

  private Node concat(int axis, Node... in) {
    int size = Arrays.stream(in).mapToInt(n -> n.shape().get(axis)).sum();
    ImmutableIntArray shape = Dims.with(in[0].shape(), axis, size);
    ImmutableIntArray strides = Dims.rowMajor(shape);
    int apart = stride(shape, axis);
    List<Piece> pieces = new ArrayList<>();
    int from = 0;
    for (Node n : in) {
      pieces.add(new Piece(n, from * apart, strides));
      from += n.shape().get(axis);
    }
    return pieces.size() == 1 ? in[0] : graph.assembly(0, pieces, shape);
  }

  /** Many that do alike are one operation. */
  private Node stack(int axis, Node... in) {
    Node rows = in.length < Alike.LEAST ? null : alike.stack(List.of(in));
    if (rows == null) {
      return concat(
          axis, Arrays.stream(in).map(n -> graph.unsqueeze(n, axis)).toArray(Node[]::new));
    }
    int[] order = new int[rows.shape().length()];
    Arrays.setAll(order, i -> i < axis ? i + 1 : i == axis ? 0 : i);
    return graph.permute(rows, order);
  }

  /** How far neighbours along an axis are apart, also of a dim of size 1. */
  private static int stride(ImmutableIntArray shape, int axis) {
    int stride = 1;
    for (int i = axis + 1; i < shape.length(); i++) {
      stride *= shape.get(i);
    }
    return stride;
  }

  private Node pad(Node x, Attributes a) {
    int[] sizes = x.shape().toArray();
    int[] before = new int[sizes.length];
    Node inside = x;
    for (int i = 0; i < a.longs().length / 2; i++) {
      int axis = sizes.length - 1 - i;
      int left = (int) a.longs()[2 * i];
      int right = (int) a.longs()[2 * i + 1];
      int from = Math.max(0, -left);
      int kept = sizes[axis] - from - Math.max(0, -right);
      inside = graph.slice(inside, axis, from, 1, kept);
      before[axis] = Math.max(0, left);
      sizes[axis] += left + right;
    }
    ImmutableIntArray shape = ImmutableIntArray.copyOf(sizes);
    int offset = 0;
    for (int axis = 0; axis < sizes.length; axis++) {
      offset += before[axis] * stride(shape, axis);
    }
    Piece piece = new Piece(inside, offset, Dims.rowMajor(shape));
    return graph.assembly(a.numbers()[0], List.of(piece), shape);
  }

  private Node diagonalMatrix(Node x, int offset) {
    int rank = x.shape().length();
    int size = x.shape().get(rank - 1) + Math.abs(offset);
    ImmutableIntArray shape = Dims.inserted(Dims.with(x.shape(), rank - 1, size), rank, size);
    ImmutableIntArray strides =
        Dims.with(Dims.without(Dims.rowMajor(shape), rank), rank - 1, size + 1);
    int from = Math.max(0, offset) + Math.max(0, -offset) * size;
    return graph.assembly(0, List.of(new Piece(x, from, strides)), shape);
  }

  // --- indices

  private Node indexSelect(Node x, Node index, int axis) {
    int[] ones = new int[x.shape().length()];
    Arrays.fill(ones, 1);
    ones[axis] = index.size();
    Node along = graph.reshape(index, ImmutableIntArray.copyOf(ones));
    return graph.gather(x, graph.expand(along, Dims.with(x.shape(), axis, index.size())), axis);
  }

  /** Where an index names a place more than once, its last element is there. */
  private Node scatter(Node x, Node index, Node values, int axis) {
    Node put = values;
    for (int i = 0; i < index.shape().length(); i++) {
      put = graph.slice(put, i, 0, 1, index.shape().get(i));
    }
    Node one = graph.full(1, index.shape());
    Node times = graph.node(Form.ScatterSum.of(one, index, axis), x.shape());
    Node isLast = graph.node(new Form.Last(index, axis, x.shape().get(axis)), index.shape());
    Node last = graph.apply(Op.WHERE, isLast, put, graph.number(0));
    Node sums = graph.node(Form.ScatterSum.of(last, index, axis), x.shape());
    return graph.apply(Op.WHERE, graph.apply(Op.EQ, times, graph.number(0)), x, sums);
  }

  private Node oneHot(Node index, int size) {
    Node known = graph.within(index, size);
    Node places = graph.places(size);
    return graph.apply(Op.EQ, graph.unsqueeze(known, index.shape().length()), places);
  }

  // --- types and derivatives

  @SuppressWarnings("EnumOrdinal") // what the row says
  private static DataType type(Attributes a) {
    return DataType.values()[(int) a.first()];
  }

  private Node cast(Node x, DataType type) {
    if (type.isFloating()) {
      return x;
    }
    if (type == DataType.BOOLEAN) {
      return graph.apply(Op.NEQ, x, graph.number(0));
    }
    Node size = graph.apply(Op.ABS, x);
    Node fits = graph.apply(Op.LT, size, graph.number(-LEAST));
    Node isNothing = graph.apply(Op.LT, size, graph.number(1)); // 0, which has no sign
    Node whole = graph.apply(Op.WHERE, isNothing, graph.number(0), graph.apply(Op.TRUNC, x));
    return graph.apply(Op.WHERE, fits, whole, graph.number(LEAST));
  }

  private Node withDerivative(Node value, Node x, Node slope) {
    return graph.apply(
        Op.WITH_DERIVATIVE,
        graph.apply(Op.STOP_GRADIENT, value),
        x,
        graph.apply(Op.STOP_GRADIENT, slope));
  }
}
