package org.ppl4j.tensor;

import static com.google.common.base.Preconditions.checkArgument;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import com.google.common.collect.Lists;
import com.google.common.primitives.Doubles;
import com.google.common.primitives.Floats;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.ppl4j.tensor.internal.table.Attributes;
import org.ppl4j.tensor.internal.table.Op;
import org.ppl4j.tensor.internal.table.Shapes;

/**
 * What {@code NDArray} lacks. Arguments are tensors of one run, numbers, or plain arrays, which are
 * bound to the run of the others. Axes count from the right.
 */
public final class Tensors {

  private Tensors() {}

  /**
   * A number as a tensor of shape () that has no run yet: it takes that of the first tensor it
   * meets. Arithmetic among numbers is done in Java, in double precision.
   */
  public static NDArray number(double value) {
    return RunArray.number(null, value);
  }

  /**
   * Numbers as a tensor of shape (n) that has no run and no manager: data for programs, or
   * parameters of distributions. It takes the run of the first tensor it meets, and the run's float
   * type.
   */
  public static NDArray vector(double... values) {
    return array(values, new Shape(values.length));
  }

  /**
   * The same of whole numbers, such as counts or groups, of type int64.
   *
   * @throws IllegalArgumentException if one is beyond ±2⁵³
   */
  public static NDArray integers(long... values) {
    for (long value : values) {
      checkArgument(
          value == (long) (double) value,
          "whole number %s is too large to be kept exactly; pass numbers within ±2^53",
          value);
    }
    double[] numbers = Arrays.stream(values).mapToDouble(value -> value).toArray();
    return RunArray.numbers(numbers, new Shape(values.length), DataType.INT64);
  }

  /**
   * Rows of numbers as a tensor of shape (n, m) that has no run and no manager, as {@link #vector}.
   *
   * @throws IllegalArgumentException if there is no row, or rows differ in length
   */
  public static NDArray matrix(double[]... rows) {
    Shape shape = Shapes.ofRows(Lists.transform(Arrays.asList(rows), row -> row.length));
    return array(Doubles.concat(rows), shape);
  }

  /**
   * Numbers, row by row, as a tensor of any shape that has no run and no manager, as {@link
   * #vector}.
   *
   * @throws IllegalArgumentException if there are not as many as the shape holds
   */
  public static NDArray array(double[] values, Shape shape) {
    return array(values, shape, DataType.FLOAT64);
  }

  /**
   * The same of a data type: float64, whose numbers become of the run's float type, int64 or
   * boolean, 1 for true.
   *
   * @throws IllegalArgumentException if there are not as many as the shape holds, or it is another
   *     type
   */
  public static NDArray array(double[] values, Shape shape, DataType type) {
    checkArgument(
        type == DataType.FLOAT64 || type == DataType.INT64 || type == DataType.BOOLEAN,
        "array without a run is to be of type %s; pass float64, int64 or boolean",
        type);
    checkArgument(
        values.length == shape.size(),
        "array of shape %s is to hold %s numbers; pass %s",
        shape,
        values.length,
        shape.size());
    return RunArray.numbers(values.clone(), shape, type);
  }

  /**
   * Numbers, row by row, where others are: on their manager and of their float type, or without a
   * run and a manager, as {@link #array}, if they have none.
   */
  public static NDArray like(NDArray others, double[] values, Shape shape) {
    if (others instanceof RunArray array && array.run() == null) {
      return array(values, shape);
    }
    NDManager manager = others.getManager();
    return others.getDataType() == DataType.FLOAT32
        ? manager.create(Floats.toArray(Doubles.asList(values)), shape)
        : manager.create(values, shape);
  }

  /**
   * The names of the tensors that the dims of a tensor come from, e.g. {@code 'mu'} of {@code
   * mu.exp()}, with their shapes where these are others; empty if none has a name.
   */
  public static String namesOf(NDArray x) {
    return x instanceof RunArray array ? Named.describe(array) : "";
  }

  /** The numbers of a {@link #vector} that has no run yet; none for any other tensor. */
  public static double[] vectorOf(NDArray x) {
    boolean isVector = x.getShape().dimension() == 1;
    double[] values = isVector && x instanceof RunArray array ? array.numbers() : null;
    return values == null ? new double[0] : values.clone();
  }

