package org.ppl4j.tensor;

import static org.ppl4j.tensor.Use.one;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.ppl4j.tensor.internal.table.Op;
import org.ppl4j.tensor.internal.table.Shapes;

/**
 * Uses of rows without a guard: functions of elements at any numbers, indices that are computed, so
 * that they may name nothing, equal elements in order, and noise.
 */
final class HostileUses {

  private HostileUses() {}

  static List<Use> all() {
    Stream<Use> elements =
        ElementRowsTest.rows().stream()
            .filter(ElementRowsTest::isOfAll)
            .map(
                op -> {
                  Use.Step step = Use.Step.same((b, in) -> ElementRowsTest.apply(op, in));
                  return new Use(op, ElementRowsTest.operands(op), (shapes, random) -> step);
                });
    return Stream.of(elements, indices().stream(), orders().stream(), noise().stream())
        .flatMap(s -> s)
        .toList();
  }

  /** Whole numbers from 0, most of them small. */
  private static NDArray index(NDArray x) {
    return x.abs().mul(1.3).floor();
  }

  private static List<Use> indices() {
    return List.of(
        new Use(
            Op.GATHER, 2, (s, r) -> Use.Step.same((b, in) -> Tensors.pick(in[0], index(in[1])))),
        new Use(
            Op.GATHER,
            1,
            (s, r) -> Use.Step.same((b, in) -> in[0].gather(index(in[0]), axis(in[0])))),
        new Use(
            Op.INDEX_SELECT,
            2,
            (s, r) -> Use.Step.same((b, in) -> Tensors.select(in[0], index(in[1]), axis(in[0])))),
        new Use(
            Op.SCATTER,
            2,
            (s, r) ->
                Use.Step.same(
                    (b, in) -> {
                      Shape shape = Shapes.broadcast(in[0].getShape(), in[1].getShape());
                      NDArray to = in[0].broadcast(shape);
                      NDArray put = in[1].broadcast(shape);
                      return to.scatter(index(to), put, axis(to));
                    })),
        one(Op.ONE_HOT, x -> x.mul(0.4).sum().add(index(x).oneHot(3))),
        one(Op.ONE_HOT, x -> x.add(0 * index(x).oneHot(4).size())));
  }

  private static int axis(NDArray x) {
    return x.getShape().dimension() == 0 ? 0 : x.getShape().dimension() - 1;
  }

  /** Of numbers some of which are equal. */
  private static List<Use> orders() {
    return Stream.<UnaryOperator<NDArray>>of(
            x -> x.round().sort(axis(x)).mul(x),
            x -> x.gather(x.round().argSort(axis(x), true), axis(x)),
            x -> x.gather(x.round().argSort(axis(x), false), axis(x)),
            x -> x.gather(x.round().topK(1, axis(x), true, true).get(1), axis(x)),
            x -> x.gather(x.round().topK(1, axis(x), false, true).get(1), axis(x)),
            x -> x.round().argMax(axis(x)).add(x.round().argMin(axis(x))).mul(x.sum()))
        .map(f -> one(Op.SORT, f).ofRank(1))
        .toList();
  }

  private static Rng rng(NDArray x) {
    return Tensors.run(x).rng(Rng.Purpose.GUIDE, "draw");
  }

  private static List<Use> noise() {
    return List.of(
        one(Op.NORMAL, x -> rng(x).normal(Tensors.run(x), x.getShape()).mul(x)),
        one(Op.UNIFORM, x -> rng(x).uniform(Tensors.run(x), x.getShape()).sub(x)),
        one(Op.BERNOULLI, x -> rng(x).bernoulli(Special.sigmoid(x)).mul(x)),
        one(Op.LOG_GAMMA, x -> rng(x).logGamma(x.sin().add(1.5))),
        one(Op.POISSON, x -> rng(x).poisson(x.sin().add(2)).add(x)));
  }
}
