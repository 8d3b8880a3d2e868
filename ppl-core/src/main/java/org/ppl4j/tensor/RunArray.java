package org.ppl4j.tensor;

import static com.google.common.base.Preconditions.checkArgument;
import static com.google.common.base.Preconditions.checkState;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.internal.NDArrayEx;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.ndarray.types.SparseFormat;
import org.jspecify.annotations.Nullable;

/**
 * A tensor of a run, or a plain number that may not have a run yet. It never changes. Its methods
 * are those of {@code NDArray}: each is an operation of the table, derived from such, or refused.
 * This class holds identity, pointwise operations and host reads; {@link ShapedArray} what concerns
 * axes.
 */
final class RunArray extends ShapedArray {

  private final @Nullable Run run;
  private final Shape shape;
  private final DataType type;
  private final boolean particles;
  private final boolean constant;
  private final double value;
  private long handle;
  private double scale = 1;
  private double shift;
  private @Nullable RunArray logarithm;
  private @Nullable RunArray data;
  private @Nullable Facts facts;
  private @Nullable Derived derived;

  /** The result of an operation on this tensor alone, kept for the next who asks. */
  private record Derived(Op op, RunArray result, @Nullable Derived next) {}

  private @Nullable String name;

  RunArray(Run run, long handle, Shape shape, DataType type, boolean particles) {
    this.run = run;
    this.handle = handle;
    this.shape = shape;
    this.type = type;
    this.particles = particles;
    this.constant = false;
    this.value = 0;
  }

  private RunArray(@Nullable Run run, double value, DataType type) {
    this.run = run;
    this.shape = Shapes.scalar();
    this.type = type;
    this.particles = false;
    this.constant = true;
    this.value = value;
  }

  /** A number; without a run it takes that of the first tensor it meets. */
  static RunArray number(@Nullable Run run, double value) {
    return new RunArray(run, value, run == null ? DataType.FLOAT64 : run.dataType());
  }

  // ---------------------------------------------------------------- for the package

  @Nullable Run run() {
    return run;
  }

  boolean hasParticles() {
    return particles;
  }

  /** Whether the value is known without asking the engine. */
  boolean isConstant() {
    return constant && type != DataType.INT64;
  }

  double constant() {
    return value;
  }

  boolean isFloat() {
    return type == DataType.FLOAT64 || type == DataType.FLOAT32;
  }

  /** A number of the same run. */
  RunArray like(double number) {
    return number(run, number);
  }

  /** This tensor in a run: itself, or a number that gets the run. */
  RunArray in(Run target) {
    if (run == target) {
      return this;
    }
    if (run == null) {
      return number(target, value);
    }
    run.check();
    throw new IllegalStateException(
        "tensor of run "
            + run.counter()
            + " is bound to run "
            + target.counter()
            + "; pass values between runs, or Tensors.copy(x, manager) and bind the copy");
  }

  /** The same tensor, marked as holding extra dims on the left. */
  RunArray withParticles() {
    if (particles || constant || run == null) {
      return this;
    }
    RunArray marked = new RunArray(run, handle, shape, type, true);
    marked.scale = scale;
    marked.shift = shift;
    marked.logarithm = logarithm;
    return marked;
  }

  /** Marks this as the whole of some data of which facts are kept. */
  RunArray withFacts(Facts known) {
    facts = known;
    data = this;
    return this;
  }

  /** Marks this as a part of what another tensor is a part of. */
  RunArray partOf(RunArray other) {
    data = other.data;
    return this;
  }

  /** The data that this is a part of. */
  @Nullable RunArray data() {
    return data;
  }

  @Nullable Facts facts() {
    return facts;
  }

  @Nullable RunArray derived(Op op) {
    for (Derived at = derived; at != null; at = at.next) {
      if (at.op == op) {
        return at.result;
      }
    }
    return null;
  }

  RunArray derive(Op op, RunArray result) {
    derived = new Derived(op, result, derived);
    return result;
  }

  /** Whether numbers are put off: see {@link Pending}. */
  boolean isPending() {
    return scale != 1 || shift != 0;
  }

