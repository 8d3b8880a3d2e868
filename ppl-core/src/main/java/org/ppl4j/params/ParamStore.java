package org.ppl4j.params;

import static com.google.common.base.Preconditions.checkState;
import static java.util.stream.Collectors.joining;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import com.google.errorprone.annotations.CanIgnoreReturnValue;
import com.google.errorprone.annotations.MustBeClosed;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.ppl4j.constraints.Constraint;
import org.ppl4j.internal.math.Nearest;
import org.ppl4j.tensor.FlatVector;
import org.ppl4j.tensor.Rng;
import org.ppl4j.tensor.Run;
import org.ppl4j.tensor.RunConfig;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.tensor.file.TensorFile;
import org.ppl4j.transforms.ConditionalTransform;
import org.ppl4j.transforms.ConditionalTransformModule;
import org.ppl4j.transforms.Transform;
import org.ppl4j.transforms.TransformModule;

/**
 * The learnable numbers of programs, by name.
 *
 * <p>A parameter is created by the first execution that reaches it, from the initial value there.
 * It is stored without its constraint: gradients and optimizers work on unconstrained numbers in a
 * few contiguous {@linkplain FlatVector chunks}. All parameters found before the chunks are first
 * asked for, or before a second run, share one chunk; later ones go to new chunks.
 *
 * <p>Threads may share a store for reading; each change excludes the others.
 *
 * <p>A closed store has nothing to give: every method but {@link #close()} throws an {@link
 * IllegalStateException}, and so does a run that is still at work with its parameters.
 */
public final class ParamStore implements AutoCloseable {

  private final NDManager manager;
  private volatile @Nullable RunConfig config;
  private final StoredParams stored = new StoredParams();
  private final Buffers buffers = new Buffers(this);
  private final List<Closeable> owned = new CopyOnWriteArrayList<>();
  private final Set<Object> met = ConcurrentHashMap.newKeySet();
  private volatile boolean open = true;

  /** An empty store that owns all of its memory, otherwise as {@link #ParamStore(NDManager)}. */
  public ParamStore() {
    this.manager = NDManager.newBaseManager();
    owned.add(manager::close);
  }

  /**
   * An empty store, which takes seed, float type and device from the first run that uses it.
   *
   * @param manager the owner of the arrays that {@link #get} returns
   */
  public ParamStore(NDManager manager) {
    this(manager, null);
  }

  /** An empty store of this seed, float type and device. */
  public ParamStore(NDManager manager, @Nullable RunConfig config) {
    this.manager = manager;
    this.config = config;
  }

  /** Seed, float type and device; empty until they are given or taken from the first run. */
  public Optional<RunConfig> config() {
    checkOpen();
    return Optional.ofNullable(config);
  }

  /** The names in the order of their creation. */
  public synchronized Set<String> names() {
    checkOpen();
    return stored.names();
  }

  /** Whether the parameter exists. */
  public boolean has(String name) {
    checkOpen();
    return stored.find(name) != null;
  }

  /**
   * The constrained value, row by row.
   *
   * @throws IllegalArgumentException if there is no such parameter
   */
  public double[] value(String name) {
    return inRun(run -> Tensors.values(constrained(run, name)));
  }

  /** The constrained value as a new array of the store's manager. */
  public NDArray get(String name) {
    return inRun(run -> Tensors.copy(constrained(run, name), manager));
  }

  /** The shape of the constrained value. */
  public Shape shape(String name) {
    return existing(name).shape();
  }

  /** The constraint. */
  public Constraint constraint(String name) {
    return existing(name).constraint();
  }

  /**
   * Overwrites a value.
   *
   * @param values constrained, row by row
   * @throws IllegalArgumentException if there is no such parameter, or the values are too many, too
   *     few, or outside the constraint
   */
  public void set(String name, double... values) {
    StoredParam param = existing(name);
    param.checkCount(values);
    pack();
    double[] free = inRun(run -> param.unconstrained(run.create(values, param.shape())));
    param.vector().assign(param.offset(), free);
  }

  /** Overwrites a value; {@code value} has the parameter's shape. */
  public void set(String name, NDArray value) {
    existing(name).checkShape(value);
    double[] values = inRun(run -> Tensors.values(run.bind(value)));
    set(name, values);
  }

  /**
   * The transform that a module makes of its tensors in this store, inside a run but outside any
   * execution; they are created if the store does not have them.
   */
  public Transform transform(Run run, String name, TransformModule module) {
    checkOpen();
    return ModuleTensors.bind(this, run, name, module);
  }

