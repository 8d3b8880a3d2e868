package org.ppl4j.tensor;

import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSortedSet;
import com.google.common.collect.Iterables;
import java.util.Arrays;
import java.util.Comparator;
import org.jspecify.annotations.Nullable;
import org.ppl4j.tensor.internal.table.Attributes;
import org.ppl4j.tensor.internal.table.Op;
import org.ppl4j.tensor.internal.table.Shapes;

/**
 * Operations on tensors that depend on {@linkplain Choice choices}: the hidden dims of the operands
 * are aligned, shown, and hidden again in the result, so that an operation does for each value of a
 * choice what it does without any.
 *
 * @param choices of all operands, in order
 */
record HiddenDimRules(ImmutableList<Choice> choices) {

  private static final Comparator<Choice> ORDER = Comparator.comparingLong(Choice::number);

  /** The choices that some tensors depend on, in the order of hidden dims. */
  static ImmutableList<Choice> of(RunArray... in) {
    ImmutableSortedSet.Builder<Choice> all = ImmutableSortedSet.orderedBy(ORDER);
    for (RunArray array : in) {
      all.addAll(array.choices());
    }
    return all.build().asList();
  }

  private int count() {
    return choices.size();
  }

  // --- operations

  /** The result of an operation on tensors of a run, one of which depends on a choice. */
  static RunArray apply(Op op, Attributes attributes, RunArray... in) {
    HiddenDimRules dims = new HiddenDimRules(of(in));
    HiddenDims.checkSize(dims.choices, op, in);
    return switch (op) {
      case SUM_ALL -> dims.sumAll(in[0]);
      case SUM, PROD, MAX, MIN, ARG_MAX, ARG_MIN, ALL, ANY, LOG_SUM_EXP, PERMUTE, FLIP ->
          dims.along(op, attributes, attributes.longs().length, in);
      case CUM_SUM, CUM_PROD, SOFTMAX, LOG_SOFTMAX, SORT, ARG_SORT ->
          dims.along(op, attributes, 1, in);
      case RESHAPE -> dims.reshape(attributes.longs(), in[0]);
      case EXPAND -> dims.expand(attributes.longs(), in[0]);
      case SLICE -> dims.slice(attributes, in[0]);
      case CONCAT, STACK, SCATTER -> dims.along(op, attributes, 1, dims.repeated(in));
      case REPEAT -> dims.tile(attributes, in[0]);
      case REPEAT_INTERLEAVE -> dims.interleave(attributes, in[0]);
      case DIAGONAL -> dims.diagonal(attributes, in[0]);
      case GATHER -> dims.gather((int) attributes.first(), in[0], in[1]);
      case INDEX_SELECT -> dims.select((int) attributes.first(), in[0], in[1]);
      case MAT_MUL -> dims.product(in[0], in[1]);
      case CONVOLUTION, TRANSPOSED_CONVOLUTION -> dims.convolution(op, attributes, in[0], in[1]);
      case LOG_CHAIN -> dims.chain(in[0], in[1], in[2]);
      default -> dims.elementwise(op, attributes, in);
    };
  }

  /** The same with several results. */
  static RunArray[] applyMany(Op op, Attributes attributes, DataType[] types, RunArray... in) {
    HiddenDimRules dims = new HiddenDimRules(of(in));
    HiddenDims.checkSize(dims.choices, op, in);
    int shift = dims.count();
    long[] longs = attributes.longs().clone();
    boolean isSplit = op == Op.SPLIT;
    if (isSplit || op == Op.TOP_K) {
      longs[isSplit ? 0 : 1] += shift;
    }
    RunArray[] operands = op == Op.SOFTMAX_BIN ? dims.ofBins(in) : dims.aligned(in);
    RunArray[] results =
        op.isComputedInJava()
            ? KernelRows.apply(op, in[0].requireRun(), attributes, operands)
            : Operations.applyMany(op, attributes.with(longs), types, operands);
    return Arrays.stream(results).map(dims::hidden).toArray(RunArray[]::new);
  }

  private RunArray hidden(RunArray full) {
    return full.hiding(choices, null);
  }

  /** The result of an operation on tensors with shown dims. */
  private RunArray on(Op op, Attributes attributes, RunArray... shown) {
    return hidden(Operations.apply(op, attributes, shown));
  }

  /** As {@link #on}, of one that takes parts of its operand, which stay places of their choice. */
  private RunArray part(Op op, Attributes attributes, RunArray operand, RunArray shown) {
    return Operations.apply(op, attributes, shown).hiding(choices, operand.itself());
  }

