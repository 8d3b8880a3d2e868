package org.ppl4j;

import static com.google.common.base.Preconditions.checkArgument;
import static com.google.common.base.Preconditions.checkState;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import com.google.errorprone.annotations.CanIgnoreReturnValue;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.ppl4j.constraints.Constraint;
import org.ppl4j.nn.TensorSpec;
import org.ppl4j.tensor.FlatVector;
import org.ppl4j.tensor.Rng;
import org.ppl4j.tensor.Run;
import org.ppl4j.tensor.RunConfig;
import org.ppl4j.tensor.Tensors;
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
 */
public final class ParamStore implements AutoCloseable {

  /**
   * Where the unconstrained numbers of a parameter are.
   *
   * @param name the parameter
   * @param chunk the index of its chunk in {@link #chunks()}
   * @param offset of its first number there
   * @param shape of the unconstrained tensor
   * @param constraint of the constrained one
   */
  public record Slot(String name, int chunk, long offset, Shape shape, Constraint constraint) {}

  private final NDManager manager;
  private volatile @Nullable RunConfig config;
  private final Map<String, StoredParam> stored = new ConcurrentHashMap<>();
  private final Map<String, FlatVector> buffers = new ConcurrentHashMap<>();
  private final List<StoredParam> order = new ArrayList<>();
  private final List<FlatVector> chunks = new ArrayList<>();
  private final List<Closeable> owned = new ArrayList<>();
  private final Map<Rng.Purpose, Set<String>> seen = new EnumMap<>(Rng.Purpose.class);
  private int packed;

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
    for (Rng.Purpose purpose : Rng.Purpose.values()) {
      seen.put(purpose, ConcurrentHashMap.newKeySet());
    }
  }

  // --- for users

  /** Seed, float type and device; empty until they are given or the first run has settled them. */
  public Optional<RunConfig> config() {
    return Optional.ofNullable(config);
  }

  /** The names in the order of their creation. */
  public synchronized Set<String> names() {
    LinkedHashMap<String, Boolean> names = new LinkedHashMap<>();
    order.forEach(param -> names.put(param.name(), true));
    return Collections.unmodifiableSet(names.keySet());
  }

  /** Whether the parameter exists. */
  public boolean has(String name) {
    return stored.containsKey(name);
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
    checkArgument(
        values.length == param.shape().size(),
        "parameter '%s' has shape %s, but was given %s values; pass %s",
        name,
        param.shape(),
        values.length,
        param.shape().size());
    pack();
    double[] free = inRun(run -> param.unconstrained(run.create(values, param.shape())));
    chunk(param).assign(param.offset(), free);
  }

  /** Overwrites a value; {@code value} has the parameter's shape. */
  public void set(String name, NDArray value) {
    checkArgument(
        value.getShape().equals(existing(name).shape()),
        "parameter '%s' has shape %s, but was given a value of shape %s",
        name,
        existing(name).shape(),
        value.getShape());
    double[] values = inRun(run -> Tensors.values(run.bind(value)));
    set(name, values);
  }

  /**
   * The transform that a module makes of its tensors in this store, inside a run but outside any
   * execution; they are created if the store does not have them.
   */
  public Transform transform(Run run, String name, TransformModule module) {
    return Modules.bind(this, run, name, module);
  }

  // --- for inference

  /** The contiguous storage of all parameters, in the order of creation. */
  public synchronized List<FlatVector> chunks() {
    pack();
    return List.copyOf(chunks);
  }

  /** Where each parameter is, in the order of creation. */
  public synchronized List<Slot> slots() {
    pack();
    return order.stream().map(StoredParam::slot).toList();
  }

  /** The unconstrained value as a tensor of the run that gradients are taken with respect to. */
  public NDArray leaf(Run run, String name) {
    return leaf(run, existing(name));
  }

  /** The constrained value as a tensor of the run, differentiable in {@link #leaf}. */
  public NDArray constrained(Run run, String name) {
    StoredParam param = existing(name);
    return param.constrained(leaf(run, param));
  }

  /** A copy of all values, for {@link #restore}. Costs one copy a chunk, on the device. */
  public synchronized Snapshot snapshot() {
    Snapshot snapshot = new Snapshot();
    save(snapshot);
    return snapshot;
  }

  /** Overwrites a snapshot of this store with the current values. */
  public synchronized void save(Snapshot snapshot) {
    pack();
    inRun(
        run -> {
          for (int i = 0; i < chunks.size(); i++) {
            if (i == snapshot.chunks.size()) {
              snapshot.chunks.add(FlatVector.zeros(run.config(), chunks.get(i).size()));
            }
            snapshot.chunks.get(i).assign(chunks.get(i).in(run));
          }
          return snapshot;
        });
  }

  /** Sets all values back; parameters that are younger than the snapshot keep theirs. */
  public synchronized void restore(Snapshot snapshot) {
    inRun(
        run -> {
          for (int i = 0; i < snapshot.chunks.size(); i++) {
            chunks.get(i).assign(snapshot.chunks.get(i).in(run));
          }
          return snapshot;
        });
  }

  /** Memory that belongs to the store's parameters; closing it twice does nothing. */
  public interface Closeable extends AutoCloseable {
    @Override
    void close();
  }

  /** The values of all parameters at one time. */
  public static final class Snapshot implements AutoCloseable {

    private final List<FlatVector> chunks = new ArrayList<>();

    private Snapshot() {}

    /** Frees the copies. */
    @Override
    public void close() {
      chunks.forEach(FlatVector::close);
    }
  }

  /** Closes this together with the store: what an optimizer remembers of its parameters. */
  public synchronized void own(Closeable memory) {
    owned.add(memory);
  }

  /** Frees all values, and what it was told to own. */
  @Override
  public synchronized void close() {
    owned.forEach(Closeable::close);
    owned.clear();
    chunks.forEach(FlatVector::close);
    buffers.values().forEach(FlatVector::close);
    chunks.clear();
    buffers.clear();
    order.clear();
    stored.clear();
    packed = 0;
  }

  // --- for executions

  /** Fetches or creates the value of a parameter that a program has reached. */
  void fetch(Run run, ParamSite site) {
    StoredParam param = stored.get(site.name());
    if (param == null) {
      param = create(run, site);
    }
    Constraint wanted = site.constraint();
    checkArgument(
        !site.hasInitial() || wanted.equals(param.constraint()),
        "parameter '%s' exists with constraint '%s', but is asked for with '%s'; use one of them in"
            + " both places",
        site.name(),
        param.constraint(),
        wanted);
    NDArray leaf = leaf(run, param);
    site.fetched(param.constrained(leaf), leaf, param.constraint());
  }

  private synchronized StoredParam create(Run run, ParamSite site) {
    StoredParam known = stored.get(site.name());
    if (known != null) {
      return known;
    }
    checkState(
        site.hasInitial(),
        "parameter '%s' has no value yet; give its first one by p.param(\"%s\", () -> ...)",
        site.name(),
        site.name());
    settle(run);
    StoredParam param = StoredParam.create(run, site);
    order.add(param);
    stored.put(param.name(), param);
    return param;
  }

  /** The value of a buffer of a module. */
  NDArray buffer(Run run, String module, TensorSpec spec) {
    String name = module + "." + spec.name();
    FlatVector buffer =
        buffers.computeIfAbsent(
            name,
            key -> {
              RunConfig own = settle(run);
              FlatVector vector = FlatVector.zeros(own, spec.shape().size());
              vector.assign(0, Tensors.values(initial(run, name, spec)));
              return vector;
            });
    return Tensors.reshape(buffer.in(run), spec.shape());
  }

  /** The first value of a module's tensor: from the store's seed and the name only. */
  NDArray initial(Run run, String name, TensorSpec spec) {
    return spec.initial().create(Rng.of(seed(run), Rng.Purpose.INITIAL, 0, name), run);
  }

  long seed(Run run) {
    return settle(run).seed();
  }

  /** Whether a site of this name is met for the first time in executions of this purpose. */
  boolean isFirst(Rng.Purpose purpose, String name) {
    Set<String> names = seen.get(purpose);
    return names != null && !names.contains(name) && names.add(name);
  }

  // --- inside

  @CanIgnoreReturnValue
  private RunConfig settle(Run run) {
    RunConfig own = config;
    if (own == null) {
      own = run.config();
      config = own;
    }
    return own;
  }

  @CanIgnoreReturnValue
  private <T> T inRun(Function<Run, T> body) {
    RunConfig own = config;
    try (Run run = Run.open(own == null ? RunConfig.defaults() : own, 0)) {
      return body.apply(run);
    }
  }

  private NDArray leaf(Run run, StoredParam param) {
    NDArray pending = param.pendingLeaf(run);
    if (pending != null) {
      return pending;
    }
    if (!param.isPacked()) {
      pack();
    }
    FlatVector chunk = chunk(param);
    checkState(
        chunk.floatType() == run.floatType(),
        "parameter '%s' is stored in %s, but the run is in %s; build both from one RunConfig",
        param.name(),
        chunk.floatType(),
        run.floatType());
    return chunk.leaf(run, param.offset(), param.freeShape());
  }

  private FlatVector chunk(StoredParam param) {
    return param.vector();
  }

  private synchronized void pack() {
    if (packed == order.size()) {
      return;
    }
    List<StoredParam> fresh = order.subList(packed, order.size());
    long size = fresh.stream().mapToLong(StoredParam::size).sum();
    RunConfig own = config;
    FlatVector vector = FlatVector.zeros(own == null ? RunConfig.defaults() : own, size);
    long offset = 0;
    for (StoredParam param : fresh) {
      offset = param.moveTo(vector, chunks.size(), offset);
    }
    chunks.add(vector);
    packed = order.size();
  }

  private StoredParam existing(String name) {
    StoredParam param = stored.get(name);
    if (param == null) { // the list of all names costs, and this is called for each of them
      throw new IllegalArgumentException(
          "parameter '%s' does not exist; there are %s".formatted(name, names()));
    }
    return param;
  }
}
