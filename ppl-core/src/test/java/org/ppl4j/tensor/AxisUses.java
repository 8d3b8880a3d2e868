package org.ppl4j.tensor;

import static org.ppl4j.tensor.Use.one;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.BiFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.ppl4j.internal.math.DifferentiableFunction;
import org.ppl4j.tensor.internal.table.Op;
import org.ppl4j.tensor.internal.table.Shapes;

/** Uses of the operations along axes, of shape, of indices, of the graph and of the type. */
final class AxisUses {

  private AxisUses() {}

  static Stream<Use> all() {
    return Stream.of(reductions(), shapes(), joints(), indices(), graph()).flatMap(List::stream);
  }

  /** A function of a tensor and an axis counted from the right. */
  private interface Along {
    NDArray of(Backend backend, NDArray x, int axis);
  }

  private static Use along(Op op, Along ours, Along plain) {
    return new Use(
            op,
            1,
            (shapes, random) -> {
              int axis = axis(shapes[0], random);
              return new Use.Step(
                  (backend, in) -> ours.of(backend, in[0], axis),
                  (backend, in) -> plain.of(backend, in[0], axis));
            })
        .ofRank(1);
  }

  private static Use same(Op op, Along f) {
    return new Use(
            op,
            1,
            (shapes, random) -> {
              int axis = axis(shapes[0], random);
              return Use.Step.same((backend, in) -> f.of(backend, in[0], axis));
            })
        .ofRank(1);
  }

  private static int axis(Shape shape, SplittableRandom random) {
    return -1 - random.nextInt(shape.dimension());
  }

  private static long size(NDArray x, int axis) {
    return x.getShape().get(x.getShape().dimension() + axis);
  }

  private static NDArray number(NDArray x, NDArray like) {
    return x.toType(like.getDataType(), false);
  }

  private static List<Use> reductions() {
    return List.of(
        one(Op.SUM_ALL, x -> x.sum().mul(0.1).add(x)),
        one(Op.SUM_ALL, x -> x.mul(-2).add(0.7).sum().mul(0.1).sub(x)),
        same(Op.SUM, (b, x, axis) -> x.sum(new int[] {axis}, true).add(x)),
        same(Op.SUM, (b, x, axis) -> x.mul(0.5).add(0.25).sum(new int[] {axis})),
        same(Op.PROD, (b, x, axis) -> x.prod(new int[] {axis}, false)),
        same(Op.MAX, (b, x, axis) -> x.max(new int[] {axis}, false)),
        same(Op.MIN, (b, x, axis) -> x.min(new int[] {axis}, true).sub(x)),
        same(Op.ARG_MAX, (b, x, axis) -> number(x.argMax(axis), x).mul(0.3)),
        same(Op.ARG_MIN, (b, x, axis) -> number(x.argMin(axis), x).mul(0.3)),
        along(
            Op.ALL,
            (b, x, axis) -> number(Tensors.all(x.gt(-0.5), axis), x),
            (b, x, axis) ->
                number(x.gt(-0.5).toType(DataType.INT64, false).prod(new int[] {axis}), x)),
        along(
            Op.ANY,
            (b, x, axis) -> number(Tensors.any(x.gt(0.5), axis), x),
            (b, x, axis) ->
                number(x.gt(0.5).toType(DataType.INT64, false).sum(new int[] {axis}).gt(0), x)),
        same(Op.CUM_SUM, (b, x, axis) -> x.cumSum(axis)),
        same(Op.CUM_PROD, (b, x, axis) -> x.cumProd(axis)),
        same(Op.SOFTMAX, (b, x, axis) -> x.softmax(axis)),
        same(Op.LOG_SOFTMAX, (b, x, axis) -> x.logSoftmax(axis)),
        along(
            Op.LOG_SUM_EXP,
            (b, x, axis) -> Special.logSumExp(x, axis, true).sub(x),
            (b, x, axis) -> x.exp().sum(new int[] {axis}, true).log().sub(x)),
        same(Op.SORT, (b, x, axis) -> x.sort(axis)),
        same(Op.ARG_SORT, (b, x, axis) -> x.gather(x.argSort(axis, true), axis)));
  }

