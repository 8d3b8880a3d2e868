package org.ppl4j.infer.svi;

import static com.google.common.base.Preconditions.checkState;
import static com.google.common.collect.ImmutableSet.toImmutableSet;
import static java.util.Objects.requireNonNull;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.Iterables;
import com.google.common.collect.Lists;
import com.google.common.collect.Sets;
import com.google.errorprone.annotations.CanIgnoreReturnValue;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.DoubleSupplier;
import org.jspecify.annotations.Nullable;
import org.ppl4j.infer.optim.Optimizer;
import org.ppl4j.params.ParamReading;
import org.ppl4j.params.ParamSlot;
import org.ppl4j.params.ParamStore;
import org.ppl4j.tensor.Autograd;
import org.ppl4j.tensor.FlatVector;
import org.ppl4j.tensor.RecordedLoss;
import org.ppl4j.tensor.Run;
import org.ppl4j.tensor.RunConfig;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.tensor.file.TensorFile;

/**
 * The way of a store's parameters down a loss: gradient, clipping, update, average, best. What it
 * remembers are flat vectors beside each chunk of the store. The buffers of modules that steps
 * update, such as running statistics, go with the parameters: their average, their best.
 */
final class GradientDescent implements ParamStore.Closeable {

  /**
   * What one step found.
   *
   * @param loss its loss
   * @param norm the norm of its gradient before clipping
   */
  record Outcome(double loss, double norm) {

    /** Whether the step was made, not skipped. */
    boolean isFinite() {
      return Double.isFinite(loss) && Double.isFinite(norm);
    }
  }

  /** Who has closed what it remembers, if that is used nevertheless. */
  static final String OWNER = "svi or its parameter store";

  /** In a file, before the name of a buffer. */
  private static final String BUFFERS = "buffers/";

  private final ParamStore params;
  private final RunConfig config;
  private final Optimizer optimizer;
  private final Averaging averaging;
  private final List<DescentChunk> chunks = new ArrayList<>();
  private final Map<String, Versions> buffers = new TreeMap<>();
  private List<ParamSlot> slots = List.of();
  private double meanNorm = Double.NaN;
  private Iterate inStore = Iterate.LAST;
  private boolean open = true;

  GradientDescent(ParamStore params, RunConfig config, Optimizer optimizer, Averaging averaging) {
    this.params = params;
    this.config = config;
    this.optimizer = optimizer;
    this.averaging = averaging;
  }

  /**
   * One step; leaves everything as it was if loss or gradient are not finite. Reads two numbers
   * from the device.
   *
   * @param reached the names of the parameters that the executions used
   */
  Outcome step(Run run, Elbo.Estimate estimate, Set<String> reached) {
    NDArray whole = gradient(run, estimate);
    return step(run, () -> Tensors.values(estimate.loss())[0], whole, reached);
  }

  /** The same of a loss whose gradient is known. */
  Outcome step(Run run, RecordedLoss.Step made, Set<String> reached) {
    follow();
    return step(run, made::loss, made.gradient(), reached);
  }

  private Outcome step(Run run, DoubleSupplier lossOf, NDArray whole, Set<String> reached) {
    Set<String> moved = Sets.filter(reached, optimizer::moves);
    return run.withoutGradients(
        () -> {
          NDArray mask = mask(run, moved);
          NDArray gradient =
              moved.size() == reached.size() || mask == null
                  ? whole
                  : Tensors.where(mask, whole, 0);
          double squares = Tensors.values(Tensors.matMul(gradient, gradient))[0];
          double loss = lossOf.getAsDouble();
          Outcome outcome = new Outcome(loss, Math.sqrt(squares));
          if (outcome.isFinite()) {
            update(run, gradient, outcome.norm(), mask);
          }
          return outcome;
        });
  }

  /**
   * The gradient with respect to all parameters of the store, joined, in the order of its slots.
   */
  NDArray gradient(Run run, Elbo.Estimate estimate) {
    follow();
    return Autograd.flatGrad(estimate.surrogate(), params.variables(run));
  }

