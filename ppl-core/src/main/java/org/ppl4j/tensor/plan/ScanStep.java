package org.ppl4j.tensor.plan;

import com.google.common.primitives.Booleans;
import com.google.common.primitives.ImmutableIntArray;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.ppl4j.tensor.graph.Dims;
import org.ppl4j.tensor.graph.Form;
import org.ppl4j.tensor.graph.Node;
import org.ppl4j.tensor.graph.ScanBody;
import org.ppl4j.tensor.table.Kernel;

/**
 * Steps, each of what the one before has left, by a plan of the step, whose inputs are filled and
 * whose outputs are kept each time.
 */
final class ScanStep implements Action {

  /** After so many steps code is generated. */
  private static final int BEFORE_CODE = 1000;

  /** So many are done at once, so that the compiler of the virtual machine sees many calls. */
  private static final int RUN = 1000;

  private final Plan plan;
  private ScanCode.@Nullable Steps code; // made when first asked for
  private boolean isCoded;
  private final int times;
  private final boolean isBackwards;
  private final int[][] starts; // where the numbers of what the first step is given lie
  private final int[] startBuffers;
  private final Rows[] rows;
  private final int[][] fixed;
  private final int[] fixedBuffers;
  private final int[] carried; // how many numbers each carry has
  private final int[] kept; // how many each result of a step has
  private final boolean[] isRepeated; // where it is cut, the last of each
  private final int firstKernel; // of the plan around
  private final int buffer;
  private final int offset;

  /** Rows of a stack: the elements of the first one, and how far those of the next are apart. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Rows(int buffer, int[] first, int apart, boolean isDense, boolean isSummed) {

    static Rows of(Elements stack, boolean isSummed) {
      int[] sizes = stack.sizes().clone();
      int apart = stack.strides()[0];
      sizes[0] = 1;
      int[] first = stack.starts(sizes);
      boolean isDense = true;
      for (int i = 0; i < first.length; i++) {
        isDense &= first[i] == first[0] + i;
      }
      return new Rows(stack.buffer(), first, apart, isDense, isSummed);
    }

    void read(int step, double[][] from, double[] to, int at) {
      double[] source = from[buffer];
      int shift = step * apart;
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
   * @param stacks where the rows of the body's elements lie
   * @param kernels takes up those of the body
   * @param to where the numbers go
   */
  ScanStep(
      Form.Scan scan,
      List<Elements> starts,
      List<Elements> stacks,
      List<Elements> fixed,
      List<Kernel> kernels,
      Memory.Place to) {
    ScanBody body = scan.body();
    ScanBody.Own own = body.own();
    this.plan = Plan.ofBody(own.inputs(), own.outputs());
    this.firstKernel = kernels.size();
    kernels.addAll(plan.kernels());
    this.times = scan.times();
    this.isBackwards = scan.isBackwards();
    this.starts = places(starts);
    this.startBuffers = buffers(starts);
    this.rows = new Rows[stacks.size()];
    Arrays.setAll(rows, i -> Rows.of(stacks.get(i), body.summed().get(i)));
    this.fixed = places(fixed);
    this.fixedBuffers = buffers(fixed);
    this.carried = sizes(body.next());
    this.kept = sizes(body.results());
    this.isRepeated = Booleans.toArray(body.repeated());
    this.buffer = to.buffer();
    this.offset = to.offset();
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
    Replay body = own.replay;
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
    steps(steps, memory, own);
    double[] out = memory[buffer];
    int at = offset;
    for (int i = 0; i < carried.length; i++) {
      System.arraycopy(body.memory(i), body.start(i), out, at, carried[i]);
      at += carried[i];
    }
    for (int i = 0; i < kept.length; i++) {
      for (int t = steps; t < times; t++) {
        if (isRepeated[i]) {
          System.arraycopy(out, at + (steps - 1) * kept[i], out, at + t * kept[i], kept[i]);
        } else {
          Arrays.fill(out, at + t * kept[i], at + (t + 1) * kept[i], 0);
        }
      }
      at += times * kept[i];
    }
  }

  private void steps(int steps, double[][] memory, Bodies.Body own) {
    int first = isBackwards ? steps - 1 : 0;
    int way = isBackwards ? -1 : 1;
    int done = 0;
    boolean isCut = steps < times;
    while (done < steps) {
      ScanCode.Steps code = own.code;
      if (code == null || isCut) {
        step(first + way * done++, steps, memory, own.replay);
        if (++own.done == BEFORE_CODE) {
          own.code = code();
        }
      } else {
        int some = Math.min(RUN, steps - done);
        code.run(own.replay.buffers(), memory, first + way * done, some, way);
        done += some;
      }
    }
  }

  /** Code of all steps, which is made once for all replays; null if there is none. */
  private synchronized ScanCode.@Nullable Steps code() {
    if (!isCoded) {
      isCoded = true;
      List<ScanCode.Row> read = new ArrayList<>();
      for (int i = 0; i < rows.length; i++) {
        Rows row = rows[i];
        read.add(
            new ScanCode.Row(
                row.buffer(),
                row.first(),
                row.apart(),
                row.isDense(),
                plan.input(carried.length + i)));
      }
      List<ScanCode.Row> keep = new ArrayList<>();
      int at = offset + Arrays.stream(carried).sum();
      for (int i = 0; i < kept.length; i++) {
        int begin = at;
        int[] places = new int[kept[i]];
        Arrays.setAll(places, k -> begin + k);
        keep.add(new ScanCode.Row(buffer, places, kept[i], true, plan.output(carried.length + i)));
        at += times * kept[i];
      }
      List<ScanCode.Moved> moved = new ArrayList<>();
      for (int i = 0; i < carried.length; i++) {
        moved.add(new ScanCode.Moved(plan.output(i), plan.input(i), carried[i]));
      }
      code = ScanCode.of(plan.steps(), read, keep, moved);
    }
    return code;
  }

  private static void read(double[] from, int[] places, Replay body, int input) {
    double[] to = body.memory(input);
    int at = body.start(input);
    for (int k = 0; k < places.length; k++) {
      to[at + k] = from[places[k]];
    }
  }

  private void step(int t, int steps, double[][] memory, Replay body) {
    for (int i = 0; i < rows.length; i++) {
      int input = carried.length + i;
      rows[i].read(t, memory, body.memory(input), body.start(input));
      if (t == steps - 1) {
        rows[i].addRest(t, times, memory, body.memory(input), body.start(input));
      }
    }
    body.run();
    double[] out = memory[buffer];
    int at = offset;
    for (int size : carried) {
      at += size;
    }
    for (int i = 0; i < kept.length; i++) {
      body.get(carried.length + i, out, at + t * kept[i], kept[i]);
      at += times * kept[i];
    }
    for (int i = 0; i < carried.length; i++) {
      body.get(i, body.memory(i), body.start(i), carried[i]);
    }
  }
}
