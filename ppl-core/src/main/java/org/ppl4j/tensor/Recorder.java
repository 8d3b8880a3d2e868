package org.ppl4j.tensor;

import ai.djl.Device;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import com.google.common.primitives.ImmutableIntArray;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.DoubleSupplier;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.ppl4j.tensor.internal.engine.HostCopy;
import org.ppl4j.tensor.internal.engine.PyTorch;
import org.ppl4j.tensor.internal.graph.Dims;
import org.ppl4j.tensor.internal.graph.Form.Role;
import org.ppl4j.tensor.internal.graph.Gradients;
import org.ppl4j.tensor.internal.graph.Graph;
import org.ppl4j.tensor.internal.graph.Lowering;
import org.ppl4j.tensor.internal.graph.Node;
import org.ppl4j.tensor.internal.graph.NotRecordable;
import org.ppl4j.tensor.internal.table.Attributes;
import org.ppl4j.tensor.internal.table.Column;
import org.ppl4j.tensor.internal.table.Op;

/**
 * A column of the table of operations that does each row by the engine and notes it beside: the
 * nodes of a graph that compute the same. Reads still work, and what was computed is there to be
 * compared with. Numbers that were written down are constants of the graph, and so are data unless
 * they may be others when it is computed again.
 */
final class Recorder implements Column {

  /** Operations of some milliseconds, with their gradients. */
  private static final int MOST_COMPARED = 500;

  private final PyTorch engine = PyTorch.get();
  private final Graph graph;
  private final Lowering lowering;
  private final Map<Long, Node> nodes = new HashMap<>();
  private final Map<Long, NotRecordable> unknown = new HashMap<>();
  private final RecordedNoise noise;
  private final RecordedValues values;
  private final @Nullable RecordedData data;
  private final RecordedBuffers buffers;
  private final RunConfig config;
  private final long counter;
  private Map<String, Integer> asked = new HashMap<>();
  private final List<RecordedScan> scans = new ArrayList<>(); // that are open, the outermost first
  private final List<Indexed> indexed = new ArrayList<>();
  private boolean isHolding;
  private int variables;
  private int cuts;
  private int operations; // that the engine has done
  private int scanned;
  private int longest; // of the scans
  private int deepest;
  private @Nullable String read;

  /** What an index that may change names along an axis of a size. */
  private record Indexed(Node named, Node index, int size) {}

  /**
   * Of a run of a configuration and a counter.
   *
   * @param noise takes up the draws
   * @param values takes up the numbers that may change
   * @param data takes up the data; null if they never change
   * @param buffers takes up those that steps update
   */
  Recorder(
      Graph graph,
      RecordedNoise noise,
      RecordedValues values,
      @Nullable RecordedData data,
      RecordedBuffers buffers,
      RunConfig config,
      long counter) {
    this.graph = graph;
    this.noise = noise;
    this.values = values;
    this.data = data;
    this.buffers = buffers;
    this.config = config;
    this.counter = counter;
    this.lowering = new Lowering(graph);
  }

  /** What a program gives in its run, which is noted meanwhile. */
  <T> T record(Function<Run, T> program) {
    List<T> result = new ArrayList<>();
    engine.watched(
        this,
        () -> {
          try (Run run = Run.open(config, counter)) {
            run.cutScans(RecordedScan.STEPS);
            result.add(program.apply(run));
          }
        });
    return result.get(0);
  }

  /**
   * The node of a tensor.
   *
   * @throws NotRecordable if it is computed in a way that no graph holds, or a value was read that
   *     differs from one replay to the next
   */
  Node node(RunArray x) {
    if (x.isConstant()) {
      return graph.number(x.constant());
    }
    long handle = x.handle();
    if (read != null) {
      throw new NotRecordable(read);
    }
    Node node = nodes.get(handle);
    if (node == null) {
      throw whyUnknown(handle);
    }
    if (node.level() > scans.size()) {
      throw RecordedScan.strange();
    }
    return node;
  }

  /**
   * Holds what comes from now on that gradients can be taken of at its value: parameters, where a
   * function of something else is recorded.
   */
  void holdParameters() {
    isHolding = true;
  }

  /**
   * How many steps of each scan are done where the record is held against the engine: so many that
   * this takes no long time, or all.
   */
  int compared() {
    if (deepest == 0) {
      return Integer.MAX_VALUE;
    }
    double more = Math.pow((double) MOST_COMPARED / operations, 1.0 / deepest);
    int steps = (int) (RecordedScan.STEPS * Math.max(1, more));
    return steps < longest ? steps : Integer.MAX_VALUE;
  }

  /**
   * The graph of maps that are recorded within: one for all records into the same graph, so that a
   * map that does the same as one before ends at the same nodes.
   */
  Graph inner() {
    if (engine.kept(graph) instanceof Graph known) {
      return known;
    }
    Graph made = new Graph();
    engine.keep(graph, made);
    return made;
  }

  /** How many tensors have come that gradients can be taken of. */
  int variables() {
    return variables;
  }

