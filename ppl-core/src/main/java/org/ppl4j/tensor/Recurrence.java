package org.ppl4j.tensor;

import static com.google.common.base.Preconditions.checkArgument;
import static com.google.common.base.Preconditions.checkState;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import com.google.common.collect.ImmutableList;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.ppl4j.tensor.internal.table.Attributes;
import org.ppl4j.tensor.internal.table.Column;
import org.ppl4j.tensor.internal.table.Op;
import org.ppl4j.tensor.internal.table.Shapes;

/**
 * Steps one after the other, each of what the one before has left: one operation with a body, which
 * is recorded once however many steps there are. Unlike an {@link Iteration} it has a gradient, and
 * what the steps give is kept.
 *
 * <p>A run may be told to do the first steps only, see {@link Run#cutScans}: then the last of those
 * stands for all that would come after it.
 */
public final class Recurrence {

  private Recurrence() {}

  /** What a step does. */
  @FunctionalInterface
  public interface Body {

    /** What the next step is given, of the shapes of what this one is, and what is kept. */
    Next step(At at, List<NDArray> carry);
  }

  /**
   * What a step gives.
   *
   * @param carry what the next one is given
   * @param kept as many tensors at each step, of the same shapes
   */
  public record Next(List<NDArray> carry, List<NDArray> kept) {}

  /**
   * What all steps give.
   *
   * @param carry what the last one has left
   * @param kept those of all steps
   */
  public record Result(List<NDArray> carry, List<Kept> kept) {}

  /**
   * What the steps have kept at one place.
   *
   * @param tensor {@code (times, shape)}, or {@code (shape)} of all steps
   * @param isSame whether it is the same at all steps
   */
  public record Kept(NDArray tensor, boolean isSame) {

    /**
     * The steps at a dim of the batch, with dims of size 1 between it and those of a step.
     *
     * @param dim −1 or less; a step has no dim there, or one of size 1
     * @param eventDims how many rightmost dims of a step are no batch dims
     */
    public NDArray at(int dim, int eventDims) {
      return isSame ? tensor : placed(tensor, -dim, eventDims);
    }

    /** The same with as many steps as there are where all are the same. */
    public NDArray each(int times, int dim, int eventDims) {
      NDArray all =
          isSame ? tensor.broadcast(Shapes.concat(new Shape(times), tensor.getShape())) : tensor;
      return placed(all, -dim, eventDims);
    }

    private static NDArray placed(NDArray tensor, int place, int eventDims) {
      Shape all = tensor.getShape();
      Shape own = all.slice(1);
      int batch = own.dimension() - eventDims;
      if (batch < place) {
        long[] ones = new long[place - 1 - batch];
        Arrays.fill(ones, 1);
        Shape front = Shapes.concat(all.slice(0, 1), new Shape(ones));
        return Tensors.reshape(tensor, Shapes.concat(front, own));
      }
      int left = batch - place;
      Shape rest = Shapes.concat(own.slice(0, left), own.slice(left + 1));
      NDArray without = Tensors.reshape(tensor, Shapes.concat(all.slice(0, 1), rest));
      long[] axes = new long[rest.dimension() + 1];
      Arrays.setAll(axes, i -> i < left ? i + 1 : i == left ? 0 : i);
      return Operations.apply(Op.PERMUTE, Attributes.of(axes), (RunArray) without);
    }
  }

  /** Where a body is. */
  public static final class At {

    private final Run run;
    private final int times;
    private final int steps;
    private final Column.@Nullable Steps watcher;
    private final IdentityHashMap<NDArray, Map<Integer, List<NDArray>>> rows =
        new IdentityHashMap<>();
    private int index;
    private @Nullable NDArray places;
    private @Nullable Choice together; // the steps from the index on, all at once

    private At(Run run, int times, int steps, Column.@Nullable Steps watcher) {
      this.run = run;
      this.times = times;
      this.steps = steps;
      this.watcher = watcher;
    }

