package org.ppl4j.tensor;

import static java.util.Objects.requireNonNull;

import ai.djl.ndarray.NDArray;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSet;
import com.google.common.collect.Iterables;
import com.google.common.collect.Maps;
import com.google.common.collect.Sets;
import com.google.common.primitives.Doubles;
import com.google.common.primitives.ImmutableIntArray;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.ppl4j.tensor.RecordedParts.Change;
import org.ppl4j.tensor.Verifier.Point;
import org.ppl4j.tensor.internal.around.Surroundings;
import org.ppl4j.tensor.internal.graph.Form.Role;
import org.ppl4j.tensor.internal.graph.Gradients;
import org.ppl4j.tensor.internal.graph.Graph;
import org.ppl4j.tensor.internal.graph.Node;
import org.ppl4j.tensor.internal.graph.NotRecordable;
import org.ppl4j.tensor.internal.plan.Plan;
import org.ppl4j.tensor.internal.plan.PlanReplay;
import org.ppl4j.tensor.internal.table.JavaKernel;

/**
 * The loss of a step as a function of parameters and of the step's draws, with its gradient. It is
 * recorded when it is made, of two steps, and computed from the record since then, in double
 * precision (but for products of matrices where the configuration has the single one), if the
 * configuration admits it and it can be recorded.
 *
 * <p>A record is held against the engine at the steps 1, 2 and 3 since, at 5, 8 and so on and later
 * as long as that takes a small part of the time, and where its user finds it not finite or wants
 * to be sure. Should they differ, it is not recorded any more, which the log says; under {@link
 * Recording#REQUIRED} it throws.
 *
 * <p>It belongs to one thread at a time.
 */
public final class RecordedLoss {

  private final String what;
  private final RunConfig config;
  private final ImmutableList<FlatVector> all;
  private final FlatVector[] parameters; // the same
  private final Function<Run, Estimate> estimate;
  private final RecordedNoise noise = new RecordedNoise();
  private final RecordedValues values = new RecordedValues();
  private final RecordedBuffers buffers;
  private final @Nullable RecordedData data; // null if they never change
  private final Verifier verifier;
  private final RecordingChoice choice;
  private final Surroundings surroundings;
  private final RecordedMemory memory;
  private final int size;
  private final double[] gradient;
  private ImmutableMap<String, double[]> updates = ImmutableMap.of(); // of the last step
  private double[][] found = new double[0][]; // the same
  private NoiseReplay[] draws = new NoiseReplay[0]; // inputs of the plan
  private NoiseReplay[] rows = new NoiseReplay[0]; // noise with operands
  private long evaluations;
  private int compared = Integer.MAX_VALUE; // how many steps of each scan
  private boolean hasAgreed;
  private @Nullable PlanReplay replay;
  private @Nullable RecordedParts parts;
  private List<NDArray> arrays = List.of();

  /**
   * An estimate of a loss.
   *
   * @param loss a number, which is reported
   * @param surrogate a number whose gradient is followed
   * @param updates what buffers of modules are to be after the step, by names
   * @param parts what all are computed of, by names, in order, to say where records differ
   */
  public record Estimate(
      NDArray loss,
      NDArray surrogate,
      Map<String, NDArray> updates,
      Supplier<Map<String, NDArray>> parts) {

    /** Without updates and parts. */
    public Estimate(NDArray loss, NDArray surrogate) {
      this(loss, surrogate, ImmutableMap.of(), ImmutableMap::of);
    }
  }

  /**
   * A loss, which is recorded of a step and the one after it.
   *
   * @param what names it in messages
   * @param counter of the step
   * @param parameters what the estimate depends on
   * @param changing whether data that are bound may be others from step to step, which are then
   *     {@linkplain #bind told}
   * @param estimate of a run; the same for the same parameters and counter
   * @throws IllegalStateException if recording is required, but not possible
   */
  public RecordedLoss(
      String what,
      RunConfig config,
      long counter,
      List<FlatVector> parameters,
      boolean changing,
      Function<Run, Estimate> estimate) {
    this(
        what,
        config,
        counter,
        parameters,
        ImmutableMap.of(),
        changing,
        estimate,
        List.of(),
        new RecordedMemory());
  }

