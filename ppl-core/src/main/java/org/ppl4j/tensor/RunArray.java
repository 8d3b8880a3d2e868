package org.ppl4j.tensor;

import static com.google.common.base.Preconditions.checkArgument;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.internal.NDArrayEx;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.ndarray.types.SparseFormat;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import com.google.common.primitives.Ints;
import com.google.common.primitives.Longs;
import java.nio.Buffer;
import java.nio.ByteBuffer;
import java.nio.charset.Charset;
import java.util.Arrays;
import java.util.Locale;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.ppl4j.tensor.internal.engine.HostCopy;
import org.ppl4j.tensor.internal.table.Attributes;
import org.ppl4j.tensor.internal.table.Op;
import org.ppl4j.tensor.internal.table.Shapes;

/**
 * A tensor of a run, or a plain number that may not have a run yet. Its values never change. Its
 * methods are those of {@code NDArray}: each is an operation of the table, derived from such, or
 * refused.
 */
final class RunArray implements NDArray {

  /** {@link #traits} of a tensor that has hidden dims. */
  static final int HIDES = 1;

  /** Of one that has particles. */
  static final int PARTICLES = 2;

  /** Of one that moves with a variable. */
  static final int MOVES = 4;

  /** Of one whose dims come from tensors with names. */
  static final int NAMED = 8;

  private final @Nullable Run run;
  private final Shape shape;
  private final DataType type;
  private final boolean particles;
  private final ImmutableList<Choice> choices; // the hidden dims, left of the shape
  private final @Nullable Choice itself; // that each element is the place of
  private final boolean gradient;
  private final boolean constant;
  private final double value;
  private final double @Nullable [] numbers; // that have no run yet, row by row
  private final @Nullable Scope scope; // null if it has no native tensor of its own
  private long handle; // 0 for a number that no operation has asked for
  private @Nullable Lender lender;
  private @Nullable RunArray relaxed;
  private @Nullable RunArray exponent; // that this is the exponential of, times that of a number
  private double exponentShift; // that number
  private @Nullable LogDistances distances;
  private @Nullable String name;
  private ImmutableList<Named> named = ImmutableList.of(); // that its dims come from

  RunArray(Run run, long handle, Shape shape, DataType type, boolean particles, boolean gradient) {
    this(run, handle, shape, type, particles, gradient, ImmutableList.of(), null);
  }

  private RunArray(
      Run run,
      long handle,
      Shape shape,
      DataType type,
      boolean particles,
      boolean gradient,
      ImmutableList<Choice> choices,
      @Nullable Choice itself) {
    this.run = run;
    this.handle = handle;
    this.shape = shape;
    this.type = type;
    this.particles = particles;
    this.choices = choices;
    this.itself = itself;
    this.gradient = gradient;
    this.constant = false;
    this.value = 0;
    this.numbers = null;
    this.scope = run.owned().scope();
  }

  /** Without a native tensor: numbers that have no run yet, or else one number. */
  private RunArray(
      @Nullable Run run, double @Nullable [] numbers, double value, Shape shape, DataType type) {
    this.run = run;
    this.shape = shape;
    this.type = type;
    this.particles = false;
    this.choices = ImmutableList.of();
    this.itself = null;
    this.gradient = false;
    this.constant = numbers == null;
    this.value = value;
    this.numbers = numbers;
    this.scope = null;
  }

  private RunArray(@Nullable Run run, double value, DataType type) {
    this(run, null, value, Shapes.scalar(), type);
  }

  /** A number; without a run it takes that of the first tensor it meets. */
  static RunArray number(@Nullable Run run, double value) {
    return new RunArray(run, value, run == null ? DataType.FLOAT64 : run.dataType());
  }

  /** Numbers that have no run yet, row by row, of a float type or int64. */
  static RunArray numbers(double[] values, Shape shape, DataType type) {
    return new RunArray(null, values, 0, shape, type);
  }

  // ---------------------------------------------------------------- for the package

  /** The numbers, row by row, of a tensor that has no run yet and is not a plain number. */
  double @Nullable [] numbers() {
    return numbers;
  }

  @Nullable Run run() {
    return run;
  }

  boolean hasParticles() {
    return particles;
  }

  /** What an operation asks of each operand, as bits. */
  int traits() {
    return (choices.isEmpty() ? 0 : HIDES)
        | (particles ? PARTICLES : 0)
        | (gradient ? MOVES : 0)
        | (named.isEmpty() ? 0 : NAMED);
  }

  /** What it depends on, in the order of its hidden dims. */
  ImmutableList<Choice> choices() {
    return choices;
  }

  /** The choice whose place each of its elements is; null if there is none. */
  @Nullable Choice itself() {
    return itself;
  }

  /** The same native tensor, whose hidden dims stand left of all others for everyone to see. */
  RunArray shown() {
    if (choices.isEmpty()) {
      return this;
    }
    Shape full = Shapes.concat(HiddenDims.sizes(choices), shape);
    RunArray plain = new RunArray(requireRun(), handle, full, type, particles, gradient);
    plain.lender = lender;
    plain.named = named;
    return plain;
  }

