package org.ppl4j.tensor.plan;

import ai.djl.ndarray.types.DataType;
import com.google.common.primitives.ImmutableIntArray;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.ppl4j.tensor.graph.Dims;
import org.ppl4j.tensor.graph.Form;
import org.ppl4j.tensor.graph.Node;
import org.ppl4j.tensor.plan.Memory.Place;
import org.ppl4j.tensor.plan.ProductStep.Side;
import org.ppl4j.tensor.plan.ProductStep.Way;
import org.ppl4j.tensor.table.Kernel;

/** Makes the steps that compute a node as a whole. */
final class WholeSteps {

  private final Memory memory;
  private final List<Kernel> kernels;
  private final List<Action> once;
  private final boolean isSingle;
  private final Map<Layout, PackedRows> packed = new HashMap<>();

  /** How vectors of a matrix lie. */
  private record Layout(Node base, int start, int vectors, int apart, int size, int stride) {

    /** Of an operand of a product: vectors along the dim that is summed over, or the other one. */
    static Layout of(Node base, Side side, boolean isSummed, int k) {
      int start = side.starts()[0];
      return isSummed
          ? new Layout(base, start, side.size(), side.stride(), k, side.summedStride())
          : new Layout(base, start, k, side.summedStride(), side.size(), side.stride());
    }
  }

  /**
   * Over memory.
   *
   * @param kernels takes up those of rows that are computed in Java
   * @param once takes up what is to be done once, after what is computed once
   * @param isSingle whether single precision is enough for products
   */
  WholeSteps(Memory memory, List<Kernel> kernels, List<Action> once, boolean isSingle) {
    this.memory = memory;
    this.kernels = kernels;
    this.once = once;
    this.isSingle = isSingle;
  }

  Step of(Node node) {
    Form form = node.form();
    if (form instanceof Form.Assembly assembly) {
      return assembly(node, assembly);
    }
    if (form instanceof Form.Product product) {
      return product(node, product);
    }
    if (form instanceof Form.Computed computed) {
      return computed(node, computed);
    }
    if (form instanceof Form.RunningSum sum) {
      Along along = along(sum.of(), node, sum.axis());
      return new RunningSumStep(along, sum.backwards());
    }
    if (form instanceof Form.Extreme extreme) {
      return new ExtremeStep(along(extreme.of(), node, extreme.axis()), extreme.largest());
    }
    if (form instanceof Form.Order order) {
      Along along = along(order.of(), node, order.axis());
      return new OrderStep(along, order.descending(), memory.scratch(2 * along.length));
    }
    return matrices(node, form);
  }

  private Step assembly(Node node, Form.Assembly assembly) {
    List<Elements> from = new ArrayList<>();
    List<Elements> to = new ArrayList<>();
    Place place = memory.of(node);
    for (Form.Piece piece : assembly.pieces()) {
      from.add(elements(piece.node(), piece.node().strides()));
      to.add(
          new Elements(
              place.buffer(),
              place.offset() + piece.offset(),
              piece.node().shape().toArray(),
              piece.strides().toArray()));
    }
    return new AssemblyStep(
        place.buffer(), place.offset(), node.size(), assembly.elsewhere(), from, to);
  }

  private Elements elements(Node x, ImmutableIntArray strides) {
    Place place = memory.of(x.base());
    return new Elements(
        place.buffer(), place.offset() + x.offset(), x.shape().toArray(), strides.toArray());
  }

  private Step product(Node node, Form.Product product) {
    int rank = node.shape().length();
    int[] batch = node.shape().subArray(0, rank - 2).toArray();
    int k = product.left().shape().get(rank - 1);
    Side left = side(product.left(), batch, rank - 2, rank - 1);
    Side right = side(product.right(), batch, rank - 1, rank - 2);
    Place place = memory.of(node);
    int[] tos = elements(node, Dims.rowMajor(node.shape())).starts(batch);
    boolean isRight = right.size() >= Math.min(left.size(), ProductStep.WIDE);
    Side wide = isRight ? right : left;
    Side narrow = isRight ? left : right;
    Node wideNode = isRight ? product.right() : product.left();
    Node narrowNode = isRight ? product.left() : product.right();
    boolean isConstant = !wideNode.base().varies() && wide.isOne();
    Way way = ProductStep.way(wide, narrow, k, isConstant);
    boolean isVector = way != Way.NUMBERS && wide.isOne() && narrow.size() == 1;
    if (isVector && packed.containsKey(Layout.of(wideNode.base(), wide, true, k))) {
      way = Way.PRODUCTS; // to pack others would take longer than to multiply
    }
    int n = right.size();
    boolean isWorth = isConstant || narrow.size() >= SingleProductStep.LEAST;
    if (isSingle && isWorth && way == Way.MULTIPLES && Sums.FUSED) {
      SingleRows rows = singles(wide, k, isConstant);
      int first = memory.singles.scratch(isConstant ? 0 : k * rows.blocks(), 5, rows.length());
      return new SingleProductStep(
          wide,
          narrow,
          place.buffer(),
          tos,
          isRight ? 1 : n,
          isRight ? n : 1,
          k,
          rows,
          isConstant,
          first,
          MaskedTerms.of(narrowNode, memory.of(narrowNode.base()).offset(), narrow, k),
          memory.registers(2 * MaskedTerms.TOGETHER).take(1)[0]);
    }
    boolean isSummed = way == Way.PRODUCTS;
    PackedRows wideRows = null;
    PackedRows narrowRows = null;
    boolean isPacked = isConstant;
    int taken = 0;
    if (way != Way.NUMBERS && wide.isOne()) {
      Layout layout = Layout.of(wideNode.base(), wide, isSummed, k);
      isPacked |= packed.containsKey(layout);
      wideRows = packed.computeIfAbsent(layout, key -> pack(key, wide, isSummed, k, isConstant));
    } else if (way != Way.NUMBERS) {
      int vectors = isSummed ? wide.size() : k;
      wideRows = scratch(0, vectors, isSummed ? k : wide.size());
      taken = vectors * wideRows.blocks();
    }
    if (isSummed) {
      narrowRows = scratch(taken, narrow.size(), k);
    }
    Registers registers = memory.registers(PackedRows.length(isSummed ? k : wide.size()));
    int[] sums = registers.take(4);
    return new ProductStep(
        wide,
        narrow,
        place.buffer(),
        tos,
        isRight ? 1 : n,
        isRight ? n : 1,
        k,
        way,
        wideRows,
        isPacked,
        narrowRows,
        sums);
  }

