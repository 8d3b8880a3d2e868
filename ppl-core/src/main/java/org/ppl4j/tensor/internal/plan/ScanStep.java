package org.ppl4j.tensor.internal.plan;

import com.google.common.primitives.ImmutableIntArray;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.ppl4j.tensor.internal.graph.Dims;
import org.ppl4j.tensor.internal.graph.Form;
import org.ppl4j.tensor.internal.graph.Node;
import org.ppl4j.tensor.internal.graph.ScanGraph;
import org.ppl4j.tensor.internal.table.JavaKernel;

/**
 * Steps, each of what the one before has left, by a plan of the step, whose inputs are filled and
 * whose outputs are kept each time. Where what they remember is too much, a scan that reads it asks
 * for it a segment at a time, and the segment is done again: see {@link Segments}.
 */
final class ScanStep implements Action {

  /** After so many steps code is generated. */
  private static final int BEFORE_CODE = 1000;

  /** So many are done at once, so that the compiler of the virtual machine sees many calls. */
  private static final int RUN = 1000;

  private static final int NONE = -1;

  private final Plan plan;
  private final ScanCode.@Nullable Steps[] codes = new ScanCode.Steps[2]; // made when first asked
  private boolean isCoded;
  private final int times;
  private final int length; // of a segment
  private final boolean isBackwards;
  private final int[][] starts; // where the numbers of what the first step is given lie
  private final int[] startBuffers;
  private final Rows[] rows;
  private final ScanStep[] sources; // of rows of segments
  private final int[][] fixed;
  private final int[] fixedBuffers;
  private final int[] carried; // how many numbers each carry has
  private final Kept[] kept;
  private final Kept[] keptAgain; // of a segment
  private final int firstKernel; // of the plan around
  private final int buffer;
  private final int offset;
  private final int begins; // the buffer of what is carried to each segment, or none

  /**
   * What a scan is given.
   *
   * @param stacks where the rows of the body's elements lie
   */
  record Given(List<Elements> starts, List<Stack> stacks, List<Elements> fixed) {}

  /**
   * Where rows lie.
   *
   * @param source the scan that does a segment of them again; null if all are there
   */
  record Stack(Elements rows, @Nullable ScanStep source) {}

  /**
   * Where numbers go.
   *
   * @param remembered null for what nobody reads
   * @param begins the buffer of what is carried to each segment; −1 if all that is remembered is
   *     kept
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Places(Memory.Place results, Memory.@Nullable Place[] remembered, int begins) {}

  /** An output of a step, of which there are rows. */
  private record Kept(
      int output, int buffer, int offset, int size, boolean isOfSegment, boolean isRepeated) {

    void put(PlanReplay body, int step, int begin, double[][] to) {
      int row = isOfSegment ? step - begin : step;
      body.get(output, to[buffer], offset + row * size, size);
    }

    /** Those after the steps that are done where a scan is cut. */
    void fill(int steps, int times, double[][] memory) {
      double[] out = memory[buffer];
      for (int t = steps; t < times; t++) {
        if (isRepeated) {
          System.arraycopy(out, offset + (steps - 1) * size, out, offset + t * size, size);
        } else {
          Arrays.fill(out, offset + t * size, offset + (t + 1) * size, 0);
        }
      }
    }
  }