  private static List<Use> shapes() {
    return List.of(
        one(Op.RESHAPE, x -> x.flatten()).ofRank(1),
        one(Op.RESHAPE, x -> x.mul(-0.5).add(1).expandDims(-1)),
        one(Op.RESHAPE, x -> x.expandDims(-1).mul(x.expandDims(-2))).ofRank(1),
        new Use(
            Op.PERMUTE,
            1,
            (shapes, random) -> {
              int[] axes = permutation(shapes[0].dimension(), random);
              return Use.Step.same((backend, in) -> in[0].div(2).sub(0.1).transpose(axes));
            }),
        new Use(
            Op.EXPAND,
            1,
            (shapes, random) -> {
              Shape wide = Shapes.concat(new Shape(2), shapes[0]);
              return Use.Step.same((backend, in) -> in[0].mul(2).add(1).broadcast(wide));
            }),
        same(Op.SLICE, (b, x, axis) -> slice(x, axis, 0, Math.max(1, size(x, axis) - 1), 1)),
        same(
            Op.SLICE, (b, x, axis) -> slice(x.sub(0.3), axis, size(x, axis) / 2, size(x, axis), 2)),
        same(
            Op.SPLIT,
            (b, x, axis) -> {
              int left = x.getShape().dimension() + axis; // DJL's split counts from the left
              NDList parts = x.concat(x.mul(2), axis).split(new long[] {1}, left);
              return parts.get(1).concat(parts.get(0).exp(), axis);
            }),
        same(Op.FLIP, (b, x, axis) -> x.flip(axis)),
        one(Op.PAD, x -> x.pad(new Shape(1, 2), 0.5)).ofRank(1),
        new Use(
                Op.REPEAT,
                1,
                (shapes, random) -> {
                  long[] times =
                      IntStream.range(0, shapes[0].dimension())
                          .mapToLong(i -> 1 + random.nextInt(2))
                          .toArray();
                  return Use.Step.same((backend, in) -> in[0].tile(times));
                })
            .ofRank(1),
        same(Op.REPEAT_INTERLEAVE, (b, x, axis) -> x.repeat(axis, 2)),
        one(Op.DIAGONAL, x -> x.diagonal(0, -2, -1)).ofRank(2),
        along(
            Op.DIAGONAL_MATRIX,
            (b, x, axis) -> Linalg.diagonalMatrix(x),
            (b, x, axis) -> x.expandDims(-1).mul(b.eye((int) size(x, -1)))),
        triangle(Op.TRIL, true).ofRank(2),
        triangle(Op.TRIU, false).ofRank(2));
  }

  private static int[] permutation(int n, SplittableRandom random) {
    int[] axes = IntStream.range(0, n).toArray();
    for (int i = n - 1; i > 0; i--) {
      int j = random.nextInt(i + 1);
      int kept = axes[i];
      axes[i] = axes[j];
      axes[j] = kept;
    }
    return axes;
  }

  private static NDArray slice(NDArray x, int axis, long from, long to, long step) {
    NDIndex index = new NDIndex();
    for (int i = -x.getShape().dimension(); i < 0; i++) {
      if (i == axis) {
        index.addSliceDim(from, to, step);
      } else {
        index.addAllDim();
      }
    }
    return x.get(index);
  }

  private static Use triangle(Op op, boolean lower) {
    return new Use(
        op,
        1,
        (shapes, random) -> {
          int k = random.nextInt(3) - 1;
          int rank = shapes[0].dimension();
          int rows = (int) shapes[0].get(rank - 2);
          int columns = (int) shapes[0].get(rank - 1);
          double[] mask = new double[rows * columns];
          for (int i = 0; i < mask.length; i++) {
            int diagonal = i % columns - i / columns;
            mask[i] = (lower ? diagonal <= k : diagonal >= k) ? 1 : 0;
          }
          return new Use.Step(
              (b, in) -> lower ? Linalg.tril(in[0], k) : Linalg.triu(in[0], k),
              (b, in) -> in[0].mul(b.floats(mask, new Shape(rows, columns))));
        });
  }

  /** Two tensors broadcast to one shape and joined. */
  private static List<Use> joints() {
    return List.of(
        joint(Op.CONCAT, (list, axis) -> NDArrays.concat(list, axis)),
        joint(Op.STACK, (list, axis) -> NDArrays.stack(list, axis)));
  }

  private static Use joint(Op op, BiFunction<NDList, Integer, NDArray> join) {
    return new Use(
            op,
            2,
            (shapes, random) -> {
              Shape shape = Shapes.broadcast(shapes[0], shapes[1]);
              int axis = random.nextInt(shape.dimension());
              return Use.Step.same(
                  (backend, in) ->
                      join.apply(new NDList(in[0].broadcast(shape), in[1].broadcast(shape)), axis));
            })
        .ofRank(1);
  }

