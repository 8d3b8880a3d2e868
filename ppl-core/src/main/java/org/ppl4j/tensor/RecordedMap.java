package org.ppl4j.tensor;

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

/**
 * A vector y (K) as a function of a vector x (N) alone, recorded while it was computed and computed
 * since then without the engine, with its Jacobian, in double precision: for loops of Java that
 * need it many times.
 *
 * <p>Any number of threads may evaluate it at once, each by an {@link Evaluation} of its own.
 */
public final class RecordedMap {

  private final Graph graph;
  private final List<Node> nodes; // of y, then of its entries
  private final int inputs;
  private final Supplier<Plan> ofValues;
  private final Supplier<Plan> ofDerivatives;
  private final Queue<Evaluation> free = Queues.newConcurrentLinkedQueue();

  /** Of y, and of the rows of its Jacobian. */
  private RecordedMap(Graph graph, List<Node> nodes, Node x, Node y, List<Node> rows) {
    this.graph = graph;
    this.nodes = nodes;
    this.inputs = x.size();
    List<Node> all = ImmutableList.<Node>builder().add(y).addAll(rows).build();
    this.ofValues = Suppliers.memoize(() -> Plan.of(List.of(x), List.of(y)));
    this.ofDerivatives = Suppliers.memoize(() -> Plan.of(List.of(x), all));
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
        return values.length == inputs && record(graph, map, values).equals(nodes);
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
    try {
      Graph graph = new Graph();
      List<Node> one = record(graph, map, first);
      if (!record(graph, map, second).equals(one)) {
        return Optional.empty();
      }
      Node x = graph.input(Role.VARIABLE, 0, ImmutableIntArray.of(first.length));
      ImmutableList.Builder<Node> rows = ImmutableList.builder();
      for (Node entry : one.subList(1, one.size())) {
        rows.add(graph.copy(Gradients.of(graph, entry, List.of(x)).get(0)));
      }
      Node y = graph.copy(one.get(0));
      return Optional.of(new RecordedMap(graph, one, x, y, rows.build()));
    } catch (NotRecordable e) {
      return Optional.empty();
    }
  }

  /** The node of y, then those of its entries. */
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
          nodes.add(recorder.node((RunArray) y));
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

  /** N. */
  public int inputs() {
    return inputs;
  }

  /** K. */
  public int outputs() {
    return nodes.size() - 1;
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
     * @param x the N numbers
     * @param y (K) to be filled
     * @param jacobian (K, N) to be filled; null if it is not wanted
     */
    public void evaluate(double[] x, double[] y, double @Nullable [][] jacobian) {
      Replay replay = requireNonNull((jacobian == null ? values : derivatives).get());
      replay.set(0, x, 0, inputs);
      replay.run();
      replay.get(0, y, 0, outputs());
      for (int i = 0; jacobian != null && i < outputs(); i++) {
        replay.get(1 + i, jacobian[i], 0, inputs);
      }
    }

    /** It is not used any more. */
    @Override
    public void close() {
      free.add(this);
    }
  }
}