  /** The value of a tensor that is a plain number; empty for any other. */
  public static OptionalDouble constant(NDArray x) {
    return x instanceof RunArray array && array.isConstant()
        ? OptionalDouble.of(array.constant())
        : OptionalDouble.empty();
  }

  /** Whether it is a tensor of a run, or a number, and not a plain array. */
  public static boolean isTensor(NDArray x) {
    return x instanceof RunArray;
  }

  /** Whether it is a tensor of a run; not so of numbers and plain arrays. */
  public static boolean hasRun(NDArray x) {
    return x instanceof RunArray array && array.run() != null;
  }

  /** The same values as a tensor that has no run, as {@link #array}. */
  public static NDArray withoutRun(NDArray x) {
    return x instanceof RunArray array && array.run() != null ? WithoutRun.kept(array) : x;
  }

  /**
   * The run of the tensors.
   *
   * @throws IllegalStateException if none has one
   */
  public static Run run(NDArray first, NDArray... more) {
    Run run = runOrNull(first, more);
    if (run == null) {
      throw new IllegalStateException(
          "plain numbers have no run; make them with run.scalar(value), or bring a distribution"
              + " into a run with distribution.on(run)");
    }
    return run;
  }

  private static @Nullable Run runOrNull(NDArray first, NDArray... more) {
    Run run = first instanceof RunArray array ? array.run() : null;
    for (NDArray other : more) {
      Run own = other instanceof RunArray array ? array.run() : null;
      run = own != null && (run == null || Captures.isWithin(own, run)) ? own : run;
    }
    return run;
  }

  /** An operand in the run of all of them, if one has a run. */
  private static RunArray operand(@Nullable Run run, NDArray x) {
    RunArray operand = Operations.operand(run, x);
    return run == null ? operand : operand.in(run);
  }

  /**
   * The elements of {@code a} where the condition holds, else those of {@code b}; all broadcast.
   */
  public static NDArray where(NDArray condition, NDArray a, NDArray b) {
    Run run = runOrNull(condition, a, b);
    RunArray c = Operations.operand(run, condition);
    RunArray x = Operations.operand(run, a);
    RunArray y = Operations.operand(run, b);
    if (x.getDataType() != y.getDataType() && run != null) {
      x = Operations.cast(x.in(run), run.dataType());
      y = Operations.cast(y.in(run), run.dataType());
    }
    return Operations.apply(Op.WHERE, Attributes.NONE, c, x, y);
  }

  /** The same with a number where the condition does not hold. */
  public static NDArray where(NDArray condition, NDArray a, double b) {
    return where(condition, a, number(b));
  }

  /**
   * {@code values[..., index]}: values (*v, K) and index (*i) of int64 give the broadcast of (*v,
   * 1) and (*i).
   */
  public static NDArray pick(NDArray values, NDArray index) {
    return pick(values, index, 0);
  }

  /**
   * {@code values[..., index, :]}: values (*v, K, e) and index (*i) of int64 give the broadcast of
   * (*v, 1) and (*i), with e; without *v an index () takes the dim away.
   *
   * @param eventDims how many dims e has
   */
  public static NDArray pick(NDArray values, NDArray index, int eventDims) {
    checkArgument(
        eventDims >= 0 && eventDims <= values.getShape().dimension(),
        "pick of parts of %s dims from a tensor of shape %s; pass how many dims a part has",
        eventDims,
        values.getShape());
    Run run = runOrNull(values, index);
    return RunIndexer.pick(operand(run, values), Operations.index(operand(run, index)), eventDims);
  }

  /**
   * The sum over d of x[..., n, d] · w[..., d]: x (N, D) and w (*b, D), whose batch *b broadcasts
   * with (N), give the broadcast of *b and (N).
   */
  public static NDArray matVec(NDArray x, NDArray w) {
    Run run = runOrNull(w, x);
    RunArray a = operand(run, x);
    RunArray b = operand(run, w);
    int rank = b.getShape().dimension();
    boolean shared = rank == 1 || rank > 1 && b.getShape().get(rank - 2) == 1;
    if (a.getShape().dimension() != 2 || !shared) {
      return a.mul(b).sum(new int[] {-1});
    }
    if (rank == 1) {
      return Operations.apply(Op.MAT_MUL, Attributes.NONE, a, b);
    }
    Shape rest = Shapes.dropRight(b.getShape(), 2);
    RunArray rows = b.reshaped(Shapes.concat(rest, Shapes.takeRight(b.getShape(), 1)));
    return Operations.apply(Op.MAT_MUL, Attributes.NONE, rows, (RunArray) a.swapAxes(-1, -2));
  }