  private static List<Use> indices() {
    return List.of(
        new Use(
                Op.GATHER,
                1,
                (shapes, random) -> {
                  int axis = axis(shapes[0], random);
                  long n = shapes[0].get(shapes[0].dimension() + axis);
                  long[] index = random.longs(shapes[0].size(), 0, n).toArray();
                  return Use.Step.same((b, in) -> in[0].gather(b.integers(index, shapes[0]), axis));
                })
            .ofRank(1),
        new Use(
                Op.SCATTER,
                2,
                (shapes, random) -> {
                  Shape shape = Shapes.broadcast(shapes[0], shapes[1]);
                  int axis = axis(shape, random);
                  long n = shape.get(shape.dimension() + axis);
                  Shape one = Shapes.with(shape, shape.dimension() + axis, 1);
                  long[] index = random.longs(one.size(), 0, n).toArray();
                  return Use.Step.same(
                      (b, in) -> {
                        NDArray value = slice(in[1].broadcast(shape), axis, 0, 1, 1);
                        return in[0].broadcast(shape).scatter(b.integers(index, one), value, axis);
                      });
                })
            .ofRank(1),
        new Use(
                Op.INDEX_SELECT,
                1,
                (shapes, random) -> {
                  long[] index = random.longs(3, 0, shapes[0].get(0)).toArray();
                  return Use.Step.same((b, in) -> in[0].get(b.integers(index, new Shape(3))));
                })
            .ofRank(1),
        same(
            Op.TOP_K,
            (b, x, axis) -> {
              int k = (int) (1 + size(x, axis)) / 2;
              return x.topK(k, axis, true, true).get(0);
            }),
        new Use(Op.SOFTMAX_BIN, 1, (shapes, random) -> MIDDLE_OF_BIN).ofRank(1),
        same(
            Op.ONE_HOT,
            (b, x, axis) -> x.argMax(axis).oneHot((int) size(x, axis), b.floatType()).mul(0.5)));
  }

  private static final double PLACE = 0.37;

  /** The middle of the bin that holds a place: by the operation, and by sums of shares. */
  private static final Use.Step MIDDLE_OF_BIN =
      new Use.Step(
          (b, in) -> {
            int bins = (int) size(in[0], -1);
            SoftmaxBin.Grid grid = new SoftmaxBin.Grid(1, bins, 2, 0, List.of());
            NDArray place = Tensors.run(in[0]).full(PLACE, new Shape());
            SoftmaxBin bin = SoftmaxBin.of(in[0], place, grid, 0);
            NDArray middle = bin.low().get(0).add(bin.width().get(0).mul(0.5));
            return in[0].mul(0.2).add(middle.expandDims(-1));
          },
          (b, in) -> {
            NDArray shares = in[0].softmax(-1).mul(4);
            NDArray ends = shares.cumSum(-1).sub(2);
            NDArray before = number(ends.lte(PLACE), in[0]);
            NDArray at = number(ends.sub(shares).lte(PLACE), in[0]).sub(before);
            NDArray weights = before.add(at.mul(0.5));
            NDArray middle = shares.mul(weights).sum(new int[] {-1}, true).sub(2);
            return in[0].mul(0.2).add(middle);
          });

  private static List<Use> graph() {
    Use.Step copied =
        new Use.Step(
            (b, in) -> Operations.apply(Op.COPY, (RunArray) in[0]), (b, in) -> in[0].duplicate());
    return List.of(
        // its value moves with x, so its effect on the gradient is taken out again
        one(
            Op.STOP_GRADIENT,
            x -> x.add(x.mul(3).sub(1).stopGradient()).sub(x.stopGradient().mul(3).sub(1))),
        one(Op.CAST, x -> number(x.mul(3.1).toType(DataType.INT64, false), x).mul(x)),
        new Use(Op.COPY, 1, (shapes, random) -> copied),
        new Use(Op.WITH_DERIVATIVE, 1, (shapes, random) -> GIVEN_SLOPE),
        new Use(Op.FUNCTION, 2, (shapes, random) -> ON_HOST));
  }

  private static final Use.Step GIVEN_SLOPE =
      new Use.Step(
          (b, in) -> Tensors.withDerivative(in[0].mul(0.3).sub(1), in[0], Tensors.number(0.3)),
          (b, in) -> in[0].mul(0.3).sub(1));

  /** A plane, since second derivatives of host functions are 0. */
  private static final DifferentiableFunction PLANE =
      new DifferentiableFunction() {
        @Override
        public double value(double[] x) {
          return 0.3 * x[0] - 0.7 * x[1];
        }

        @Override
        public void slopes(double[] x, double value, double[] slopes) {
          slopes[0] = 0.3;
          slopes[1] = -0.7;
        }
      };

  private static final Use.Step ON_HOST =
      new Use.Step(
          (b, in) -> HostFunction.apply(PLANE, in[0], in[1]),
          (b, in) -> in[0].mul(0.3).sub(in[1].mul(0.7)));
}
