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
import org.ppl4j.tensor.engine.PyTorch;
import org.ppl4j.tensor.graph.Form.Role;
import org.ppl4j.tensor.graph.Gradients;
import org.ppl4j.tensor.graph.Graph;
import org.ppl4j.tensor.graph.Node;
import org.ppl4j.tensor.graph.NotRecordable;
import org.ppl4j.tensor.plan.Plan;
import org.ppl4j.tensor.plan.Replay;
import org.ppl4j.tensor.table.Op;

/**
 * A vector y (K) as a function of a vector x (N) alone, recorded while it was computed and computed
 * since then without the engine, with its Jacobian, in double precision: for loops of Java that
 * need it many times.
 *
 * <p>Any number of threads may evaluate it at once, each by an {@link Evaluation} of its own.
 */
public final class RecordedMap {

  private final Graph graph;
  private final List<Node> entries; // of y
  private final Node x;
  private final int inputs;
  private final ImmutableList<Node> rows; // of the Jacobian in x
  private final Supplier<Plan> ofValues;
  private final Supplier<Plan> ofDerivatives;
  private final Supplier<Optional<RecordedMap>> along = Suppliers.memoize(this::directional);
  private final Queue<Evaluation> free = Queues.newConcurrentLinkedQueue();

  /**
   * A map.
   *
   * @param others inputs after x, in which no derivatives are taken
   */
  private RecordedMap(Graph graph, List<Node> entries, Node x, List<Node> others) {
    this.graph = graph;
    this.entries = entries;
    this.x = x;
    List<Node> in = ImmutableList.<Node>builder().add(x).addAll(others).build();
    this.inputs = in.stream().mapToInt(Node::size).sum();
    this.rows =
        entries.stream()
            .map(entry -> graph.copy(Gradients.of(graph, entry, List.of(x)).get(0)))
            .collect(toImmutableList());
    List<Node> y = entries.stream().map(graph::copy).collect(toImmutableList());
    List<Node> all = ImmutableList.<Node>builder().addAll(y).addAll(rows).build();
    this.ofValues = Suppliers.memoize(() -> Plan.of(in, y));
    this.ofDerivatives = Suppliers.memoize(() -> Plan.of(in, all));
  }

  /**
   * As {@link #of(BiFunction, double[], double[])}, once for each maker as long as there is one:
   * what was recorded for it before, by whatever run, is given again if the map, run once more,
   * does the same with the same numbers; else it is recorded anew.
   *
   * @param maker of the map
   */
  public static Optional<RecordedMap> of(
      Object maker, BiFunction<Run, NDArray, NDArray> map, double[] first, double[] second) {
    PyTorch engine = PyTorch.get();
    if (engine.kept(maker) instanceof RecordedMap known && known.isStill(map, first)) {
      return Optional.of(known);
    }
    Optional<RecordedMap> made = of(map, first, second);
    engine.keep(maker, made.orElse(null));
    return made;
  }

  /** Whether it is the record of a map. */
  private boolean isStill(BiFunction<Run, NDArray, NDArray> map, double[] values) {
    synchronized (graph) {
      try {
        return values.length == inputs && record(graph, map, values).equals(entries);
      } catch (NotRecordable e) {
        return false;
      }
    }
  }

  /**
   * Records a map at two vectors, where it need not be finite.
   *
   * @param map y of a run and x, the same whenever it is asked
   * @return empty if it does what cannot be recorded, or depends on more than x
   */
  public static Optional<RecordedMap> of(
      BiFunction<Run, NDArray, NDArray> map, double[] first, double[] second) {
    Graph graph =
        PyTorch.get().column() instanceof Recorder recorder ? recorder.inner() : new Graph();
    synchronized (graph) {
      try {
        List<Node> one = record(graph, map, first);
        if (!record(graph, map, second).equals(one)) {
          return Optional.empty();
        }
        Node x = graph.input(Role.VARIABLE, 0, ImmutableIntArray.of(first.length));
        return Optional.of(new RecordedMap(graph, one, x, List.of()));
      } catch (NotRecordable e) {
        return Optional.empty();
      }
    }
  }

  /** The nodes of the entries of y. */
  private static List<Node> record(
      Graph graph, BiFunction<Run, NDArray, NDArray> map, double[] values) {
    RecordedNoise noise = new RecordedNoise();
    RecordedValues given = new RecordedValues();
    Recorder recorder = new Recorder(graph, noise, given, null, RunConfig.defaults(), 0);
    return recorder.record(
        run -> {
          NDArray x = Autograd.variable(run.create(values, new Shape(values.length)));
          NDArray y = map.apply(run, x);
          ImmutableList.Builder<Node> nodes = ImmutableList.builder();
          for (long i = 0; i < y.size(); i++) {
            NDArray entry = Tensors.total(Tensors.range(y, -1, i, i + 1));
            nodes.add(recorder.node((RunArray) entry));
          }
          if (recorder.variables() > 1 || !noise.isEmpty() || !given.nodes().isEmpty()) {
            throw new NotRecordable("inputs of its own");
          }
          return nodes.build();
        });
  }

  /**
   * How fast y changes along a direction d of x, as a map of x and d side by side, (2 N) to (K),
   * with its derivatives in x; made once.
   *
   * @return empty if they cannot be recorded
   */
  public Optional<RecordedMap> along() {
    return requireNonNull(along.get());
  }

  private Optional<RecordedMap> directional() {
    synchronized (graph) {
      try {
        Node direction = graph.input(Role.VARIABLE, 1, x.shape());
        List<Node> speeds =
            rows.stream()
                .map(row -> graph.sumAll(graph.apply(Op.MUL, row, direction)))
                .collect(toImmutableList());
        return Optional.of(new RecordedMap(graph, speeds, x, List.of(direction)));
      } catch (NotRecordable e) {
        return Optional.empty();
      }
    }
  }

  /** Equal to another that does the same, if both were recorded within a program's records. */
  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof RecordedMap that && entries.equals(that.entries) && x == that.x;
  }

  @Override
  public int hashCode() {
    return entries.hashCode();
  }

  /** How many numbers it is of. */
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

    private final Supplier<Replay> values = replay(ofValues);
    private final Supplier<Replay> derivatives = replay(ofDerivatives);

    private Evaluation() {}

    private static Supplier<Replay> replay(Supplier<Plan> plan) {
      return Suppliers.memoize(() -> requireNonNull(plan.get()).replay());
    }

    /**
     * The map at a vector.
     *
     * @param in the numbers
     * @param y (K) to be filled
     * @param jacobian (K, N) to be filled; null if it is not wanted
     */
    public void evaluate(double[] in, double[] y, double @Nullable [][] jacobian) {
      Replay replay = requireNonNull((jacobian == null ? values : derivatives).get());
      int first = x.size();
      replay.set(0, in, 0, first);
      if (inputs > first) {
        replay.set(1, in, first, inputs - first);
      }
      replay.run();
      for (int i = 0; i < y.length; i++) {
        y[i] = replay.number(i);
        if (jacobian != null) {
          replay.get(y.length + i, jacobian[i], 0, first);
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