    /** The number of the step, from 0 on, in Java: a program that asks for it is not recorded. */
    public int index() {
      if (watcher != null) {
        run.owned().column().ask("the number of a step of a scan in Java; step.number() is one");
      }
      checkState(
          together == null,
          "steps that are summed over are done at once, and have no number in Java; use"
              + " step.number()");
      return index;
    }

    /** Whether it is one step, or several at once, of a scan whose states are summed over. */
    public boolean isTogether() {
      return together != null;
    }

    /** The same for what is the same at each step but for it. */
    public int place() {
      return index;
    }

    /** The number of the step as a tensor of shape (). */
    public NDArray number() {
      NDArray all = places;
      if (all == null) {
        double[] numbers = new double[times];
        Arrays.setAll(numbers, i -> i);
        all = run.create(numbers, new Shape(times));
        places = all;
      }
      return row(all, -1);
    }

    /**
     * The step's part of a tensor, without the axis unless dims are left of it, which keep it with
     * size 1.
     *
     * @param axis along which the steps lie, counted from the right
     */
    public NDArray row(NDArray x, int axis) {
      Choice all = together;
      if (all != null) {
        return part(x, axis, all);
      }
      RunArray part =
          (RunArray)
              rows.computeIfAbsent(x, key -> new HashMap<>())
                  .computeIfAbsent(axis, key -> pieces(x, key))
                  .get(index);
      if (watcher == null) {
        return part;
      }
      RunArray row = copy(part);
      watcher.row(((RunArray) x).handle(), axis, row.handle());
      return row;
    }

    /** Of one step, or of all from it on, whose axis is hidden. */
    private NDArray part(NDArray x, int axis, Choice all) {
      int rank = x.getShape().dimension();
      NDArray rows = Tensors.range(x, axis, index, index + (long) all.size());
      NDArray hidden = HiddenDims.hide(rows, axis, all);
      boolean isLeft = axis == -rank;
      NDArray one = all.size() == 1 ? HiddenDims.at(hidden, all, 0) : hidden;
      return isLeft ? one : Tensors.reshape(one, Shapes.inserted(one.getShape(), rank + axis, 1));
    }

    private List<NDArray> pieces(NDArray x, int axis) {
      long[] sizes = new long[steps < times ? steps + 1 : steps];
      Arrays.fill(sizes, 1);
      if (steps < times) {
        sizes[steps] = (long) times - steps;
      }
      List<NDArray> pieces = Tensors.split(x, axis, sizes);
      boolean isLeft = axis == -x.getShape().dimension();
      return isLeft
          ? pieces.stream().limit(steps).map(piece -> shifted(piece)).toList()
          : ImmutableList.copyOf(pieces.subList(0, steps));
    }

    private static NDArray shifted(NDArray piece) {
      return Tensors.reshape(piece, piece.getShape().slice(1));
    }
  }

  /**
   * The place of steps that are done at once: those from one on, as many as a choice has values.
   * What they are given of rows depends on it; that of one step does not.
   */
  public static At together(Run run, int times, int from, Choice steps) {
    At at = new At(run, times, times, null);
    at.index = from;
    at.together = steps;
    return at;
  }

  /** The same numbers in a tensor of its own, whose handle nothing else has. */
  private static RunArray copy(RunArray x) {
    return Operations.apply(Op.COPY, Attributes.NONE, x);
  }

  /** What a body gives at the first of so many steps, which is done ahead of all. */
  public static List<NDArray> ahead(
      Run run, int times, List<NDArray> start, BiFunction<At, List<NDArray>, List<NDArray>> first) {
    return first.apply(new At(run, times, 1, null), start(run, start));
  }

  /** Of other numbers at other steps, and so no numbers that are known. */
  private static List<NDArray> start(Run run, List<NDArray> start) {
    return start.stream()
        .map(x -> (RunArray) run.bind(x))
        .map(x -> (NDArray) (x.isConstant() ? copy(x) : x))
        .toList();
  }