  /**
   * The indexes of rows that some results do not need: the engine holds these against the sizes of
   * their axes, too.
   */
  List<Node> unneeded(List<Node> results) {
    Set<Node> needed = Graph.reached(results);
    return indexed.stream()
        .filter(each -> each.named().level() == 0 && each.index().level() == 0)
        .filter(each -> !each.named().varies() || !needed.contains(each.named().base()))
        .map(each -> graph.within(each.index(), each.size()).base())
        .distinct()
        .toList();
  }

  // --- rows

  @Override
  public long apply(Op op, Attributes attributes, long[] in) {
    long result = engine.apply(op, attributes, in);
    note(op, attributes, in, result);
    return result;
  }

  @Override
  public long[] applyMany(Op op, Attributes attributes, long[] in) {
    long[] results = engine.applyMany(op, attributes, in);
    note(op, attributes, in, results);
    return results;
  }

  private void note(Op op, Attributes attributes, long[] in, long... results) {
    operations++;
    Node[] operands = op.isComputedInJava() ? null : operands(in, results);
    if (operands == null) {
      return;
    }
    noting(
        () -> {
          List<Node> noted = lowering.of(op, attributes, operands);
          put(noted, results);
          if (op.index() >= 0 && operands[op.index()].varies()) {
            Shape[] shapes = Arrays.stream(in).mapToObj(this::shape).toArray(Shape[]::new);
            int size = Math.toIntExact(op.indexed(shapes, attributes));
            indexed.add(new Indexed(noted.get(0), operands[op.index()], size));
          }
        },
        results);
  }

  /** What is noted is known, or why it is not. */
  private void noting(Runnable note, long... results) {
    try {
      Object unused =
          NotRecordable.guarded(
              () -> {
                note.run();
                return note;
              });
    } catch (NotRecordable e) {
      forget(e, results);
    }
  }

  private Shape shape(long handle) {
    return new Shape(engine.sizes(handle));
  }

  /** The nodes of operands; null if one is not known, so that the results are not. */
  private Node @Nullable [] operands(long[] in, long... results) {
    Node[] operands = new Node[in.length];
    for (int i = 0; i < in.length; i++) {
      Node operand = nodes.get(in[i]);
      if (operand == null) {
        forget(whyUnknown(in[i]), results);
        return null;
      }
      operands[i] = operand;
    }
    return operands;
  }

  /** Without derivatives where the engine takes none. */
  private void put(List<Node> noted, long... results) {
    for (int i = 0; i < results.length; i++) {
      Node node = noted.get(i);
      nodes.put(results[i], engine.isRecording() ? node : graph.apply(Op.STOP_GRADIENT, node));
    }
  }

  private NotRecordable whyUnknown(long handle) {
    NotRecordable known = unknown.get(handle);
    return known == null ? new NotRecordable("a tensor of unknown origin") : known;
  }

  private void forget(NotRecordable reason, long... results) {
    for (long result : results) {
      nodes.remove(result);
      unknown.put(result, reason);
    }
  }

  // --- scans

  @Override
  public Steps scan(int times, int carried) {
    longest = Math.max(longest, times);
    deepest = Math.max(deepest, scans.size() + 1);
    RecordedScan scan = new RecordedScan(this, graph, times, scanned++, scans.size() + 1, carried);
    scans.add(scan);
    return scan;
  }

  /** A scan has ended, the innermost. */
  void ended() {
    scans.remove(scans.size() - 1);
  }

  /** What is counted, and so the same at each step of a scan. */
  record Counts(Map<String, Integer> asked, int cuts, int scanned) {}

  Counts counts() {
    return new Counts(new HashMap<>(asked), cuts, scanned);
  }

  /** Counts as at another step. */
  void count(Counts from) {
    asked = new HashMap<>(from.asked());
    cuts = from.cuts();
    scanned = from.scanned();
  }

  /**
   * The nodes of tensors.
   *
   * @throws NotRecordable if one is not known
   */
  List<Node> known(long[] handles) {
    List<Node> known = new ArrayList<>();
    for (long handle : handles) {
      Node node = nodes.get(handle);
      if (node == null) {
        throw whyUnknown(handle);
      }
      known.add(node);
    }
    return known;
  }

  /** Tensors are these nodes. */
  void put(long[] handles, List<Node> are) {
    put(are, handles);
  }

  /** Why tensors are not known. */
  void unknown(NotRecordable why, long... handles) {
    forget(why, handles);
  }

  // --- what is no row's result

  @Override
  public void enter(Entry entry, long handle) {
    switch (entry) {
      case NUMBER, CONSTANT, DATA -> constant(handle);
      case VARIABLE -> {
        if (isHolding) {
          constant(handle);
        } else {
          int number = variables++;
          noting(
              () -> nodes.put(handle, graph.input(Role.VARIABLE, number, Dims.of(shape(handle)))),
              handle);
        }
      }
      case GRADIENT ->
          forget(new NotRecordable("a gradient of all that the program takes"), handle);
    }
  }

