package org.ppl4j.testing;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.ppl4j.Plate;
import org.ppl4j.Ppl;
import org.ppl4j.Program;
import org.ppl4j.distributions.Distribution;
import org.ppl4j.distributions.MultivariateNormal;
import org.ppl4j.distributions.Normal;
import org.ppl4j.tensor.Special;
import org.ppl4j.tensor.Tensors;

/**
 * Programs that are right for one draw and not for many at once, each beside one that looks like it
 * and holds many: the same density, and the same value worked out.
 */
public enum OneDrawProgram {
  // --- what refuses to count from the left

  AN_INDEX_FROM_THE_LEFT(p -> level(p, pair(p).get(0)), p -> level(p, p.pick(pair(p), at(p, 0)))),
  AN_INDEX_OF_A_PLATE(p -> level(p, groups(p).get(2)), p -> level(p, p.pick(groups(p), at(p, 2)))),
  INDICES_FROM_THE_LEFT(
      p -> rows(p, groups(p).get(groupOfRow(p))), p -> rows(p, p.pick(groups(p), groupOfRow(p)))),
  A_SLICE_FROM_THE_LEFT(
      p -> level(p, sum(pair(p).get("1:2"))), p -> level(p, sum(Tensors.range(pair(p), -1, 1, 2)))),
  A_SUM_OVER_THE_FIRST_AXIS(p -> level(p, pair(p).sum(new int[] {0})), p -> level(p, sum(pair(p)))),
  A_SUM_OF_ALL(p -> level(p, pair(p).sum()), p -> level(p, sum(pair(p)))),
  A_MEAN_OF_ALL(p -> level(p, pair(p).mean()), p -> level(p, sum(pair(p)).div(2))),
  THE_LARGEST_OF_ALL(p -> level(p, pair(p).max()), p -> level(p, pair(p).max(new int[] {-1}))),
  A_SUM_SO_FAR_FROM_THE_LEFT(
      p -> level(p, p.pick(pair(p).cumSum(0), at(p, 1))), p -> level(p, sum(pair(p)))),
  SHARES_ALONG_THE_FIRST_AXIS(
      p -> level(p, p.pick(pair(p).softmax(0), at(p, 0))),
      p -> level(p, p.pick(pair(p).softmax(-1), at(p, 0)))),
  A_MATRIX_PRODUCT(
      p -> rows(p, columns(p).matMul(pair(p))), p -> rows(p, p.matVec(columns(p), pair(p)))),
  A_FLAT_VALUE(
      p -> level(p, p.pick(square(p).flatten(), at(p, 3))),
      p -> level(p, p.pick(p.pick(square(p), at(p, 1)), at(p, 1)))),
  A_DIM_PUT_FIRST(p -> level(p, sum(mean(p).expandDims(0))), p -> level(p, mean(p))),
  ROWS_OF_A_LATENT_FROM_THE_LEFT(
      p -> ofEachRow(p, (rows, six) -> rows.take(six)),
      p -> ofEachRow(p, (rows, six) -> p.pick(six, rows.indices()))),

  // --- shapes that hold one draw

  A_RESHAPE_OF_SIZES(
      p -> rows(p, sum(columns(p).mul(pair(p).reshape(1, 2)))),
      p -> rows(p, p.matVec(columns(p), pair(p)))),
  AN_EXPANSION_OF_SIZES(
      p -> vector(p, Normal.of(mean(p), 1).expand(new Shape(6))),
      p -> vector(p, Normal.of(mean(p).expandDims(-1), p.run().ones(new Shape(6))))),
  A_BROADCAST_OF_SIZES(
      p -> rows(p, mean(p).reshape(1).broadcast(new Shape(6))), p -> rows(p, mean(p))),
  A_DIM_BETWEEN_DRAWS_AND_VALUES(p -> points(p, pair(p).expandDims(-2)), p -> points(p, pair(p))),
  COMPONENTS_OF_A_MIXTURE_ON_THE_LEFT(
      p -> mixture(p, Normal.of(pair(p).expandDims(-1), 1).logProb(y(p)), -2),
      p -> mixture(p, Normal.of(pair(p), 1).logProb(y(p).expandDims(-1)), -1)),
  NUMBERS_STACKED_ON_THE_LEFT(
      p -> rows(p, p.matVec(columns(p), Tensors.stack(List.of(mean(p), slope(p)), 0))),
      p -> rows(p, p.matVec(columns(p), Tensors.stack(List.of(mean(p), slope(p)), -1)))),
  VECTORS_JOINED_ON_THE_LEFT(
      p ->
          level(
              p, p.pick(Tensors.concat(List.of(pair(p), p.run().ones(new Shape(3))), 0), at(p, 1))),
      p -> level(p, p.pick(pair(p), at(p, 1)))),
  A_TRANSPOSED_MATRIX(
      p -> level(p, p.pick(p.pick(square(p).transpose(), at(p, 1)), at(p, 0))),
      p -> level(p, p.pick(p.pick(square(p), at(p, 0)), at(p, 1)))),
  A_SUM_WITHOUT_ITS_DIM(
      p -> rows(p, groups(p).sum(new int[] {-1})),
      p -> rows(p, groups(p).sum(new int[] {-1}, true))),