  double scale() {
    return scale;
  }

  double shift() {
    return shift;
  }

  /** The tensor that {@code scale · base + shift} is of. */
  RunArray base() {
    return isPending() ? standingFor(1, 0) : this;
  }

  /** A tensor that stands for {@code newScale · base + newShift}. */
  RunArray standingFor(double newScale, double newShift) {
    if (newScale == scale && newShift == shift) {
      return this;
    }
    RunArray other = new RunArray(requireRun(), handle, shape, type, particles);
    other.scale = newScale;
    other.shift = newShift;
    other.logarithm = logarithm;
    return other;
  }

  /** Remembers that this is the exponential of a tensor. */
  RunArray exponentialOf(RunArray source) {
    logarithm = source;
    return this;
  }

  /** The logarithm, if this is a positive multiple of an exponential. */
  @Nullable RunArray knownLogarithm() {
    RunArray known = logarithm;
    return known == null || shift != 0 || scale <= 0
        ? null
        : Operations.apply(Op.ADD, known, like(Math.log(scale)));
  }

  /** The native tensor. */
  long handle() {
    if (run == null) {
      throw new IllegalStateException(
          "number " + value + " has no run yet; make it with run.scalar(value)");
    }
    run.check();
    if (handle == 0) {
      handle = run.number(value, type);
    }
    if (isPending()) {
      long settled = Pending.settle(this).handle;
      if (!run.isRecording()) {
        return settled;
      }
      logarithm = knownLogarithm();
      handle = settled;
      scale = 1;
      shift = 0;
    }
    return handle;
  }

  Run requireRun() {
    checkState(run != null, "number %s has no run yet; make it with run.scalar(value)", value);
    return run;
  }

  private RunArray operand(NDArray array) {
    return Operations.operand(run, array);
  }

  /** A Java number as an operand: an integer stays one next to integers. */
  RunArray operand(Number number) {
    boolean integral =
        number instanceof Integer
            || number instanceof Long
            || number instanceof Short
            || number instanceof Byte;
    return type == DataType.INT64 && integral
        ? new RunArray(run, number.doubleValue(), DataType.INT64)
        : number(run, number.doubleValue());
  }

  private NDArray apply(Op op) {
    return Operations.apply(op, this);
  }

  private NDArray apply(Op op, NDArray other) {
    return Operations.apply(op, this, operand(other));
  }

  private NDArray apply(Op op, Number other) {
    return Operations.apply(op, this, operand(other));
  }

  // ---------------------------------------------------------------- identity

  @Override
  public NDManager getManager() {
    return requireRun().manager();
  }

  /** The name that was set; null before, as DJL has it. */
  @Override
  @SuppressWarnings("NullAway")
  public String getName() {
    return name;
  }

  @Override
  public void setName(String name) {
    this.name = name;
  }

  @Override
  public String getUid() {
    return "run-" + System.identityHashCode(this);
  }

  @Override
  public DataType getDataType() {
    return type;
  }

  @Override
  public Device getDevice() {
    return run == null ? Device.cpu() : run.device();
  }

  @Override
  public Shape getShape() {
    return shape;
  }

  @Override
  public SparseFormat getSparseFormat() {
    return SparseFormat.DENSE;
  }

  @Override
  public boolean isReleased() {
    return run != null && !run.isOpen();
  }

  /** Does nothing: the run owns the tensor. */
  @Override
  public void close() {}

  @Override
  public NDArrayEx getNDArrayInternal() {
    return new RunEx(this);
  }

  @Override
  public NDArray toType(DataType target, boolean copy) {
    if (run == null) {
      return this;
    }
    DataType reached = Plain.target(target, run.dataType());
    return reached == type ? this : Operations.cast(this, reached);
  }

  @Override
  public NDArray stopGradient() {
    return constant ? this : Operations.apply(Op.STOP_GRADIENT, this);
  }

  @Override
  public NDArray duplicate() {
    return this;
  }

  @Override
  public NDArray toDense() {
    return this;
  }

  // ---------------------------------------------------------------- host reads

