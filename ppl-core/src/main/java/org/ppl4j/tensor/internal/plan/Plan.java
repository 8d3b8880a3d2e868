package org.ppl4j.tensor.internal.plan;

import static com.google.common.collect.ImmutableList.toImmutableList;
import static java.util.stream.Collectors.toCollection;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.Sets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.ppl4j.tensor.internal.engine.EngineTensor;
import org.ppl4j.tensor.internal.graph.Form;
import org.ppl4j.tensor.internal.graph.Layout;
import org.ppl4j.tensor.internal.graph.Node;
import org.ppl4j.tensor.internal.plan.Memory.Place;
import org.ppl4j.tensor.internal.table.JavaKernel;

/**
 * How the outputs of a graph are computed from its inputs: which loops run in which order, and
 * where numbers lie. What depends on no input is computed when the plan is made. Immutable; each
 * thread has a {@link PlanReplay} of its own.
 */
public final class Plan {

  private final ImmutableList<JavaKernel> kernels;
  private final ImmutableList<Action> steps;
  private Action @Nullable [] code; // made when first asked for
  private final double[][] shared; // what is known beforehand
  private final float[][] sharedSingles;
  private final int[] own;
  private final int[] ownSingles;
  private final ImmutableList<EngineTensor.Kind> tensors;
  private final ImmutableList<Place> inputs;
  private final ImmutableList<Place> outputs;

  private Plan(
      ImmutableList<JavaKernel> kernels,
      ImmutableList<Action> steps,
      Store shared,
      Memory memory,
      ImmutableList<Place> inputs,
      ImmutableList<Place> outputs) {
    this.kernels = kernels;
    this.steps = steps;
    this.shared = shared.doubles();
    this.sharedSingles = shared.singles();
    this.own = memory.buffers.own();
    this.ownSingles = memory.singles.own();
    this.tensors = ImmutableList.copyOf(memory.tensors.kinds());
    this.inputs = inputs;
    this.outputs = outputs;
    for (int i = 0; i < own.length; i++) {
      this.shared[i] = own[i] == 0 ? this.shared[i] : new double[0];
    }
    for (int i = 0; i < ownSingles.length; i++) {
      sharedSingles[i] = ownSingles[i] == 0 ? sharedSingles[i] : new float[0];
    }
  }

  /** Whether a place is all of a buffer that each replay has for itself, of so many numbers. */
  boolean isAlone(Place place, int size) {
    return place.offset() == 0
        && !Store.isSingle(place.buffer())
        && place.buffer() != Memory.OWN
        && own[place.buffer()] == size;
  }

  /**
   * A plan in double precision.
   *
   * @param inputs what differs from replay to replay
   * @param outputs what it computes, row by row
   */
  public static Plan of(List<Node> inputs, List<Node> outputs) {
    return of(inputs, outputs, false);
  }

  /**
   * A plan.
   *
   * @param inputs what differs from replay to replay
   * @param outputs what it computes, row by row
   * @param isSingle whether single precision is enough for products of matrices and exponentials
   */
  public static Plan of(List<Node> inputs, List<Node> outputs, boolean isSingle) {
    return of(inputs, outputs, isSingle, Segments.MOST);
  }

  /**
   * A plan.
   *
   * @param isSingle whether single precision is enough for products of matrices and exponentials
   * @param doubles inputs that are given in double precision all the same
   */
  public static Plan of(
      List<Node> inputs, List<Node> outputs, boolean isSingle, Set<Node> doubles) {
    return of(inputs, outputs, isSingle, false, Segments.MOST, doubles, true);
  }

  /**
   * A plan that needs no engine, whose class is never asked for.
   *
   * @param isSingle whether single precision is enough for products of matrices and exponentials
   * @throws org.ppl4j.tensor.internal.graph.NotRecordable if only the engine computes a node
   */
  public static Plan withoutEngine(List<Node> inputs, List<Node> outputs, boolean isSingle) {
    return of(inputs, outputs, isSingle, false, Segments.MOST, Set.copyOf(inputs), false);
  }

  /**
   * A plan.
   *
   * @param isSingle whether single precision is enough for products of matrices and exponentials
   * @param remembered how many numbers a scan may keep for its gradient
   */
  public static Plan of(List<Node> inputs, List<Node> outputs, boolean isSingle, long remembered) {
    return of(inputs, outputs, isSingle, false, remembered, Set.of(), true);
  }

  /** A plan that is run many times in a row: for code rather than for loops over long rows. */
  static Plan ofBody(List<Node> inputs, List<Node> outputs, long remembered, boolean hasEngine) {
    return of(inputs, outputs, false, true, remembered, Set.of(), hasEngine);
  }

