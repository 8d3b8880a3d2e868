package org.ppl4j.tensor;

import static com.google.common.collect.ImmutableList.toImmutableList;
import static java.util.Objects.requireNonNull;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import com.google.common.base.Supplier;
import com.google.common.base.Suppliers;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.Queues;
import com.google.common.primitives.ImmutableIntArray;
import com.google.errorprone.annotations.MustBeClosed;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;
import org.ppl4j.tensor.internal.engine.PyTorch;
import org.ppl4j.tensor.internal.graph.Dims;
import org.ppl4j.tensor.internal.graph.Form.Role;
import org.ppl4j.tensor.internal.graph.Gradients;
import org.ppl4j.tensor.internal.graph.Graph;
import org.ppl4j.tensor.internal.graph.Node;
import org.ppl4j.tensor.internal.graph.NotRecordable;
import org.ppl4j.tensor.internal.plan.Plan;
import org.ppl4j.tensor.internal.plan.PlanReplay;
import org.ppl4j.tensor.internal.table.Op;

/**
 * A vector y (K) as a function of a vector x (N), and of further tensors, recorded while it was
 * computed and computed since then without the engine, with its Jacobian, in double precision: for
 * loops of Java that need it many times.
 *
 * <p>Any number of threads may evaluate it at once, each by an {@link Evaluation} of its own.
 */
public final class RecordedMap {

  private final Graph graph;
  private final List<Node> entries; // of y
  private final ImmutableList<Node> moving; // inputs in which derivatives are taken, x first
  private final int inputs;
  private final ImmutableList<ImmutableList<Node>> rows; // of the Jacobian, in each of these
  private final Supplier<Plan> ofValues;
  private final Supplier<Plan> ofDerivatives;
  private final ImmutableIntArray sizes; // of the inputs
  private final Supplier<Optional<RecordedMap>> along = Suppliers.memoize(this::directional);
  private final Queue<Evaluation> free = Queues.newConcurrentLinkedQueue();

  /**
   * A map as it was recorded, and the tensors of the run around that it used then, which are its
   * inputs after x, one after the other.
   */
  public record Recorded(RecordedMap map, ImmutableList<NDArray> tensors) {}

  /** What a record ended at. */
  private record Traced(List<Node> entries, ImmutableList<NDArray> tensors) {}

  /**
   * A map.
   *
   * @param others inputs after those, in which no derivatives are taken
   */
  private RecordedMap(
      Graph graph, List<Node> entries, ImmutableList<Node> moving, List<Node> others) {
    this.graph = graph;
    this.entries = entries;
    this.moving = moving;
    ImmutableList<Node> in = ImmutableList.<Node>builder().addAll(moving).addAll(others).build();
    this.sizes = ImmutableIntArray.copyOf(in.stream().mapToInt(Node::size));
    this.inputs = sizes.stream().sum();
    this.rows =
        entries.stream()
            .map(entry -> copies(Gradients.of(graph, entry, moving)))
            .collect(toImmutableList());
    List<Node> y = copies(entries);
    ImmutableList.Builder<Node> all = ImmutableList.<Node>builder().addAll(y);
    rows.forEach(all::addAll);
    List<Node> both = all.build();
    this.ofValues = Suppliers.memoize(() -> Plan.of(in, y));
    this.ofDerivatives = Suppliers.memoize(() -> Plan.of(in, both));
  }

  private ImmutableList<Node> copies(List<Node> of) {
    return of.stream().map(graph::copy).collect(toImmutableList());
  }

  /**
   * Records a map at two vectors, where it need not be finite, and whose numbers are no read; once
   * for each maker as long as there is one: what was recorded for it before, by whatever run, is
   * given again if the map, run once more, does the same with the same numbers; else it is recorded
   * anew.
   *
   * @param maker of the map
   * @param around a run whose tensors the map may use; null for none
   * @param map y of a run and x, the same whenever it is asked
   * @return empty if it does what cannot be recorded, or depends on what else may change
   */
  public static Optional<Recorded> of(
      Object maker,
      @Nullable Run around,
      BiFunction<Run, NDArray, NDArray> map,
      NDArray first,
      NDArray second) {
    PyTorch engine = PyTorch.get();
    if (engine.kept(maker) instanceof RecordedMap known) {
      Optional<Recorded> again = known.again(around, map, numbers(first));
      if (again.isPresent()) {
        return again;
      }
    }
    Optional<Recorded> made = of(around, map, numbers(first), numbers(second));
    engine.keep(maker, made.map(Recorded::map).orElse(null));
    return made;
  }

  private static double[] numbers(NDArray x) {
    return Tensors.hasRun(x) ? ((RunArray) x).forTrial() : Tensors.values(x);
  }

  /** This, if it is the record of a map. */
  private Optional<Recorded> again(
      @Nullable Run around, BiFunction<Run, NDArray, NDArray> map, double[] values) {
    synchronized (graph) {
      try {
        if (values.length == moving.get(0).size()) {
          Traced traced = record(graph, around, map, values);
          if (traced.entries.equals(entries)) {
            return Optional.of(new Recorded(this, traced.tensors));
          }
        }
        return Optional.empty();
      } catch (NotRecordable e) {
        return Optional.empty();
      }
    }
  }