  // --- numbers that are wrong and say nothing

  A_SUM_OVER_DRAWS(p -> level(p, Tensors.total(pair(p))), p -> level(p, sum(pair(p)))),
  A_LENGTH_OF_THE_FIRST_DIM(
      p -> {
        NDArray pair = pair(p);
        level(p, sum(pair).div(pair.getShape().get(0)));
      },
      p -> level(p, sum(pair(p)).div(2))),
  A_NUMBER_OF_DIMS(
      p -> {
        NDArray mean = mean(p);
        level(p, mean.getShape().dimension() == 0 ? mean : mean.mul(2));
      },
      p -> level(p, mean(p))),
  A_DENSITY_SUMMED_OVER_DRAWS(
      p -> p.factor("weight", Tensors.total(Normal.of(1, 1).logProb(pair(p)))),
      p -> p.factor("weight", sum(Normal.of(1, 1).logProb(pair(p))))),
  WHAT_IS_WORKED_OUT_OVER_DRAWS(
      p -> {
        NDArray pair = pair(p);
        p.deterministic("above", pair.sub(Tensors.total(pair).div(2)));
      },
      p -> {
        NDArray pair = pair(p);
        p.deterministic("above", pair.sub(pair.mean(new int[] {-1}, true)));
      });

  private final Consumer<Ppl> one;
  private final Consumer<Ppl> many;

  OneDrawProgram(Consumer<Ppl> one, Consumer<Ppl> many) {
    this.one = one;
    this.many = many;
  }

  /** The program that is right for one draw. */
  public Program<@Nullable Void> one() {
    return (p, none) -> one.accept(p);
  }

  /** The same for many. */
  public Program<@Nullable Void> many() {
    return (p, none) -> many.accept(p);
  }

  // --- latent sites

  private static NDArray mean(Ppl p) {
    return p.sample("mean", Normal.of(0, 1));
  }

  private static NDArray slope(Ppl p) {
    return p.sample("slope", Normal.of(0, 1));
  }

  private static NDArray pair(Ppl p) {
    return p.sample("pair", Normal.standard(2).toEvent(1));
  }

  private static NDArray square(Ppl p) {
    return p.sample("square", Normal.of(p.run().zeros(new Shape(2, 2)), 1).toEvent(2));
  }

  private static NDArray groups(Ppl p) {
    try (Plate groups = p.plate("groups", 3)) {
      return p.sample("groups.mean", Normal.of(0, 1));
    }
  }

  // --- data

  private static NDArray y(Ppl p) {
    return p.constant(Tensors.vector(0.3, -1.2, 0.8, 1.9, -0.4, 0.1));
  }

  private static NDArray columns(Ppl p) {
    return Tensors.stack(List.of(p.run().ones(new Shape(6)), y(p).add(1)), -1);
  }

  private static NDArray groupOfRow(Ppl p) {
    return p.run().create(new long[] {0, 2, 1, 0, 2, 2}, new Shape(6));
  }

  private static NDArray at(Ppl p, long place) {
    return p.run().create(new long[] {place}, new Shape());
  }

  private static NDArray sum(NDArray x) {
    return x.sum(new int[] {-1});
  }

  // --- what is observed

  /** Rows around one level. */
  private static void level(Ppl p, NDArray level) {
    rows(p, p.deterministic("level", level));
  }

  /** Rows, each around its mean. */
  private static void rows(Ppl p, NDArray means) {
    try (Plate rows = p.plate("rows", 6)) {
      p.observe("y", Normal.of(means, 1), rows.take(y(p)));
    }
  }

  /** Rows, each around a number of a latent vector. */
  private static void ofEachRow(Ppl p, BiFunction<Plate, NDArray, NDArray> taken) {
    NDArray six = p.sample("six", Normal.standard(6).toEvent(1));
    try (Plate rows = p.plate("rows", 6)) {
      p.observe("y", Normal.of(taken.apply(rows, six), 1), rows.take(y(p)));
    }
  }

  private static void vector(Ppl p, Distribution each) {
    p.observe("y", each.toEvent(1), y(p));
  }

  private static void points(Ppl p, NDArray loc) {
    try (Plate rows = p.plate("rows", 4)) {
      p.observe("y", MultivariateNormal.of(loc, p.run().eye(2)), p.run().ones(new Shape(4, 2)));
    }
  }

  private static void mixture(Ppl p, NDArray logProbs, int axis) {
    try (Plate rows = p.plate("rows", 6)) {
      p.factor("y", Special.logSumExp(logProbs, axis, false));
    }
  }
}