  /**
   * The same of programs, and on memory that others use too, on the same thread.
   *
   * @param buffers those that steps have updated, by name, whose numbers may be others each time
   * @param programs what the estimate runs that is not this library's; the record holds as long as
   *     what they read of {@linkplain #change their surroundings} is what it is now
   * @param memory what they compute on in turn
   * @throws IllegalStateException if recording is required, but not possible
   */
  public RecordedLoss(
      String what,
      RunConfig config,
      long counter,
      List<FlatVector> parameters,
      Map<String, FlatVector> buffers,
      boolean changing,
      Function<Run, Estimate> estimate,
      List<?> programs,
      RecordedMemory memory) {
    this.what = what;
    this.config = config;
    this.all = ImmutableList.copyOf(parameters);
    this.parameters = all.toArray(FlatVector[]::new);
    this.buffers = new RecordedBuffers(buffers);
    this.data = changing ? new RecordedData() : null;
    this.estimate = estimate;
    this.verifier = new Verifier(config.floatType(), changing);
    this.memory = memory;
    this.size = Math.toIntExact(parameters.stream().mapToLong(FlatVector::size).sum());
    this.gradient = new double[size];
    this.choice = new RecordingChoice(what, config);
    this.surroundings = choice.surroundings(programs);
    choice.attempt(() -> record(counter));
  }

  private record Nodes(
      Node loss,
      Node surrogate,
      Map<String, Node> updates,
      Recorder recorder,
      Map<String, Node> parts) {

    boolean isSame(Nodes other) {
      return loss == other.loss && surrogate == other.surrogate && updates.equals(other.updates);
    }
  }

  private void record(long counter) {
    Graph graph = new Graph();
    Nodes one = nodes(graph, counter);
    Nodes other = nodes(graph, counter + 1);
    surroundings.settle();
    if (!one.isSame(other)) {
      throw new NotRecordable(
          "operations or numbers that differ from one step to the next"
              + RecordedParts.firstChange(one.parts(), other.parts())
                  .map(part -> ", first at " + part)
                  .orElse("")
              + "; a number that changes is read by p.value(name, () -> number)");
    }
    parts = new RecordedParts(graph, one.parts());
    Plan plan = NotRecordable.guarded(() -> plan(graph, one));
    PlanReplay made = plan.replay(memory.arrays());
    List<NoiseReplay> withOperands = new ArrayList<>();
    List<JavaKernel> kernels = plan.kernels();
    for (int i = 0; i < kernels.size(); i++) {
      if (kernels.get(i) instanceof Noise drawn) {
        NoiseReplay row = new NoiseReplay(drawn, config.seed());
        made.set(i, row);
        withOperands.add(row);
      }
    }
    rows = withOperands.toArray(NoiseReplay[]::new);
    draws = noise.replays(config.seed()).toArray(NoiseReplay[]::new);
    compared = one.recorder().compared();
    updates =
        ImmutableMap.copyOf(Maps.transformValues(one.updates(), node -> new double[node.size()]));
    found = updates.values().toArray(double[][]::new);
    replay = made;
  }

  /** The plan of a loss and its gradient. */
  private Plan plan(Graph graph, Nodes of) {
    List<Node> inputs = new ArrayList<>();
    for (FlatVector vector : parameters) {
      inputs.add(
          graph.input(
              Role.VARIABLE, inputs.size(), ImmutableIntArray.of(Math.toIntExact(vector.size()))));
    }
    List<Node> outputs = new ArrayList<>(List.of(of.loss()));
    outputs.addAll(Gradients.of(graph, of.surrogate(), inputs));
    outputs.addAll(of.updates().values());
    outputs.addAll(of.recorder().unneeded(outputs));
    inputs.addAll(noise.nodes());
    inputs.addAll(values.nodes());
    inputs.addAll(buffers.nodes());
    if (data != null) {
      inputs.addAll(data.nodes());
    }
    return Plan.of(inputs, outputs, config.floatType() == FloatType.FLOAT32);
  }

  private Nodes nodes(Graph graph, long counter) {
    Recorder recorder = new Recorder(graph, noise, values, data, buffers, config, counter);
    return recorder.record(
        run -> {
          for (FlatVector vector : parameters) {
            NDArray unused = vector.variable(run); // the first of all variables
          }
          Estimate of = estimate.apply(run);
          Node loss = recorder.node((RunArray) of.loss());
          Node surrogate = recorder.node((RunArray) of.surrogate());
          if (recorder.variables() > parameters.length) {
            throw new NotRecordable("variables that are no parameters");
          }
          Map<String, Node> updated = new LinkedHashMap<>();
          of.updates().forEach((name, x) -> updated.put(name, recorder.node((RunArray) x)));
          Map<String, Node> nodes = RecordedParts.nodes(recorder, of.parts().get());
          nodes.put("the loss", loss);
          nodes.put("what its gradient is taken of", surrogate);
          updated.forEach((name, node) -> nodes.put("the update of buffer '" + name + "'", node));
          return new Nodes(loss, surrogate, updated, recorder, nodes);
        });
  }