  /**
   * The same native tensor, whose leftmost dims are hidden.
   *
   * @param hidden their choices, in order
   * @param own the choice whose place each element is, if it is known
   */
  RunArray hiding(ImmutableList<Choice> hidden, @Nullable Choice own) {
    Shape rest = shape.slice(hidden.size());
    RunArray marked =
        new RunArray(requireRun(), handle, rest, type, particles, gradient, hidden, own);
    marked.lender = lender;
    marked.named = named;
    return marked;
  }

  private RunArray like(boolean holdsParticles, boolean moves) {
    RunArray same =
        new RunArray(requireRun(), handle, shape, type, holdsParticles, moves, choices, itself);
    same.lender = lender;
    same.named = named;
    return same;
  }

  /** The same tensor, that moves with a variable. */
  RunArray moving() {
    return like(particles, true);
  }

  /** Its native tensor if it was made in a scope; else 0. */
  long handleIn(Scope part) {
    return scope == part ? handle : 0;
  }

  /** The same tensor in the scope that is open now, if it was made in this one. */
  RunArray movedFrom(Scope part) {
    return scope == part ? like(particles, gradient) : this;
  }

  /** Whether it is a variable or computed from one. */
  boolean moves() {
    return gradient;
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
    if (numbers != null) {
      return WithoutRun.in(target, numbers, shape, type);
    }
    if (run == null) {
      return new RunArray(target, value, type.isFloating() ? target.dataType() : type);
    }
    run.check();
    return Captures.of(this, run, target);
  }

  /** The same tensor, marked as holding extra dims on the left. */
  RunArray withParticles() {
    if (particles || constant || run == null) {
      return this;
    }
    RunArray marked = like(true, gradient);
    marked.relaxed = relaxed == null ? null : relaxed.withParticles();
    marked.exponent = exponent == null ? null : exponent.withParticles();
    marked.exponentShift = exponentShift;
    marked.distances = distances == null ? null : distances.withParticles();
    return marked;
  }

  /** The same tensor, whose left dims are like others. */
  RunArray withoutParticles() {
    return particles ? like(false, gradient) : this;
  }

  /** The same tensor with these distances, or without any. */
  RunArray carrying(@Nullable LogDistances known) {
    if (numbers != null) {
      return this;
    }
    RunArray marked = constant ? new RunArray(run, value, type) : like(particles, gradient);
    marked.relaxed = relaxed;
    marked.exponent = exponent;
    marked.exponentShift = exponentShift;
    marked.distances = known;
    return marked;
  }

  /** The same numbers as a source of this name, if its run watches descent. */
  RunArray source(String source) {
    Descent descent = run == null ? null : run.owned().descent();
    if (descent == null) {
      return this;
    }
    RunArray own = Operations.apply(Op.COPY, Attributes.NONE, this);
    descent.add(source, own.handle());
    return distances == null
        ? own
        : own.carrying(distances.mapped(x -> ((RunArray) x).source(source)));
  }

  /**
   * The names of its sources; a number that Java has made may descend from all that it has read.
   */
  ImmutableSet<String> sources() {
    Descent descent = run == null ? null : run.owned().descent();
    if (descent == null) {
      return ImmutableSet.of();
    }
    return (constant ? descent.read() : descent.of(handle()))
        .stream().map(Object::toString).collect(ImmutableSet.toImmutableSet());
  }

  @Nullable LogDistances distances() {
    return distances;
  }

  /** Remembers which operands, of such shapes, its dims come from. */
  RunArray madeOf(RunArray[] in, Shape[] shapes) {
    named = Named.of(shape, in, shapes);
    return this;
  }

  /** The tensors with names that its dims come from. */
  ImmutableList<Named> named() {
    return named;
  }

  /** Remembers whose values these are. */
  RunArray lentBy(Lender owner) {
    lender = owner;
    return this;
  }

  /** Remembers the value that this was rounded from. */
  RunArray roundedFrom(@Nullable RunArray source) {
    relaxed = source;
    return this;
  }

  /** The value that this was rounded from. */
  @Nullable RunArray relaxed() {
    return relaxed;
  }

  /**
   * Remembers that it is {@code exp(x + shift)}, as long as both are there: so its logarithm is
   * exact, also where the exponential is no number of the float type.
   */
  RunArray exponentialOf(RunArray x, double shift) {
    if (run != null && run.isRecording() && !run.owned().isInPart()) {
      exponent = x;
      exponentShift = shift;
    }
    return this;
  }

  /** The same, as a multiple of an exponential by a number of this logarithm; none of others. */
  RunArray multipleOf(RunArray x, double log) {
    double shift = x.exponentShift + log;
    return x.exponent == null || !Double.isFinite(shift) ? this : exponentialOf(x.exponent, shift);
  }