  @Override
  public double[] toDoubleArray() {
    return constant ? new double[] {value} : HostCopy.doubles(this);
  }

  @Override
  public float[] toFloatArray() {
    double[] values = toDoubleArray();
    float[] result = new float[values.length];
    for (int i = 0; i < result.length; i++) {
      result[i] = (float) values[i];
    }
    return result;
  }

  @Override
  public long[] toLongArray() {
    if (type == DataType.INT64 && !constant) {
      return HostCopy.longs(this);
    }
    double[] values = toDoubleArray();
    long[] result = new long[values.length];
    for (int i = 0; i < result.length; i++) {
      result[i] = (long) values[i];
    }
    return result;
  }

  @Override
  public int[] toIntArray() {
    long[] values = toLongArray();
    int[] result = new int[values.length];
    for (int i = 0; i < result.length; i++) {
      result[i] = Math.toIntExact(values[i]);
    }
    return result;
  }

  @Override
  public boolean[] toBooleanArray() {
    double[] values = toDoubleArray();
    boolean[] result = new boolean[values.length];
    for (int i = 0; i < result.length; i++) {
      result[i] = values[i] != 0;
    }
    return result;
  }

  @Override
  public double getDouble(long... indices) {
    double[] values =
        indices.length == 0 ? toDoubleArray() : get(new NDIndex(indices)).toDoubleArray();
    checkArgument(
        values.length == 1,
        "tensor of shape %s read as one number holds %s values at that index; index every dim",
        shape,
        values.length);
    return values[0];
  }

  @Override
  public float getFloat(long... indices) {
    return (float) getDouble(indices);
  }

  @Override
  public long getLong(long... indices) {
    return (long) getDouble(indices);
  }

  @Override
  public int getInt(long... indices) {
    return (int) getDouble(indices);
  }

  @Override
  public boolean getBoolean(long... indices) {
    return getDouble(indices) != 0;
  }

  @Override
  public boolean contentEquals(Number number) {
    for (double element : toDoubleArray()) {
      if (element != number.doubleValue()) {
        return false;
      }
    }
    return true;
  }

  @Override
  public boolean contentEquals(NDArray other) {
    RunArray that = operand(other);
    return shape.equals(that.shape)
        && java.util.Arrays.equals(toDoubleArray(), that.toDoubleArray());
  }

  @Override
  public boolean allClose(NDArray other) {
    return allClose(other, 1e-5, 1e-8, false);
  }

  @Override
  public boolean allClose(NDArray other, double rtol, double atol, boolean equalNan) {
    double[] a = toDoubleArray();
    double[] b = operand(other).toDoubleArray();
    if (a.length != b.length) {
      return false;
    }
    for (int i = 0; i < a.length; i++) {
      boolean close =
          a[i] == b[i]
              || Math.abs(a[i] - b[i]) <= atol + rtol * Math.abs(b[i])
              || equalNan && Double.isNaN(a[i]) && Double.isNaN(b[i]);
      if (!close) {
        return false;
      }
    }
    return true;
  }

  @Override
  public String toDebugString(
      int maxSize, int maxDepth, int maxRows, int maxColumns, boolean withContent) {
    return toString();
  }

  /** Shape, type and, if there are at most ten, the values. Reads the host. */
  @Override
  public String toString() {
    String head = "Tensor" + shape + " " + type.toString().toLowerCase(java.util.Locale.ROOT);
    boolean readable = constant || run != null && run.isOpen();
    return readable && shape.size() <= 10
        ? head + " " + java.util.Arrays.toString(toDoubleArray())
        : head;
  }

  // ---------------------------------------------------------------- of each pair of elements

  @Override
  public NDArray eq(Number other) {
    return apply(Op.EQ, other);
  }

  @Override
  public NDArray eq(NDArray other) {
    return apply(Op.EQ, other);
  }

  @Override
  public NDArray neq(Number other) {
    return apply(Op.NEQ, other);
  }

  @Override
  public NDArray neq(NDArray other) {
    return apply(Op.NEQ, other);
  }

  @Override
  public NDArray gt(Number other) {
    return apply(Op.GT, other);
  }

