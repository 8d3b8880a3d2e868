package org.ppl4j.tensor;

import com.google.common.primitives.ImmutableIntArray;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.ppl4j.tensor.Recorder.Counts;
import org.ppl4j.tensor.internal.graph.Graph;
import org.ppl4j.tensor.internal.graph.Node;
import org.ppl4j.tensor.internal.graph.NotRecordable;
import org.ppl4j.tensor.internal.table.Column;

/**
 * A scan as it is recorded, of its first steps: what a step is given that is another at each step
 * are slots, so that steps that do the same end at the same nodes, which are the body.
 */
final class RecordedScan implements Column.Steps {

  /** So many steps are done: a first one, one of what it left, and one more of the same. */
  static final int STEPS = 3;

  private final Recorder recorder;
  private final Graph graph;
  private final int times;
  private final int scan;
  private final int level;
  private final Counts counts;
  private final List<Node> starts = new ArrayList<>();
  private final List<Node> carries = new ArrayList<>();
  private final Map<Part, Node> rows = new LinkedHashMap<>();
  private List<Node> next = List.of();
  private List<Node> kept = List.of();
  private @Nullable Node numbers; // of all steps
  private int index; // of the next slot
  private int step = -1;
  private boolean isFirst = true;
  private @Nullable NotRecordable fault;

  /** Rows along an axis, counted from the right. */
  private record Part(Node of, int axis) {}

  RecordedScan(Recorder recorder, Graph graph, int times, int scan, int level, int carried) {
    this.recorder = recorder;
    this.graph = graph;
    this.times = times;
    this.scan = scan;
    this.level = level;
    this.counts = recorder.counts();
    this.index = carried;
  }

  static NotRecordable strange() {
    return new NotRecordable("a tensor of a step of a scan that is used outside of it; carry it");
  }

  @Override
  public void start(long[] carry) {
    guarded(
        () -> {
          starts.addAll(recorder.known(carry));
          for (Node start : starts) {
            carries.add(graph.slot(scan, level, carries.size(), true, start.shape()));
          }
        });
  }

  @Override
  public void begin() {
    recorder.count(counts);
    step++;
  }

  @Override
  public void carried(int place, long handle) {
    guarded(() -> recorder.put(new long[] {handle}, List.of(carries.get(place))), handle);
  }

  @Override
  public void row(long of, int axis, long handle) {
    guarded(
        () -> {
          Node all = recorder.known(new long[] {of}).get(0);
          recorder.put(new long[] {handle}, List.of(row(new Part(all, axis))));
        },
        handle);
  }

  private Node row(Part part) {
    ImmutableIntArray shape = part.of().shape();
    int place = shape.length() + part.axis();
    int[] sizes = shape.toArray();
    sizes[place] = 1;
    ImmutableIntArray row = ImmutableIntArray.copyOf(sizes);
    ImmutableIntArray own = place == 0 ? row.subArray(1, row.length()).trimmed() : row;
    return rows.computeIfAbsent(
        part, key -> graph.slot(scan, level, index++, part.of().moves(), own));
  }

  /** The slot of the rows along the first axis. */
  Node row(Node of) {
    return row(new Part(of, -of.shape().length()));
  }

  /** The slot of the numbers of the steps. */
  Node number() {
    Node all = numbers;
    if (all == null) {
      double[] each = new double[times];
      Arrays.setAll(each, i -> i);
      all = graph.constant(each, ImmutableIntArray.of(times));
      numbers = all;
    }
    return row(all);
  }

  /** The number of the step that is running. */
  int step() {
    return step;
  }

  int times() {
    return times;
  }

  @Override
  public void end(long[] carry, long[] kept) {
    guarded(
        () -> {
          List<Node> leaves = recorder.known(carry);
          List<Node> keeps = recorder.known(kept);
          if (!isFirst && !(leaves.equals(this.next) && keeps.equals(this.kept))) {
            throw new NotRecordable(
                "steps of a scan that differ, in operations or numbers; a row of each step is"
                    + " step.take(x), its number step.number()");
          }
          next = leaves;
          this.kept = keeps;
          isFirst = false;
        });
  }

  @Override
  public void result(long[] carry, int[] places, long[] stacks) {
    recorder.ended();
    guarded(
        () -> {
          List<Node> results = new ArrayList<>();
          for (int place : places) {
            results.add(kept.get(place));
          }
          List<Node> all =
              graph.scan(
                  times,
                  level,
                  carries,
                  List.copyOf(rows.values()),
                  starts,
                  rows.keySet().stream().map(this::stack).toList(),
                  next,
                  results);
          recorder.put(carry, all.subList(0, carry.length));
          recorder.put(stacks, all.subList(carry.length, all.size()));
        },
        carry,
        stacks);
  }

  /** The rows of a part, along the first axis, of the shapes of their slots. */
  private Node stack(Part part) {
    int place = part.of().shape().length() + part.axis();
    return graph.rows(part.of(), place);
  }

  /** What is noted is known, or why all of it is not. */
  private void guarded(Runnable note, long[]... results) {
    if (fault == null) {
      try {
        Object unused =
            NotRecordable.guarded(
                () -> {
                  note.run();
                  return note;
                });
        return;
      } catch (NotRecordable e) {
        fault = e;
      }
    }
    for (long[] some : results) {
      recorder.unknown(fault, some);
    }
  }

  private void guarded(Runnable note, long result) {
    guarded(note, new long[] {result});
  }
}