  /**
   * Data of the steps to come, for a record of changing data.
   *
   * @param bound arrays of the same shapes, in the same order, as those it was recorded with
   */
  public void bind(List<NDArray> bound) {
    arrays = bound;
  }

  /** Whether it is computed from a record. */
  public boolean isRecorded() {
    return replay != null;
  }

  /** Whether what its programs read of their surroundings is what it was. */
  public boolean isSame() {
    return surroundings.isSame();
  }

  /** The first of what its programs read of their surroundings that is another now. */
  public Optional<String> change() {
    return surroundings.change();
  }

  /** What its programs read of their surroundings of which nobody can say whether it changes. */
  public ImmutableSet<String> unjudged() {
    return surroundings.unjudged();
  }

  /**
   * Says in the log what that is, but for what was said before.
   *
   * @param told what was said, which grows
   */
  public void tell(Set<String> told) {
    ImmutableSet<String> news = Sets.difference(unjudged(), told).immutableCopy();
    RecordingChoice.name(what, news);
    told.addAll(news);
  }

  /** Whether its programs may read plain arrays of their data in Java. */
  public boolean readsArrays() {
    return surroundings.readsArrays();
  }

  /** Whether these are all the parameters that it knows, and all the buffers that steps update. */
  public boolean covers(List<FlatVector> vectors, Map<String, FlatVector> updated) {
    return all.equals(vectors) && buffers.covers(updated);
  }

  /** Why it runs by the engine; empty if it is recorded. */
  public Optional<String> whyNot() {
    return choice.whyNot();
  }

  /** Of the last step, (N) of all parameters joined: an array that the next one overwrites. */
  public double[] gradient() {
    return gradient;
  }

  /**
   * What the last step has found for buffers, by name, for after it: arrays that the next one
   * overwrites.
   */
  public ImmutableMap<String, double[]> updates() {
    return updates;
  }

  /**
   * The loss at a step, from the record; sets the {@link #gradient()} of the surrogate. If the step
   * is held against the engine and differs, it is not recorded any more, and neither means
   * anything.
   *
   * @throws IllegalStateException if it is not recorded, or if recording is required and the record
   *     differs from the engine
   */
  public double step(long counter) {
    double loss = replayed(counter, Integer.MAX_VALUE);
    hasAgreed = isRecorded() && verifier.begins(++evaluations) && agrees(counter, loss);
    return loss;
  }

  /** Whether the last step was held against the engine, and is the same. */
  public boolean hasAgreed() {
    return hasAgreed;
  }

  /**
   * Holds a step against the engine: the one that was just made, since loss or gradient are not
   * finite, or the one that would come next, at the end of a fit.
   *
   * @return whether it is the same, or not finite by both; if not, it is not recorded any more
   * @throws IllegalStateException as {@link #step}
   */
  public boolean holds(long counter) {
    double loss = replayed(counter, Integer.MAX_VALUE);
    return isRecorded() && agrees(counter, loss);
  }

  /** With no more than so many steps of each scan. */
  private double replayed(long counter, int steps) {
    PlanReplay of = replay;
    if (of == null) {
      throw new IllegalStateException(what + " is not recorded, since " + whyNot().orElseThrow());
    }
    int input = 0;
    for (FlatVector vector : parameters) {
      vector.read(of, input++);
    }
    for (NoiseReplay draw : draws) {
      draw.draw(counter, of, input++);
    }
    for (NoiseReplay row : rows) {
      row.moveTo(counter);
    }
    values.read(of, input);
    input += values.nodes().size();
    buffers.read(of, input);
    input += buffers.nodes().size();
    if (data != null) {
      data.read(arrays, of, input);
    }
    of.cutScans(steps);
    try {
      of.run();
    } catch (RuntimeException e) {
      Point unused = engine(counter, steps); // which throws its own, if the fault is the program's
      replay = null;
      choice.leave("its record fails where the engine does not: " + e, e);
      return Double.NaN;
    }
    int offset = 0;
    int output = 1;
    for (FlatVector vector : parameters) {
      int length = (int) vector.size();
      of.get(output++, gradient, offset, length);
      offset += length;
    }
    for (double[] update : found) {
      of.get(output++, update, 0, update.length);
    }
    return of.number(0);
  }