  /** The product of matrices (*, N, K) and (*, K, M), batches broadcast. */
  public static NDArray matMul(NDArray a, NDArray b) {
    Run run = runOrNull(a, b);
    return Operations.apply(Op.MAT_MUL, Attributes.NONE, operand(run, a), operand(run, b));
  }

  /** The sum over the {@code n} rightmost dims; the tensor itself for none. */
  public static NDArray sumRight(NDArray x, int n) {
    return Sums.right(x, n);
  }

  /** The sum of all elements, extra dims on the left included. */
  public static NDArray total(NDArray x) {
    return x.getShape().dimension() == 0
        ? x
        : Operations.apply(Op.SUM_ALL, Attributes.NONE, (RunArray) x);
  }

  /**
   * The sum of numbers and tensors of shape (), in two operations however many they are.
   *
   * @throws IllegalArgumentException if one has another shape
   */
  public static NDArray addAll(List<? extends NDArray> terms) {
    return Sums.of(terms);
  }

  /** The elements in another shape of as many, extra dims on the left included. */
  public static NDArray reshape(NDArray x, Shape shape) {
    return ((RunArray) x).reshaped(shape);
  }

  /** Pieces of these sizes along an axis counted from the right (−1 is the last); one operation. */
  public static List<NDArray> split(NDArray x, int axis, long... sizes) {
    return ((RunArray) x).pieces(Shapes.axis(x.getShape(), axis), sizes);
  }

  /** The elements from {@code start} below {@code stop} along an axis counted from the right. */
  public static NDArray range(NDArray x, int axis, long start, long stop) {
    return RunIndexer.range(x, axis, start, stop);
  }

  /** The slices that an index (*i) of int64 names along an axis; the index's dims replace it. */
  public static NDArray select(NDArray x, NDArray index, int axis) {
    Run run = runOrNull(x, index);
    RunArray i = Operations.index(operand(run, index));
    return RunIndexer.select(operand(run, x), i, axis);
  }

  /** Tensors of one shape side by side along a new axis. */
  public static NDArray stack(List<? extends NDArray> arrays, int axis) {
    RunArray[] in = operands(arrays);
    int rank = in[0].getShape().dimension() + 1;
    checkArgument(
        axis >= -rank && axis < rank,
        "tensors of shape %s have no place %s for a new axis; use one from %s to %s",
        in[0].getShape(),
        axis,
        -rank,
        rank - 1);
    return Operations.apply(Op.STACK, Attributes.of(axis < 0 ? axis + rank : axis), in);
  }

  /** Tensors end to end along an axis; all other dims agree. */
  public static NDArray concat(List<? extends NDArray> arrays, int axis) {
    RunArray[] in = operands(arrays);
    return Operations.apply(
        Op.CONCAT, Attributes.of((long) Shapes.axis(in[0].getShape(), axis)), in);
  }

  private static RunArray[] operands(List<? extends NDArray> arrays) {
    checkArgument(!arrays.isEmpty(), "no tensors are given to be joined; pass at least one");
    Run run = null;
    for (NDArray array : arrays) {
      run = run == null ? runOrNull(array) : run;
    }
    RunArray[] in = new RunArray[arrays.size()];
    for (int i = 0; i < in.length; i++) {
      in[i] = Operations.operand(run, arrays.get(i));
    }
    return in;
  }

  /** The tensor in another data type; gradients pass between float types. */
  public static NDArray cast(NDArray x, DataType type) {
    return Operations.cast((RunArray) x, type);
  }

  /** Whether all elements along an axis hold. */
  public static NDArray all(NDArray x, int axis) {
    return ((RunArray) x).reduceTruth(Op.ALL, axis);
  }

  /** Whether any element along an axis holds. */
  public static NDArray any(NDArray x, int axis) {
    return ((RunArray) x).reduceTruth(Op.ANY, axis);
  }

