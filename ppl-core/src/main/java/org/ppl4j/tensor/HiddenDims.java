package org.ppl4j.tensor;

import static com.google.common.base.Preconditions.checkArgument;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import com.google.common.collect.ImmutableList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.ppl4j.tensor.internal.table.Attributes;
import org.ppl4j.tensor.internal.table.Op;
import org.ppl4j.tensor.internal.table.Shapes;

/**
 * Tensors that depend on {@linkplain Choice choices}, such as on a latent class that is to be
 * summed out: they hold a number for each value of each, in dims that no program sees. Each
 * operation does for each value what it does without choices, and its result depends on what its
 * operands depend on, no more and no less. So what a log density depends on is known, whatever code
 * computed it.
 *
 * <p>Such a tensor cannot be read in Java, since it is no one tensor.
 */
public final class HiddenDims {

  /** So many numbers a tensor may hold for all values of its choices: 1 GB in double precision. */
  private static final long MOST = 1L << 27;

  /** So many values its choices may have together. */
  private static final long MOST_TOGETHER = 1L << 20;

  private HiddenDims() {}

  /** What a tensor depends on. */
  public static ImmutableList<Choice> of(NDArray x) {
    return x instanceof RunArray array ? array.choices() : ImmutableList.of();
  }

  /** Whether a tensor depends on a choice. */
  public static boolean anyOf(NDArray x) {
    return !of(x).isEmpty();
  }

  /**
   * All values of a choice at once.
   *
   * @param values {@code (K, event)} of the choice's K values
   * @param batch of the tensor
   * @return {@code (batch, event)}, which depends on the choice
   */
  public static NDArray enumerated(Choice choice, NDArray values, Shape batch) {
    RunArray all = (RunArray) values;
    Shape event = all.getShape().slice(1);
    checkArgument(
        all.getShape().get(0) == choice.size(),
        "choice %s is given values of shape %s; pass one for each",
        choice,
        all.getShape());
    boolean isPlace = event.dimension() == 0 && isPlaces(all);
    RunArray each = all.hiding(ImmutableList.of(choice), isPlace ? choice : null);
    Shape ones = new Shape(Arrays.stream(batch.getShape()).map(size -> 1).toArray());
    return each.reshaped(Shapes.concat(ones, event)).broadcast(Shapes.concat(batch, event));
  }

  private static boolean isPlaces(RunArray values) {
    double[] numbers = values.forTrial();
    for (int i = 0; i < numbers.length; i++) {
      if (numbers[i] != i) {
        return false;
      }
    }
    return true;
  }

  /** The numbers of a tensor, row by row, for one value of its choices after the other. */
  public static double[] numbers(NDArray x) {
    return Tensors.values(x instanceof RunArray array ? array.shown() : x);
  }

  /**
   * The same numbers, with a dim for each of the choices left of all others, in this order.
   *
   * @param choices all that the tensor depends on, and others, which have a dim of size 1
   */
  public static NDArray shown(NDArray x, List<Choice> choices) {
    RunArray array = (RunArray) x;
    ImmutableList<Choice> own = array.choices();
    checkArgument(
        choices.containsAll(own), "tensor depends on %s, but %s are shown; name all", own, choices);
    RunArray full = array.shown();
    long[] order = new long[full.getShape().dimension()];
    Arrays.setAll(order, i -> i);
    int next = 0;
    for (Choice choice : choices) {
      int at = own.indexOf(choice);
      if (at >= 0) {
        order[next++] = at;
      }
    }
    RunArray turned = full.apply(Op.PERMUTE, Attributes.of(order));
    long[] sizes = new long[choices.size()];
    Arrays.setAll(sizes, i -> own.contains(choices.get(i)) ? choices.get(i).size() : 1);
    return turned.reshaped(Shapes.concat(new Shape(sizes), x.getShape()));
  }

  /**
   * The opposite of {@link #shown}.
   *
   * @param x {@code (K1, …, Kn, *)}
   * @return {@code (*)}, which depends on the choices
   */
  public static NDArray hidden(NDArray x, List<Choice> choices) {
    ImmutableList<Choice> sorted =
        ImmutableList.sortedCopyOf(java.util.Comparator.comparingLong(Choice::number), choices);
    RunArray full = (RunArray) x;
    long[] order = new long[full.getShape().dimension()];
    Arrays.setAll(order, i -> i < choices.size() ? choices.indexOf(sorted.get(i)) : i);
    return full.apply(Op.PERMUTE, Attributes.of(order)).hiding(sorted, null);
  }

  /**
   * A tensor of which an axis is hidden too.
   *
   * @param axis counted from the right
   * @return without the axis
   */
  public static NDArray hide(NDArray x, int axis, Choice choice) {
    RunArray array = (RunArray) x;
    ImmutableList<Choice> own = array.choices();
    RunArray full = array.shown();
    int rank = full.getShape().dimension();
    int at = rank + axis;
    long[] order = new long[rank];
    Arrays.setAll(order, i -> i == 0 ? at : i <= at ? i - 1 : i);
    RunArray first = full.apply(Op.PERMUTE, Attributes.of(order));
    return hidden(first, ImmutableList.<Choice>builder().add(choice).addAll(own).build());
  }

  /** The opposite: with the values of a choice as the leftmost axis, repeated if it has no part. */
  public static NDArray show(NDArray x, Choice choice) {
    ImmutableList<Choice> rest =
        of(x).stream().filter(other -> other != choice).collect(ImmutableList.toImmutableList());
    RunArray full =
        (RunArray) shown(x, ImmutableList.<Choice>builder().addAll(rest).add(choice).build());
    Shape shape = Shapes.with(full.getShape(), rest.size(), choice.size());
    return hidden(full.broadcast(shape), rest);
  }