  @Override
  public NDArray gt(NDArray other) {
    return apply(Op.GT, other);
  }

  @Override
  public NDArray gte(Number other) {
    return apply(Op.GTE, other);
  }

  @Override
  public NDArray gte(NDArray other) {
    return apply(Op.GTE, other);
  }

  @Override
  public NDArray lt(Number other) {
    return apply(Op.LT, other);
  }

  @Override
  public NDArray lt(NDArray other) {
    return apply(Op.LT, other);
  }

  @Override
  public NDArray lte(Number other) {
    return apply(Op.LTE, other);
  }

  @Override
  public NDArray lte(NDArray other) {
    return apply(Op.LTE, other);
  }

  @Override
  public NDArray add(Number other) {
    return apply(Op.ADD, other);
  }

  @Override
  public NDArray add(NDArray other) {
    return apply(Op.ADD, other);
  }

  @Override
  public NDArray sub(Number other) {
    return apply(Op.SUB, other);
  }

  @Override
  public NDArray sub(NDArray other) {
    return apply(Op.SUB, other);
  }

  @Override
  public NDArray mul(Number other) {
    return apply(Op.MUL, other);
  }

  @Override
  public NDArray mul(NDArray other) {
    return apply(Op.MUL, other);
  }

  @Override
  public NDArray div(Number other) {
    return apply(Op.DIV, other);
  }

  @Override
  public NDArray div(NDArray other) {
    return apply(Op.DIV, other);
  }

  @Override
  public NDArray mod(Number other) {
    return apply(Op.MOD, other);
  }

  @Override
  public NDArray mod(NDArray other) {
    return apply(Op.MOD, other);
  }

  @Override
  public NDArray pow(Number other) {
    return apply(Op.POW, other);
  }

  @Override
  public NDArray pow(NDArray other) {
    return apply(Op.POW, other);
  }

  @Override
  public NDArray maximum(Number other) {
    return apply(Op.MAXIMUM, other);
  }

  @Override
  public NDArray maximum(NDArray other) {
    return apply(Op.MAXIMUM, other);
  }

  @Override
  public NDArray minimum(Number other) {
    return apply(Op.MINIMUM, other);
  }

  @Override
  public NDArray minimum(NDArray other) {
    return apply(Op.MINIMUM, other);
  }

  @Override
  public NDArray xlogy(NDArray other) {
    return apply(Op.XLOGY, other);
  }

  @Override
  public NDArray atan2(NDArray other) {
    return apply(Op.ATAN2, other);
  }

  @Override
  public NDArray logicalAnd(NDArray other) {
    return apply(Op.LOGICAL_AND, other);
  }

  @Override
  public NDArray logicalOr(NDArray other) {
    return apply(Op.LOGICAL_OR, other);
  }

  @Override
  public NDArray logicalXor(NDArray other) {
    return apply(Op.LOGICAL_XOR, other);
  }

  @Override
  public NDArray clip(Number min, Number max) {
    return maximum(min).minimum(max);
  }

  // ---------------------------------------------------------------- of each element

  @Override
  public NDArray neg() {
    return apply(Op.NEG);
  }

  @Override
  public NDArray abs() {
    return apply(Op.ABS);
  }

  @Override
  public NDArray sign() {
    return apply(Op.SIGN);
  }

  @Override
  public NDArray square() {
    return apply(Op.SQUARE);
  }

  @Override
  public NDArray sqrt() {
    return apply(Op.SQRT);
  }

  @Override
  public NDArray exp() {
    return apply(Op.EXP);
  }

  @Override
  public NDArray log() {
    return apply(Op.LOG);
  }

  @Override
  public NDArray log2() {
    return apply(Op.LOG2);
  }

  @Override
  public NDArray log10() {
    return apply(Op.LOG10);
  }

  @Override
  public NDArray sin() {
    return apply(Op.SIN);
  }

  @Override
  public NDArray cos() {
    return apply(Op.COS);
  }

  @Override
  public NDArray tan() {
    return apply(Op.TAN);
  }

