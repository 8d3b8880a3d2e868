package org.ppl4j.tensor;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
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
final class RunArray extends ReadableArray {

  private final @Nullable Run run;
  private final Shape shape;
  private final DataType type;
  private final boolean particles;
  private final boolean constant;
  private final double value;
  private final double @Nullable [] numbers; // that have no run yet, row by row
  private long handle;
  private double scale = 1;
  private double shift;
  private @Nullable RunArray logarithm;
  private @Nullable Lender lender;
  private @Nullable RunArray data;
  private @Nullable Facts facts;
  private @Nullable RunArray relaxed;
  private @Nullable LogDistances distances;
  private @Nullable Derived derived;
  private @Nullable String name;

  /** The result of an operation on this tensor alone, kept for the next who asks. */
  private record Derived(Op op, RunArray result, @Nullable Derived next) {}

  RunArray(Run run, long handle, Shape shape, DataType type, boolean particles) {
    this.run = run;
    this.handle = handle;
    this.shape = shape;
    this.type = type;
    this.particles = particles;
    this.constant = false;
    this.value = 0;
    this.numbers = null;
  }

  private RunArray(double[] numbers, Shape shape, DataType type) {
    this.run = null;
    this.shape = shape;
    this.type = type;
    this.particles = false;
    this.constant = false;
    this.value = 0;
    this.numbers = numbers;
  }

  private RunArray(@Nullable Run run, double value, DataType type) {
    this.run = run;
    this.shape = Shapes.scalar();
    this.type = type;
    this.particles = false;
    this.constant = true;
    this.value = value;
    this.numbers = null;
  }

  /** A number; without a run it takes that of the first tensor it meets. */
  static RunArray number(@Nullable Run run, double value) {
    return new RunArray(run, value, run == null ? DataType.FLOAT64 : run.dataType());
  }

  /** Numbers that have no run yet, row by row, of a float type or int64. */
  static RunArray numbers(double[] values, Shape shape, DataType type) {
    return new RunArray(values, shape, type);
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
    marked.lender = lender;
    marked.relaxed = relaxed == null ? null : relaxed.withParticles();
    marked.distances = distances == null ? null : distances.withParticles();
    return marked;
  }

  /** The same tensor with these distances. */
  RunArray carrying(LogDistances known) {
    if (numbers != null) {
      return this;
    }
    RunArray marked =
        constant
            ? new RunArray(run, value, type)
            : new RunArray(requireRun(), handle, shape, type, particles);
    marked.scale = scale;
    marked.shift = shift;
    marked.logarithm = logarithm;
    marked.data = data;
    marked.facts = facts;
    marked.relaxed = relaxed;
    marked.lender = lender;
    marked.distances = known;
    return marked;
  }

  @Nullable LogDistances distances() {
    return distances;
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
    other.lender = lender;
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
    Run owner = requireRun();
    owner.check();
    if (lender != null) {
      lender.checkOpen();
    }
    if (handle == 0) {
      handle = owner.number(value, type);
    }
    if (isPending()) {
      long settled = Pending.settle(this).handle;
      if (!owner.isRecording()) {
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
    double[] values = HostCopy.doubles(base());
    if (isPending()) {
      for (int i = 0; i < values.length; i++) {
        double element = scale * values[i] + shift;
        values[i] = type == DataType.FLOAT32 ? (float) element : element;
      }
    }
    return values;
  }
}
