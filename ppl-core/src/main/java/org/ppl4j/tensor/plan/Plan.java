package org.ppl4j.tensor.plan;

import com.google.common.collect.ImmutableList;
import java.util.ArrayList;
import java.util.List;
import org.ppl4j.tensor.graph.Form;
import org.ppl4j.tensor.graph.Node;
import org.ppl4j.tensor.plan.Memory.Place;
import org.ppl4j.tensor.table.Kernel;

/**
 * How the outputs of a graph are computed from its inputs: which loops run in which order, and
 * where numbers lie. What depends on no input is computed when the plan is made. Immutable; each
 * thread has a {@link Replay} of its own.
 */
public final class Plan {

  /** What an operation takes with its gradient, in nanoseconds, beside arithmetic. */
  private static final double OPERATION = 3000;

  private final ImmutableList<Kernel> kernels;
  private final ImmutableList<Step> steps;
  private final Memory memory;
  private final double[][] first;
  private final ImmutableList<Node> inputs;
  private final ImmutableList<Node> outputs;

  private Plan(
      ImmutableList<Kernel> kernels,
      ImmutableList<Step> steps,
      Memory memory,
      double[][] first,
      ImmutableList<Node> inputs,
      ImmutableList<Node> outputs) {
    this.kernels = kernels;
    this.steps = steps;
    this.memory = memory;
    this.first = first;
    this.inputs = inputs;
    this.outputs = outputs;
  }

  /**
   * A plan.
   *
   * @param inputs what differs from replay to replay
   * @param outputs nodes that are no views
   */
  public static Plan of(List<Node> inputs, List<Node> outputs) {
    Schedule schedule = new Schedule(outputs);
    Memory memory = new Memory();
    for (Node node : schedule.live()) {
      if (node.form() instanceof Form.Input && !inputs.contains(node)) {
        throw new IllegalArgumentException(
            "graph has an input " + node.form() + " that is not among those of the plan");
      }
    }
    inputs.forEach(memory::of);
    outputs.forEach(memory::of);
    LoopBuilder loops = new LoopBuilder(schedule, memory);
    List<Kernel> kernels = new ArrayList<>();
    WholeSteps whole = new WholeSteps(memory, kernels);
    List<Step> once = new ArrayList<>();
    ImmutableList.Builder<Step> steps = ImmutableList.builder();
    for (Schedule.Group group : schedule.groups()) {
      Node node = group.nodes().get(0);
      Step step = Space.isLooped(node) ? loops.of(group.nodes()) : whole.of(node);
      if (group.once()) {
        once.add(step);
      } else {
        steps.add(step);
      }
    }
    double[][] buffers = memory.buffers();
    Kernel[] all = kernels.toArray(new Kernel[0]);
    once.forEach(step -> step.run(buffers, all));
    return new Plan(
        ImmutableList.copyOf(kernels),
        steps.build(),
        memory,
        buffers,
        ImmutableList.copyOf(inputs),
        ImmutableList.copyOf(outputs));
  }

  /** Memory of its own to compute on. */
  public Replay replay() {
    return new Replay(
        memory.another(first),
        kernels.toArray(new Kernel[0]),
        steps.toArray(new Step[0]),
        places(inputs),
        places(outputs));
  }

  /** What computes the rows that are computed in Java, such as draws, in order. */
  public ImmutableList<Kernel> kernels() {
    return kernels;
  }

  private List<Place> places(List<Node> nodes) {
    return nodes.stream().map(memory::of).toList();
  }

  /**
   * Whether a replay is faster than the engine, by what both take for arithmetic and what an
   * operation of the engine takes by itself with its gradient. It depends on shapes alone, so that
   * the same program is computed the same way each time.
   *
   * @param operations of the engine, without those of the gradient
   */
  public boolean isFaster(int operations) {
    double recorded = 0;
    double engine = OPERATION * operations;
    for (Step step : steps) {
      recorded += step.cost().recorded();
      engine += step.cost().engine();
    }
    return recorded < engine;
  }

  /** How many loops and other steps a replay makes. */
  public int size() {
    return steps.size();
  }
}
