package org.ppl4j.infer.svi;

import static com.google.common.base.Preconditions.checkState;
import static com.google.common.collect.ImmutableSet.toImmutableSet;
import static java.util.Objects.requireNonNull;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSet;
import com.google.common.collect.Iterables;
import com.google.common.collect.Lists;
import com.google.common.collect.Maps;
import com.google.common.collect.Sets;
import com.google.common.primitives.Doubles;
import com.google.errorprone.annotations.CanIgnoreReturnValue;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.ppl4j.infer.optim.Clipping;
import org.ppl4j.infer.optim.Optimizer;
import org.ppl4j.params.ParamReading;
import org.ppl4j.params.ParamSlot;
import org.ppl4j.params.ParamStore;
import org.ppl4j.tensor.Autograd;
import org.ppl4j.tensor.FlatVector;
import org.ppl4j.tensor.FloatType;
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

  /** Elements of the joined vector, {@code to} exclusive. */
  private record Stretch(int from, int to) {}

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
  private @Nullable ImmutableSet<String> moved; // those that the last step reached
  private Stretch[] unmoved = new Stretch[0];
  private double[] gradient = new double[0]; // of the last step by the engine
  private double meanNorm = Double.NaN;
  private double pace = 1;
  private Iterate inStore = Iterate.LAST;
  private volatile boolean open = true;

  GradientDescent(ParamStore params, RunConfig config, Optimizer optimizer, Averaging averaging) {
    this.params = params;
    this.config = config;
    this.optimizer = optimizer;
    this.averaging = averaging;
  }

  /**
   * One step; leaves everything as it was if loss or gradient are not finite. Reads a number and
   * the gradient from the device.
   *
   * @param reached the names of the parameters that the executions used
   */
  Outcome step(Run run, Elbo.Estimate estimate, Set<String> reached) {
    double[] slopes = gradient(run, estimate);
    return step(Tensors.values(estimate.loss())[0], slopes, reached);
  }

  /**
   * The same of numbers that are known, once what the store has gained was {@linkplain #follow
   * taken up}.
   *
   * @param gradient of all parameters of the store, joined, which is overwritten
   */
  Outcome step(double loss, double[] gradient, Set<String> reached) {
    move(reached);
    clear(gradient);
    Outcome outcome = new Outcome(loss, Clipping.length(gradient));
    if (outcome.isFinite()) {
      update(gradient, outcome.norm());
    }
    return outcome;
  }

  /** Which parameters are moved from now on. */
  private void move(Set<String> reached) {
    boolean isSame = reached.equals(moved);
    moved = ImmutableSet.copyOf(reached); // so that the next comparison is of one object
    if (isSame) {
      return;
    }
    Set<String> moving = Sets.filter(moved, optimizer::moves);
    chunks.forEach(chunk -> chunk.move(moving));
    List<Stretch> still = new ArrayList<>();
    int offset = 0;
    for (ParamSlot slot : slots) {
      int end = offset + Math.toIntExact(slot.shape().size());
      if (!moving.contains(slot.name())) {
        still.add(new Stretch(offset, end));
      }
      offset = end;
    }
    unmoved = still.toArray(Stretch[]::new);
  }

  /** The gradient of what does not move counts as zero. */
  private void clear(double[] gradient) {
    for (Stretch stretch : unmoved) {
      Arrays.fill(gradient, stretch.from(), stretch.to(), 0);
    }
  }

  /**
   * The gradient in all parameters of the store, joined, in the order of its slots; in an array
   * that the next one overwrites.
   */
  double[] gradient(Run run, Elbo.Estimate estimate) {
    follow();
    int size = chunks.stream().mapToInt(chunk -> Math.toIntExact(chunk.now.size())).sum();
    if (gradient.length != size) {
      gradient = new double[size];
    }
    Autograd.flatGrad(estimate.surrogate(), params.variables(run), gradient);
    return gradient;
  }

  /** Where each parameter lies in the joined vector of all chunks. */
  List<ParamSlot> slots() {
    return slots;
  }

  /** The gradient of what steps move, where 0 stands for all else, in an array of the caller's. */
  void slopes(Run run, Elbo.Estimate estimate, double[] into) {
    System.arraycopy(gradient(run, estimate), 0, into, 0, into.length);
    clear(into);
  }

  /** All unconstrained numbers of the store, joined. */
  double[] values() {
    return Doubles.concat(follow().stream().map(FlatVector::values).toArray(double[][]::new));
  }

  /** Makes them these. */
  void assign(double[] all) {
    int offset = 0;
    for (FlatVector vector : follow()) {
      int end = offset + Math.toIntExact(vector.size());
      vector.assign(0, Arrays.copyOfRange(all, offset, end));
      offset = end;
    }
  }

  private void update(double[] gradient, double norm) {
    double factor = optimizer.clipping().factor(norm, meanNorm);
    meanNorm = optimizer.clipping().mean(norm, meanNorm);
    for (int i = 0; factor != 1 && i < gradient.length; i++) {
      gradient[i] *= factor;
    }
    int offset = 0;
    for (DescentChunk chunk : chunks) {
      chunk.update(gradient, offset, pace);
      offset += Math.toIntExact(chunk.now.size());
    }
  }

  /** Further steps go this share of the optimizer's way. */
  void pace(double share) {
    pace = share;
  }

  /** Takes up chunks that the store has gained; returns all. */
  @CanIgnoreReturnValue
  List<FlatVector> follow() {
    checkState(open, "%s is used after it was closed; close it after its last use", OWNER);
    List<FlatVector> vectors = params.chunks();
    if (chunks.size() < vectors.size()) {
      takeUp(vectors);
    }
    return vectors;
  }

  private synchronized void takeUp(List<FlatVector> vectors) {
    slots = params.slots();
    if (chunks.isEmpty()) {
      optimizer.check(params.names());
    }
    for (int i = chunks.size(); i < vectors.size(); i++) {
      chunks.add(new DescentChunk(vectors.get(i), of(slots, i), optimizer, averaging));
    }
    moved = null;
  }

  /** The parameters of a chunk. */
  private static ImmutableList<ParamSlot> of(List<ParamSlot> slots, int chunk) {
    return slots.stream()
        .filter(slot -> slot.chunk() == chunk)
        .collect(ImmutableList.toImmutableList());
  }

  /** Takes up the buffers that steps have updated, after a step that succeeded. */
  synchronized void followBuffers() {
    params
        .statistics()
        .forEach(
            (name, vector) -> {
              Versions versions = buffers.computeIfAbsent(name, key -> new Versions(vector));
              versions.update();
              versions.average(averaging);
            });
  }

  /** The versions of all chunks, then of all buffers. */
  private Iterable<Versions> versions() {
    return Iterables.concat(Lists.transform(chunks, chunk -> chunk.versions), buffers.values());
  }

  /** Keeps the parameters of the store as the best. */
  void keepBest() {
    versions().forEach(versions -> versions.keep(Iterate.BEST));
  }

  /** Parameters and buffers, and all that is remembered of them, at some step. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Moment(
      double meanNorm,
      ImmutableList<double[]> parameters,
      ImmutableList<Saved> saved,
      ImmutableMap<String, double[]> statistics,
      ImmutableMap<String, Versions.Saved> ofBuffers) {}

  /** As everything is now. */
  Moment moment() {
    ImmutableList.Builder<double[]> parameters = ImmutableList.builder();
    ImmutableList.Builder<Saved> saved = ImmutableList.builder();
    for (DescentChunk chunk : chunks) {
      parameters.add(chunk.now.values());
      saved.add(chunk.saved());
    }
    return new Moment(
        meanNorm,
        parameters.build(),
        saved.build(),
        ImmutableMap.copyOf(Maps.transformValues(params.statistics(), FlatVector::values)),
        ImmutableMap.copyOf(Maps.transformValues(buffers, Versions::saved)));
  }

  /** Goes back to a moment. */
  void goBack(Moment moment) {
    meanNorm = moment.meanNorm();
    for (int i = 0; i < moment.parameters().size(); i++) {
      chunks.get(i).now.assign(0, moment.parameters().get(i));
      chunks.get(i).restore(moment.saved().get(i));
    }
    params.buffers().assign(moment.statistics());
    moment.ofBuffers().forEach((name, saved) -> requireNonNull(buffers.get(name)).restore(saved));
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
    for (Versions versions : versions()) {
      found |= versions.use(iterate, inStore);
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
      for (int j = 0; j < chunk.state.length; j++) {
        Versions.put(file, "fit/state/" + i + "/" + j, chunk.state[j]);
      }
      chunk.versions.write(file, Integer.toString(i));
    }
    params
        .statistics()
        .forEach(
            (name, vector) ->
                buffers.getOrDefault(name, new Versions(vector)).write(file, BUFFERS + name));
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
    Iterate iterate = file.constant("fit.inStore", Iterate.class, "iterate");
    List<Saved> all = new ArrayList<>();
    long count = file.whole("fit.chunks");
    for (int i = 0; i < count; i++) {
      all.add(saved(file, i, of(saved, i)));
    }
    if (count > 0) {
      optimizer.check(saved.stream().map(ParamSlot::name).collect(toImmutableSet()));
    }
    Map<String, Versions.Saved> ofBuffers = new TreeMap<>();
    for (String name : reading.statistics()) {
      long size = file.tensor(BUFFERS + name, config.floatType(), -1).length;
      ofBuffers.put(name, Versions.Saved.read(file, BUFFERS + name, size));
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
            Versions own = new Versions(requireNonNull(vectors.get(name)));
            own.restore(versions);
            buffers.put(name, own);
          });
      meanNorm = norm;
      inStore = iterate;
    };
  }

  private Saved saved(FitFile file, int chunk, ImmutableList<ParamSlot> slotsOfChunk) {
    if (slotsOfChunk.isEmpty()) {
      throw file.bad("has a fit of chunk %s, but no parameter there", chunk);
    }
    long size = slotsOfChunk.stream().mapToLong(slot -> slot.shape().size()).sum();
    int wanted = DescentChunk.stateVectors(slotsOfChunk, optimizer);
    int found = 0;
    ImmutableList.Builder<double[]> state = ImmutableList.builder();
    while (file.has("fit/state/" + chunk + "/" + found)) {
      state.add(file.tensor("fit/state/" + chunk + "/" + found++, FloatType.FLOAT64, size));
    }
    if (found != wanted) {
      throw file.bad(
          "has %s vectors of optimizer '%s', but this fit has optimizer '%s', which remembers %s;"
              + " build the fit with the file's optimizer(..)",
          found, file.text("fit.optimizer"), optimizer, wanted);
    }
    String name = Integer.toString(chunk);
    return new Saved(state.build(), Versions.Saved.read(file, name, size));
  }

  private synchronized void forget() {
    chunks.clear();
    buffers.clear();
  }

  /** A step after it throws. */
  @Override
  public void close() {
    open = false;
  }
}