  /** Where each parameter lies in the joined vector of all chunks. */
  List<ParamSlot> slots() {
    return slots;
  }

  private void update(Run run, NDArray gradient, double norm, @Nullable NDArray mask) {
    double factor = optimizer.clipping().factor(norm, meanNorm);
    meanNorm = optimizer.clipping().mean(norm, meanNorm);
    NDArray clipped = factor == 1 ? gradient : gradient.mul(factor);
    long offset = 0;
    for (DescentChunk chunk : chunks) {
      long end = offset + chunk.now.size();
      boolean whole = chunks.size() == 1;
      chunk.update(
          run,
          whole ? clipped : Tensors.range(clipped, -1, offset, end),
          mask == null || whole ? mask : Tensors.range(mask, -1, offset, end));
      offset = end;
    }
  }

  /** Booleans, one an element of the store: whether its parameter is to move; null: all are. */
  private @Nullable NDArray mask(Run run, Set<String> moved) {
    if (moved.size() == slots.size()) {
      return null;
    }
    int size = 0;
    for (DescentChunk chunk : chunks) {
      size += Math.toIntExact(chunk.now.size());
    }
    boolean[] mask = new boolean[size];
    int offset = 0;
    for (ParamSlot slot : slots) {
      int end = offset + Math.toIntExact(slot.shape().size());
      Arrays.fill(mask, offset, end, moved.contains(slot.name()));
      offset = end;
    }
    return run.create(mask, new Shape(size));
  }

  /** Takes up chunks that the store has gained. */
  synchronized void follow() {
    checkState(open, "%s is used after it was closed; close it after its last use", OWNER);
    List<FlatVector> vectors = params.chunks();
    if (chunks.size() < vectors.size()) {
      slots = params.slots();
      if (chunks.isEmpty()) {
        optimizer.check(params.names());
      }
      for (int i = chunks.size(); i < vectors.size(); i++) {
        chunks.add(
            new DescentChunk(vectors.get(i), config, optimizer.over(parts(slots, i)), averaging));
      }
    }
  }

  private static ImmutableList<Optimizer.Part> parts(List<ParamSlot> slots, int chunk) {
    return slots.stream()
        .filter(slot -> slot.chunk() == chunk)
        .map(slot -> new Optimizer.Part(slot.name(), Math.toIntExact(slot.shape().size())))
        .collect(ImmutableList.toImmutableList());
  }

  /** Takes up the buffers that steps have updated, after a step that succeeded. */
  synchronized void followBuffers(Run run) {
    params
        .statistics()
        .forEach(
            (name, vector) -> {
              Versions versions =
                  buffers.computeIfAbsent(name, key -> new Versions(config, vector));
              versions.update();
              versions.average(run, averaging);
            });
  }

  /** The versions of all chunks, then of all buffers. */
  private Iterable<Versions> versions() {
    return Iterables.concat(Lists.transform(chunks, chunk -> chunk.versions), buffers.values());
  }

  /** Keeps the parameters of the store as the best. */
  void keepBest(Run run) {
    versions().forEach(versions -> versions.keep(run, Iterate.BEST));
  }

  /**
   * Puts an iterate into the store; chunks that have not kept it are left as they are.
   *
   * @return whether it was kept at all
   */
  @CanIgnoreReturnValue
  boolean use(Iterate iterate) {
    if (inStore == iterate) {
      return true;
    }
    boolean found = false;
    try (Run run = Run.open(config, 0)) {
      for (Versions versions : versions()) {
        found |= versions.use(run, iterate, inStore);
      }
    }
    inStore = found ? iterate : inStore;
    return found;
  }

  // --- files

  /** Adds all that it remembers to a file. */
  void write(TensorFile.Builder file) {
    file.put("fit.optimizer", optimizer.toString());
    file.put("fit.averaging", averaging.toString());
    file.put("fit.meanNorm", Double.toString(meanNorm));
    file.put("fit.inStore", inStore.name());
    file.put("fit.chunks", Integer.toString(chunks.size()));
    for (int i = 0; i < chunks.size(); i++) {
      DescentChunk chunk = chunks.get(i);
      for (int j = 0; j < chunk.state.size(); j++) {
        Versions.put(file, "fit/state/" + i + "/" + j, chunk.state.get(j));
      }
      chunk.versions.write(file, Integer.toString(i));
    }
    params
        .statistics()
        .forEach(
            (name, vector) ->
                buffers
                    .getOrDefault(name, new Versions(config, vector))
                    .write(file, BUFFERS + name));
  }