  /** As {@link #transform(Run, String, TransformModule)}, of a conditional transform. */
  public ConditionalTransform transform(Run run, String name, ConditionalTransformModule module) {
    checkOpen();
    return ModuleTensors.bind(this, run, name, module);
  }

  /**
   * Saves all parameters and modules' buffers, bit by bit, in a {@link TensorFile}, over an older
   * one: the unconstrained numbers, and of each parameter name, shape and constraint.
   *
   * @throws java.io.UncheckedIOException if that fails; an older file is then as it was
   * @throws IllegalArgumentException if a constraint has bounds that are tensors
   */
  public void save(Path path) {
    checkOpen();
    TensorFile.Builder file = TensorFile.builder();
    write(file);
    file.write(path);
  }

  /**
   * A store of its own with all that this one holds.
   *
   * @param manager the owner of the arrays that its {@link #get} returns
   * @throws IllegalArgumentException if a constraint has bounds that are tensors
   */
  @MustBeClosed
  public ParamStore copy(NDManager manager) {
    checkOpen();
    TensorFile.Builder file = TensorFile.builder();
    write(file);
    ParamStore copy = new ParamStore(manager, config);
    copy.reading(file.build("a copy")).run();
    return copy;
  }

  /**
   * The store that a file holds, of its float type and seed, without running any program. It owns
   * all of its memory.
   *
   * @throws java.io.UncheckedIOException if the file cannot be read
   * @throws IllegalArgumentException if it is damaged, or of another format or version
   */
  @MustBeClosed
  public static ParamStore open(Path path) {
    return new ParamStore().with(path);
  }

  /**
   * As {@link #open(Path)}.
   *
   * @param manager the owner of the arrays that {@link #get} returns
   */
  @MustBeClosed
  public static ParamStore open(NDManager manager, Path path) {
    return new ParamStore(manager).with(path);
  }

  private ParamStore with(Path path) {
    try {
      load(path);
      return this;
    } catch (RuntimeException e) {
      close();
      throw e;
    }
  }

  /**
   * Overwrites all values with those of a file. An empty store takes over all that the file has;
   * any other must have the same parameters. On an error nothing has changed. Whether a module's
   * numbers still mean what they did shows when it is bound.
   *
   * @throws IllegalArgumentException as {@link #open(Path)}, or if names, shapes, constraints,
   *     versions or float type are not those of this store
   */
  public void load(Path path) {
    checkOpen();
    reading(TensorFile.read(path)).run();
  }

  /**
   * Adds parameters and buffers to a file, under {@code parameters/} and {@code buffers/} and their
   * names, and the text {@code parameters} which tells their order, chunks, constraints and shapes.
   *
   * @throws IllegalArgumentException if a constraint cannot be told by its text
   */
  public synchronized void write(TensorFile.Builder file) {
    pack();
    ParamFile.write(this, file);
  }

  /** Checks a file against this store as {@link #load(Path)} does, and changes nothing. */
  public synchronized ParamReading reading(TensorFile file) {
    pack();
    return ParamFile.reading(this, file);
  }

  /** The contiguous storage of all parameters, in the order of creation. */
  public synchronized List<FlatVector> chunks() {
    pack();
    return stored.vectors();
  }

  /** Where each parameter is, in the order of creation. */
  public synchronized List<ParamSlot> slots() {
    pack();
    return stored.slots();
  }

  /** The tensors of modules that are not learned. */
  public Buffers buffers() {
    checkOpen();
    return buffers;
  }

  /** The buffers that have other than their first values, such as running statistics, by name. */
  public Map<String, FlatVector> statistics() {
    return buffers().updated();
  }

  /**
   * Whether this is asked for the first time of an equal object: what is looked at once for each
   * store, such as the values at a site, asks this.
   */
  public boolean isFirst(Object event) {
    checkOpen();
    return met.add(event);
  }

  /** The unconstrained value as a tensor of the run that gradients are taken with respect to. */
  public NDArray leaf(Run run, String name) {
    return leaf(run, existing(name));
  }

  /** Tensors of the run that all parameters are made of, in the order of {@link #slots()}. */
  public synchronized List<NDArray> variables(Run run) {
    pack();
    return stored.variables(run);
  }

  /** The constrained value as a tensor of the run, differentiable in {@link #leaf}. */
  public NDArray constrained(Run run, String name) {
    StoredParam param = existing(name);
    return param.constrained(leaf(run, param));
  }

