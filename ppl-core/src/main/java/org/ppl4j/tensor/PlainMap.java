package org.ppl4j.tensor;

import static com.google.common.base.Preconditions.checkArgument;
import static com.google.common.base.Preconditions.checkState;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import com.google.common.collect.ImmutableList;
import com.google.common.primitives.ImmutableDoubleArray;
import com.google.common.primitives.ImmutableIntArray;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.ppl4j.tensor.internal.graph.Dims;
import org.ppl4j.tensor.internal.graph.Form;
import org.ppl4j.tensor.internal.graph.Form.Role;
import org.ppl4j.tensor.internal.graph.Graph;
import org.ppl4j.tensor.internal.graph.GraphText;
import org.ppl4j.tensor.internal.graph.Node;
import org.ppl4j.tensor.internal.graph.NotRecordable;
import org.ppl4j.tensor.internal.plan.Plan;
import org.ppl4j.tensor.internal.plan.PlanReplay;
import org.ppl4j.tensor.internal.table.JavaKernel;
import org.ppl4j.tensor.internal.table.Op;

/**
 * Plain numbers as a function of plain numbers, recorded while tensors computed it and computed
 * since then by Java alone: without the engine, and where it is not on the class path. It may draw
 * noise, that of a seed.
 *
 * <p>It goes into files as {@link #text} and {@link #numbers}, and comes back to the bit. Any
 * number of threads may evaluate it at once.
 */
public final class PlainMap {

  private static final String SINGLE = "float32\n";
  private static final String DOUBLE = "float64\n";
  private static final String FUNCTION = "function ";
  private static final String GRAPH = "graph ";

  private final String text;
  private final ImmutableDoubleArray numbers;
  private final ImmutableIntArray sizes;
  private final ImmutableIntArray used; // 1 of an input that is, else 0
  private final ImmutableList<Noise> noise; // inputs after those that are given
  private final ImmutableList<JavaKernel> kernels; // noise is drawn anew
  private final int outputs;
  private final IdleReplays replays;

  private PlainMap(
      String text,
      ImmutableDoubleArray numbers,
      Plan plan,
      GraphText.Outline of,
      ImmutableList<Noise> noise) {
    this.text = text;
    this.numbers = numbers;
    this.sizes = ImmutableIntArray.copyOf(of.inputs().stream().mapToInt(Node::size));
    Set<Node> reached = Graph.reached(of.outputs());
    this.used =
        ImmutableIntArray.copyOf(
            of.inputs().stream().mapToInt(node -> reached.contains(node) ? 1 : 0));
    this.noise = noise;
    this.kernels = plan.kernels();
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
    Graph graph = new Graph();
    List<double[][]> values = List.of(first, second);
    return recorded(
        subject,
        config,
        (noise, time) -> {
          Recorder recorder = recorder(graph, noise, null, config, 0);
          List<Node> outputs =
              outputs(
                  graph,
                  recorder,
                  run -> {
                    List<NDArray> in = new ArrayList<>();
                    for (int i = 0; i < shapes.size(); i++) {
                      RunArray operand = (RunArray) run.create(values.get(time)[i], shapes.get(i));
                      Node node = input(graph, i, shapes.get(i));
                      recorder.put(new long[] {operand.handle()}, List.of(node));
                      in.add(operand);
                    }
                    return run.withoutGradients(() -> function.of(run, in));
                  });
          if (Graph.reached(outputs).stream().anyMatch(PlainMap::isDrawn)) {
            throw new NotRecordable("draws of its own, which nobody gives it");
          }
          List<Node> inputs = new ArrayList<>();
          for (int i = 0; i < shapes.size(); i++) {
            inputs.add(input(graph, i, shapes.get(i)));
          }
          return new Recorded(inputs, outputs);
        });
  }

