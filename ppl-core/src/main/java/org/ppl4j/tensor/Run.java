package org.ppl4j.tensor;

import static com.google.common.base.Preconditions.checkArgument;
import static com.google.common.base.Preconditions.checkState;
import static java.util.Objects.requireNonNull;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import com.google.errorprone.annotations.MustBeClosed;
import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.ppl4j.tensor.internal.engine.HostCopy;
import org.ppl4j.tensor.internal.engine.PyTorch;
import org.ppl4j.tensor.internal.table.Column.Entry;
import org.ppl4j.tensor.internal.table.Op;
import org.ppl4j.tensor.internal.table.Shapes;

/**
 * One step or one draw: the owner of every tensor made in it, of their float type, device, thread
 * and counter. Closing it frees all its tensors at once; a tensor used later, or from another
 * thread, throws. Gradients are recorded on the run's thread while it is open.
 *
 * <p>Opening and closing cost about a microsecond. Runs of one thread may be nested; each is closed
 * by whoever opened it.
 */
public final class Run implements AutoCloseable {

  /** Beyond so many steps a scan is long. */
  private static final int LONG_SCAN = 1000;

  private final RunConfig config;
  private final long counter;
  private final Thread thread = Thread.currentThread();
  private final DataType dataType;
  private final int[] device;
  private final PyTorch engine = PyTorch.get();
  private final Owned owned;
  private final boolean gradModeBefore;
  private final int threadsBefore;
  private final RunManager manager;
  private final IdentityHashMap<Object, Object> made = new IdentityHashMap<>(4);
  private long operations;
  private long choices;
  private boolean open = true;
  private boolean recording = true;
  private boolean curved; // maps computed in Java have second derivatives
  private int mostSteps = Integer.MAX_VALUE; // of a scan
  private boolean hasCutScans;
  private @Nullable NonFiniteWatch watch;
  private @Nullable BlockMode blockMode;
  @Nullable Captures captures; // of another run, while a map is recorded

  private Run(RunConfig config, long counter) {
    this.config = config;
    this.counter = counter;
    this.dataType = config.floatType().dataType();
    this.device = PyTorch.device(config.device());
    this.owned = new Owned(engine, dataType, config.device());
    this.manager = new RunManager(this);
    this.gradModeBefore = engine.isRecording();
    engine.setRecording(true);
    this.threadsBefore = engine.open(config.threads());
  }

  /**
   * Opens a run on this thread.
   *
   * @param config its settings
   * @param counter the number of the step or draw; the run's noise is a function of it, of the seed
   *     and of the sites' names
   */
  @MustBeClosed
  public static Run open(RunConfig config, long counter) {
    return new Run(requireNonNull(config, "config"), counter);
  }

  /** The settings it was opened with. */
  public RunConfig config() {
    return config;
  }

  /** The number of the step or draw. */
  public long counter() {
    owned.column().ask("the counter of its run");
    return counter;
  }

  /** The float type of all its tensors. */
  public FloatType floatType() {
    return config.floatType();
  }

  /** The engine's name of the float type. */
  public DataType dataType() {
    return dataType;
  }

  /** Where its tensors live. */
  public Device device() {
    return config.device();
  }

  /** A manager whose creation methods make tensors of this run. */
  public NDManager manager() {
    return manager;
  }

  /** Whether it has not been closed. */
  public boolean isOpen() {
    return open;
  }

  /** The stream of noise for a purpose and a name at this run's counter. */
  public Rng rng(Rng.Purpose purpose, String name) {
    return Rng.of(config.seed(), purpose, counter, name);
  }

  /** Engine operations so far. */
  public long operations() {
    return operations;
  }

  /** How many numbers its results have held at once, at most: what the run's memory is for. */
  public long numbers() {
    return owned.mostNumbers();
  }

  /** Native tensors alive in the process: those of open runs and those of flat vectors. */
  public static long liveTensors() {
    return PyTorch.get().living();
  }

  /**
   * A number as a tensor of shape (); its value is known, so arithmetic among such costs nothing.
   */
  public NDArray scalar(double value) {
    check();
    return RunArray.number(this, value);
  }

  /** A tensor of one value. */
  public NDArray full(double value, Shape shape) {
    check();
    Shapes.checkSizes(shape);
    return shape.dimension() == 0
        ? scalar(value)
        : constant(engine.full(shape.getShape(), value, dataType, device), shape, dataType);
  }

  /** A tensor of zeros. */
  public NDArray zeros(Shape shape) {
    return full(0, shape);
  }

  /** A tensor of ones. */
  public NDArray ones(Shape shape) {
    return full(1, shape);
  }

