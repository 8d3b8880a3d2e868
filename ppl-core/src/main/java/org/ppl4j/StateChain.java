package org.ppl4j;

import static java.util.Objects.requireNonNull;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import com.google.common.collect.ImmutableList;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.ppl4j.tensor.Choice;
import org.ppl4j.tensor.HiddenDims;
import org.ppl4j.tensor.Linalg;
import org.ppl4j.tensor.Recurrence;
import org.ppl4j.tensor.Run;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.tensor.internal.table.Shapes;

/**
 * The steps of a scan whose state is summed out: the first one, and all others at once, since what
 * a step does depends on the state before and on its rows of data alone.
 *
 * @param steps their plate
 * @param first the state after the first step
 * @param others the steps behind it; null if there are none
 * @param before the state before one of these
 * @param now that after it, which stands for all states of the scan
 * @param last the state that the scan leaves; the first one's if there is no other
 */
record StateChain(
    Plate steps, Choice first, @Nullable Choice others, Choice before, Choice now, Choice last) {

  /**
   * What the steps of a site count.
   *
   * @param first of the first step
   * @param others of the others, null if there are none
   */
  record Logs(NDArray first, @Nullable NDArray others) {

    Logs times(double scale) {
      return scale == 1
          ? this
          : new Logs(first.mul(scale), others == null ? null : others.mul(scale));
    }

    /** All steps, {@code (T, *)} at the dim of the steps: large if states have many values. */
    NDArray together(StateChain chain) {
      NDArray one = HiddenDims.renamed(first(chain), Map.of(chain.first(), chain.now()));
      return others == null
          ? one
          : Tensors.concat(List.of(one, others(chain)), chain.steps().dim());
    }

    /** The first step, {@code (1, *)} at the dim of the steps. */
    NDArray first(StateChain chain) {
      return placed(Tensors.reshape(first, Shapes.concat(new Shape(1), first.getShape())), chain);
    }

    /** The others, {@code (T - 1, *)} at the dim of the steps. */
    NDArray others(StateChain chain) {
      return placed(HiddenDims.show(requireNonNull(others), requireNonNull(chain.others())), chain);
    }

    private static NDArray placed(NDArray steps, StateChain chain) {
      return new Recurrence.Kept(steps, false).at(chain.steps().dim(), 0);
    }

    /** With more for each step, {@code (*, batch)} of the whole site. */
    Logs plus(NDArray more, StateChain chain) {
      int dim = chain.steps().dim();
      long times = chain.steps().batch();
      NDArray ofFirst = Tensors.range(more, dim, 0, 1);
      NDArray one = HiddenDims.renamed(ofFirst, Map.of(chain.now(), chain.first()));
      if (others == null || chain.others() == null) {
        return new Logs(first.add(one), null);
      }
      NDArray rest = HiddenDims.hide(Tensors.range(more, dim, 1, times), dim, chain.others());
      int place = rest.getShape().dimension() + dim + 1;
      NDArray kept = Tensors.reshape(rest, Shapes.inserted(rest.getShape(), place, 1));
      return new Logs(first.add(one), others.add(kept));
    }
  }

  /** How many values a state has. */
  int size() {
    return now.size();
  }

  /**
   * The sum over all states but the last, {@code (batch)}, which depends on that one.
   *
   * @param message of the first state, and what else it depends on
   * @param transitions of the others, which depend on the state before
   * @param rest of the others, which do not; null for nothing
   */
  NDArray summed(NDArray message, NDArray transitions, @Nullable NDArray rest) {
    Choice all = requireNonNull(others);
    long count = all.size();
    long size = size();
    NDArray start = last(message, List.of(first)); // (*, K)
    NDArray matrices = last(rows(transitions, all), List.of(before, now)); // (T or 1, *, K, K)
    NDArray vectors = rest == null ? null : last(rows(rest, all), List.of(now)); // (T or 1, *, K)
    Shape ofMatrices = Shapes.dropRight(matrices.getShape(), 2).slice(1);
    Shape batch = Shapes.broadcast(Shapes.dropRight(start.getShape(), 1), ofMatrices);
    if (vectors != null) {
      batch = Shapes.broadcast(batch, Shapes.dropRight(vectors.getShape(), 1).slice(1));
    }
    Shape state = new Shape(size);
    NDArray s =
        Tensors.reshape(
            start.broadcast(Shapes.concat(batch, state)), new Shape(batch.size(), size));
    Run run = Tensors.run(s);
    NDArray v =
        vectors == null
            ? run.zeros(new Shape(count, batch.size(), size))
            : Tensors.reshape(
                wide(vectors, Shapes.concat(batch, state), count),
                new Shape(count, batch.size(), size));
    boolean isOne = ofMatrices.size() == 1;
    Shape square = new Shape(size, size);
    long different = matrices.getShape().get(0);
    NDArray m =
        Tensors.reshape(
            isOne ? matrices : wide(matrices, Shapes.concat(batch, square), different),
            new Shape(different, isOne ? 1 : batch.size(), size, size));
    NDArray none = run.zeros(new Shape(1, batch.size(), size));
    NDArray before = // what a state counts, before the step that leaves it
        count == 1 ? none : Tensors.concat(List.of(none, Tensors.range(v, -3, 0, count - 1)), -3);
    NDArray end =
        Tensors.reshape(Tensors.range(v, -3, count - 1, count), new Shape(batch.size(), size));
    NDArray chain = Linalg.logChain(s, before, m).add(end);
    NDArray shaped = Tensors.reshape(chain, Shapes.concat(batch, state));
    return HiddenDims.hide(shaped, -1, last);
  }

  /** The others, each with the states before and after it as choices of their own. */
  List<NDArray> each(NDArray logs, List<Choice> states) {
    Choice all = requireNonNull(others);
    List<NDArray> each = new ArrayList<>();
    for (int i = 0; i < all.size(); i++) {
      each.add(
          HiddenDims.renamed(
              HiddenDims.at(logs, all, i), Map.of(before, states.get(i), now, states.get(i + 1))));
    }
    return each;
  }

  /** All states in their order, each a choice of its own. */
  ImmutableList<Choice> states(Run run, String name) {
    ImmutableList.Builder<Choice> states = ImmutableList.builder();
    states.add(first);
    int count = others == null ? 0 : others.size();
    for (int i = 1; i <= count; i++) {
      states.add(i == count ? last : Choice.of(run, name + "[" + i + "]", size()));
    }
    return states.build();
  }

  /** The steps as the leftmost axis, of size 1 if they are all the same. */
  private static NDArray rows(NDArray x, Choice steps) {
    return HiddenDims.of(x).contains(steps)
        ? HiddenDims.show(x, steps)
        : Tensors.reshape(x, Shapes.concat(new Shape(1), x.getShape()));
  }

  /** Choices as the rightmost axes, in this order. */
  private static NDArray last(NDArray x, List<Choice> choices) {
    NDArray shown = x;
    for (int i = choices.size() - 1; i >= 0; i--) {
      shown = HiddenDims.show(shown, choices.get(i));
    }
    int rank = shown.getShape().dimension();
    int[] order = new int[rank];
    int count = choices.size();
    Arrays.setAll(order, i -> (i + count) % rank - rank);
    return shown.transpose(order);
  }

  /** With all of a batch right of the steps. */
  private static NDArray wide(NDArray x, Shape behind, long steps) {
    Shape own = x.getShape().slice(1);
    long[] ones = new long[behind.dimension() - own.dimension()];
    Arrays.fill(ones, 1);
    Shape padded = Shapes.concat(Shapes.concat(x.getShape().slice(0, 1), new Shape(ones)), own);
    return Tensors.reshape(x, padded).broadcast(Shapes.concat(new Shape(steps), behind));
  }
}