  /** An operand of a product: the axis that the result has too, and the one that is summed over. */
  private Side side(Node x, int[] batch, int axis, int summed) {
    Elements elements = elements(x, x.strides());
    return new Side(
        elements.buffer(),
        elements.starts(batch),
        elements.sizes()[axis],
        elements.strides()[axis],
        elements.strides()[summed]);
  }

  private PackedRows scratch(int from, int vectors, int size) {
    int length = PackedRows.length(size);
    int blocks = PackedRows.blocks(size);
    return new PackedRows(memory.buffers.scratch(from, vectors * blocks, length), blocks, length);
  }

  /** Arrays for vectors in single precision, which are filled once if they never change. */
  private SingleRows singles(Side wide, int k, boolean isConstant) {
    int length = SingleRows.length(wide.size());
    int blocks = SingleRows.blocks(wide.size());
    int count = k * blocks;
    if (!isConstant) {
      return new SingleRows(memory.singles.scratch(0, count, length), blocks, length);
    }
    SingleRows rows = new SingleRows(memory.singles.add(count, length, true), blocks, length);
    once.add(store -> SingleProductStep.pack(store, rows, wide, 0, k));
    return rows;
  }

  /** Arrays for vectors, which are filled once if they never change, else by who has them first. */
  private PackedRows pack(Layout layout, Side side, boolean isSummed, int k, boolean isConstant) {
    int length = PackedRows.length(layout.size());
    int blocks = PackedRows.blocks(layout.size());
    int first = memory.buffers.add(layout.vectors() * blocks, length, isConstant);
    PackedRows rows = new PackedRows(first, blocks, length);
    if (isConstant) {
      once.add(store -> side.pack(rows, store.doubles(), 0, isSummed, k));
    }
    return rows;
  }

  private Step matrices(Node node, Form form) {
    if (form instanceof Form.Cholesky factor) {
      return new CholeskyStep(matrices(factor.of()), matrices(node));
    }
    if (form instanceof Form.TriangularSolution solution) {
      Matrices triangles = matrices(solution.triangle());
      return new TriangularStep(
          triangles, matrices(solution.sides()), matrices(node), solution.upper());
    }
    if (form instanceof Form.Solution solution) {
      Matrices from = matrices(solution.matrix());
      int scratch = memory.scratch(from.rows * from.columns);
      return new SolutionStep(from, matrices(solution.sides()), matrices(node), scratch);
    }
    if (form instanceof Form.Orthonormal factor) {
      Matrices from = matrices(factor.of());
      int scratch = memory.scratch((from.rows + 1) * from.columns);
      return new OrthonormalStep(from, matrices(node), scratch);
    }
    if (form instanceof Form.MatrixExponential exponential) {
      Matrices from = matrices(exponential.of());
      int scratch = memory.scratch(3 * from.rows * from.columns);
      return new ExponentialStep(from, matrices(node), scratch);
    }
    if (form instanceof Form.LogDeterminant determinant) {
      Matrices from = matrices(determinant.of());
      int scratch = memory.scratch(from.rows * from.columns);
      return new LogDeterminantStep(from, memory.of(node), scratch);
    }
    throw new IllegalStateException("no step computes " + form);
  }

  private Matrices matrices(Node x) {
    return new Matrices(elements(x, x.strides()));
  }

  private Step computed(Node node, Form.Computed computed) {
    int count = computed.operands().size();
    int[] buffers = new int[count];
    int[][] starts = new int[count][];
    for (int i = 0; i < count; i++) {
      Node operand = computed.operands().get(i);
      boolean isRead = !computed.op().isElementwise() || operand.size() == 1;
      ImmutableIntArray shape = isRead ? operand.shape() : computed.elements();
      Elements elements = elements(operand, operand.strides());
      buffers[i] = elements.buffer();
      int[] along = new int[shape.length()];
      int shift = shape.length() - operand.shape().length();
      for (int axis = shift; axis < along.length; axis++) {
        boolean one = operand.shape().get(axis - shift) == 1;
        along[axis] = one ? 0 : elements.strides()[axis - shift];
      }
      starts[i] =
          new Elements(elements.buffer(), elements.offset(), shape.toArray(), along)
              .starts(shape.toArray());
    }
    kernels.add(computed.kernel());
    return new ComputedStep(
        kernels.size() - 1,
        computed.op().resultType(DataType.FLOAT64) == DataType.INT64,
        buffers,
        starts,
        memory.of(node),
        computed.parts(),
        computed.size(),
        computed.slopes());
  }

  /** Rows along an axis, each with its place in operand and result. */
  private Along along(Node of, Node node, int axis) {
    ImmutableIntArray ones = of.shape();
    int length = ones.get(axis);
    int[] shape = ones.toArray();
    shape[axis] = 1;
    Elements from = elements(of, of.strides());
    Elements to = elements(node, Dims.rowMajor(node.shape()));
    return new Along(from, to, shape, axis, length);
  }
}
