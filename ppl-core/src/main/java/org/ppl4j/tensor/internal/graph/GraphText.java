package org.ppl4j.tensor.internal.graph;

import static com.google.common.base.Preconditions.checkArgument;
import static com.google.common.collect.ImmutableList.toImmutableList;

import com.google.common.base.Joiner;
import com.google.common.base.Splitter;
import com.google.common.collect.ImmutableList;
import com.google.common.primitives.ImmutableDoubleArray;
import com.google.common.primitives.ImmutableIntArray;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.ppl4j.tensor.internal.table.JavaKernel;
import org.ppl4j.tensor.internal.table.Op;

/**
 * What some outputs of a graph are computed of, as a text and numbers that go into files. The first
 * line has the version; then each node has a line, after those that it needs: its {@linkplain
 * FormWord form}, whole numbers, the lines of other nodes, and its shape. The last two lines name
 * inputs and outputs:
 *
 * <pre>{@code
 * graph 1
 * input 0,0||1,2
 * number 0||
 * op.mul 0|1,0|1,2
 * inputs|0|
 * outputs|2|
 * }</pre>
 *
 * @param text the lines
 * @param numbers the constants, one after the other
 * @param kernels what rows of Java are computed by, which files hold beside it
 */
public record GraphText(String text, ImmutableDoubleArray numbers, ImmutableList<Kernel> kernels) {

  /**
   * What a row is computed by in Java.
   *
   * @param width of a categorical how many categories it has, else how many operands
   */
  public record Kernel(Op op, JavaKernel kernel, int width) {}

  private static final String FIRST = "graph 1";
  private static final String INPUTS = "inputs";
  private static final String OUTPUTS = "outputs";

  /** So many elements a node has at most: what is larger is no record of a row. */
  private static final int MOST = 1 << 26;

  private static final int MOST_DIMS = 64;

  /** Nodes of a graph: what it is given, and what it computes. */
  public record Outline(ImmutableList<Node> inputs, ImmutableList<Node> outputs) {

    private List<Node> all() {
      return ImmutableList.<Node>builder().addAll(inputs).addAll(outputs).build();
    }
  }

  // --- writing

  /**
   * That of some nodes.
   *
   * @throws NotRecordable if one does what no file holds
   */
  public static GraphText of(Outline outline) {
    Map<Node, Integer> lines = new HashMap<>();
    ImmutableDoubleArray.Builder numbers = ImmutableDoubleArray.builder();
    List<Kernel> kernels = new ArrayList<>();
    FormWord.Pool pool = new FormWord.Pool(numbers, kernels);
    StringBuilder text = new StringBuilder(FIRST).append('\n');
    for (Node node : Graph.reached(outline.all())) {
      FormWord word = FormWord.of(node.form(), pool);
      text.append(word.word()).append(' ').append(joined(word.ints().asList()));
      text.append('|').append(joined(word.nodes().stream().map(lines::get).toList()));
      text.append('|').append(joined(node.shape().asList())).append('\n');
      lines.put(node, lines.size());
    }
    append(text, INPUTS, outline.inputs(), lines);
    append(text, OUTPUTS, outline.outputs(), lines);
    return new GraphText(text.toString(), numbers.build(), ImmutableList.copyOf(kernels));
  }

  private static void append(
      StringBuilder text, String word, List<Node> nodes, Map<Node, Integer> lines) {
    text.append(word).append('|');
    text.append(joined(nodes.stream().map(lines::get).toList())).append("|\n");
  }

  private static String joined(List<Integer> numbers) {
    return Joiner.on(',').join(numbers);
  }

  // --- reading

  /**
   * The nodes, in a graph of their own.
   *
   * @throws IllegalArgumentException saying what is wrong with it, as "has a graph ..."
   */
  public Outline nodes() {
    List<String> lines = Splitter.on('\n').omitEmptyStrings().splitToList(text);
    String first = lines.isEmpty() ? "" : lines.get(0);
    checkArgument(
        first.equals(FIRST),
        "has a graph whose first line is '%s', but this release reads '%s'; read it with the one"
            + " that wrote it, or a newer one",
        first,
        FIRST);
    Graph graph = new Graph();
    FormWord.Pool pool = new FormWord.Pool(numbers, kernels);
    List<Node> nodes = new ArrayList<>();
    for (int i = 1; i < lines.size() - 2; i++) {
      nodes.add(node(graph, lines.get(i), nodes, pool));
    }
    checkArgument(
        lines.size() > 2, "has a graph of %s lines, which was cut; save anew", lines.size());
    return new Outline(
        named(lines.get(lines.size() - 2), INPUTS, nodes),
        named(lines.get(lines.size() - 1), OUTPUTS, nodes));
  }

  private static Node node(Graph graph, String line, List<Node> nodes, FormWord.Pool pool) {
    List<String> parts = Splitter.on('|').splitToList(line);
    int space = parts.get(0).indexOf(' ');
    checkArgument(
        parts.size() == 3 && space > 0, "has a graph with the line '%s', which is none", line);
    ImmutableIntArray shape = ints(parts.get(2), line);
    checkArgument(
        shape.length() <= MOST_DIMS
            && shape.stream().allMatch(size -> size >= 0)
            && shape.stream().asLongStream().reduce(1, GraphText::product) <= MOST,
        "has a graph with a node of shape %s, which is none, or has more than %s elements",
        shape,
        MOST);
    FormWord word =
        new FormWord(
            parts.get(0).substring(0, space),
            ints(parts.get(0).substring(space + 1), line),
            nodes(parts.get(1), line, nodes));
    Form form;
    try {
      form = word.form(shape, pool);
    } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
      throw new IllegalArgumentException(
          "has a graph with the line '%s', which no node has (%s); save anew, or read it with the"
                  .formatted(line, e.getMessage())
              + " release that wrote it",
          e);
    }
    return graph.node(form, shape);
  }

  private static long product(long size, long next) {
    return Math.min(size, MOST + 1L) * next;
  }

  private static ImmutableList<Node> named(String line, String word, List<Node> nodes) {
    List<String> parts = Splitter.on('|').splitToList(line);
    checkArgument(
        parts.size() == 3 && parts.get(0).equals(word),
        "has a graph with the line '%s' for its %s; it was cut or changed: save anew",
        line,
        word);
    ImmutableList<Node> named = nodes(parts.get(1), line, nodes);
    checkArgument(
        word.equals(OUTPUTS) || named.stream().allMatch(node -> node.form() instanceof Form.Input),
        "has a graph with inputs '%s' that are none; save anew",
        line);
    return named;
  }

  private static ImmutableList<Node> nodes(String text, String line, List<Node> nodes) {
    ImmutableIntArray places = ints(text, line);
    checkArgument(
        places.stream().allMatch(place -> place >= 0 && place < nodes.size()),
        "has a graph with the line '%s', which needs a node that is not before it; save anew",
        line);
    return places.stream().mapToObj(nodes::get).collect(toImmutableList());
  }

  private static ImmutableIntArray ints(String text, String line) {
    try {
      return ImmutableIntArray.copyOf(
          Splitter.on(',').omitEmptyStrings().splitToStream(text).mapToInt(Integer::parseInt));
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(
          "has a graph with '%s' in the line '%s', which are no whole numbers; save anew"
              .formatted(text, line),
          e);
    }
  }
}
