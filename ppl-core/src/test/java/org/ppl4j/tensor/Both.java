package org.ppl4j.tensor;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import com.google.common.collect.ImmutableList;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;
import org.ppl4j.tensor.internal.graph.Dims;
import org.ppl4j.tensor.internal.graph.Form.Role;
import org.ppl4j.tensor.internal.graph.Gradients;
import org.ppl4j.tensor.internal.graph.Graph;
import org.ppl4j.tensor.internal.graph.Node;
import org.ppl4j.tensor.internal.plan.Plan;
import org.ppl4j.tensor.internal.plan.PlanReplay;

/** A function of tensors, by the engine and from its record: all values, and weighted slopes. */
final class Both {

  private final RunConfig config;
  private final List<Shape> shapes;
  private final BiFunction<Run, NDArray[], NDArray> function;
  private final PlanReplay replay;
  private final int size;
  private final List<NoiseReplay> draws;
  private final List<NoiseReplay> rows = new ArrayList<>(); // of noise with operands

  /** What one of them gives: values, and the slopes of their sum in each operand. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Outcome(double[] values, List<double[]> slopes) {}

  /**
   * A function, recorded at some operands.
   *
   * @param function the same whenever it is asked
   * @throws org.ppl4j.tensor.internal.graph.NotRecordable if it cannot be recorded
   */
  Both(
      RunConfig config,
      List<Shape> shapes,
      List<double[]> at,
      BiFunction<Run, NDArray[], NDArray> function) {
    this.config = config;
    this.shapes = shapes;
    this.function = function;
    Graph graph = new Graph();
    RecordedNoise noise = new RecordedNoise();
    Recorder recorder =
        new Recorder(graph, noise, new RecordedValues(), null, RecordedBuffers.none(), config, 0);
    Node y =
        recorder.record(run -> recorder.node((RunArray) function.apply(run, variables(run, at))));
    List<Node> inputs = new ArrayList<>();
    for (Shape shape : shapes) {
      inputs.add(graph.input(Role.VARIABLE, inputs.size(), Dims.of(shape)));
    }
    List<Node> outputs = new ArrayList<>(List.of(graph.copy(y)));
    for (Node slope : Gradients.of(graph, graph.sumAll(y), inputs)) {
      outputs.add(graph.copy(slope));
    }
    outputs.addAll(recorder.unneeded(outputs));
    this.size = y.size();
    inputs.addAll(noise.nodes());
    Plan plan = Plan.of(inputs, outputs, config.floatType() == FloatType.FLOAT32);
    this.replay = plan.replay();
    this.draws = noise.replays(config.seed());
    for (int i = 0; i < plan.kernels().size(); i++) {
      if (plan.kernels().get(i) instanceof Noise drawn) {
        NoiseReplay row = new NoiseReplay(drawn, config.seed());
        replay.set(i, row);
        rows.add(row);
      }
    }
  }

  private NDArray[] variables(Run run, List<double[]> values) {
    NDArray[] leaves = new NDArray[shapes.size()];
    for (int i = 0; i < leaves.length; i++) {
      leaves[i] = Autograd.variable(run.create(values.get(i), shapes.get(i)));
    }
    return leaves;
  }

  /** By the engine. */
  Outcome engine(List<double[]> at) {
    return engine(config.floatType(), at);
  }

  /** By the engine in a float type. */
  Outcome engine(FloatType type, List<double[]> at) {
    try (Run run = Run.open(config.withFloatType(type), 0)) {
      NDArray[] leaves = variables(run, at);
      NDArray y = function.apply(run, leaves);
      List<double[]> slopes =
          ((RunArray) y).moves()
              ? Autograd.grad(Tensors.total(y), List.of(leaves)).stream()
                  .map(Tensors::values)
                  .toList()
              : at.stream().map(x -> new double[x.length]).toList();
      return new Outcome(Tensors.values(y), slopes);
    }
  }

  /** From the record. */
  Outcome record(List<double[]> at) {
    for (int i = 0; i < at.size(); i++) {
      replay.set(i, at.get(i), 0, at.get(i).length);
    }
    for (int i = 0; i < draws.size(); i++) {
      draws.get(i).draw(0, replay, at.size() + i);
    }
    rows.forEach(row -> row.moveTo(0));
    replay.run();
    double[] values = new double[size];
    replay.get(0, values, 0, size);
    ImmutableList.Builder<double[]> slopes = ImmutableList.builder();
    for (int i = 0; i < at.size(); i++) {
      double[] slope = new double[at.get(i).length];
      replay.get(1 + i, slope, 0, slope.length);
      slopes.add(slope);
    }
    return new Outcome(values, slopes.build());
  }
}