  /**
   * Does so many steps.
   *
   * @param what names them in messages
   * @param times at least 1
   * @param start what the first step is given
   * @throws IllegalArgumentException if a step leaves another number of tensors than it was given,
   *     or others of other shapes
   */
  public static Result of(Run run, String what, int times, List<NDArray> start, Body body) {
    int steps = run.steps(times);
    Column column = run.owned().column();
    Column.@Nullable Steps watcher = steps < times ? column.scan(times, start.size()) : null;
    At at = new At(run, times, steps, watcher);
    List<NDArray> carry =
        watcher == null ? start(run, start) : start.stream().map(run::bind).toList();
    List<List<NDArray>> kept = new ArrayList<>();
    if (watcher != null) {
      watcher.start(handles(carry));
    }
    for (int t = 0; t < steps; t++) {
      at.index = t;
      Next next = body.step(at, watcher == null ? carry : carried(watcher, carry));
      check(what, t, carry, next.carry(), "carry");
      List<NDArray> own = next.kept().stream().map(run::bind).toList();
      if (t > 0) {
        check(what, t, kept.get(0), own, "what it keeps");
      }
      carry = next.carry().stream().map(run::bind).toList();
      kept.add(own);
      if (watcher != null) {
        watcher.end(handles(carry), handles(own));
      }
    }
    List<Kept> all = new ArrayList<>();
    List<NDArray> stacks = new ArrayList<>();
    List<Integer> places = new ArrayList<>();
    for (int i = 0; i < kept.get(0).size(); i++) {
      int place = i;
      List<NDArray> rows = kept.stream().map(row -> row.get(place)).toList();
      boolean isSame = rows.stream().allMatch(row -> isSame(row, rows.get(0)));
      NDArray tensor = isSame ? rows.get(0) : stacked(rows, times);
      all.add(new Kept(tensor, isSame));
      if (!isSame) {
        stacks.add(tensor);
        places.add(i);
      }
    }
    if (watcher == null) {
      return new Result(carry, all);
    }
    List<NDArray> last = carry.stream().map(x -> (NDArray) copy((RunArray) x)).toList();
    watcher.result(handles(last), places.stream().mapToInt(i -> i).toArray(), handles(stacks));
    return new Result(last, all);
  }

  private static List<NDArray> carried(Column.Steps watcher, List<NDArray> carry) {
    watcher.begin();
    List<NDArray> copies = new ArrayList<>();
    for (NDArray x : carry) {
      RunArray copy = copy((RunArray) x);
      watcher.carried(copies.size(), copy.handle());
      copies.add(copy.isFloat() ? copy.moving() : copy);
    }
    return copies;
  }

  private static long[] handles(List<NDArray> tensors) {
    return Operations.handles(tensors.stream().map(RunArray.class::cast).toArray(RunArray[]::new));
  }

  private static boolean isSame(NDArray one, NDArray other) {
    return one == other
        || Tensors.constant(one).isPresent()
            && Tensors.constant(one).equals(Tensors.constant(other));
  }

  /** Those of the first steps, and the last of them for all others. */
  private static NDArray stacked(List<NDArray> rows, int times) {
    NDArray all = Tensors.stack(rows, 0);
    int left = times - rows.size();
    if (left > 0) {
      NDArray last = rows.get(rows.size() - 1);
      NDArray rest = last.broadcast(Shapes.concat(new Shape(left), last.getShape()));
      all = Tensors.concat(List.of(all, rest), -all.getShape().dimension());
    }
    return rows.get(0).getDataType() == DataType.BOOLEAN ? all.neq(0) : all;
  }

  private static void check(
      String what, int step, List<NDArray> before, List<NDArray> after, String which) {
    checkArgument(
        before.size() == after.size(),
        "%s: %s of step %s has %s tensors, but had %s before; give as many at each step",
        what,
        which,
        step,
        after.size(),
        before.size());
    IntStream.range(0, before.size())
        .forEach(
            i ->
                checkArgument(
                    after.get(i).getShape().equals(before.get(i).getShape()),
                    "%s: %s of step %s has shape %s, but had %s before; keep one shape at all"
                        + " steps",
                    what,
                    which,
                    step,
                    after.get(i).getShape(),
                    before.get(i).getShape()));
  }
}