  private boolean agrees(long counter, double loss) {
    long began = System.nanoTime();
    Point engine = engine(counter, compared);
    Point record = compared(counter, loss);
    Optional<String> difference =
        verifier
            .difference(engine, record)
            .filter(words -> Double.isFinite(engine.value()) || Double.isFinite(record.value()))
            .flatMap(words -> beyondRounding(words, counter, engine, record));
    verifier.ends(began);
    difference.ifPresent(
        words -> {
          replay = null;
          choice.leave(words + "; all since they last agreed is taken back");
        });
    return difference.isEmpty();
  }

  /** The part of a record that is held against the engine. */
  private Point compared(long counter, double loss) {
    if (compared == Integer.MAX_VALUE) {
      return new Point(loss, numbers(gradient, found));
    }
    double[] whole = numbers(gradient, found);
    double value = replayed(counter, compared);
    Point part = new Point(value, numbers(gradient, found));
    int from = 0;
    for (double[] each : Iterables.concat(List.of(gradient), Arrays.asList(found))) {
      System.arraycopy(whole, from, each, 0, each.length);
      from += each.length;
    }
    return part;
  }

  /** What an estimate has found for a buffer; no numbers if nothing. */
  private double[] updated(Estimate of, String name) {
    NDArray update = of.updates().get(name);
    if (update == null) {
      double[] none = new double[requireNonNull(updates.get(name)).length];
      Arrays.fill(none, Double.NaN);
      return none;
    }
    return Tensors.values(update);
  }

  /** A gradient, then what is found for buffers. */
  private static double[] numbers(double[] gradient, double[]... updates) {
    return Doubles.concat(gradient, Doubles.concat(updates));
  }

  /** How a record differs, unless rounding may decide it, of what the engine does each time. */
  private Optional<String> beyondRounding(String words, long counter, Point engine, Point record) {
    Point again = engine(counter, compared);
    if (verifier.difference(engine, again).isPresent()) {
      return Optional.of(
          "the engine gives %s for a step, and %s when it does the same step again; a program must"
                  .formatted(engine.value(), again.value())
              + " not change a number that it reads, nor p.value one that it gives: count steps"
              + " elsewhere, as by a listener of the fit");
    }
    SplittableRandom random = new SplittableRandom(counter);
    return verifier.isRounding(engine, record, units -> moved(counter, units, random))
        ? Optional.empty()
        : Optional.of(words + cause(counter));
  }

  /** Why a record differs, as recording once more says. */
  private String cause(long counter) {
    Change change = requireNonNull(parts).change(graph -> nodes(graph, counter).parts());
    return change.isSame()
        ? Verifier.THE_SAME
        : Verifier.CHANGED
            + change.first().map(part -> "; the first difference is at " + part).orElse("");
  }

  /** The engine's where parameters are moved at random. */
  private Point moved(long counter, int units, SplittableRandom random) {
    double[][] kept = Arrays.stream(parameters).map(FlatVector::values).toArray(double[][]::new);
    try {
      for (int i = 0; i < parameters.length; i++) {
        parameters[i].assign(0, verifier.moved(kept[i], units, random));
      }
      return engine(counter, compared);
    } finally {
      for (int i = 0; i < parameters.length; i++) {
        parameters[i].assign(0, kept[i]);
      }
    }
  }

  /** With no more than so many steps of each scan. */
  private Point engine(long counter, int steps) {
    try (Run run = Run.open(config, counter)) {
      run.cutScans(steps);
      Estimate of = estimate.apply(run);
      List<NDArray> variables =
          Arrays.stream(parameters).map(vector -> vector.variable(run)).toList();
      double[] slopes = new double[size];
      Autograd.flatGrad(of.surrogate(), variables, slopes);
      double[][] updated =
          updates.keySet().stream().map(name -> updated(of, name)).toArray(double[][]::new);
      return new Point(Tensors.values(of.loss())[0], numbers(slopes, updated));
    } finally {
      surroundings.settle();
    }
  }
}
