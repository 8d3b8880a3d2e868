package org.ppl4j.tensor.internal.graph;

import static java.util.Objects.requireNonNull;

import com.google.common.collect.ImmutableList;
import com.google.common.primitives.ImmutableIntArray;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.ppl4j.tensor.internal.table.Op;

/**
 * Makes the nodes of scans. The gradient of a scan is a scan the other way, whose body is that of
 * the step's gradient: it is given again what the step was given, rows of what the steps have
 * carried, and carries what the one after it asks for.
 */
final class Scans {

  private final Graph graph;

  Scans(Graph graph) {
    this.graph = graph;
  }

  /** A row of each step, and what becomes of it where a scan is cut: see {@link ScanGraph}. */
  record Row(Node node, boolean standsForRest) {}

  /** As {@link Graph#scan}. */
  List<Node> recorded(
      int times,
      int level,
      List<Node> carries,
      List<Node> elements,
      List<Node> starts,
      List<Node> stacks,
      List<Node> next,
      List<Node> results) {
    List<Node> kept = sources(results, carries, elements, next, level);
    List<Row> rows = elements.stream().map(element -> new Row(element, false)).toList();
    List<Row> last = kept.stream().map(node -> new Row(node, true)).toList();
    List<Node> all = of(times, false, level, carries, rows, starts, stacks, next, last);
    List<Node> given = new ArrayList<>(all.subList(0, next.size()));
    for (int i = 0; i < kept.size(); i++) {
      Node source = kept.get(i);
      Node stack = all.get(next.size() + i);
      Node result = results.get(i);
      ImmutableIntArray shape = Dims.inserted(result.shape(), 0, times);
      given.add(
          source == result ? stack : graph.expand(ofRows(result, source, stack, level), shape));
    }
    return given;
  }

  /**
   * What each result is computed of at the end: a function of the elements of one node, which no
   * step goes on with, of that node's, since a function of all its rows takes less time, and so
   * does its gradient.
   */
  private static List<Node> sources(
      List<Node> results, List<Node> carries, List<Node> elements, List<Node> next, int level) {
    List<Node> moving = next.stream().filter(node -> node.level() == level).toList();
    Set<Node> onwards = own(moving, level);
    onwards.addAll(carries);
    elements.forEach(onwards::remove);
    List<Node> sources = new ArrayList<>();
    for (Node result : results) {
      Set<Node> way = way(result, onwards, level);
      List<Node> from = way.stream().filter(onwards::contains).toList();
      boolean isOfOne = from.size() == 1 && from.get(0).size() <= result.size();
      sources.add(isOfOne ? from.get(0) : result);
    }
    return sources;
  }

  /**
   * Some nodes of a step that a result is computed of, element by element, and those after them, in
   * order; none if it is computed otherwise.
   */
  private static Set<Node> way(Node result, Set<Node> some, int level) {
    Set<Node> way = new TreeSet<>(Comparator.comparingInt(Node::id));
    List<Node> open = new ArrayList<>(List.of(result));
    while (!open.isEmpty()) {
      Node node = open.remove(open.size() - 1);
      if (node.level() == level && way.add(node) && !some.contains(node)) {
        if (!(node.form() instanceof Form.Pointwise)) {
          return Set.of();
        }
        open.addAll(node.form().operands());
      }
    }
    return way;
  }

  /** A function of the elements of a node, of all its rows. */
  private Node ofRows(Node result, Node source, Node rows, int level) {
    int dims = result.shape().length() - source.shape().length();
    ImmutableIntArray shape = rows.shape();
    for (int i = 0; i < dims; i++) {
      shape = Dims.inserted(shape, 1, 1);
    }
    Map<Node, Node> known = new HashMap<>();
    known.put(source, graph.reshape(rows, shape));
    for (Node node : way(result, Set.of(source), level)) {
      if (node != source && node.form() instanceof Form.Pointwise f) {
        Node[] in = f.operands().stream().map(x -> known.getOrDefault(x, x)).toArray(Node[]::new);
        known.put(node, graph.apply(f.op(), f.order(), in));
      }
    }
    return requireNonNull(known.get(result));
  }