  private void constant(long handle) {
    noting(
        () -> {
          Shape shape = shape(handle);
          nodes.put(handle, graph.constant(values(handle, shape), Dims.of(shape)));
        },
        handle);
  }

  /** What is made of numbers that never change is an input, since that is how inputs are made. */
  @Override
  public void vary(long source, long handle) {
    Node of = nodes.get(source);
    if (of == null) {
      forget(whyUnknown(source), handle);
    } else if (of.varies()) {
      nodes.put(handle, graph.variable(of, cuts++));
    } else {
      enter(Entry.VARIABLE, handle);
    }
  }

  @Override
  public void given(String name, DoubleSupplier number, long handle) {
    int time = asked.merge(name, 1, Integer::sum);
    nodes.put(handle, values.node(graph, name, time, number));
  }

  @Override
  public void bound(int place, boolean isWhole, long handle) {
    RecordedData of = data;
    if (of != null) {
      noting(
          () -> nodes.put(handle, of.node(graph, place, isWhole, Dims.of(shape(handle)))), handle);
    }
  }

  @Override
  public void stored(Object vector, long handle) {
    Node node = buffers.node(graph, (FlatVector) vector);
    if (node != null) {
      nodes.put(handle, node);
    }
  }

  @Override
  public void differentiate(long number, long[] in, boolean moving, long[] results) {
    Node loss = nodes.get(number);
    Node[] inputs = operands(in, results);
    if (loss == null || inputs == null) {
      forget(whyUnknown(number), results);
      return;
    }
    if (Arrays.stream(inputs).anyMatch(input -> !input.varies())) {
      forget(new NotRecordable("a gradient in what is held"), results);
      return;
    }
    noting(
        () -> {
          List<Node> gradients = Gradients.of(graph, loss, List.of(inputs));
          for (int i = 0; i < results.length; i++) {
            Node gradient = gradients.get(i);
            nodes.put(results[i], moving ? gradient : graph.apply(Op.STOP_GRADIENT, gradient));
          }
        },
        results);
  }

  private double[] values(long handle, Shape shape) {
    long doubles = engine.to(handle, DataType.FLOAT64, PyTorch.device(Device.cpu()));
    try {
      return HostCopy.doubles(doubles, DataType.FLOAT64, shape.size(), Device.cpu());
    } finally {
      engine.free(doubles);
    }
  }

  @Override
  public void computed(Op op, Attributes attributes, Supplier<long[]> of, long[] results) {
    Node[] operands = operands(of.get(), results);
    if (operands == null) {
      return;
    }
    noting(
        () -> {
          ImmutableIntArray shape = Dims.of(shape(results[0]));
          List<Node> noted =
              attributes.kernel() instanceof Noise drawn
                  ? drawn(op, drawn, List.of(operands), results.length, shape)
                  : graph.computed(
                      op, attributes.kernel(), List.of(operands), results.length, shape);
          put(noted, results);
        },
        results);
  }

  /** Draws: an input of the graph where they depend on nothing else. */
  private List<Node> drawn(
      Op op, Noise drawn, List<Node> operands, int parts, ImmutableIntArray shape) {
    boolean isInput = operands.isEmpty();
    Noise known = noise.known(op, ofScans(drawn, isInput), config.seed(), counter);
    if (!isInput) {
      List<Node> all = new ArrayList<>(operands);
      scans.forEach(scan -> all.add(scan.number()));
      return graph.computed(op, known, all, parts, shape);
    }
    int[] times = scans.stream().mapToInt(RecordedScan::times).toArray();
    Node all = noise.node(graph, op, known, times, shape);
    for (RecordedScan scan : scans) {
      all = scan.row(all);
    }
    return List.of(all);
  }

  /** The draws of the first steps, which stand for those of all. */
  private Noise ofScans(Noise drawn, boolean isInput) {
    if (scans.isEmpty()) {
      return drawn;
    }
    long[] now = scans.stream().mapToLong(RecordedScan::step).toArray();
    RandomStream first = drawn.stream().at(new long[now.length]);
    if (first == null || !drawn.stream().equals(drawn.stream().at(now))) {
      throw new NotRecordable("draws of '" + drawn.stream() + "' in a scan that are not of a step");
    }
    if (!drawn.stream().rng(config.seed(), counter).isSame(drawn.rng())) {
      throw new NotRecordable("draws of '" + drawn.stream() + "' that are not of the step");
    }
    Rng of = first.rng(config.seed(), counter);
    return new Noise(first, drawn.position(), of, drawn.sampler(), isInput ? 0 : now.length);
  }

  @Override
  public void read(@Nullable Op op, long handle) {
    Node node = nodes.get(handle);
    boolean varies = node == null || node.varies();
    if (op == null && varies && read == null) {
      read = "a value that is read by the program";
    }
  }

  @Override
  public void ask(String what) {
    if (read == null) {
      read = what;
    }
  }

  @Override
  public void free(long handle) {
    nodes.remove(handle);
    unknown.remove(handle);
    engine.free(handle);
  }
}