  private static Plan of(
      List<Node> inputs,
      List<Node> outputs,
      boolean isSingle,
      boolean isForCode,
      long remembered,
      Set<Node> doubles,
      boolean hasEngine) {
    Layout layout = Layout.of(outputs);
    return ofLaidOut(
        inputs.stream().map(layout::of).toList(),
        outputs.stream().map(layout::whole).toList(),
        isSingle,
        isForCode,
        remembered,
        doubles.stream().map(layout::of).collect(toCollection(HashSet::new)),
        hasEngine);
  }

  private static Plan ofLaidOut(
      List<Node> inputs,
      List<Node> outputs,
      boolean isSingle,
      boolean isForCode,
      long remembered,
      Set<Node> doubles,
      boolean hasEngine) {
    Schedule schedule = new Schedule(outputs);
    Memory memory = new Memory(hasEngine);
    for (Node node : schedule.live()) {
      if (node.form() instanceof Form.Input && !inputs.contains(node)) {
        throw new IllegalArgumentException(
            "graph has an input " + node.form() + " that is not among those of the plan");
      }
    }
    List<JavaKernel> kernels = new ArrayList<>();
    List<Action> once = new ArrayList<>();
    LoopBuilder loops = new LoopBuilder(schedule, memory, once, isForCode);
    Set<Node> results = outputs.stream().map(Node::base).collect(toCollection(HashSet::new));
    Segments segments = new Segments(schedule.live(), results, remembered);
    WholeSteps whole = new WholeSteps(memory, kernels, once, segments, isSingle);
    ImmutableList.Builder<Action> steps = ImmutableList.builder();
    List<List<Node>> finished = schedule.finished();
    whole.expect(schedule.groups().stream().flatMap(group -> group.nodes().stream()).toList());
    SinglePrecision single =
        isSingle
            ? SinglePrecision.of(schedule, whole.products(), Sets.union(results, doubles))
            : SinglePrecision.NONE;
    memory.keepSingle(single.nodes());
    memory.keepInside(Pieces.of(schedule, results, single.nodes()));
    ImmutableList<Place> from = places(memory, inputs);
    ImmutableList<Place> to = places(memory, outputs);
    Set<Node> kept = Sets.union(Sets.union(results, Set.copyOf(inputs)), segments.read());
    whole.products().takeSingle(single.nodes());
    for (int i = 0; i < finished.size(); i++) {
      Schedule.Group group = schedule.groups().get(i);
      Node node = group.nodes().get(0);
      Action step =
          IterationSpace.isLooped(node)
              ? loops.of(group.nodes(), single.loops().contains(group.number()))
              : whole.of(node);
      if (group.once()) {
        once.add(step);
      } else {
        steps.add(step);
      }
      finished.get(i).stream().filter(done -> !kept.contains(done)).forEach(memory::release);
    }
    Store store = memory.store(kernels.toArray(new JavaKernel[0]));
    store.run(once.toArray(new Action[0]));
    return new Plan(ImmutableList.copyOf(kernels), steps.build(), store, memory, from, to);
  }

  private static ImmutableList<Place> places(Memory memory, List<Node> nodes) {
    return nodes.stream().map(memory::of).collect(toImmutableList());
  }

  /** Memory of its own to compute on. */
  public PlanReplay replay() {
    return replay(new Workspace());
  }

  /** Memory to compute on that others have in turn. */
  public PlanReplay replay(Workspace workspace) {
    return new PlanReplay(
        this,
        new Store(
            workspace.doubles(shared, own),
            workspace.singles(sharedSingles, ownSingles),
            workspace.tensors(tensors),
            kernels.toArray(new JavaKernel[0]),
            new Bodies()),
        steps.toArray(new Action[0]),
        inputs,
        outputs);
  }

  /** Whether that code was made for another plan before, so that it takes no longer to have it. */
  boolean isCodeKnown() {
    return Code.isKnown(steps);
  }

  /** The steps, those on few numbers by generated code, which is made once. */
  synchronized Action[] code() {
    Action[] known = code == null ? Code.of(steps) : code;
    code = known;
    return known;
  }

  /** What computes the rows that are computed in Java, such as draws, in order. */
  public ImmutableList<JavaKernel> kernels() {
    return kernels;
  }

  /** The steps in their order. */
  ImmutableList<Action> steps() {
    return steps;
  }

  /** Where an input lies. */
  Place input(int number) {
    return inputs.get(number);
  }

  /** Where an output lies. */
  Place output(int number) {
    return outputs.get(number);
  }
}