  /**
   * The integers from 0 to n − 1, of type int64.
   *
   * @throws IllegalArgumentException if n is negative
   */
  public NDArray arange(long n) {
    check();
    checkArgument(n >= 0, "arange has length %s, but needs at least 0; pass a length", n);
    long[] values = new long[Math.toIntExact(n)];
    Arrays.setAll(values, i -> i);
    return create(values, new Shape(n));
  }

  /** The identity matrix (n, n). */
  public NDArray eye(long n) {
    check();
    checkArgument(n >= 0, "eye has size %s, but needs at least 0; pass a size", n);
    int rows = Math.toIntExact(n);
    return constant(engine.eye(rows, dataType, device), new Shape(n, n), dataType);
  }

  /**
   * A tensor of these values, row by row, of the run's float type.
   *
   * @throws IllegalArgumentException if there are not as many as the shape holds
   */
  public NDArray create(double[] values, Shape shape) {
    checkSize(values.length, shape);
    return constant(HostCopy.from(values, shape, dataType, config.device()), shape, dataType);
  }

  /**
   * A tensor of these integers, row by row, of type int64.
   *
   * @throws IllegalArgumentException if there are not as many as the shape holds
   */
  public NDArray create(long[] values, Shape shape) {
    checkSize(values.length, shape);
    return constant(HostCopy.from(values, shape, config.device()), shape, DataType.INT64);
  }

  /**
   * A tensor of these truth values, row by row.
   *
   * @throws IllegalArgumentException if there are not as many as the shape holds
   */
  public NDArray create(boolean[] values, Shape shape) {
    checkSize(values.length, shape);
    return constant(HostCopy.from(values, shape, config.device()), shape, DataType.BOOLEAN);
  }

  /**
   * Data as a tensor of this run: a plain array's floats are brought to the float type, its
   * integers to int64; a number gets this run; a tensor of this run is itself. A plain array of the
   * right type is not copied, so it must stay as it is, and open, as long as the run: a tensor
   * whose array was closed throws when it is used.
   *
   * @throws IllegalStateException if it is a tensor of another run, or closed
   * @throws IllegalArgumentException if it lives on another device or has a type that is not data,
   *     such as text
   */
  public NDArray bind(NDArray array) {
    check();
    if (array instanceof RunArray tensor) {
      return tensor.in(this);
    }
    return Plain.bind(this, array);
  }

  /**
   * Data that may be others when the run is recorded and computed again.
   *
   * @param place of the array among all that its owner has
   * @throws IllegalArgumentException as {@link #bind(NDArray)}
   */
  public NDArray bind(NDArray array, int place) {
    RunArray bound = (RunArray) bind(array);
    if (bound != array) {
      owned.column().bound(place, bound.getDataType() == DataType.INT64, bound.handle());
    }
    return bound;
  }

  /** Runs the body without recording gradients. */
  public <T> T withoutGradients(Supplier<T> body) {
    check();
    return recording(false, body);
  }

  /** Runs the body recording gradients, also inside {@link #withoutGradients}. */
  public <T> T withGradients(Supplier<T> body) {
    check();
    return recording(true, body);
  }

  /**
   * Runs the body recording gradients that have derivatives also where a {@link JavaMap} is
   * computed, if it knows them.
   */
  public <T> T withSecondDerivatives(Supplier<T> body) {
    boolean before = curved;
    curved = true;
    try {
      return withGradients(body);
    } finally {
      curved = before;
    }
  }

  private <T> T recording(boolean isRecording, Supplier<T> body) {
    boolean before = recording;
    recording = isRecording;
    engine.setRecording(isRecording);
    try {
      return body.get();
    } finally {
      recording = before;
      engine.setRecording(before);
    }
  }

  /**
   * What a body makes of a thing: made when this run first asks for it, and the same whenever it
   * asks again. It is recorded for gradients even inside {@link #withoutGradients}, since it may be
   * used outside afterwards, and kept as long as the run.
   *
   * @param body makes all that it uses: what was made around it may have no gradients
   */
  public <T> T once(Object thing, Supplier<T> body) {
    check();
    Object known = made.get(thing);
    if (known == null) {
      known = owned.forAll(() -> recording(true, body));
      made.put(thing, known);
    }
    @SuppressWarnings("unchecked") // what the same call site has put
    T result = (T) known;
    return result;
  }

  /** Runs a block of DJL, or an initialiser, whose tensors and managers then ask who runs it. */
  public <T> T inBlock(BlockMode mode, Supplier<T> body) {
    check();
    BlockMode before = blockMode;
    blockMode = mode;
    try {
      return body.get();
    } finally {
      blockMode = before;
    }
  }

  /**
   * From now on the result of each operation is read and the first that is not finite is
   * remembered; slow, for finding a fault.
   */
  public void watchNonFinite() {
    watch = new NonFiniteWatch();
  }