  /** A chunk as a file has it. */
  record Saved(ImmutableList<double[]> state, Versions.Saved versions) {}

  /**
   * Checks a file against this, and changes nothing.
   *
   * @param reading its parameters and buffers
   * @return what takes over the file's memory, once the store has its parameters
   */
  Runnable reading(FitFile file, ParamReading reading) {
    ImmutableList<ParamSlot> saved = reading.slots();
    file.checkSame("averaging", file.text("fit.averaging"), averaging.toString(), "averaging(..)");
    if (!params.names().isEmpty() && !params.slots().equals(saved)) {
      throw file.bad(
          "has parameters in the order %s, but this fit has %s; load it into an empty store",
          saved, params.slots());
    }
    double norm = file.number("fit.meanNorm");
    Iterate iterate = iterate(file);
    List<Saved> all = new ArrayList<>();
    long count = file.whole("fit.chunks");
    for (int i = 0; i < count; i++) {
      all.add(saved(file, i, parts(saved, i)));
    }
    if (count > 0) {
      optimizer.check(saved.stream().map(ParamSlot::name).collect(toImmutableSet()));
    }
    Map<String, Versions.Saved> ofBuffers = new TreeMap<>();
    for (String name : reading.statistics()) {
      long size = file.tensor(BUFFERS + name, config.floatType(), -1).length;
      ofBuffers.put(name, Versions.Saved.read(file, BUFFERS + name, config, size));
    }
    return () -> {
      forget();
      if (count > 0) {
        follow();
      }
      for (int i = 0; i < all.size(); i++) {
        chunks.get(i).restore(all.get(i));
      }
      Map<String, FlatVector> vectors = params.statistics();
      ofBuffers.forEach(
          (name, versions) -> {
            Versions own = new Versions(config, requireNonNull(vectors.get(name)));
            own.restore(versions);
            buffers.put(name, own);
          });
      meanNorm = norm;
      inStore = iterate;
    };
  }

  private static Iterate iterate(FitFile file) {
    String name = file.text("fit.inStore");
    for (Iterate iterate : Iterate.values()) {
      if (iterate.name().equals(name)) {
        return iterate;
      }
    }
    throw file.bad("has '%s' for 'fit.inStore', which is no iterate", name);
  }

  private Saved saved(FitFile file, int chunk, ImmutableList<Optimizer.Part> parts) {
    if (parts.isEmpty()) {
      throw file.bad("has a fit of chunk %s, but no parameter there", chunk);
    }
    long size = parts.stream().mapToLong(Optimizer.Part::size).sum();
    int wanted = optimizer.over(parts).stateVectors();
    int found = 0;
    ImmutableList.Builder<double[]> state = ImmutableList.builder();
    while (file.has("fit/state/" + chunk + "/" + found)) {
      state.add(file.tensor("fit/state/" + chunk + "/" + found++, config.floatType(), size));
    }
    if (found != wanted) {
      throw file.bad(
          "has %s vectors of optimizer '%s', but this fit has optimizer '%s', which remembers %s;"
              + " build the fit with the file's optimizer(..)",
          found, file.text("fit.optimizer"), optimizer, wanted);
    }
    String name = Integer.toString(chunk);
    return new Saved(state.build(), Versions.Saved.read(file, name, config, size));
  }

  private synchronized void forget() {
    free();
    chunks.clear();
    buffers.clear();
  }

  private void free() {
    chunks.forEach(DescentChunk::close);
    buffers.values().forEach(Versions::close);
  }

  /** Frees all memory; a step that another thread is at work with throws. */
  @Override
  public synchronized void close() {
    open = false;
    free();
  }
}