  /**
   * The same tensor, marked as holding extra dims on the left: particles, enumerated values or
   * draws. What counts from the left, {@code get(int)} and {@code matMul} throw on it and on what
   * descends from it.
   */
  public static NDArray particles(NDArray x) {
    return ((RunArray) x).withParticles();
  }

  /**
   * What a function of rows makes of a tensor, on whose left anything may stand: particles, plates.
   *
   * @param x {@code (*, e)}
   * @param eventDims how many dims {@code e} has
   * @param function of {@code (N, e)}, all that stands on the left as one dim, to {@code (N, o)}
   * @return {@code (*, o)}
   * @throws IllegalArgumentException if the tensor has fewer dims, or the function gives no row for
   *     each
   */
  public static NDArray byRows(NDArray x, int eventDims, UnaryOperator<NDArray> function) {
    Shape all = x.getShape();
    checkArgument(
        eventDims >= 0 && eventDims <= all.dimension(),
        "rows of %s dims are asked of a tensor of shape %s, which has %s; name the dims of a row",
        eventDims,
        all,
        all.dimension());
    Shape left = Shapes.dropRight(all, eventDims);
    Shape rows = Shapes.concat(new Shape(left.size()), Shapes.takeRight(all, eventDims));
    NDArray output = function.apply(((RunArray) reshape(x, rows)).withoutParticles());
    Shape out = output.getShape();
    checkArgument(
        out.dimension() > 0 && out.get(0) == left.size(),
        "a function of %s rows gives a tensor of shape %s; give a row for each, along the first"
            + " dim",
        left.size(),
        out);
    NDArray shaped = reshape(output, Shapes.concat(left, out.slice(1)));
    return hasParticles(x) ? particles(shaped) : shaped;
  }

  /** Whether it is marked so, or descends from one that is. */
  public static boolean hasParticles(NDArray x) {
    return x instanceof RunArray array && array.hasParticles();
  }

  /** A detached copy on the caller's manager, as a plain array. */
  public static NDArray copy(NDArray x, NDManager manager) {
    return Plain.copy((RunArray) x, manager);
  }

  /**
   * The elements, row by row, read from the device; not for draws, densities or transforms. Truth
   * values are 1 and 0.
   *
   * @throws IllegalArgumentException if it is a plain array that holds no numbers, or if an integer
   *     is so large that no double is equal to it
   */
  public static double[] values(NDArray x) {
    return x instanceof RunArray ? x.toDoubleArray() : Plain.values(x);
  }

  /** The same values without a gradient. */
  public static NDArray detached(NDArray x) {
    return constant(x).isEmpty() && x.getDataType().isFloating() ? x.stopGradient() : x;
  }

  /**
   * The same values without derivative; in a run that {@linkplain Run#watchDescent watches descent}
   * a source of this name.
   */
  public static NDArray source(String name, NDArray x) {
    return ((RunArray) detached(x)).source(name);
  }

  /**
   * The names of the {@linkplain #source sources} that a tensor descends from: by operations, or
   * since Java has read something before that descends from them. Empty unless its run watches
   * descent.
   */
  public static Set<String> sources(NDArray x) {
    return x instanceof RunArray array ? array.sources() : Set.of();
  }

  /**
   * The given values with the given derivative: elementwise d value / d x = derivative, where x is
   * broadcast to the value's shape. NaN where x is.
   */
  public static NDArray withDerivative(NDArray value, NDArray x, NDArray derivative) {
    Run run = runOrNull(value, x, derivative);
    RunArray[] in = {operand(run, value), operand(run, x), operand(run, derivative)};
    return Operations.apply(Op.WITH_DERIVATIVE, Attributes.NONE, in);
  }

  /**
   * The elements of {@code hard} with the gradient of {@code soft}, which they remember: {@link
   * #relaxed}.
   */
  public static NDArray straightThrough(NDArray hard, NDArray soft) {
    return ((RunArray) withDerivative(hard, soft, number(1))).roundedFrom((RunArray) soft);
  }

  /**
   * What a result of {@link #straightThrough}, or the same without gradient, was made of; any other
   * tensor itself.
   */
  public static NDArray relaxed(NDArray x) {
    RunArray soft = x instanceof RunArray array ? array.relaxed() : null;
    return soft == null ? x : soft;
  }
}