  /**
   * Takes over all that another store holds, its seed included; that one is empty afterwards.
   *
   * @throws IllegalStateException if this store has parameters already
   */
  public void adopt(ParamStore other) {
    checkOpen();
    synchronized (other) {
      other.pack();
      synchronized (this) {
        checkState(
            stored.isEmpty(),
            "store has parameters %s and cannot take over another; use an empty one",
            names());
        config = other.config;
        stored.take(other.stored);
        buffers.take(other.buffers);
      }
    }
  }

  /** Memory that belongs to the store's parameters; closing it twice does nothing. */
  public interface Closeable extends AutoCloseable {
    @Override
    void close();
  }

  /** Closes this together with the store: what an optimizer remembers of its parameters. */
  public synchronized void own(Closeable memory) {
    checkOpen();
    owned.add(memory);
  }

  /** Names and shapes of its parameters. */
  @Override
  public String toString() {
    return open
        ? names().stream()
            .map(name -> name + " " + shape(name))
            .collect(joining(", ", "parameters [", "]"))
        : "parameters, closed";
  }

  /** Frees all values, and what it was told to own. */
  @Override
  public void close() {
    open = false;
    owned.forEach(Closeable::close); // without the lock, which who is at work with it may want
    synchronized (this) {
      stored.close();
      buffers.close();
    }
  }

  /**
   * A parameter in a run, which is created if there is none.
   *
   * @param constraint where its values live
   * @param initial the first value of a parameter that is created; null if it must exist, under
   *     whatever constraint
   * @throws IllegalStateException if it must exist and does not
   * @throws IllegalArgumentException if the first value is outside the constraint, or the parameter
   *     exists with another constraint
   */
  public ParamValue fetch(
      Run run, String name, Constraint constraint, @Nullable Supplier<NDArray> initial) {
    checkOpen();
    StoredParam known = stored.find(name);
    StoredParam param = known == null ? create(run, name, constraint, initial) : known;
    if (initial != null) {
      param.checkConstraint(constraint);
    }
    NDArray leaf = leaf(run, param);
    return new ParamValue(param.constrained(leaf), leaf, param.constraint());
  }

  private synchronized StoredParam create(
      Run run, String name, Constraint constraint, @Nullable Supplier<NDArray> initial) {
    checkOpen();
    StoredParam known = stored.find(name);
    if (known != null) {
      return known;
    }
    checkState(
        initial != null,
        "parameter '%s' has no value yet; give its first one by p.param(\"%s\", () -> ...)",
        name,
        name);
    configOf(run);
    StoredParam param = StoredParam.create(run, name, constraint, initial);
    stored.add(param);
    return param;
  }

  /** Adds parameters as one chunk, in a store of these settings. */
  synchronized void add(RunConfig settings, List<StoredParam> params) {
    config = settings;
    params.forEach(stored::add);
    pack();
  }

  /** A stream of noise for first values: from the store's seed and the name only. */
  public Rng initialNoise(Run run, String name) {
    return Rng.of(configOf(run).seed(), Rng.Purpose.INITIAL, 0, name);
  }

  /** Seed, float type and device, which are the run's if there were none. */
  @CanIgnoreReturnValue
  RunConfig configOf(Run run) {
    checkOpen();
    RunConfig own = config;
    if (own == null) {
      own = run.config();
      config = own;
    }
    return own;
  }

  private void checkOpen() {
    checkState(open, "parameter store is used after it was closed; close it after its last use");
  }

  /** What is set, else the settings of the store, else the defaults. */
  public static RunConfig chosen(@Nullable RunConfig set, @Nullable ParamStore params) {
    if (set != null) {
      return set;
    }
    return params == null ? RunConfig.defaults() : params.configOrDefaults();
  }

  /** The settings, or those that hold while there are none. */
  private RunConfig configOrDefaults() {
    return config().orElseGet(RunConfig::defaults);
  }

  @CanIgnoreReturnValue
  private <T> T inRun(Function<Run, T> body) {
    try (Run run = Run.open(configOrDefaults(), 0)) {
      return body.apply(run);
    }
  }

  private NDArray leaf(Run run, StoredParam param) {
    if (!param.isPacked() && !param.isOf(run)) {
      pack();
    }
    return param.leaf(run);
  }

  private synchronized void pack() {
    checkOpen();
    stored.pack(configOrDefaults());
  }

  StoredParam existing(String name) {
    checkOpen();
    StoredParam param = stored.find(name);
    if (param == null) { // the list of all names costs, and this is called for each of them
      throw new IllegalArgumentException(
          "parameter '%s' does not exist; ask for one of %s"
              .formatted(name, Nearest.to(name, names())));
    }
    return param;
  }
}