  @Override
  public NDArray asin() {
    return apply(Op.ASIN);
  }

  @Override
  public NDArray acos() {
    return apply(Op.ACOS);
  }

  @Override
  public NDArray atan() {
    return apply(Op.ATAN);
  }

  @Override
  public NDArray sinh() {
    return apply(Op.SINH);
  }

  @Override
  public NDArray cosh() {
    return apply(Op.COSH);
  }

  @Override
  public NDArray tanh() {
    return apply(Op.TANH);
  }

  @Override
  public NDArray asinh() {
    return apply(Op.ASINH);
  }

  @Override
  public NDArray acosh() {
    return apply(Op.ACOSH);
  }

  @Override
  public NDArray atanh() {
    return apply(Op.ATANH);
  }

  @Override
  public NDArray floor() {
    return apply(Op.FLOOR);
  }

  @Override
  public NDArray ceil() {
    return apply(Op.CEIL);
  }

  @Override
  public NDArray round() {
    return apply(Op.ROUND);
  }

  @Override
  public NDArray trunc() {
    return apply(Op.TRUNC);
  }

  @Override
  public NDArray gammaln() {
    return apply(Op.LGAMMA);
  }

  @Override
  public NDArray erf() {
    return apply(Op.ERF);
  }

  @Override
  public NDArray erfinv() {
    return apply(Op.ERFINV);
  }

  @Override
  public NDArray logicalNot() {
    return apply(Op.LOGICAL_NOT);
  }

  @Override
  public NDArray isNaN() {
    return apply(Op.IS_NAN);
  }

  @Override
  public NDArray isInfinite() {
    return apply(Op.IS_INFINITE);
  }

  @Override
  public NDArray cbrt() {
    return sign().mul(abs().pow(1.0 / 3));
  }

  @Override
  public NDArray toDegrees() {
    return mul(180 / Math.PI);
  }

  @Override
  public NDArray toRadians() {
    return mul(Math.PI / 180);
  }

  @Override
  public NDArray matMul(NDArray other) {
    RunArray that = operand(other);
    if (particles || that.particles) {
      throw new IllegalStateException(
          "matMul on a tensor with extra left dims (shapes "
              + shape
              + " and "
              + that.shape
              + "): particles, enumerated values or draws stand there and would be multiplied"
              + " together; use p.matVec(x, w) or a sum of products over dim -1");
    }
    return Operations.apply(Op.MAT_MUL, Attributes.NONE, this, that);
  }

  @Override
  public NDArray dot(NDArray other) {
    return matMul(other);
  }

  @Override
  public NDArray batchMatMul(NDArray other) {
    return Operations.apply(Op.MAT_MUL, Attributes.NONE, this, operand(other));
  }

  @Override
  public NDArray inverse() {
    return Operations.apply(Op.INVERSE, Attributes.NONE, this);
  }

  @Override
  public NDArray zerosLike() {
    return requireRun().zeros(shape);
  }

  @Override
  public NDArray onesLike() {
    return requireRun().ones(shape);
  }

  @Override
  public NDArray like() {
    return requireRun().zeros(shape);
  }

  @Override
  public NDArray all() {
    return flatten().reduceTruth(Op.ALL, 0);
  }

  @Override
  public NDArray any() {
    return flatten().reduceTruth(Op.ANY, 0);
  }

  @Override
  public NDArray none() {
    return any().logicalNot();
  }

  @Override
  public NDArray countNonzero() {
    return neq(0).sum();
  }

  @Override
  public NDArray countNonzero(int axis) {
    return neq(0).sum(new int[] {axis});
  }

  @Override
  public NDList topK(int k, int axis, boolean largest, boolean sorted) {
    int at = axis(axis);
    Shape picked = Shapes.with(shape, at, k);
    RunArray[] results =
        Operations.applyMany(
            Op.TOP_K,
            Attributes.of(k, at, largest ? 1 : 0, sorted ? 1 : 0),
            new Shape[] {picked, picked},
            new DataType[] {type, DataType.INT64},
            this);
    return new NDList(results[0], results[1]);
  }
}