  /** What it is the exponential of; null if that is not known, or without gradients. */
  @Nullable RunArray exponent() {
    if (exponent == null || !exponent.requireRun().isRecording()) {
      return null;
    }
    exponent.requireRun().check();
    return Operations.apply(Op.ADD, exponent, number(run, exponentShift));
  }

  /**
   * The native tensor.
   *
   * @throws IllegalStateException if the run or who lent it is closed
   */
  long handle() {
    requireRun().check();
    if (lender != null) {
      lender.checkOpen();
    }
    if (scope != null) {
      scope.check(shape);
    }
    if (handle != 0) {
      return handle;
    }
    Owned owned = requireRun().owned();
    long number = owned.number(value, type);
    handle = owned.isInPart() ? 0 : number; // There it is freed sooner than this.
    return number;
  }

  /** The elements as an operation reads them, row by row; null for who reads them otherwise. */
  double[] values(@Nullable Op of) {
    double[] values = new double[Math.toIntExact(size())];
    read(of, values);
    return values;
  }

  /** The same, written into an array of as many elements. */
  void read(@Nullable Op of, double[] into) {
    requireRun().owned().column().read(of, handle());
    copy(into);
  }

  /**
   * The elements for a trial, row by row: what is tried with them goes into no result, so that
   * nobody has read them.
   */
  double[] forTrial() {
    double[] values = new double[Math.toIntExact(size())];
    copy(values);
    return values;
  }

  private void copy(double[] into) {
    HostCopy.doubles(handle(), type, getDevice(), into);
  }

  Run requireRun() {
    if (run == null) {
      throw new IllegalStateException(
          (numbers == null ? "number " + value : "tensor of shape " + shape)
              + " has no run yet; bring it into one with run.bind(x), a distribution with"
              + " distribution.on(run)");
    }
    return run;
  }

  RunArray operand(NDArray array) {
    return Operations.operand(run, array);
  }

  /** A Java number as an operand: an integer stays one next to integers. */
  RunArray operand(Number number) {
    boolean integral =
        number instanceof Integer
            || number instanceof Long
            || number instanceof Short
            || number instanceof Byte;
    if (type != DataType.INT64 || !integral) {
      return number(run, number.doubleValue());
    }
    long whole = number.longValue();
    return HostCopy.isExact(whole)
        ? new RunArray(run, whole, DataType.INT64)
        : (RunArray) requireRun().create(new long[] {whole}, Shapes.scalar());
  }

  // ---------------------------------------------------------------- identity

  @Override
  public NDManager getManager() {
    return requireRun().manager();
  }

  /** Null before one is set, as DJL has it. */
  @Override
  @SuppressWarnings("NullAway")
  public String getName() {
    return name;
  }

  @Override
  public void setName(String name) {
    this.name = name;
    named = shape.dimension() == 0 ? ImmutableList.of() : ImmutableList.of(new Named(name, shape));
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
    if (run == null || constant) {
      return this;
    }
    RunArray stopped = Operations.apply(Op.STOP_GRADIENT, this);
    return relaxed == null ? stopped : stopped.roundedFrom((RunArray) relaxed.stopGradient());
  }

  @Override
  public NDArray duplicate() {
    return this;
  }

  @Override
  public NDArray toDense() {
    return this;
  }

  @Override
  public double[] toDoubleArray() {
    if (constant) {
      return new double[] {value};
    }
    if (numbers != null) {
      return numbers.clone();
    }
    HiddenDims.checkRead(this);
    return values(null);
  }

  // ---------------------------------------------------------------- reads, for results, checks and
  // debuggers

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
    if (getDataType() == DataType.INT64 && Tensors.hasRun(this) && !isConstant()) {
      HiddenDims.checkRead(this);
      requireRun().owned().column().read(null, handle());
      return HostCopy.longs(handle(), size(), getDevice());
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
    return values[one(values.length)];
  }

  /** The place of the only value. */
  private int one(int count) {
    checkArgument(
        count == 1,
        "tensor of shape %s read as one number holds %s values at that index; index every dim",
        getShape(),
        count);
    return 0;
  }

  @Override
  public float getFloat(long... indices) {
    return (float) getDouble(indices);
  }

  @Override
  public long getLong(long... indices) {
    if (getDataType() != DataType.INT64) {
      return (long) getDouble(indices);
    }
    long[] values = indices.length == 0 ? toLongArray() : get(new NDIndex(indices)).toLongArray();
    return values[one(values.length)];
  }