  /** A tensor that depends on other choices of the same sizes instead. */
  public static NDArray renamed(NDArray x, Map<Choice, Choice> names) {
    ImmutableList<Choice> own = of(x);
    if (own.stream().noneMatch(names::containsKey)) {
      return x;
    }
    return hidden(
        ((RunArray) x).shown(),
        own.stream().map(choice -> names.getOrDefault(choice, choice)).toList());
  }

  /** A number 0 for each value of a choice. */
  public static NDArray zeros(Run run, Choice choice) {
    return hidden(run.zeros(new Shape(choice.size())), ImmutableList.of(choice));
  }

  // --- what becomes of a choice

  /** {@code log Σ exp(x)} over the values of a choice. */
  public static NDArray logSumExp(NDArray x, Choice choice) {
    return over(Op.LOG_SUM_EXP, x, choice);
  }

  /** The largest of all values of a choice. */
  public static NDArray max(NDArray x, Choice choice) {
    return over(Op.MAX, x, choice);
  }

  /** The place of the largest of all values of a choice, int64; the first of equal ones. */
  public static NDArray argMax(NDArray x, Choice choice) {
    return over(Op.ARG_MAX, x, choice);
  }

  private static RunArray over(Op op, NDArray x, Choice choice) {
    RunArray array = (RunArray) x;
    int at = array.choices().indexOf(choice);
    checkArgument(at >= 0, "tensor depends on %s, but not on %s", array.choices(), choice);
    ImmutableList<Choice> rest =
        array.choices().stream()
            .filter(other -> other != choice)
            .collect(ImmutableList.toImmutableList());
    return Operations.apply(op, Attributes.of(false, at), array.shown()).hiding(rest, null);
  }

  /** A tensor where a choice has this place; itself if it does not depend on it. */
  public static NDArray at(NDArray x, Choice choice, int place) {
    RunArray array = (RunArray) x;
    int at = array.choices().indexOf(choice);
    if (at < 0) {
      return x;
    }
    ImmutableList<Choice> rest =
        array.choices().stream()
            .filter(other -> other != choice)
            .collect(ImmutableList.toImmutableList());
    RunArray full = array.shown();
    RunArray one = RunIndexer.range(full, at - full.getShape().dimension(), place, place + 1);
    return one.reshaped(Shapes.reduced(one.getShape(), new long[] {at}, false)).hiding(rest, null);
  }

  /**
   * A tensor where a choice has a place of its own in each row.
   *
   * @param x {@code (*batch)} of which each element depends on the choice
   * @param places int64 of a shape that broadcasts with the batch
   * @return the batch broadcast with the places, which does not depend on the choice
   */
  public static NDArray at(NDArray x, Choice choice, NDArray places) {
    RunArray array = (RunArray) x;
    if (!array.choices().contains(choice)) {
      return x;
    }
    ImmutableList<Choice> rest =
        array.choices().stream()
            .filter(other -> other != choice)
            .collect(ImmutableList.toImmutableList());
    // The choice is the rightmost dim, to pick from; all others stay on the left.
    Shape all = Shapes.broadcast(x.getShape(), places.getShape());
    NDArray wide = x.broadcast(all);
    NDArray first = shown(wide, ImmutableList.<Choice>builder().add(choice).addAll(rest).build());
    int rank = first.getShape().dimension();
    long[] order = new long[rank];
    Arrays.setAll(order, i -> i == rank - 1 ? 0 : i + 1);
    NDArray last = ((RunArray) first).apply(Op.PERMUTE, Attributes.of(order));
    NDArray picked = Tensors.pick(last, places.broadcast(all).expandDims(-1)).squeeze(-1);
    return hidden(picked, rest);
  }

  /** A tensor where all choices that have places are there; it depends on the others still. */
  public static NDArray at(NDArray x, Map<Choice, NDArray> places) {
    NDArray at = x;
    for (Choice choice : of(x)) {
      NDArray place = places.get(choice);
      at = place == null ? at : at(at, choice, place);
    }
    return at;
  }

  // --- checks

  static Shape sizes(List<Choice> choices) {
    return new Shape(choices.stream().mapToLong(Choice::size).toArray());
  }

  /** What a tensor depends on, for messages. */
  static String names(List<Choice> choices) {
    int shown = 6;
    String some =
        choices.stream()
            .limit(shown)
            .map(choice -> "'" + choice.name() + "'")
            .collect(Collectors.joining(", "));
    return choices.size() > shown ? some + " and " + (choices.size() - shown) + " more" : some;
  }

  static void checkRead(RunArray x) {
    if (!x.choices().isEmpty()) {
      throw new IllegalStateException(
          "a value that depends on the choice of "
              + names(x.choices())
              + " is read in Java, but it has no one value: all are summed over; choose by"
              + " Tensors.where(condition, a, b) or p.pick(values, index) instead of an if, or have"
              + " the site sampled by InferConfig");
    }
  }

  /** A result must not hold too many numbers. */
  static void checkSize(List<Choice> choices, Op op, RunArray... in) {
    double size = 1;
    for (Choice choice : choices) {
      size *= choice.size();
    }
    long most = 1;
    for (RunArray x : in) {
      most = Math.max(most, x.getShape().size());
    }
    if (size > MOST_TOGETHER || size * most > MOST) {
      throw new IllegalStateException(
          String.format(
              java.util.Locale.ROOT,
              "operation %s needs a tensor of %.3g numbers, for it depends on the choices of %s"
                  + " together, which have %.3g values; let it depend on fewer, or have some of the"
                  + " sites sampled by InferConfig",
              op,
              size * most,
              names(choices),
              size));
    }
  }
}