  /** The first operation whose result was not finite since {@link #watchNonFinite()}. */
  public Optional<String> firstNonFinite() {
    return watch == null ? Optional.empty() : watch.first();
  }

  /**
   * From now on the run notes which tensors descend from which {@linkplain Tensors#source sources};
   * it costs some time at each operation.
   */
  public void watchDescent() {
    check();
    Descent unused = owned.watchDescent();
  }

  /** Looks at values, of which nothing is made: what they are decides no more than an error. */
  public void looking(Runnable body) {
    Descent descent = owned.descent();
    if (descent == null) {
      body.run();
    } else {
      descent.looking(body);
    }
  }

  /** Frees all tensors of the run. A second call does nothing. */
  @Override
  public void close() {
    if (!open) {
      return;
    }
    checkThread();
    open = false;
    owned.close();
    engine.setRecording(gradModeBefore);
    engine.close(threadsBefore);
  }

  // ---------------------------------------------------------------- for the package

  /** Who runs the block that calls a method, which is refused outside of blocks. */
  /** How many choices there were before. */
  long nextChoice() {
    return choices++;
  }

  BlockMode blockMode(String type, String method) {
    BlockMode mode = blockMode;
    if (mode == null) {
      throw Refusal.of(type, method);
    }
    return mode;
  }

  /** Throws unless the run is open and on its own thread. */
  void check() {
    checkState(
        open,
        "tensor of run %s is used after its run was closed; read what you need inside the run, or"
            + " copy it out with Tensors.copy(x, manager)",
        counter);
    checkThread();
  }

  private void checkThread() {
    Thread current = Thread.currentThread();
    if (current != thread) { // so that no text is prepared at each operation
      throw new IllegalStateException(
          ("tensor of run %s belongs to thread '%s' but is used from thread '%s'; open a run on"
                  + " each thread and pass values, not tensors")
              .formatted(counter, thread.getName(), current.getName()));
    }
  }

  private void checkSize(long values, Shape shape) {
    check();
    Shapes.checkSizes(shape);
    checkArgument(
        values == shape.size(),
        "tensor of shape %s holds %s values, but got %s; pass as many values as the shape holds",
        shape,
        shape.size(),
        values);
  }

  /** Whether second derivatives are wanted: inside {@link #withSecondDerivatives}. */
  boolean isCurved() {
    return curved;
  }

  /** Whether operations record what gradients need: outside {@link #withoutGradients}. */
  public boolean isRecording() {
    return recording;
  }

  /**
   * From now on no more than so many steps of each {@link Recurrence} are done: the last of those
   * stands for all that would come after it.
   */
  void cutScans(int most) {
    mostSteps = most;
  }

  /**
   * From now on no more than the first 1,000 steps of a scan are done: the last of those stands for
   * all that would come after it. For where a program's shapes, sites and plates are looked for,
   * which its first steps show.
   */
  public void cutLongScans() {
    cutScans(LONG_SCAN);
  }

  /** Whether a scan had more steps than were done. */
  public boolean hasCutScans() {
    return hasCutScans;
  }

  /** How many of so many steps are done. */
  public int steps(int times) {
    hasCutScans |= times > mostSteps;
    return Math.min(times, mostSteps);
  }

  /** Numbers that Java code has written down. */
  private RunArray constant(long handle, Shape shape, DataType type) {
    return adopt(Entry.CONSTANT, handle, shape, type);
  }

  /** A new native tensor that is no row's result becomes this run's. */
  RunArray adopt(Entry entry, long handle, Shape shape, DataType type) {
    owned.enter(entry, handle);
    return new RunArray(this, handle, shape, type, false, entry == Entry.VARIABLE);
  }

  /**
   * A native tensor of somebody else. Its values stay as long as the run, whatever becomes of the
   * lender; but the lender is asked at each use, since who closes it early has made a mistake.
   */
  RunArray lend(Entry entry, long handle, Shape shape, DataType type, Lender lender) {
    return adopt(entry, engine.shared(handle), shape, type).lentBy(lender);
  }

  /** The native tensors that it frees. */
  Owned owned() {
    return owned;
  }

  RunArray result(
      Op op, long handle, Shape shape, DataType type, boolean particles, boolean gradient) {
    operations++;
    return made(op, handle, shape, type, particles, gradient);
  }

  /** A result by no operation of the engine, or by one that is counted already. */
  RunArray made(
      Op op, long handle, Shape shape, DataType type, boolean particles, boolean gradient) {
    owned.add(handle, shape.size());
    RunArray result = new RunArray(this, handle, shape, type, particles, gradient);
    if (watch != null && type == dataType) {
      watch.see(op, result);
    }
    return result;
  }

  @Override
  public String toString() {
    return "Run(" + counter + ", " + config.floatType() + ", " + (open ? "open" : "closed") + ")";
  }
}
