package org.ppl4j.tensor;

import static com.google.common.base.Preconditions.checkArgument;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import com.google.common.collect.ImmutableList;
import com.google.common.primitives.ImmutableDoubleArray;
import com.google.common.primitives.ImmutableIntArray;
import java.util.ArrayList;
import java.util.List;
import org.ppl4j.tensor.internal.graph.Dims;
import org.ppl4j.tensor.internal.graph.Form.Role;
import org.ppl4j.tensor.internal.graph.Graph;
import org.ppl4j.tensor.internal.graph.GraphText;
import org.ppl4j.tensor.internal.graph.Node;
import org.ppl4j.tensor.internal.graph.NotRecordable;
import org.ppl4j.tensor.internal.plan.Plan;
import org.ppl4j.tensor.internal.plan.PlanReplay;

/**
 * Plain numbers as a function of plain numbers, recorded while tensors computed it and computed
 * since then by Java alone: without the engine, and where it is not on the class path.
 *
 * <p>It goes into files as {@link #text} and {@link #numbers}, and comes back to the bit. Any
 * number of threads may evaluate it at once.
 */
public final class PlainMap {

  private static final String SINGLE = "float32\n";
  private static final String DOUBLE = "float64\n";

  private final String text;
  private final ImmutableDoubleArray numbers;
  private final ImmutableIntArray sizes;
  private final int outputs;
  private final IdleReplays replays;

  private PlainMap(String text, ImmutableDoubleArray numbers, Plan plan, GraphText.Outline of) {
    this.text = text;
    this.numbers = numbers;
    this.sizes = ImmutableIntArray.copyOf(of.inputs().stream().mapToInt(Node::size));
    this.outputs = of.outputs().get(0).size();
    this.replays = new IdleReplays(plan);
  }

  /** What computes a tensor of a run from some. */
  @FunctionalInterface
  public interface Function {

    /** The tensor; the same operations whatever the numbers are. */
    NDArray of(Run run, List<NDArray> in);
  }

  /**
   * Records a function.
   *
   * @param subject what it is of, for errors
   * @param shapes of its operands
   * @param first the elements of some operands, row by row, where it need not be finite
   * @param second those of others
   * @throws IllegalArgumentException if it does what cannot be recorded, or what only the engine
   *     does, which the message says
   */
  public static PlainMap of(
      String subject,
      RunConfig config,
      List<Shape> shapes,
      Function function,
      double[][] first,
      double[][] second) {
    RunConfig unchecked = config.withValidation(Validation.OFF); // checks read values
    try {
      Graph graph = new Graph();
      List<Node> one = record(graph, unchecked, shapes, function, first);
      List<Node> two = record(graph, unchecked, shapes, function, second);
      if (!one.equals(two)) {
        throw new NotRecordable("operations or numbers that differ when it runs again");
      }
      ImmutableList.Builder<Node> inputs = ImmutableList.builder();
      for (int i = 0; i < shapes.size(); i++) {
        inputs.add(input(graph, i, shapes.get(i)));
      }
      GraphText written =
          GraphText.of(new GraphText.Outline(inputs.build(), ImmutableList.copyOf(one)));
      boolean isSingle = config.floatType() == FloatType.FLOAT32;
      return read((isSingle ? SINGLE : DOUBLE) + written.text(), written.numbers());
    } catch (NotRecordable e) {
      throw new IllegalArgumentException(
          "%s does what cannot be computed without the engine: %s; ask it where the engine is"
                  .formatted(subject, e.getMessage())
              + ", or learn it another way",
          e);
    }
  }

  private static Node input(Graph graph, int place, Shape shape) {
    return graph.input(Role.DATA, place, Dims.of(shape));
  }

  /** The result, then what is computed since it may fail. */
  private static List<Node> record(
      Graph graph, RunConfig config, List<Shape> shapes, Function function, double[][] values) {
    RecordedNoise noise = new RecordedNoise();
    RecordedValues given = new RecordedValues();
    Recorder recorder = new Recorder(graph, noise, given, null, RecordedBuffers.none(), config, 0);
    return recorder.record(
        run -> {
          recorder.holdParameters();
          List<NDArray> in = new ArrayList<>();
          for (int i = 0; i < values.length; i++) {
            RunArray operand = (RunArray) run.create(values[i], shapes.get(i));
            recorder.put(new long[] {operand.handle()}, List.of(input(graph, i, shapes.get(i))));
            in.add(operand);
          }
          NDArray y = run.withoutGradients(() -> function.of(run, in));
          List<Node> all = new ArrayList<>();
          all.add(graph.copy(recorder.node((RunArray) y)));
          all.addAll(recorder.unneeded(all));
          return all;
        });
  }

  /**
   * The map of a text and numbers.
   *
   * @throws IllegalArgumentException saying what is wrong with them, as "has a graph ..."
   */
  public static PlainMap read(String text, ImmutableDoubleArray numbers) {
    boolean isSingle = text.startsWith(SINGLE);
    checkArgument(
        isSingle || text.startsWith(DOUBLE),
        "has a graph of no float type; it was cut or changed: save anew");
    GraphText graph = new GraphText(text.substring(SINGLE.length()), numbers);
    GraphText.Outline nodes = graph.nodes();
    checkArgument(
        !nodes.outputs().isEmpty(), "has a graph without a result; it was changed: save anew");
    Plan plan =
        NotRecordable.guarded(() -> Plan.withoutEngine(nodes.inputs(), nodes.outputs(), isSingle));
    return new PlainMap(text, numbers, plan, nodes);
  }

  /** Its operations, as a text. */
  public String text() {
    return text;
  }

  /** The constants in them. */
  public ImmutableDoubleArray numbers() {
    return numbers;
  }

  /** How many operands it has. */
  public int inputs() {
    return sizes.length();
  }

  /** How many numbers an operand has. */
  public int size(int input) {
    return sizes.get(input);
  }

  /** How many numbers it gives. */
  public int outputs() {
    return outputs;
  }

  /**
   * Its numbers.
   *
   * @param in each operand's, row by row
   * @throws IllegalArgumentException if there are more or fewer operands or numbers
   */
  public double[] of(double[]... in) {
    checkArgument(
        in.length == sizes.length(), "map is of %s operands, not %s", sizes.length(), in.length);
    PlanReplay replay = replays.take();
    for (int i = 0; i < in.length; i++) {
      checkArgument(
          in[i].length == sizes.get(i),
          "operand %s of a map has %s numbers, but needs %s",
          i,
          in[i].length,
          sizes.get(i));
      replay.set(i, in[i], 0, in[i].length);
    }
    replay.run();
    double[] result = new double[outputs];
    replay.get(0, result, 0, outputs);
    replays.add(replay);
    return result;
  }
}