  /** The same, of rows, either way. */
  private List<Node> of(
      int times,
      boolean isBackwards,
      int level,
      List<Node> carries,
      List<Row> rows,
      List<Node> starts,
      List<Node> stacks,
      List<Node> next,
      List<Row> results) {
    List<Node> elements = rows.stream().map(Row::node).toList();
    List<Node> outputs = new ArrayList<>(next);
    results.stream().map(Row::node).filter(x -> x.level() == level).forEach(outputs::add);
    Set<Node> own = own(outputs, level);
    check(own, carries, elements);
    List<Row> given = new ArrayList<>();
    results.stream().filter(row -> isGiven(row, level)).distinct().forEach(given::add);
    List<Node> remembered = new ArrayList<>();
    carries.stream()
        .filter(carry -> given.stream().noneMatch(row -> row.node() == carry))
        .filter(carry -> isAskedFor(carry, own))
        .forEach(remembered::add);
    if (!isBackwards) {
      next.stream()
          .filter(node -> node.level() == level && isRemembered(node))
          .filter(node -> given.stream().noneMatch(row -> row.node() == node))
          .distinct()
          .forEach(remembered::add);
    }
    List<Row> used = rows.stream().filter(row -> own.contains(row.node())).toList();
    ScanGraph body =
        new ScanGraph(
            ImmutableList.copyOf(carries),
            all(used, Row::node),
            ImmutableList.copyOf(fixed(own, next, level)),
            ImmutableList.copyOf(next),
            all(given, Row::node),
            ImmutableList.copyOf(remembered),
            all(used, Row::standsForRest),
            all(given, Row::standsForRest));
    Form.Scan form =
        new Form.Scan(
            body,
            times,
            isBackwards,
            ImmutableList.copyOf(starts),
            all(used, row -> stacks.get(rows.indexOf(row))),
            body.fixed());
    Node node = node(form);
    List<Node> all = new ArrayList<>();
    for (int i = 0; i < next.size(); i++) {
      all.add(part(node, form, i));
    }
    for (Row result : results) {
      ImmutableIntArray shape = Dims.inserted(result.node().shape(), 0, times);
      boolean isGiven = isGiven(result, level);
      all.add(
          isGiven
              ? part(node, form, next.size() + given.indexOf(result))
              : graph.expand(result.node(), shape));
    }
    return all;
  }

  /** Whether a result is computed at each step. */
  private static boolean isGiven(Row result, int level) {
    return result.node().level() == level;
  }

  private static <T> ImmutableList<T> all(List<Row> rows, Function<Row, T> what) {
    return rows.stream().map(what).collect(ImmutableList.toImmutableList());
  }

  /** Whether what is carried on is worth to be kept, since a gradient would compute it again. */
  private static boolean isRemembered(Node node) {
    return node.moves()
        && node.form() instanceof Form.Pointwise f
        && f.operands().size() == 1
        && !isLinear(f, x -> true);
  }

  private Node node(Form.Scan form) {
    ScanGraph body = form.body();
    long size =
        Stream.concat(
                body.next().stream().map(node -> (long) node.size()),
                body.results().stream().map(node -> (long) node.size() * form.times()))
            .reduce(0L, Long::sum);
    if (size > Integer.MAX_VALUE) {
      throw new NotRecordable("a scan whose steps give more numbers than an array of Java holds");
    }
    return graph.node(form, ImmutableIntArray.of((int) size));
  }

  /** What is remembered of all steps. */
  private Node history(Node node, Form.Scan form, int place) {
    ImmutableIntArray own = form.body().remembered().get(place).shape();
    if ((long) Dims.size(own) * form.times() > Integer.MAX_VALUE) {
      throw new NotRecordable("a scan that carries more numbers than an array of Java holds");
    }
    return graph.node(new Form.History(node, place), Dims.inserted(own, 0, form.times()));
  }

  private Node part(Node node, Form.Scan form, int place) {
    List<ImmutableIntArray> parts = form.body().parts(form.times());
    int from = parts.subList(0, place).stream().mapToInt(Dims::size).sum();
    ImmutableIntArray shape = parts.get(place);
    return graph.view(node, from, Dims.rowMajor(shape), shape);
  }

  /** The nodes of a step that some are computed of, themselves included. */
  private static Set<Node> own(Collection<Node> outputs, int level) {
    Set<Node> own = new TreeSet<>(Comparator.comparingInt(Node::id));
    List<Node> open = new ArrayList<>(outputs);
    while (!open.isEmpty()) {
      Node node = open.remove(open.size() - 1);
      if (node.level() == level && own.add(node)) {
        open.addAll(node.form().operands());
      } else if (node.level() > level) {
        throw strange();
      }
    }
    return own;
  }

  private static void check(Set<Node> own, List<Node> carries, List<Node> elements) {
    for (Node node : own) {
      if (node.form() instanceof Form.Slot && !carries.contains(node) && !elements.contains(node)) {
        throw strange();
      }
    }
  }

  static NotRecordable strange() {
    return new NotRecordable("a tensor of a step of a scan that is used outside of it; carry it");
  }

