package org.ppl4j.tensor;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.internal.NDArrayEx;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.ndarray.types.SparseFormat;
import org.jspecify.annotations.Nullable;
import org.ppl4j.tensor.engine.HostCopy;
import org.ppl4j.tensor.table.Op;
import org.ppl4j.tensor.table.Shapes;

/**
 * A tensor of a run, or a plain number that may not have a run yet. Its values never change; what
 * is known beside them, which saves operations, is in {@link Shortcuts}. Its methods are those of
 * {@code NDArray}: each is an operation of the table, derived from such, or refused. This class
 * holds identity, pointwise operations and host reads; {@link ShapedArray} what concerns axes.
 */
final class RunArray extends ReadableArray {

  private final @Nullable Run run;
  private final Shape shape;
  private final DataType type;
  private final boolean particles;
  private final boolean gradient;
  private final boolean constant;
  private final double value;
  private final double @Nullable [] numbers; // that have no run yet, row by row
  private final @Nullable Scope scope; // null if it has no native tensor of its own
  private long handle; // 0 for a number that no operation has asked for
  private @Nullable Shortcuts shortcuts;
  private @Nullable Lender lender;
  private @Nullable RunArray relaxed;
  private @Nullable LogDistances distances;
  private @Nullable String name;

  RunArray(Run run, long handle, Shape shape, DataType type, boolean particles, boolean gradient) {
    this.run = run;
    this.handle = handle;
    this.shape = shape;
    this.type = type;
    this.particles = particles;
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

  /** The same tensor, that moves with a variable. */
  RunArray moving() {
    return new RunArray(requireRun(), handle, shape, type, particles, true);
  }

  /** Its native tensor if it was made in a scope; else 0. */
  long handleIn(Scope part) {
    return scope == part ? handle : 0;
  }

  /** The same tensor in the scope that is open now, if it was made in this one. */
  RunArray movedFrom(Scope part) {
    return scope == part ? with(Shortcuts.withoutData(shortcuts)) : this;
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
    RunArray marked = new RunArray(run, handle, shape, type, true, gradient);
    marked.shortcuts = Shortcuts.withoutData(shortcuts);
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
            : new RunArray(requireRun(), handle, shape, type, particles, gradient);
    marked.shortcuts = Shortcuts.copy(shortcuts);
    marked.relaxed = relaxed;
    marked.lender = lender;
    marked.distances = known;
    return marked;
  }

  @Nullable LogDistances distances() {
    return distances;
  }

  /** A tensor of the same native one, of which this is known beside it. */
  RunArray with(@Nullable Shortcuts known) {
    RunArray other = new RunArray(requireRun(), handle, shape, type, particles, gradient);
    other.shortcuts = known;
    other.lender = lender;
    return other;
  }

  /** What is known of it beside its values. */
  @Nullable Shortcuts shortcuts() {
    return shortcuts;
  }

  /** Remembers what is known of it beside its values. */
  void know(Shortcuts known) {
    shortcuts = known;
  }

  /** What it stood for has been computed: these are its values now. */
  void settle(long settled) {
    handle = settled;
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

  /** Whether numbers are put off: see {@link Pending}. */
  boolean isPending() {
    return shortcuts != null && shortcuts.isPending();
  }

  double scale() {
    return shortcuts == null ? 1 : shortcuts.scale();
  }

  double shift() {
    return shortcuts == null ? 0 : shortcuts.shift();
  }

  /** The tensor that {@code scale · base + shift} is of. */
  RunArray base() {
    return isPending() ? standingFor(1, 0) : this;
  }

  /** A tensor that stands for {@code newScale · base + newShift}. */
  RunArray standingFor(double newScale, double newShift) {
    return Shortcuts.standingFor(this, newScale, newShift);
  }

  /**
   * The native tensor.
   *
   * @throws IllegalStateException if the run or who lent it is closed, or numbers are put off
   */
  long handle() {
    requireRun().check();
    if (lender != null) {
      lender.checkOpen();
    }
    if (scope != null) {
      scope.check(shape);
    }
    if (isPending()) {
      throw new IllegalStateException("tensor of shape " + shape + " is not settled");
    }
    if (handle != 0) {
      return handle;
    }
    Owned owned = requireRun().owned();
    long number = owned.number(value, type);
    handle = owned.isInPart() ? 0 : number; // There it is freed sooner than this.
    return number;
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
    return Pending.values(this, null);
  }
}