  /** Rows of a stack: the elements of the first one, and how far those of the next are apart. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Rows(
      int buffer, int[] first, int apart, boolean isDense, boolean isOfSegment, boolean isSummed) {

    static Rows of(Stack of, boolean isSummed) {
      Elements stack = of.rows();
      int[] sizes = stack.sizes().clone();
      int apart = stack.strides()[0];
      sizes[0] = 1;
      int[] first = stack.starts(sizes);
      boolean isDense = true;
      for (int i = 0; i < first.length; i++) {
        isDense &= first[i] == first[0] + i;
      }
      return new Rows(stack.buffer(), first, apart, isDense, of.source() != null, isSummed);
    }

    void read(int step, int begin, double[][] from, double[] to, int at) {
      double[] source = from[buffer];
      int shift = (isOfSegment ? step - begin : step) * apart;
      if (isDense) {
        System.arraycopy(source, first[0] + shift, to, at, first.length);
        return;
      }
      for (int i = 0; i < first.length; i++) {
        to[at + i] = source[first[i] + shift];
      }
    }

    /** Adds those after a step. */
    void addRest(int step, int times, double[][] from, double[] to, int at) {
      double[] source = from[buffer];
      for (int t = step + 1; isSummed && t < times; t++) {
        for (int i = 0; i < first.length; i++) {
          to[at + i] += source[first[i] + t * apart];
        }
      }
    }
  }

  /**
   * Steps.
   *
   * @param kernels takes up those of the body
   * @param most how many numbers a scan of the body may remember
   * @param hasEngine whether the engine may compute, where it takes less time
   */
  ScanStep(
      Form.Scan scan,
      Given given,
      Places to,
      List<JavaKernel> kernels,
      long most,
      boolean hasEngine) {
    ScanGraph body = scan.body();
    ScanGraph.Own own = body.own();
    this.plan = Plan.ofBody(own.inputs(), own.outputs(), most, hasEngine);
    this.firstKernel = kernels.size();
    kernels.addAll(plan.kernels());
    this.times = scan.times();
    this.isBackwards = scan.isBackwards();
    this.starts = places(given.starts());
    this.startBuffers = buffers(given.starts());
    this.rows = new Rows[given.stacks().size()];
    Arrays.setAll(rows, i -> Rows.of(given.stacks().get(i), body.summed().get(i)));
    this.sources =
        given.stacks().stream()
            .map(Stack::source)
            .filter(Objects::nonNull)
            .distinct()
            .toArray(ScanStep[]::new);
    this.fixed = places(given.fixed());
    this.fixedBuffers = buffers(given.fixed());
    this.carried = sizes(body.next());
    this.begins = to.begins();
    this.length = begins >= 0 || sources.length > 0 ? Segments.length(times) : times;
    this.buffer = to.results().buffer();
    this.offset = to.results().offset();
    List<Kept> results = new ArrayList<>();
    int at = offset + Arrays.stream(carried).sum();
    int output = carried.length;
    for (int size : sizes(body.results())) {
      boolean isRepeated = body.repeated().get(results.size());
      results.add(new Kept(output++, buffer, at, size, false, isRepeated));
      at += times * size;
    }
    List<Kept> remembered = new ArrayList<>();
    int[] sizes = sizes(body.remembered());
    for (int i = 0; i < sizes.length; i++) {
      Memory.Place place = to.remembered()[i];
      if (place != null) {
        remembered.add(
            new Kept(output + i, place.buffer(), place.offset(), sizes[i], begins >= 0, false));
      }
    }
    this.keptAgain = begins >= 0 ? remembered.toArray(Kept[]::new) : new Kept[0];
    if (begins < 0) {
      results.addAll(remembered);
    }
    this.kept = results.toArray(Kept[]::new);
  }

  private static int[][] places(List<Elements> all) {
    return all.stream().map(each -> each.starts(each.sizes())).toArray(int[][]::new);
  }

  private static int[] buffers(List<Elements> all) {
    return all.stream().mapToInt(Elements::buffer).toArray();
  }

  private static int[] sizes(List<Node> nodes) {
    return nodes.stream().map(Node::shape).mapToInt(ScanStep::size).toArray();
  }

  private static int size(ImmutableIntArray shape) {
    return Dims.size(shape);
  }

  @Override
  public void run(Store store) {
    Bodies.Body own = store.bodies().of(this, plan);
    PlanReplay body = own.replay;
    int most = store.bodies().most();
    body.cutScans(most);
    for (int i = 0; i < plan.kernels().size(); i++) {
      body.set(i, store.kernels()[firstKernel + i]);
    }
    double[][] memory = store.doubles();
    int steps = Math.min(times, most);
    int inputs = carried.length + rows.length;
    for (int i = 0; i < fixed.length; i++) {
      read(memory[fixedBuffers[i]], fixed[i], body, inputs + i);
    }
    for (int i = 0; i < starts.length; i++) {
      read(memory[startBuffers[i]], starts[i], body, i);
    }
    own.segment = NONE;
    int segments = (steps + length - 1) / length;
    for (int i = 0; i < segments; i++) {
      int segment = isBackwards ? segments - 1 - i : i;
      if (begins >= 0) {
        carry(body, true, memory[begins], segment * Arrays.stream(carried).sum());
      }
      for (ScanStep source : sources) {
        source.again(store, segment);
      }
      steps(segment, steps, memory, own, false);
    }
    carry(body, true, memory[buffer], offset);
    for (Kept each : kept) {
      each.fill(steps, times, memory);
    }
  }

  /** Does a segment again, for what is remembered of it. */
  private void again(Store store, int segment) {
    Bodies.Body own = store.bodies().of(this, plan);
    if (own.segment == segment) {
      return;
    }
    own.segment = segment;
    double[][] memory = store.doubles();
    for (ScanStep source : sources) {
      source.again(store, segment);
    }
    carry(own.replay, false, memory[begins], segment * Arrays.stream(carried).sum());
    steps(segment, Math.min(times, store.bodies().most()), memory, own, true);
  }

  /** Copies what a step is given, to an array or from it. */
  private void carry(PlanReplay body, boolean isOut, double[] array, int from) {
    int at = from;
    for (int i = 0; i < carried.length; i++) {
      if (isOut) {
        System.arraycopy(body.memory(i), body.start(i), array, at, carried[i]);
      } else {
        System.arraycopy(array, at, body.memory(i), body.start(i), carried[i]);
      }
      at += carried[i];
    }
  }

  private void steps(int segment, int steps, double[][] memory, Bodies.Body own, boolean isAgain) {
    int begin = segment * length;
    int count = Math.min(length, steps - begin);
    int first = isBackwards ? begin + count - 1 : begin;
    int way = isBackwards ? -1 : 1;
    int done = 0;
    boolean isCut = steps < times;
    while (done < count) {
      ScanCode.Steps code = isAgain ? own.again : own.code;
      if (code == null || isCut) {
        step(first + way * done++, begin, steps, memory, own.replay, isAgain);
        if (++own.done == BEFORE_CODE) {
          own.code = code(0);
          own.again = code(1);
        }
      } else {
        int some = Math.min(RUN, count - done);
        code.run(own.replay.buffers(), memory, first + way * done, some, way, begin);
        done += some;
      }
    }
  }

  /** Code of all steps, which is made once for all replays; null if there is none. */
  private synchronized ScanCode.@Nullable Steps code(int which) {
    if (!isCoded) {
      isCoded = true;
      codes[0] = code(kept);
      codes[1] = begins >= 0 ? code(keptAgain) : null;
    }
    return codes[which];
  }

  private ScanCode.@Nullable Steps code(Kept[] all) {
    List<ScanCode.Row> read = new ArrayList<>();
    for (int i = 0; i < rows.length; i++) {
      Rows row = rows[i];
      read.add(
          new ScanCode.Row(
              row.buffer(),
              row.first(),
              row.apart(),
              row.isDense(),
              row.isOfSegment(),
              plan.input(carried.length + i)));
    }
    List<ScanCode.Row> keep = new ArrayList<>();
    for (Kept each : all) {
      int[] places = new int[each.size()];
      Arrays.setAll(places, k -> each.offset() + k);
      keep.add(
          new ScanCode.Row(
              each.buffer(),
              places,
              each.size(),
              true,
              each.isOfSegment(),
              plan.output(each.output())));
    }
    List<ScanCode.Moved> moved = new ArrayList<>();
    for (int i = 0; i < carried.length; i++) {
      moved.add(new ScanCode.Moved(plan.output(i), plan.input(i), carried[i]));
    }
    return ScanCode.of(plan.steps(), read, keep, moved);
  }

  private static void read(double[] from, int[] places, PlanReplay body, int input) {
    double[] to = body.memory(input);
    int at = body.start(input);
    for (int k = 0; k < places.length; k++) {
      to[at + k] = from[places[k]];
    }
  }

  private void step(
      int t, int begin, int steps, double[][] memory, PlanReplay body, boolean isAgain) {
    for (int i = 0; i < rows.length; i++) {
      int input = carried.length + i;
      rows[i].read(t, begin, memory, body.memory(input), body.start(input));
      if (t == steps - 1) {
        rows[i].addRest(t, times, memory, body.memory(input), body.start(input));
      }
    }
    body.run();
    for (Kept each : isAgain ? keptAgain : kept) {
      each.put(body, t, begin, memory);
    }
    for (int i = 0; i < carried.length; i++) {
      body.get(i, body.memory(i), body.start(i), carried[i]);
    }
  }
}