  /** What is the same at each step and is not known as a number. */
  private static List<Node> fixed(Set<Node> own, List<Node> next, int level) {
    List<Node> read = new ArrayList<>(next);
    own.forEach(node -> read.addAll(node.form().operands()));
    return read.stream()
        .filter(node -> node.level() < level)
        .map(node -> isPart(node) ? node : node.base())
        .filter(node -> !(node.base().form() instanceof Form.Scalar))
        .filter(node -> !(node.form() instanceof Form.Constant))
        .distinct()
        .sorted(Comparator.comparingInt(Node::id))
        .toList();
  }

  /** Whether a node is a view of some elements, each once, or of few of many. */
  private static boolean isPart(Node node) {
    int elements = 1;
    for (int i = 0; i < node.shape().length(); i++) {
      elements *= node.strides().get(i) == 0 ? 1 : node.shape().get(i);
    }
    return elements == node.size() || elements < node.base().size();
  }

  /**
   * Whether a gradient needs the numbers of what is carried: unless all that it goes into is
   * linear.
   */
  private static boolean isAskedFor(Node carry, Set<Node> own) {
    Set<Node> reached = new HashSet<>(List.of(carry));
    for (Node node : own) {
      if (node.form().operands().stream().anyMatch(reached::contains)) {
        if (!isLinear(node.form(), reached::contains)) {
          return true;
        }
        reached.add(node);
      }
    }
    return false;
  }

  private static boolean isLinear(Form form, Predicate<Node> isCarried) {
    if (form instanceof Form.Pointwise f) {
      return switch (f.op()) {
        case ADD, SUB, NEG, COPY -> true;
        case MUL ->
            f.operands().stream().filter(isCarried).count() == 1
                && f.operands().stream().noneMatch(x -> !isCarried.test(x) && x.moves());
        default -> false;
      };
    }
    return form instanceof Form.View || form instanceof Form.Sum || form instanceof Form.Assembly;
  }

  // --- gradients

  /**
   * What a scan is computed of gets its gradients.
   *
   * @param got of its parts, then of what it remembers; null for nothing
   */
  void pull(Node node, Form.Scan scan, List<@Nullable Node> got, BiConsumer<Node, Node> add) {
    ScanGraph body = scan.body();
    int level = level(body);
    int carried = body.carries().size();
    Slots slots = new Slots(body, level);
    List<Node> outputs = new ArrayList<>();
    List<Node> asked = new ArrayList<>();
    List<Node> asks = new ArrayList<>(); // what the step after asks of each carry
    List<Row> elements = new ArrayList<>();
    for (int e = 0; e < body.elements().size(); e++) {
      elements.add(new Row(body.elements().get(e), body.summed().get(e)));
    }
    List<Node> stacks = new ArrayList<>(scan.stacks());
    Map<Node, Node> remembered = new HashMap<>(); // what is there, and is not computed again
    for (int k = 0; k < carried; k++) {
      Node ask = slots.next(body.carries().get(k).shape());
      asks.add(ask);
      outputs.add(body.next().get(k));
      asked.add(ask);
    }
    List<Node> given = new ArrayList<>(body.results());
    given.addAll(body.remembered());
    for (int i = 0; i < given.size(); i++) {
      Node result = given.get(i);
      int place = i - body.results().size(); // among what is remembered
      Node whole = got.get(carried + i);
      if (whole != null) {
        Node element = slots.next(result.shape());
        elements.add(new Row(element, place < 0 && body.repeated().get(i)));
        stacks.add(whole);
        outputs.add(result);
        asked.add(element);
      }
      boolean isCarry = body.carries().contains(result);
      if (isCarry || !(result.form() instanceof Form.Slot)) {
        Node element = isCarry ? result : slots.next(result.shape());
        elements.add(new Row(element, false));
        stacks.add(place < 0 ? part(node, scan, carried + i) : history(node, scan, place));
        if (!isCarry) {
          remembered.put(result, element);
        }
      }
    }
    List<Node> inputs = new ArrayList<>(body.carries());
    inputs.addAll(body.elements());
    inputs.addAll(body.fixed());
    List<@Nullable Node> slopes = Gradients.of(graph, outputs, asked, inputs);
    slopes.replaceAll(slope -> slope == null ? null : of(remembered, slope, level));
    new Back(scan, level, slots, asks, elements, stacks, slopes, got).add(add);
  }

  /** A node of a step that is computed of what is remembered. */
  private Node of(Map<Node, Node> remembered, Node node, int level) {
    for (Node own : own(List.of(node), level)) {
      for (Node operand : own.form().operands()) {
        if (operand.level() < level) {
          remembered.put(operand, operand);
        }
      }
    }
    return node.level() < level ? node : Images.of(graph, remembered, node);
  }