  /**
   * Records a function of data and of noise, which draws anew.
   *
   * @param subject what it is of, for errors
   * @param counter of its run: its noise is that of another where it is {@linkplain #drawn asked}
   *     for that
   * @param arrays all that are bound, by {@link Run#bind(NDArray, int)} of their places: operands
   * @param function the same operations whatever the numbers of the data are
   * @throws IllegalArgumentException as the other, or if no file holds how it draws
   */
  public static PlainMap ofData(
      String subject,
      RunConfig config,
      long counter,
      List<NDArray> arrays,
      java.util.function.Function<Run, NDArray> function) {
    Graph graph = new Graph();
    return recorded(
        subject,
        config,
        (noise, time) -> {
          RecordedData data = new RecordedData();
          Recorder recorder = recorder(graph, noise, data, config, counter);
          List<Node> outputs =
              outputs(graph, recorder, run -> run.withoutGradients(() -> function.apply(run)));
          List<Node> inputs = new ArrayList<>();
          for (int place = 0; place < arrays.size(); place++) {
            NDArray array = arrays.get(place);
            boolean isWhole = array.getDataType() == DataType.INT64;
            inputs.add(data.node(graph, place, isWhole, Dims.of(array.getShape())));
          }
          return new Recorded(inputs, outputs);
        });
  }

  /** What is recorded in a pass, the first or the second, which takes up noise. */
  private interface Pass {
    Recorded at(RecordedNoise noise, int time);
  }

  private record Recorded(List<Node> inputs, List<Node> outputs) {}

