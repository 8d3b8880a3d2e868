package org.ppl4j.tensor;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import com.google.common.primitives.ImmutableIntArray;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.BiFunction;
import org.ppl4j.tensor.Verifier.Point;
import org.ppl4j.tensor.internal.graph.Form.Role;
import org.ppl4j.tensor.internal.graph.Gradients;
import org.ppl4j.tensor.internal.graph.Graph;
import org.ppl4j.tensor.internal.graph.Node;
import org.ppl4j.tensor.internal.graph.NotRecordable;
import org.ppl4j.tensor.internal.plan.Plan;
import org.ppl4j.tensor.internal.plan.PlanReplay;

/**
 * A number y as a function of a vector x (D), recorded while it was computed and computed since
 * then without the engine, with its gradient. All is done in double precision. Numbers that it is
 * {@linkplain VectorFunction.Given given} may be others each time.
 *
 * <p>The function is run at two vectors. If its operations, or numbers that it has written down,
 * then differ, it is not a function of x alone, or branches on values: that cannot be recorded.
 * Parameters of a store are numbers like others.
 *
 * <p>Any number of threads may evaluate it at once; each has memory of its own meanwhile.
 */
final class RecordedFunction {

  private final IdleReplays replays;
  private final int givens; // inputs after x that hold what it is given: one or none
  private final RecordedValues values;
  private final int compared;

  private RecordedFunction(Plan plan, int givens, RecordedValues values, int compared) {
    this.replays = new IdleReplays(plan);
    this.givens = givens;
    this.values = values;
    this.compared = compared;
  }

  /** How many steps of each scan are compared with the engine's. */
  int compared() {
    return compared;
  }

  /**
   * Records a function.
   *
   * @param function y of a run and x, the same whenever it is asked
   * @param first the elements of an x
   * @param second those of another
   * @throws NotRecordable if it does what no graph holds, or not the same both times
   */
  static RecordedFunction of(
      RunConfig config,
      BiFunction<Run, NDArray, NDArray> function,
      double[] first,
      double[] second) {
    return of(config, VectorFunction.givenNothing(function), first, second, new double[0]);
  }

  /**
   * The same of a function that is given numbers.
   *
   * @param given some of them
   */
  static RecordedFunction of(
      RunConfig config,
      VectorFunction.Given function,
      double[] first,
      double[] second,
      double[] given) {
    Graph graph = new Graph();
    RecordedValues values = new RecordedValues();
    Recorded one = record(graph, values, config, function, first, given);
    if (record(graph, values, config, function, second, given).y() != one.y()) {
      throw new NotRecordable("operations or numbers that differ when it runs again");
    }
    List<Node> givens = given.length == 0 ? List.of() : List.of(given(graph, given.length));
    Plan plan = NotRecordable.guarded(() -> plan(graph, one, givens, values, config, first.length));
    return new RecordedFunction(plan, givens.size(), values, one.recorder().compared());
  }

  private static Node given(Graph graph, int size) {
    return graph.input(Role.DATA, 0, ImmutableIntArray.of(size));
  }

  private static Plan plan(
      Graph graph,
      Recorded one,
      List<Node> givens,
      RecordedValues values,
      RunConfig config,
      int size) {
    Node x = graph.input(Role.VARIABLE, 0, ImmutableIntArray.of(size));
    Node gradient = Gradients.of(graph, one.y(), List.of(x)).get(0);
    List<Node> inputs =
        ImmutableList.<Node>builder().add(x).addAll(givens).addAll(values.nodes()).build();
    List<Node> outputs = new ArrayList<>(List.of(one.y(), gradient));
    outputs.addAll(one.recorder().unneeded(outputs));
    Set<Node> doubles = ImmutableSet.<Node>builder().add(x).addAll(givens).build();
    return Plan.of(inputs, outputs, config.floatType() == FloatType.FLOAT32, doubles);
  }

  private record Recorded(Node y, Recorder recorder) {}

  private static Recorded record(
      Graph graph,
      RecordedValues numbers,
      RunConfig config,
      VectorFunction.Given function,
      double[] values,
      double[] given) {
    RecordedNoise noise = new RecordedNoise();
    Recorder recorder =
        new Recorder(graph, noise, numbers, null, RecordedBuffers.none(), config, 0);
    return recorder.record(
        run -> {
          NDArray x = Autograd.variable(run.create(values, new Shape(values.length)));
          recorder.holdParameters();
          RunArray held = (RunArray) run.create(given, new Shape(given.length));
          if (given.length > 0) {
            recorder.put(new long[] {held.handle()}, List.of(given(graph, given.length)));
          }
          Node y = recorder.node((RunArray) function.at(run, x, held));
          if (!noise.isEmpty()) {
            throw new NotRecordable("draws of its own");
          }
          return new Recorded(y, recorder);
        });
  }

  /**
   * The function at a vector. What a program throws where its own numbers are read comes through.
   *
   * @throws NotRecordable if the record itself fails
   */
  double evaluate(double[] x, double[] gradient) {
    return evaluate(x, new double[0], gradient);
  }

  /** The same with what it is given. */
  double evaluate(double[] x, double[] given, double[] gradient) {
    return evaluate(x, given, gradient, Integer.MAX_VALUE);
  }

  /**
   * The function at a vector with no more than so many steps of each scan. What a program throws
   * where its own numbers are read comes through.
   *
   * @throws NotRecordable if the record itself fails
   */
  Point at(double[] x, double[] given, int steps) {
    double[] gradient = new double[x.length];
    return new Point(evaluate(x, given, gradient, steps), gradient);
  }

  private double evaluate(double[] x, double[] given, double[] gradient, int steps) {
    PlanReplay replay = replays.take();
    replay.cutScans(steps);
    for (int i = 1; i <= givens; i++) {
      replay.set(i, given, 0, given.length);
    }
    values.read(replay, 1 + givens);
    double y =
        NotRecordable.guarded(
            () -> {
              replay.run(0, x, 1, gradient);
              return replay.number(0);
            });
    replays.add(replay);
    return y;
  }
}