  private RunArray elementwise(Op op, Attributes attributes, RunArray... in) {
    RunArray[] operands = aligned(in);
    boolean isPart = op == Op.STOP_GRADIENT || op == Op.COPY;
    return isPart ? part(op, attributes, in[0], operands[0]) : on(op, attributes, operands);
  }

  // --- operands

  /** With a shown dim for each choice, of size 1 for those that it does not depend on. */
  private RunArray shown(RunArray x, int rank) {
    RunArray full = x.shown();
    Shape own = x.getShape();
    if (x.choices().equals(choices) && own.dimension() == rank) {
      return full;
    }
    long[] sizes = new long[count() + rank];
    Arrays.fill(sizes, 1);
    for (int i = 0; i < count(); i++) {
      sizes[i] = x.choices().contains(choices.get(i)) ? choices.get(i).size() : 1;
    }
    System.arraycopy(own.getShape(), 0, sizes, sizes.length - own.dimension(), own.dimension());
    return shaped(full, sizes);
  }

  private static RunArray shaped(RunArray x, long... sizes) {
    return x.getShape().equals(new Shape(sizes))
        ? x
        : Operations.apply(Op.RESHAPE, Attributes.of(sizes), x);
  }

  private static RunArray expanded(RunArray x, Shape shape) {
    return x.getShape().equals(shape)
        ? x
        : Operations.apply(Op.EXPAND, Attributes.of(shape.getShape()), x);
  }

  /** With shown dims; those that depend on no choice stay as they are. */
  private RunArray[] aligned(RunArray... in) {
    int rank = 0;
    for (RunArray x : in) {
      rank = Math.max(rank, x.getShape().dimension());
    }
    RunArray[] operands = new RunArray[in.length];
    for (int i = 0; i < in.length; i++) {
      operands[i] = in[i].choices().isEmpty() ? in[i] : shown(in[i], rank);
    }
    return operands;
  }

  /** With a shown dim of full size for each choice. */
  private RunArray repeated(RunArray x) {
    RunArray full = shown(x, x.getShape().dimension());
    return expanded(full, Shapes.concat(HiddenDims.sizes(choices), x.getShape()));
  }

  /** The raw numbers of bins have a dim more than the values; tables are the same for all. */
  private RunArray[] ofBins(RunArray... in) {
    int rank = Math.max(in[0].getShape().dimension() - 1, in[1].getShape().dimension());
    RunArray[] operands = in.clone();
    operands[0] = in[0].choices().isEmpty() ? in[0] : shown(in[0], rank + 1);
    operands[1] = in[1].choices().isEmpty() ? in[1] : shown(in[1], rank);
    return operands;
  }

  private RunArray[] repeated(RunArray... in) {
    return Arrays.stream(in).map(this::repeated).toArray(RunArray[]::new);
  }

  // --- axes

  /** An operation whose first integers are axes. */
  private RunArray along(Op op, Attributes attributes, int axes, RunArray... in) {
    long[] longs = attributes.longs().clone();
    for (int i = 0; i < axes; i++) {
      longs[i] += count();
    }
    if (op == Op.PERMUTE) {
      long[] order = new long[count() + longs.length];
      Arrays.setAll(order, i -> i < count() ? i : longs[i - count()]);
      return part(op, attributes.with(order), in[0], in[0].shown());
    }
    boolean isJoined = op == Op.CONCAT || op == Op.STACK || op == Op.SCATTER;
    return isJoined
        ? on(op, attributes.with(longs), in)
        : on(op, attributes.with(longs), in[0].shown());
  }

  private RunArray sumAll(RunArray x) {
    long[] axes = new long[x.getShape().dimension()];
    Arrays.setAll(axes, i -> count() + i);
    return on(Op.SUM, Attributes.of(false, axes), x.shown());
  }

  private RunArray reshape(long[] sizes, RunArray x) {
    long[] all = Shapes.concat(HiddenDims.sizes(choices), new Shape(sizes)).getShape();
    return part(Op.RESHAPE, Attributes.of(all), x, x.shown());
  }

  private RunArray expand(long[] sizes, RunArray x) {
    long[] all = Shapes.concat(HiddenDims.sizes(choices), new Shape(sizes)).getShape();
    return part(Op.EXPAND, Attributes.of(all), x, shown(x, sizes.length));
  }

  private RunArray slice(Attributes attributes, RunArray x) {
    long[] sizes = HiddenDims.sizes(choices).getShape();
    long[] zeros = new long[sizes.length];
    long[] ones = new long[sizes.length];
    Arrays.fill(ones, 1);
    Attributes all =
        Attributes.of(
            joined(zeros, attributes.longs()),
            joined(sizes, attributes.more()),
            joined(ones, attributes.third()));
    return part(Op.SLICE, all, x, x.shown());
  }

