package org.ppl4j;

import static java.util.Objects.requireNonNull;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.ppl4j.tensor.Choice;
import org.ppl4j.tensor.HiddenDims;
import org.ppl4j.tensor.Linalg;
import org.ppl4j.tensor.Recurrence;
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

  /** How many states there are before the last. */
  int count() {
    return others == null ? 0 : others.size();
  }

  /**
   * What its states weigh given others, {@code (B, K)} of B rows in a batch: the first, and of each
   * of T steps behind it what the state after it does, by itself and by the one before.
   *
   * @param start logarithms of the first state's weights, {@code (B, K)}
   * @param vectors of the others', {@code (T, V, K)} with V of 1 or B
   * @param matrices from the state before to the one after, {@code (M, C, K, K)} with M of 1 or T,
   *     and C of 1 or B
   * @param batch of B rows
   */
  record Weights(NDArray start, NDArray vectors, NDArray matrices, Shape batch) {}

  /**
   * The weights of states.
   *
   * @param message of the first state, and what else it depends on
   * @param transitions of the others, which depend on the state before
   * @param rest of the others, which do not; null for nothing
   * @param least the batch is no smaller
   */
  Weights weights(NDArray message, NDArray transitions, @Nullable NDArray rest, Shape least) {
    Choice all = requireNonNull(others);
    long count = all.size();
    long size = size();
    NDArray s = last(message, List.of(first)); // (*, K)
    NDArray m = last(rows(transitions, all), List.of(before, now)); // (T or 1, *, K, K)
    NDArray v =
        rest == null
            ? Tensors.run(s).zeros(new Shape(count, size))
            : last(rows(rest, all), List.of(now)); // (T or 1, *, K)
    Shape ofMatrices = Shapes.dropRight(m.getShape(), 2).slice(1);
    Shape ofVectors = Shapes.dropRight(v.getShape(), 1).slice(1);
    Shape ofStart = Shapes.dropRight(s.getShape(), 1);
    Shape batch =
        Shapes.broadcast(Shapes.broadcast(Shapes.broadcast(ofStart, ofMatrices), ofVectors), least);
    long kinds = ofMatrices.size() == 1 ? 1 : batch.size();
    long rows = ofVectors.size() == 1 ? 1 : batch.size();
    Shape state = new Shape(size);
    Shape square = new Shape(size, size);
    long different = m.getShape().get(0);
    NDArray wideStart = s.broadcast(Shapes.concat(batch, state));
    NDArray wideVectors = wide(v, Shapes.concat(rows == 1 ? ofVectors : batch, state), count);
    NDArray wideMatrices = kinds == 1 ? m : wide(m, Shapes.concat(batch, square), different);
    return new Weights(
        Tensors.reshape(wideStart, new Shape(batch.size(), size)),
        Tensors.reshape(wideVectors, new Shape(count, rows, size)),
        Tensors.reshape(wideMatrices, new Shape(different, kinds, size, size)),
        batch);
  }

  /**
   * The sum over all states but the last, {@code (batch)}, which depends on that one.
   *
   * @param message of the first state, and what else it depends on
   * @param transitions of the others, which depend on the state before
   * @param rest of the others, which do not; null for nothing
   */
  NDArray summed(NDArray message, NDArray transitions, @Nullable NDArray rest) {
    Weights weights = weights(message, transitions, rest, new Shape());
    NDArray s = weights.start();
    long rows = s.getShape().get(0);
    long size = size();
    long count = weights.vectors().getShape().get(0);
    NDArray v = weights.vectors().broadcast(new Shape(count, rows, size));
    NDArray none = Tensors.run(s).zeros(new Shape(1, rows, size));
    NDArray before = // what a state counts, before the step that leaves it
        count == 1 ? none : Tensors.concat(List.of(none, Tensors.range(v, -3, 0, count - 1)), -3);
    NDArray end = Tensors.reshape(Tensors.range(v, -3, count - 1, count), new Shape(rows, size));
    NDArray chain = Linalg.logChain(s, before, weights.matrices()).add(end);
    NDArray shaped = Tensors.reshape(chain, Shapes.concat(weights.batch(), new Shape(size)));
    return HiddenDims.hide(shaped, -1, last);
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