  private static int level(ScanGraph body) {
    return Stream.concat(body.carries().stream(), body.elements().stream())
        .mapToInt(Node::level)
        .findFirst()
        .orElseThrow();
  }

  /** New slots beside those of a body. */
  private final class Slots {

    private final int scan;
    private final int level;
    private int index;

    Slots(ScanGraph body, int level) {
      this.level = level;
      int first = 0;
      for (List<Node> some : List.of(body.carries(), body.elements())) {
        for (Node node : some) {
          Form.Slot slot = (Form.Slot) node.form();
          first = slot.scan();
          index = Math.max(index, slot.index() + 1);
        }
      }
      this.scan = first;
    }

    Node next(ImmutableIntArray shape) {
      return graph.slot(scan, level, index++, true, shape);
    }
  }

  /** The scan that computes gradients. */
  private final class Back {

    private final Form.Scan scan;
    private final int level;
    private final List<Row> elements;
    private final List<Node> stacks;
    private final List<Node> slots = new ArrayList<>();
    private final List<Node> starts = new ArrayList<>();
    private final List<Node> next = new ArrayList<>();
    private final List<Node> targets = new ArrayList<>(); // of what is left by each carry
    private final List<Row> results = new ArrayList<>();
    private final List<Node> resultTargets = new ArrayList<>();

    Back(
        Form.Scan scan,
        int level,
        Slots made,
        List<Node> asks,
        List<Row> elements,
        List<Node> stacks,
        List<@Nullable Node> slopes,
        List<@Nullable Node> got) {
      this.scan = scan;
      this.level = level;
      this.elements = elements;
      this.stacks = stacks;
      ScanGraph body = scan.body();
      int carried = body.carries().size();
      int rows = body.elements().size();
      for (int j = 0; j < body.fixed().size(); j++) {
        Node fixed = scan.fixed().get(j);
        Node slope = slopes.get(carried + rows + j);
        if (slope != null && fixed.moves()) {
          Node sum = made.next(fixed.shape());
          carry(sum, graph.full(0, fixed.shape()), graph.apply(Op.ADD, sum, slope), fixed);
        }
      }
      for (int e = 0; e < rows; e++) {
        Node slope = slopes.get(carried + e);
        if (slope != null && scan.stacks().get(e).moves()) {
          results.add(new Row(slope, body.summed().get(e)));
          resultTargets.add(scan.stacks().get(e));
        }
      }
      Set<Integer> live = live(asks, slopes);
      for (int k = 0; k < carried; k++) {
        if (live.contains(k)) {
          ImmutableIntArray shape = body.carries().get(k).shape();
          Node start = got.get(k);
          Node slope = slopes.get(k);
          carry(
              asks.get(k),
              start == null ? graph.full(0, shape) : start,
              slope == null ? graph.full(0, shape) : slope,
              scan.starts().get(k));
        }
      }
    }

    private void carry(Node slot, Node start, Node onwards, Node target) {
      slots.add(slot);
      starts.add(start);
      next.add(onwards);
      targets.add(target);
    }

    /** Which carries have gradients that anybody asks for. */
    private Set<Integer> live(List<Node> asks, List<@Nullable Node> slopes) {
      Set<Integer> live = new HashSet<>();
      List<Node> open = new ArrayList<>(next);
      results.forEach(row -> open.add(row.node()));
      for (int k = 0; k < asks.size(); k++) {
        if (scan.starts().get(k).moves()) {
          live.add(k);
          open.add(asks.get(k));
        }
      }
      boolean isMore = true;
      while (isMore) {
        isMore = false;
        Set<Node> own = own(open, level);
        for (int k = 0; k < asks.size(); k++) {
          Node slope = slopes.get(k);
          if (own.contains(asks.get(k))
              && (live.add(k) || slope != null && !open.contains(slope))) {
            isMore = true;
            if (slope != null) {
              open.add(slope);
            }
          }
        }
      }
      return live;
    }

    void add(BiConsumer<Node, Node> add) {
      if (slots.isEmpty() && results.isEmpty()) {
        return;
      }
      List<Node> all =
          of(
              scan.times(),
              !scan.isBackwards(),
              level,
              slots,
              elements,
              starts,
              stacks,
              next,
              results);
      for (int i = 0; i < slots.size(); i++) {
        add.accept(requireNonNull(targets.get(i)), all.get(i));
      }
      for (int i = 0; i < results.size(); i++) {
        add.accept(resultTargets.get(i), all.get(slots.size() + i));
      }
    }
  }
}