  private static PlainMap recorded(String subject, RunConfig config, Pass pass) {
    try {
      RecordedNoise noise = new RecordedNoise();
      Recorded one = pass.at(noise, 0);
      if (!pass.at(noise, 1).equals(one)) {
        throw new NotRecordable("operations or numbers that differ when it runs again");
      }
      List<Node> drawn = needed(noise, one.outputs());
      ImmutableList<Node> inputs =
          ImmutableList.<Node>builder().addAll(one.inputs()).addAll(drawn).build();
      GraphText written =
          GraphText.of(new GraphText.Outline(inputs, ImmutableList.copyOf(one.outputs())));
      StringBuilder text = new StringBuilder();
      text.append(config.floatType() == FloatType.FLOAT32 ? SINGLE : DOUBLE);
      drawn.forEach(node -> text.append(noise.text(node)).append('\n'));
      written.kernels().forEach(kernel -> text.append(text(kernel)).append('\n'));
      return read(text.append(written.text()).toString(), written.numbers());
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

  private static String text(GraphText.Kernel of) {
    if (of.kernel() instanceof Noise drawn) {
      return NoiseText.of(NoiseText.DRAWS, of.op(), of.width(), drawn);
    }
    String name =
        of.kernel() instanceof HostFunction host ? NamedFunctions.name(host.f(), of.width()) : null;
    if (name == null) {
      throw new NotRecordable(
          "a function of Java (%s), which no file holds".formatted(of.kernel()));
    }
    return FUNCTION + name;
  }

  private static boolean isDrawn(Node node) {
    return isNoise(node) || node.form() instanceof Form.Computed of && of.op().isNoise();
  }

  /** The inputs of noise that results depend on. */
  private static List<Node> needed(RecordedNoise noise, List<Node> outputs) {
    Set<Node> reached = Graph.reached(outputs);
    return noise.nodes().stream().filter(reached::contains).toList();
  }

  private static Recorder recorder(
      Graph graph,
      RecordedNoise noise,
      @Nullable RecordedData data,
      RunConfig config,
      long counter) {
    RunConfig unchecked = config.withValidation(Validation.OFF); // checks read values
    RecordedValues values = new RecordedValues();
    return new Recorder(graph, noise, values, data, RecordedBuffers.none(), unchecked, counter);
  }

  /** The result, then what is computed since it may fail. */
  private static List<Node> outputs(
      Graph graph, Recorder recorder, java.util.function.Function<Run, NDArray> function) {
    return recorder.record(
        run -> {
          recorder.holdParameters();
          NDArray y = function.apply(run);
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
    FloatType type = isSingle ? FloatType.FLOAT32 : FloatType.FLOAT64;
    ImmutableList.Builder<Noise> noise = ImmutableList.builder();
    ImmutableList.Builder<GraphText.Kernel> kernels = ImmutableList.builder();
    int from = SINGLE.length();
    for (int end; !text.startsWith(GRAPH, from); from = end + 1) {
      end = text.indexOf('\n', from);
      checkArgument(end > 0, "has a graph that ends before it begins; it was cut: save anew");
      String line = text.substring(from, end);
      if (line.startsWith(FUNCTION)) {
        kernels.add(function(line));
      } else {
        NoiseText.Read row = NoiseText.read(line, type);
        if (line.startsWith(NoiseText.NOISE)) {
          noise.add(row.noise());
        } else {
          kernels.add(new GraphText.Kernel(row.op(), row.noise(), row.width()));
        }
      }
    }
    GraphText graph = new GraphText(text.substring(from), numbers, kernels.build());
    GraphText.Outline nodes = graph.nodes();
    ImmutableList<Noise> all = noise.build();
    long drawn = nodes.inputs().stream().filter(PlainMap::isNoise).count();
    checkArgument(
        drawn == all.size()
            && nodes.inputs().stream()
                .skip(nodes.inputs().size() - drawn)
                .allMatch(PlainMap::isNoise),
        "has a graph of %s inputs of noise, but %s lines of it; it was changed: save anew",
        drawn,
        all.size());
    checkArgument(
        !nodes.outputs().isEmpty(), "has a graph without a result; it was changed: save anew");
    Plan plan =
        NotRecordable.guarded(() -> Plan.withoutEngine(nodes.inputs(), nodes.outputs(), isSingle));
    return new PlainMap(text, numbers, plan, nodes, all);
  }

  private static GraphText.Kernel function(String line) {
    NamedFunctions.Named named = NamedFunctions.of(line.substring(FUNCTION.length()));
    checkArgument(
        named != null,
        "has the line '%s', which this release does not know; read it with the one that wrote it",
        line);
    return new GraphText.Kernel(Op.FUNCTION, new HostFunction(named.f()), named.arguments());
  }

  private static boolean isNoise(Node node) {
    return node.form() instanceof Form.Input input && input.role() == Role.NOISE;
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
    return sizes.length() - noise.size();
  }

  /** Whether it draws. */
  public boolean isDrawing() {
    return !noise.isEmpty() || kernels.stream().anyMatch(Noise.class::isInstance);
  }

  /** How many numbers an operand has. */
  public int size(int input) {
    return sizes.get(input);
  }

  /** Whether it depends on an operand; on the numbers, not on how many there are. */
  public boolean uses(int input) {
    return used.get(input) > 0;
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
   * @throws IllegalStateException if it draws
   */
  public double[] of(double[]... in) {
    checkState(!isDrawing(), "map draws; ask for what is drawn of a seed");
    return drawn(0, 0, in);
  }

  /**
   * Its numbers with noise of a seed and a counter: what a run of these draws.
   *
   * @param in each operand's, row by row
   * @throws IllegalArgumentException if there are more or fewer operands or numbers
   */
  public double[] drawn(long seed, long counter, double[]... in) {
    checkArgument(in.length == inputs(), "map is of %s operands, not %s", inputs(), in.length);
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
    for (int k = 0; k < noise.size(); k++) {
      int input = in.length + k;
      int[] once = new int[0];
      new NoiseReplay(noise.get(k), seed, false, once, sizes.get(input))
          .draw(counter, replay, input);
    }
    for (int k = 0; k < kernels.size(); k++) {
      if (kernels.get(k) instanceof Noise drawn) {
        NoiseReplay row = new NoiseReplay(drawn, seed);
        row.moveTo(counter);
        replay.set(k, row);
      }
    }
    replay.run();
    double[] result = new double[outputs];
    replay.get(0, result, 0, outputs);
    replays.add(replay);
    return result;
  }
}