  private static long[] joined(long[] left, long[] right) {
    return com.google.common.primitives.Longs.concat(left, right);
  }

  private RunArray tile(Attributes attributes, RunArray x) {
    long[] ones = new long[count()];
    Arrays.fill(ones, 1);
    int rank = attributes.longs().length;
    return part(Op.REPEAT, attributes.with(joined(ones, attributes.longs())), x, shown(x, rank));
  }

  private RunArray interleave(Attributes attributes, RunArray x) {
    long[] longs = attributes.longs();
    return part(Op.REPEAT_INTERLEAVE, attributes.with(longs[0], longs[1] + count()), x, x.shown());
  }

  private RunArray diagonal(Attributes attributes, RunArray x) {
    long[] longs = attributes.longs();
    return part(
        Op.DIAGONAL,
        attributes.with(longs[0], longs[1] + count(), longs[2] + count()),
        x,
        x.shown());
  }

  // --- indices

  /**
   * {@code values} where their index along an axis is the place of a choice: the axis is the hidden
   * dim.
   *
   * @return without the axis
   */
  private RunArray chosen(RunArray values, int axis, Choice choice) {
    HiddenDimRules others = new HiddenDimRules(values.choices());
    int at = axis + others.count();
    RunArray full = values.shown();
    if (values.getShape().get(axis) > choice.size()) {
      full = RunIndexer.range(full, at - full.getShape().dimension(), 0, choice.size());
    }
    int own = values.choices().indexOf(choice);
    int rank = full.getShape().dimension();
    if (own >= 0) {
      full = Operations.apply(Op.DIAGONAL, Attributes.of(0, own, at), full);
      rank--;
      at = rank - 1;
    }
    ImmutableList<Choice> all =
        HiddenDimRules.of(values, values).contains(choice)
            ? values.choices()
            : ImmutableSortedSet.orderedBy(ORDER)
                .addAll(values.choices())
                .add(choice)
                .build()
                .asList();
    long[] order = new long[rank];
    int place = all.indexOf(choice);
    for (int i = 0, next = 0; i < rank; i++) {
      if (i == place) {
        order[i] = at;
      } else {
        next += next == at ? 1 : 0;
        order[i] = next++;
      }
    }
    long[] same = new long[rank];
    Arrays.setAll(same, i -> i);
    RunArray moved =
        Arrays.equals(order, same)
            ? full
            : Operations.apply(Op.PERMUTE, Attributes.of(order), full);
    return moved.hiding(all, null);
  }

  /** The choice whose places the index holds, if all of them are along the axis. */
  private static @Nullable Choice choice(RunArray values, int axis, RunArray index) {
    Choice own = index.itself();
    return own != null && own.size() <= values.getShape().get(axis) ? own : null;
  }

  private RunArray gather(int axis, RunArray values, RunArray index) {
    Choice choice = choice(values, axis, index);
    Shape shape = index.getShape();
    if (choice == null) {
      Attributes along = Attributes.of(axis + count());
      return on(Op.GATHER, along, repeated(values), repeated(index));
    }
    RunArray chosen = chosen(values, axis, choice);
    RunArray wide = chosen.reshaped(Shapes.inserted(chosen.getShape(), axis, 1));
    for (int dim = 0; dim < shape.dimension(); dim++) {
      boolean isWider = dim != axis && wide.getShape().get(dim) > shape.get(dim);
      wide = isWider ? RunIndexer.range(wide, dim, 0, shape.get(dim)) : wide;
    }
    return (RunArray) wide.broadcast(shape);
  }

  private RunArray select(int axis, RunArray values, RunArray index) {
    Choice choice = choice(values, axis, index);
    long size = index.getShape().get(0);
    if (choice != null) {
      RunArray chosen = chosen(values, axis, choice);
      RunArray wide = chosen.reshaped(Shapes.inserted(chosen.getShape(), axis, 1));
      return (RunArray) wide.broadcast(Shapes.with(wide.getShape(), axis, size));
    }
    if (index.choices().isEmpty()) {
      return on(Op.INDEX_SELECT, Attributes.of(axis + count()), values.shown(), index);
    }
    Shape shape = values.getShape();
    Shape left = Shapes.concat(HiddenDims.sizes(choices), shape.slice(0, axis));
    Shape right = shape.slice(axis + 1);
    long[] ones = new long[left.dimension() + 1 + right.dimension()];
    Arrays.fill(ones, 1);
    RunArray places = shown(index, 1);
    System.arraycopy(places.getShape().getShape(), 0, ones, 0, count());
    ones[left.dimension()] = size;
    Shape all = Shapes.concat(Shapes.concat(left, new Shape(size)), right);
    return on(
        Op.GATHER,
        Attributes.of(left.dimension()),
        repeated(values),
        expanded(shaped(places, ones), all));
  }