  private static Optional<Recorded> of(
      @Nullable Run around,
      BiFunction<Run, NDArray, NDArray> map,
      double[] first,
      double[] second) {
    Graph graph =
        PyTorch.get().column() instanceof Recorder recorder ? recorder.inner() : new Graph();
    synchronized (graph) {
      try {
        Traced one = record(graph, around, map, first);
        Traced two = record(graph, around, map, second);
        if (!two.entries.equals(one.entries)) {
          return Optional.empty();
        }
        ImmutableList.Builder<Node> moving = ImmutableList.builder();
        moving.add(graph.input(Role.VARIABLE, 0, ImmutableIntArray.of(first.length)));
        for (int i = 0; i < two.tensors.size(); i++) {
          Shape shape = two.tensors.get(i).getShape();
          moving.add(graph.input(Role.VARIABLE, 1 + i, Dims.of(shape)));
        }
        ImmutableList<Node> variables = moving.build();
        RecordedMap made =
            NotRecordable.guarded(() -> new RecordedMap(graph, two.entries, variables, List.of()));
        return Optional.of(new Recorded(made, two.tensors));
      } catch (NotRecordable e) {
        return Optional.empty();
      }
    }
  }

  private static Traced record(
      Graph graph, @Nullable Run around, BiFunction<Run, NDArray, NDArray> map, double[] values) {
    RecordedNoise noise = new RecordedNoise();
    RecordedValues given = new RecordedValues();
    Recorder recorder =
        new Recorder(graph, noise, given, null, RecordedBuffers.none(), RunConfig.defaults(), 0);
    return recorder.record(
        run -> {
          NDArray x = Autograd.variable(run.create(values, new Shape(values.length)));
          Captures captures = Captures.begin(around == null ? run : around, run);
          NDArray y = map.apply(run, x);
          ImmutableList.Builder<Node> entries = ImmutableList.builder();
          for (long i = 0; i < y.size(); i++) {
            NDArray entry = Tensors.total(Tensors.range(y, -1, i, i + 1));
            entries.add(recorder.node((RunArray) entry));
          }
          ImmutableList<NDArray> tensors = captures.tensors();
          if (recorder.variables() > 1 + tensors.size()
              || !noise.isEmpty()
              || !given.nodes().isEmpty()) {
            throw new NotRecordable("inputs of its own");
          }
          return new Traced(entries.build(), tensors);
        });
  }

  /**
   * How fast y changes along a direction d of x, as a map that has d after all other inputs, with
   * its derivatives in these; made once.
   *
   * @return empty if they cannot be recorded
   */
  public Optional<RecordedMap> along() {
    return requireNonNull(along.get());
  }

  private Optional<RecordedMap> directional() {
    synchronized (graph) {
      try {
        Node direction = graph.input(Role.VARIABLE, moving.size(), moving.get(0).shape());
        List<Node> speeds =
            rows.stream()
                .map(row -> graph.sumAll(graph.apply(Op.MUL, row.get(0), direction)))
                .collect(toImmutableList());
        return Optional.of(
            NotRecordable.guarded(
                () -> new RecordedMap(graph, speeds, moving, List.of(direction))));
      } catch (NotRecordable e) {
        return Optional.empty();
      }
    }
  }

  /** Equal to another that does the same, if both were recorded within a program's records. */
  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof RecordedMap that
        && entries.equals(that.entries)
        && moving.equals(that.moving);
  }

  @Override
  public int hashCode() {
    return entries.hashCode();
  }

  /** How many numbers it is of: N, and those of the tensors. */
  public int inputs() {
    return inputs;
  }

  /** K. */
  public int outputs() {
    return entries.size();
  }

  /** What evaluates it on memory of its own, which others have after it is closed. */
  @MustBeClosed
  public Evaluation evaluation() {
    Evaluation known = free.poll();
    return known == null ? new Evaluation() : known;
  }

  /** Evaluates the map; it belongs to one thread at a time. */
  public final class Evaluation implements AutoCloseable {

    private final Supplier<PlanReplay> values = replay(ofValues);
    private final Supplier<PlanReplay> derivatives = replay(ofDerivatives);

    private Evaluation() {}

    private static Supplier<PlanReplay> replay(Supplier<Plan> plan) {
      return Suppliers.memoize(() -> requireNonNull(plan.get()).replay());
    }

    /**
     * The map at a place.
     *
     * @param in all its numbers, one after the other
     * @param y (K) to be filled
     * @param jacobian (K, inputs) to be filled, but for a direction; null if it is not wanted
     */
    public void evaluate(double[] in, double[] y, double @Nullable [][] jacobian) {
      PlanReplay replay = requireNonNull((jacobian == null ? values : derivatives).get());
      for (int i = 0, from = 0; i < sizes.length(); from += sizes.get(i++)) {
        replay.set(i, in, from, sizes.get(i));
      }
      replay.run();
      int output = y.length;
      for (int i = 0; i < y.length; i++) {
        y[i] = replay.number(i);
        for (int k = 0, to = 0; jacobian != null && k < moving.size(); to += sizes.get(k++)) {
          replay.get(output++, jacobian[i], to, sizes.get(k));
        }
      }
    }

    /** It is not used any more. */
    @Override
    public void close() {
      free.add(this);
    }
  }
}