  @Override
  public int getInt(long... indices) {
    return Math.toIntExact(getLong(indices));
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
    return getShape().equals(that.getShape())
        && Arrays.equals(toDoubleArray(), that.toDoubleArray());
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
    String head = "Tensor" + getShape() + " " + getDataType().toString().toLowerCase(Locale.ROOT);
    if (!choices.isEmpty()) {
      return head + " for each " + choices;
    }
    boolean readable = !isReleased();
    return readable && getShape().size() <= 10
        ? head + " " + Arrays.toString(toDoubleArray())
        : head;
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

  // ---------------------------------------------------------------- shape

  @Override
  public NDArray reshape(Shape shape) {
    refuseParticles("reshape");
    return reshaped(shape);
  }

  /** The same elements in another shape; one size may be −1. */
  RunArray reshaped(Shape target) {
    long[] sizes = target.getShape().clone();
    long known = 1;
    int open = -1;
    for (int i = 0; i < sizes.length; i++) {
      if (sizes[i] < 0) {
        checkArgument(
            open < 0,
            "tensor of shape %s cannot be reshaped to %s, which leaves two sizes open; leave one",
            getShape(),
            target);
        open = i;
      } else {
        known *= sizes[i];
      }
    }
    long size = getShape().size();
    if (open >= 0) {
      checkArgument(
          known > 0,
          "tensor of shape %s cannot be reshaped to %s, whose open size may be any; say which",
          getShape(),
          target);
      sizes[open] = size / known;
      known *= sizes[open];
    }
    checkArgument(
        known == size,
        "tensor of shape %s has %s elements and cannot be reshaped to %s; pass a shape of as many",
        getShape(),
        size,
        target);
    Shape shape = new Shape(sizes);
    return shape.equals(getShape()) ? this : apply(Op.RESHAPE, Attributes.of(sizes));
  }

  @Override
  public RunArray flatten() {
    refuseParticles("flatten()");
    return reshaped(new Shape(getShape().size()));
  }

  @Override
  public NDArray flatten(int startDim, int endDim) {
    int start = axis(startDim);
    int end = axis(endDim);
    Shape shape = getShape();
    checkArgument(
        start <= end,
        "tensor of shape %s cannot be flattened from axis %s to %s; pass the left one first",
        shape,
        startDim,
        endDim);
    Shape middle = new Shape(shape.slice(start, end + 1).size());
    return reshaped(
        Shapes.concat(Shapes.concat(shape.slice(0, start), middle), shape.slice(end + 1)));
  }

  @Override
  public NDArray expandDims(int axis) {
    int rank = getShape().dimension();
    checkArgument(
        axis >= -rank - 1 && axis <= rank,
        "tensor of shape %s has no place %s for a dim; use one from %s to %s",
        getShape(),
        axis,
        -rank - 1,
        rank);
    if (axis >= 0) {
      refuseParticles("expandDims(" + axis + ") counted from the left");
    }
    return reshaped(Shapes.inserted(getShape(), axis < 0 ? axis + rank + 1 : axis, 1));
  }

  @Override
  public NDArray squeeze(int[] axes) {
    long[] at = axes(axes);
    for (long axis : at) {
      checkArgument(
          getShape().get((int) axis) == 1,
          "tensor of shape %s has size %s at axis %s and cannot be squeezed there; only size 1 can",
          getShape(),
          getShape().get((int) axis),
          axis);
    }
    return reshaped(Shapes.reduced(getShape(), at, false));
  }

  @Override
  public NDArray broadcast(Shape shape) {
    if (shape.equals(getShape())) {
      return this;
    }
    checkArgument(
        Shapes.isBroadcastable(getShape(), shape),
        "tensor of shape %s%s does not broadcast to %s; dims are counted from the right and must be"
            + " equal or 1",
        getShape(),
        named.isEmpty() ? "" : " from " + Named.describe(this),
        shape);
    checkSizes("shape to broadcast to", shape.getShape());
    return apply(Op.EXPAND, Attributes.of(shape.getShape()));
  }

  @Override
  public NDArray transpose() {
    int rank = getShape().dimension();
    int[] axes = new int[rank];
    Arrays.setAll(axes, i -> -1 - i);
    return transpose(axes);
  }

  @Override
  public NDArray transpose(int... axes) {
    checkArgument(
        axes.length == getShape().dimension(),
        "tensor of shape %s has %s axes, but %s are given; name each once",
        getShape(),
        getShape().dimension(),
        axes.length);
    return apply(Op.PERMUTE, Attributes.of(axes(axes)));
  }

  @Override
  public NDArray swapAxes(int first, int second) {
    long[] order = new long[getShape().dimension()];
    Arrays.setAll(order, i -> i);
    int a = axis(first);
    int b = axis(second);
    order[a] = b;
    order[b] = a;
    return apply(Op.PERMUTE, Attributes.of(order));
  }

  @Override
  public NDArray flip(int... axes) {
    return apply(Op.FLIP, Attributes.of(axes(axes)));
  }

  @Override
  public NDArray pad(Shape padding, double value) {
    checkArgument(
        padding.dimension() % 2 == 0 && padding.dimension() <= 2 * getShape().dimension(),
        "padding %s of a tensor of shape %s must have two sizes an axis: before and after, the last"
            + " axis first",
        padding,
        getShape());
    checkSizes("padding", padding.getShape());
    return apply(Op.PAD, Attributes.of(new double[] {value}, padding.getShape()));
  }

  @Override
  public NDArray tile(long[] repeats) {
    refuseParticles("tile");
    checkArgument(
        repeats.length >= getShape().dimension(),
        "tile repeats %s axes, but the tensor has shape %s; say how often for each axis",
        repeats.length,
        getShape());
    checkSizes("tile", repeats);
    return apply(Op.REPEAT, Attributes.of(repeats));
  }

  @Override
  public NDArray repeat(int axis, long repeats) {
    checkSizes("repeat", repeats);
    return apply(Op.REPEAT_INTERLEAVE, Attributes.of(repeats, axis(axis)));
  }

  private static void checkSizes(String what, long... sizes) {
    for (long size : sizes) {
      checkArgument(size >= 0, "%s has %s, but needs at least 0", what, size);
    }
  }

  @Override
  public NDArray diagonal() {
    return diagonal(0);
  }

  @Override
  public NDArray diagonal(int offset) {
    checkArgument(
        getShape().dimension() == 2,
        "tensor of shape %s has not two dims, and which of them the diagonal is of must be said;"
            + " use Linalg.diagonal(x) for the two rightmost, or diagonal(offset, axis1, axis2)",
        getShape());
    return diagonal(offset, -2, -1);
  }

  @Override
  public NDArray diagonal(int offset, int axis1, int axis2) {
    long[] axes = axes(axis1, axis2);
    return apply(Op.DIAGONAL, Attributes.of(offset, axes[0], axes[1]));
  }

  @Override
  public NDArray trace(int offset, int axis1, int axis2) {
    return diagonal(offset, axis1, axis2).sum(new int[] {-1});
  }

  @Override
  public NDList split(long sections, int axis) {
    int at = axis(axis);
    long size = getShape().get(at);
    checkArgument(
        sections > 0 && size % sections == 0,
        "tensor of shape %s has size %s at axis %s and cannot be split into %s equal pieces; pass"
            + " the indices to split at",
        getShape(),
        size,
        axis,
        sections);
    long[] sizes = new long[(int) sections];
    Arrays.fill(sizes, size / sections);
    return pieces(at, sizes);
  }

  @Override
  public NDList split(long[] indices, int axis) {
    int at = axis(axis);
    long[] sizes = new long[indices.length + 1];
    long before = 0;
    for (int i = 0; i < indices.length; i++) {
      sizes[i] = indices[i] - before;
      before = indices[i];
    }
    sizes[indices.length] = getShape().get(at) - before;
    return pieces(at, sizes);
  }

  /** One operation that cuts the axis into pieces of these sizes. */
  NDList pieces(int axis, long[] sizes) {
    checkArgument(
        Arrays.stream(sizes).allMatch(size -> size >= 0)
            && Arrays.stream(sizes).sum() == getShape().get(axis),
        "tensor of shape %s has size %s at axis %s and cannot be split into pieces of sizes %s;"
            + " pass rising indices, or sizes that add up",
        getShape(),
        getShape().get(axis),
        axis,
        Longs.asList(sizes));
    DataType[] types = new DataType[sizes.length];
    Arrays.fill(types, getDataType());
    NDList result = new NDList(sizes.length);
    Attributes attributes = Attributes.of(new long[] {axis}, sizes, new long[0]);
    for (RunArray piece : Operations.applyMany(Op.SPLIT, attributes, types, this)) {
      result.add(piece);
    }
    return result;
  }

  // ---------------------------------------------------------------- indices

  @Override
  public NDArray get(NDIndex index) {
    if (!RunIndexer.isCountedFromTheRight(index)) {
      refuseParticles("get(" + index.getRank() + " indices)");
    }
    return new RunIndexer().get(this, index);
  }

  @Override
  public NDArray get(NDManager manager, NDIndex index) {
    return get(index);
  }

  @Override
  public NDArray get(NDManager manager, long... indices) {
    return get(new NDIndex(indices));
  }

  @Override
  public NDArray get(NDArray index) {
    refuseParticles("get(NDArray)");
    return RunIndexer.select(this, index(index), 0);
  }

  @Override
  public NDArray take(NDArray index) {
    return flatten().get(index);
  }

  @Override
  public NDArray take(NDManager manager, NDArray index) {
    return take(index);
  }

  @Override
  public NDArray gather(NDArray index, int axis) {
    return Operations.apply(Op.GATHER, Attributes.of(axis(axis)), this, index(index));
  }

  @Override
  public NDArray scatter(NDArray index, NDArray value, int axis) {
    RunArray places = index(index);
    Shape named = places.getShape();
    RunArray put = Operations.operand(run(), value);
    for (int dim = 0; dim < Math.min(named.dimension(), put.getShape().dimension()); dim++) {
      long most = put.getShape().get(dim); // the engine has no gradient of more than is put
      put = RunIndexer.range(put, dim, 0, Math.min(named.get(dim), most));
    }
    return Operations.apply(Op.SCATTER, Attributes.of(axis(axis)), this, places, put);
  }

  /** An index as int64; one of truth values would make the shape depend on values. */
  private RunArray index(NDArray index) {
    RunArray operand = Operations.operand(run(), index);
    if (operand.getDataType() == DataType.BOOLEAN) {
      throw Refusal.of("NDArray", "booleanMask");
    }
    return Operations.index(operand);
  }

  @Override
  public NDArray oneHot(int depth, float onValue, float offValue, DataType dataType) {
    checkArgument(
        depth > 0,
        "oneHot has depth %s, but needs at least 1; pass the number of categories",
        depth);
    NDArray hot = Operations.apply(Op.ONE_HOT, Attributes.of((long) depth), index(this));
    return onValue == 1 && offValue == 0
        ? hot.toType(dataType, false)
        : hot.mul(onValue - offValue).add(offValue).toType(dataType, false);
  }

  // ---------------------------------------------------------------- products

  @Override
  public NDArray matMul(NDArray other) {
    RunArray that = operand(other);
    if (hasParticles() || that.hasParticles()) {
      throw new IllegalStateException(
          "matMul on a tensor with extra left dims (shapes "
              + getShape()
              + " and "
              + that.getShape()
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
    return filled(0);
  }

  @Override
  public NDArray onesLike() {
    return filled(1);
  }

  @Override
  public NDArray like() {
    return filled(0);
  }

  private NDArray filled(double value) {
    Run run = run();
    return run == null ? WithoutRun.filled(value, getShape()) : run.full(value, getShape());
  }

  // ---------------------------------------------------------------- axes

  RunArray apply(Op op, Attributes attributes) {
    return Operations.apply(op, attributes, this);
  }

  /**
   * The axis counted from the left.
   *
   * @throws IllegalStateException if it was counted from the left and extra dims stand there
   */
  int axis(int axis) {
    if (axis >= 0) {
      refuseParticles("axis " + axis + " counted from the left");
    }
    return Shapes.axis(getShape(), axis);
  }

  long[] axes(int... axes) {
    long[] result = new long[axes.length];
    for (int i = 0; i < axes.length; i++) {
      result[i] = axis(axes[i]);
    }
    checkArgument(
        Arrays.stream(result).distinct().count() == result.length,
        "tensor of shape %s is given axes %s, one of them twice; name each once",
        getShape(),
        Ints.asList(axes));
    return result;
  }

  void refuseParticles(String what) {
    if (hasParticles()) {
      throw new IllegalStateException(
          what
              + " on a tensor with extra left dims (shape "
              + getShape()
              + "): particles, enumerated values or draws stand there; count from the right, as"
              + " x.get(\"..., 0\") and axis -1 do, or use p.pick(values, index) and p.matVec(x,"
              + " w)");
    }
  }

  // ---------------------------------------------------------------- reductions

  @Override
  public NDArray sum() {
    refuseParticles("sum() over all dims");
    return getShape().dimension() == 0 ? this : apply(Op.SUM_ALL, Attributes.NONE);
  }

  @Override
  public NDArray sum(int[] axes, boolean keepDims) {
    return axes.length == 0 ? this : apply(Op.SUM, Attributes.of(keepDims, axes(axes)));
  }

  /** NaN for a tensor without elements. */
  @Override
  public NDArray mean() {
    return sum().div(getShape().size());
  }

  @Override
  public NDArray mean(int[] axes, boolean keepDims) {
    long count = 1;
    for (long axis : axes(axes)) {
      count *= getShape().get((int) axis);
    }
    return sum(axes, keepDims).div(count);
  }

  @Override
  public NDArray max() {
    return flatten().reduceOne(Op.MAX, false, 0);
  }

  @Override
  public NDArray max(int[] axes, boolean keepDims) {
    return reduceEach(Op.MAX, axes, keepDims);
  }

  @Override
  public NDArray min() {
    return flatten().reduceOne(Op.MIN, false, 0);
  }

  @Override
  public NDArray min(int[] axes, boolean keepDims) {
    return reduceEach(Op.MIN, axes, keepDims);
  }

  @Override
  public NDArray prod() {
    return flatten().reduceOne(Op.PROD, false, 0);
  }

  @Override
  public NDArray prod(int[] axes, boolean keepDims) {
    return reduceEach(Op.PROD, axes, keepDims);
  }

  RunArray reduceOne(Op op, boolean keep, long axis) {
    return apply(op, Attributes.of(keep, axis));
  }

  /** Reduces one axis after the other, the rightmost first so that the others keep their place. */
  private NDArray reduceEach(Op op, int[] axes, boolean keep) {
    long[] sorted = axes(axes);
    Arrays.sort(sorted);
    RunArray result = this;
    for (int i = sorted.length - 1; i >= 0; i--) {
      result = Operations.apply(op, Attributes.of(keep, sorted[i]), result);
    }
    return result;
  }

  RunArray reduceTruth(Op op, int axis) {
    return apply(op, Attributes.of(false, Shapes.axis(getShape(), axis)));
  }

  @Override
  public NDArray argMax() {
    return flatten().reduceOne(Op.ARG_MAX, false, 0);
  }

  @Override
  public NDArray argMax(int axis) {
    return reduceOne(Op.ARG_MAX, false, axis(axis));
  }

  @Override
  public NDArray argMin() {
    return flatten().reduceOne(Op.ARG_MIN, false, 0);
  }

  @Override
  public NDArray argMin(int axis) {
    return reduceOne(Op.ARG_MIN, false, axis(axis));
  }

  @Override
  public NDArray norm(int ord, int[] axes, boolean keepDims) {
    checkArgument(ord == 2, "norm has order %s, but only 2 is an operation; use abs and sum", ord);
    return square().sum(axes, keepDims).sqrt();
  }

  @Override
  public NDArray norm(boolean keepDims) {
    int[] all = new int[getShape().dimension()];
    Arrays.setAll(all, i -> -1 - i);
    return norm(2, all, keepDims);
  }

  @Override
  public NDArray normalize(double exponent, long dim, double eps) {
    checkArgument(
        exponent == 2,
        "normalize has exponent %s, but only 2 is an operation; use abs and sum",
        exponent);
    return div(norm(2, new int[] {Ints.saturatedCast(dim)}, true).maximum(eps));
  }

  @Override
  public NDArray cumSum() {
    return flatten().cumSum(-1);
  }

  @Override
  public NDArray cumSum(int axis) {
    return apply(Op.CUM_SUM, Attributes.of(axis(axis)));
  }

  @Override
  public NDArray cumProd(int axis) {
    return apply(Op.CUM_PROD, Attributes.of(axis(axis)));
  }

  @Override
  public NDArray softmax(int axis) {
    return apply(Op.SOFTMAX, Attributes.of(axis(axis)));
  }

  @Override
  public NDArray logSoftmax(int axis) {
    return apply(Op.LOG_SOFTMAX, Attributes.of(axis(axis)));
  }

  @Override
  public NDArray sort() {
    return sort(-1);
  }

  @Override
  public NDArray sort(int axis) {
    return apply(Op.SORT, Attributes.of(axis(axis)));
  }

  @Override
  public NDArray argSort(int axis, boolean ascending) {
    return apply(Op.ARG_SORT, Attributes.of(axis(axis), ascending ? 0 : 1));
  }

  @Override
  public NDArray diff(int n, int dim) {
    int at = axis(dim) - getShape().dimension();
    checkArgument(n >= 0, "diff is taken %s times, but needs at least 0", n);
    NDArray result = this;
    for (int i = 0; i < n; i++) {
      long size = result.getShape().get(result.getShape().dimension() + at);
      result = RunIndexer.range(result, at, 1, size).sub(RunIndexer.range(result, at, 0, size - 1));
    }
    return result;
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
    checkArgument(
        k >= 0 && k <= getShape().get(at),
        "topK picks %s of a tensor of shape %s along axis %s; pick at most as many as it has",
        k,
        getShape(),
        axis);
    RunArray[] results =
        Operations.applyMany(
            Op.TOP_K,
            Attributes.of(k, at, largest ? 1 : 0, sorted ? 1 : 0),
            new DataType[] {getDataType(), DataType.INT64},
            this);
    return new NDList(results[0], results[1]);
  }

  // ---------------------------------------------------------------- refused

  private static UnsupportedOperationException refused(String method) {
    return Refusal.of("NDArray", method);
  }

  @Override
  public NDArray addi(NDArray a) {
    throw refused("addi");
  }

  @Override
  public NDArray addi(Number a) {
    throw refused("addi");
  }

  @Override
  public void attach(NDManager a) {
    throw refused("attach");
  }

  @Override
  public NDArray batchDot(NDArray a) {
    throw refused("batchDot");
  }

  @Override
  public NDArray booleanMask(NDArray a, int b) {
    throw refused("booleanMask");
  }

  @Override
  public NDArray complex() {
    throw refused("complex");
  }

  @Override
  public NDArray conj() {
    throw refused("conj");
  }

  @Override
  public void copyTo(NDArray a) {
    throw refused("copyTo");
  }

  @Override
  public NDArray cumProd(int a, DataType b) {
    throw refused("cumProd");
  }

  @Override
  public void detach() {
    throw refused("detach");
  }

  @Override
  public NDArray divi(NDArray a) {
    throw refused("divi");
  }

  @Override
  public NDArray divi(Number a) {
    throw refused("divi");
  }

  @Override
  public byte[] encode() {
    throw refused("encode");
  }

  @Override
  public NDArray fft(long a, long b) {
    throw refused("fft");
  }

  @Override
  public NDArray fft2(long[] a, long[] b) {
    throw refused("fft2");
  }

  @Override
  public NDArray gatherNd(NDArray a) {
    throw refused("gatherNd");
  }

  @Override
  public byte getByte(long... a) {
    throw refused("getByte");
  }

  @Override
  public NDArray getGradient() {
    throw refused("getGradient");
  }

  @Override
  public int getUint8(long... a) {
    throw refused("getUint8");
  }

  @Override
  public boolean hasGradient() {
    throw refused("hasGradient");
  }

  @Override
  public NDArray ifft(long a, long b) {
    throw refused("ifft");
  }

  @Override
  public NDArray ifft2(long[] a, long[] b) {
    throw refused("ifft2");
  }

  @Override
  public void intern(NDArray a) {
    throw refused("intern");
  }

  @Override
  public NDArray irfft(long a, long b) {
    throw refused("irfft");
  }

  @Override
  public NDArray median() {
    throw refused("median");
  }

  @Override
  public NDArray median(int[] a) {
    throw refused("median");
  }

  @Override
  public NDArray modi(NDArray a) {
    throw refused("modi");
  }

  @Override
  public NDArray modi(Number a) {
    throw refused("modi");
  }

  @Override
  public NDArray muli(NDArray a) {
    throw refused("muli");
  }

  @Override
  public NDArray muli(Number a) {
    throw refused("muli");
  }

  @Override
  public NDArray negi() {
    throw refused("negi");
  }

  @Override
  public NDArray nonzero() {
    throw refused("nonzero");
  }

  @Override
  public NDArray percentile(Number a) {
    throw refused("percentile");
  }

  @Override
  public NDArray percentile(Number a, int[] b) {
    throw refused("percentile");
  }

  @Override
  public NDArray powi(NDArray a) {
    throw refused("powi");
  }

  @Override
  public NDArray powi(Number a) {
    throw refused("powi");
  }

  @Override
  public NDArray put(NDArray a, NDArray b) {
    throw refused("put");
  }

  @Override
  public NDArray real() {
    throw refused("real");
  }

  @Override
  public NDArray repeat(Shape a) {
    throw refused("repeat");
  }

  @Override
  public NDArray repeat(long a) {
    throw refused("repeat");
  }

  @Override
  public NDArray repeat(long[] a) {
    throw refused("repeat");
  }

  @Override
  public void returnResource(NDManager a) {
    throw refused("returnResource");
  }

  @Override
  public NDArray rfft(long a, long b) {
    throw refused("rfft");
  }

  @Override
  public NDArray rotate90(int a, int[] b) {
    throw refused("rotate90");
  }

  @Override
  public NDArray scaleGradient(double a) {
    throw refused("scaleGradient");
  }

  @Override
  public NDArray sequenceMask(NDArray a) {
    throw refused("sequenceMask");
  }

  @Override
  public NDArray sequenceMask(NDArray a, float b) {
    throw refused("sequenceMask");
  }

  @Override
  public void set(Buffer a) {
    throw refused("set");
  }

  @Override
  public void set(NDIndex a, Function<NDArray, NDArray> b) {
    throw refused("set");
  }

  @Override
  public void set(NDIndex a, NDArray b) {
    throw refused("set");
  }

  @Override
  public void set(NDIndex a, Number b) {
    throw refused("set");
  }

  @Override
  public void setRequiresGradient(boolean a) {
    throw refused("setRequiresGradient");
  }

  @Override
  public void setScalar(NDIndex a, Number b) {
    throw refused("setScalar");
  }

  @Override
  public NDArray signi() {
    throw refused("signi");
  }

  @Override
  public NDArray stft(long a, long b, boolean c, NDArray d, boolean e, boolean f) {
    throw refused("stft");
  }

  @Override
  public NDArray subi(NDArray a) {
    throw refused("subi");
  }

  @Override
  public NDArray subi(Number a) {
    throw refused("subi");
  }

  @Override
  public void tempAttach(NDManager a) {
    throw refused("tempAttach");
  }

  @Override
  public NDArray tile(Shape a) {
    throw refused("tile");
  }

  @Override
  public NDArray tile(int a, long b) {
    throw refused("tile");
  }

  @Override
  public NDArray tile(long a) {
    throw refused("tile");
  }

  @Override
  public byte[] toByteArray() {
    throw refused("toByteArray");
  }

  @Override
  public ByteBuffer toByteBuffer(boolean a) {
    throw refused("toByteBuffer");
  }

  @Override
  public NDArray toDevice(Device a, boolean b) {
    throw refused("toDevice");
  }

  @Override
  public short[] toShortArray() {
    throw refused("toShortArray");
  }

  @Override
  public NDArray toSparse(SparseFormat a) {
    throw refused("toSparse");
  }

  @Override
  public String[] toStringArray(Charset a) {
    throw refused("toStringArray");
  }

  @Override
  public int[] toUint8Array() {
    throw refused("toUint8Array");
  }

  @Override
  public long[] toUnsignedIntArray() {
    throw refused("toUnsignedIntArray");
  }

  @Override
  public int[] toUnsignedShortArray() {
    throw refused("toUnsignedShortArray");
  }

  @Override
  public NDList unique(Integer a, boolean b, boolean c, boolean d) {
    throw refused("unique");
  }
}