  // --- products

  private RunArray product(RunArray a, RunArray b) {
    Shape shapeA = a.getShape();
    Shape shapeB = b.getShape();
    boolean isRow = shapeA.dimension() == 1;
    boolean isColumn = shapeB.dimension() == 1;
    RunArray left = isRow ? a.reshaped(new Shape(1, shapeA.get(0))) : a;
    RunArray right = isColumn ? b.reshaped(new Shape(shapeB.get(0), 1)) : b;
    RunArray product = on(Op.MAT_MUL, Attributes.NONE, aligned(left, right));
    Shape shape = product.getShape();
    if (isRow) {
      shape = Shapes.reduced(shape, new long[] {shape.dimension() - 2}, false);
    }
    return product.reshaped(isColumn ? Shapes.dropRight(shape, 1) : shape);
  }

  /** Rows of each value of a choice are more rows. */
  private RunArray chain(RunArray start, RunArray vectors, RunArray matrices) {
    long all = HiddenDims.sizes(choices).size();
    long rows = start.getShape().get(0);
    long size = start.getShape().get(1);
    long steps = vectors.getShape().get(0);
    RunArray s = shaped(repeated(start), all * rows, size);
    RunArray v = shaped(repeated(vectors), all, steps, rows, size);
    RunArray turned = Operations.apply(Op.PERMUTE, Attributes.of(1, 0, 2, 3), v);
    RunArray m = matrices;
    boolean isOfEach = !matrices.choices().isEmpty() || matrices.getShape().get(1) > 1;
    if (isOfEach) {
      long different = matrices.getShape().get(0);
      Shape wide = new Shape(different, rows, size, size);
      RunArray each = repeated((RunArray) matrices.broadcast(wide));
      RunArray flat = shaped(each, all, different, rows, size, size);
      m = Operations.apply(Op.PERMUTE, Attributes.of(1, 0, 2, 3, 4), flat);
      m = shaped(m, different, all * rows, size, size);
    }
    RunArray result =
        Operations.apply(
            Op.LOG_CHAIN, Attributes.NONE, s, shaped(turned, steps, all * rows, size), m);
    Shape shape = Shapes.concat(HiddenDims.sizes(choices), start.getShape());
    return hidden(shaped(result, shape.getShape()));
  }

  /** What an operation gives for one value of all choices after the other. */
  private RunArray each(Op op, Attributes attributes, RunArray... in) {
    Shape sizes = HiddenDims.sizes(choices);
    RunArray[] rows = new RunArray[in.length];
    for (int i = 0; i < in.length; i++) {
      Shape flat = Shapes.concat(new Shape(sizes.size()), in[i].getShape());
      rows[i] = shaped(repeated(in[i]), flat.getShape());
    }
    RunArray[] results = new RunArray[(int) sizes.size()];
    for (int row = 0; row < results.length; row++) {
      RunArray[] one = new RunArray[in.length];
      for (int i = 0; i < in.length; i++) {
        RunArray part = RunIndexer.range(rows[i], -rows[i].getShape().dimension(), row, row + 1);
        one[i] = shaped(part, in[i].getShape().getShape());
      }
      results[row] = Operations.apply(op, attributes, one);
    }
    RunArray all = Operations.apply(Op.STACK, Attributes.of(0), results);
    return hidden(shaped(all, Shapes.concat(sizes, results[0].getShape()).getShape()));
  }

  /** Images of each value of a choice are more images, if the kernels are the same for all. */
  private RunArray convolution(Op op, Attributes attributes, RunArray images, RunArray kernels) {
    if (!kernels.choices().isEmpty()) {
      return each(op, attributes, images, kernels);
    }
    RunArray full = images.shown();
    Shape sizes = HiddenDims.sizes(choices);
    Shape shape = images.getShape();
    Shape many = Shapes.with(shape, 0, sizes.size() * shape.get(0));
    RunArray result = Operations.apply(op, attributes, shaped(full, many.getShape()), kernels);
    Shape each = Shapes.with(result.getShape(), 0, shape.get(0));
    return hidden(shaped(result, Shapes.concat(sizes, each).getShape()));
  }

  @Override
  public String toString() {
    return Iterables.toString(choices);
  }
}
