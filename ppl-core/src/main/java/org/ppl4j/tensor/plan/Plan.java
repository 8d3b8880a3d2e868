package org.ppl4j.tensor.plan;

import static com.google.common.collect.ImmutableList.toImmutableList;

import com.google.common.collect.ImmutableList;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
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

  /**
   * What an operation of the engine takes beside arithmetic, in nanoseconds: with its gradient, its
   * memory, and its share of what a run takes. All costs were measured on one machine.
   */
  private static final double OPERATION = 9500;

  private final ImmutableList<Kernel> kernels;
  private final ImmutableList<Step> steps;
  private Action @Nullable [] code; // made when first asked for
  private final double[][] shared;
  private final int[] own;
  private final ImmutableList<Place> inputs;
  private final ImmutableList<Place> outputs;

  private Plan(
      ImmutableList<Kernel> kernels,
      ImmutableList<Step> steps,
      double[][] shared,
      int[] own,
      ImmutableList<Place> inputs,
      ImmutableList<Place> outputs) {
    this.kernels = kernels;
    this.steps = steps;
    this.shared = shared;
    this.own = own;
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
    ImmutableList<Place> from = places(memory, inputs);
    ImmutableList<Place> to = places(memory, outputs);
    List<Kernel> kernels = new ArrayList<>();
    List<Action> once = new ArrayList<>();
    LoopBuilder loops = new LoopBuilder(schedule, memory, once);
    WholeSteps whole = new WholeSteps(memory, kernels, once);
    ImmutableList.Builder<Step> steps = ImmutableList.builder();
    List<List<Node>> finished = schedule.finished();
    Set<Node> kept = new HashSet<>(inputs);
    outputs.forEach(output -> kept.add(output.base()));
    for (int i = 0; i < finished.size(); i++) {
      Schedule.Group group = schedule.groups().get(i);
      Node node = group.nodes().get(0);
      Step step = Space.isLooped(node) ? loops.of(group.nodes()) : whole.of(node);
      if (group.once()) {
        once.add(step);
      } else {
        steps.add(step);
      }
      finished.get(i).stream().filter(done -> !kept.contains(done)).forEach(memory::release);
    }
    double[][] buffers = memory.buffers();
    Kernel[] all = kernels.toArray(new Kernel[0]);
    once.forEach(action -> action.run(buffers, all));
    int[] own = memory.own();
    for (int i = 0; i < own.length; i++) {
      buffers[i] = own[i] == 0 ? buffers[i] : new double[0];
    }
    return new Plan(ImmutableList.copyOf(kernels), steps.build(), buffers, own, from, to);
  }

  private static ImmutableList<Place> places(Memory memory, List<Node> nodes) {
    return nodes.stream().map(memory::of).collect(toImmutableList());
  }

  /** Memory of its own to compute on. */
  public Replay replay() {
    double[][] buffers = shared.clone();
    for (int i = 0; i < buffers.length; i++) {
      buffers[i] = own[i] == 0 ? buffers[i] : new double[own[i]];
    }
    return new Replay(
        this,
        buffers,
        kernels.toArray(new Kernel[0]),
        steps.toArray(new Action[0]),
        inputs,
        outputs);
  }

  /** The steps, those on few numbers by generated code, which is made once. */
  synchronized Action[] code() {
    Action[] known = code == null ? Code.of(steps) : code;
    code = known;
    return known;
  }

  /** What computes the rows that are computed in Java, such as draws, in order. */
  public ImmutableList<Kernel> kernels() {
    return kernels;
  }

  /**
   * Whether a replay is faster than the engine, by what both take for arithmetic and what an
   * operation of the engine takes by itself with its gradient. It depends on shapes alone, so that
   * the same program is computed the same way each time.
   *
   * @param operations of the engine, without those of the gradient
   * @param share what the engine takes for arithmetic, of what it takes in double precision
   */
  public boolean isFaster(int operations, double share) {
    double recorded = 0;
    double engine = OPERATION * operations;
    for (Step step : steps) {
      recorded += step.cost().recorded();
      engine += share * step.cost().engine();
    }
    return recorded < engine;
  }
}
