package org.ppl4j.flows;

import static com.google.common.base.Preconditions.checkArgument;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import com.google.common.collect.ImmutableList;
import java.util.List;
import org.ppl4j.tensor.Run;
import org.ppl4j.tensor.SoftmaxBin;
import org.ppl4j.tensor.SoftmaxBin.Pick;
import org.ppl4j.tensor.Special;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.tensor.internal.table.Shapes;
import org.ppl4j.transforms.Mapped;

/** The knots of splines: from shares to places, and from a value to the bin that holds it. */
final class Knots {

  /** The least share of a bin and the least derivative. */
  static final double MIN = 1e-3;

  /** About the largest derivative: beyond, a spline is so flat beside it that digits are lost. */
  private static final double MAX = 1 / MIN;

  /** softplus of it is 1 − MIN. */
  static final double UNIT = Math.log(Math.expm1(1 - MIN));

  /** Of the greatest derivative that goes on outside, and minus that of the least. */
  private static final double MAX_OUTER_LOG = Math.log(3);

  private Knots() {}

  /** Checks the sizes of a spline. */
  static void check(String name, int bins, int minBins, double bound) {
    checkArgument(
        bins >= minBins && bins <= 500, "%s has %s bins, but needs %s to 500", name, bins, minBins);
    checkArgument(
        bound > 0 && Double.isFinite(bound),
        "%s has bound %s, but it must be positive and finite",
        name,
        bound);
  }

  /**
   * The knots of {@code axes} partitions of [−bound, bound] into bins whose shares are a softmax,
   * of at least {@link #MIN} each.
   *
   * @param raw {@code (*, axes · bins)}
   * @return {@code (*, axes, bins + 1)}, ascending, from exactly −bound to bound up to rounding
   */
  static NDArray of(NDArray raw, int axes, int bins, double bound) {
    return of(raw, axes, bins, bound, MIN);
  }

  /** The same with shares of at least {@code least} each. */
  static NDArray of(NDArray raw, int axes, int bins, double bound, double least) {
    Run run = Tensors.run(raw);
    Shape batch = Shapes.dropRight(raw.getShape(), 1);
    NDArray shares = Tensors.reshape(raw, Shapes.concat(batch, new Shape(axes, bins))).softmax(-1);
    NDArray sums = padded(shares.cumSum(-1), 0);
    double[] shift = new double[bins + 1];
    for (int k = 0; k <= bins; k++) {
      shift[k] = 2 * bound * least * k - bound;
    }
    return sums.mul(2 * bound * (1 - least * bins)).add(run.create(shift, new Shape(bins + 1)));
  }

  /**
   * Of raw numbers that are K widths, K heights, K − 1 derivatives at the inner knots and, if
   * {@code perBin}, K further ones: the bins, the derivatives at both ends and the further number.
   */
  static SoftmaxBin.Grid grid(int bins, double bound, boolean perBin) {
    ImmutableList.Builder<Pick> picks = ImmutableList.builder();
    picks.add(new Pick(0, bins - 1L, -1), new Pick(0, bins - 1L, 0));
    if (perBin) {
      picks.add(new Pick(bins - 1L, bins, 0));
    }
    return new SoftmaxBin.Grid(2, bins, bound, MIN, picks.build());
  }

  /** As {@link #grid}, of K widths, K heights and K + 1 derivatives at all knots. */
  static SoftmaxBin.Grid gridWithEnds(int bins, double bound) {
    return new SoftmaxBin.Grid(
        2,
        bins,
        bound,
        MIN,
        ImmutableList.of(new Pick(0, bins + 1L, 0), new Pick(0, bins + 1L, 1)));
  }

  /** Derivatives of raw numbers, 1 at 0. */
  static NDArray derivative(NDArray raw) {
    return Special.softplus(raw.add(UNIT).minimum(MAX)).add(MIN);
  }

  /** Derivatives that go on outside, of raw numbers: from a third to three, 1 at 0. */
  static NDArray outerDerivative(NDArray raw) {
    return raw.tanh().mul(MAX_OUTER_LOG).exp();
  }

  /** {@code x} with a number before the first entry of the rightmost dim. */
  static NDArray padded(NDArray x, double first) {
    NDArray column = Tensors.run(x).full(first, withOneColumn(x.getShape()));
    return Tensors.concat(List.of(column, x), -1);
  }

  /**
   * {@code x} with a number before the first and one behind the last entry of the rightmost dim.
   */
  static NDArray padded(NDArray x, double first, double last) {
    Shape column = withOneColumn(x.getShape());
    Run run = Tensors.run(x);
    return Tensors.concat(List.of(run.full(first, column), x, run.full(last, column)), -1);
  }

  private static Shape withOneColumn(Shape shape) {
    return Shapes.concat(Shapes.dropRight(shape, 1), new Shape(1));
  }

  /** A row {@code (*, K)} of rows {@code (*, R, K)}. */
  static NDArray row(NDArray rows, int which) {
    return Tensors.range(rows, -2, which, which + 1L).squeeze(-2);
  }

  /**
   * What a spline made of each value, and the value itself from the bounds on: at an end the last
   * bin says so up to its rounding only, which is large where the bin is small and steep.
   */
  static Mapped insideOnly(Mapped spline, NDArray value, double bound) {
    NDArray isInside = value.abs().lt(bound);
    return new Mapped(
        Tensors.where(isInside, spline.value(), value),
        Tensors.where(isInside, spline.logDet(), 0));
  }

  /** What a spline made of each value, and something else from the bounds on. */
  static Mapped insideOr(Mapped spline, Mapped outside, NDArray value, double bound) {
    NDArray isInside = value.abs().lt(bound);
    return new Mapped(
        Tensors.where(isInside, spline.value(), outside.value()),
        Tensors.where(isInside, spline.logDet(), outside.logDet()));
  }

  /**
   * The bin that holds each value.
   *
   * @param knots {@code (*, bins + 1)}, ascending
   * @param x {@code (*)}
   * @return int64 {@code (*)} from 0 to bins − 1; values beyond an end belong to the last bin there
   */
  static NDArray bin(NDArray knots, NDArray x) {
    long bins = knots.getShape().get(knots.getShape().dimension() - 1) - 1;
    return Tensors.run(x)
        .withoutGradients(
            () -> {
              NDArray inner = Tensors.range(knots, -1, 1, bins);
              NDArray below = x.expandDims(-1).gte(inner);
              return Tensors.cast(below, DataType.INT64).sum(new int[] {-1});
            });
  }

  /**
   * What belongs to a bin: entries k and k + 1 of each row.
   *
   * @param rows {@code (*, R, bins + 1)}
   * @param bin int64 {@code (*)}
   * @return 2 R tensors {@code (*)}: row 0 at k, row 0 at k + 1, row 1 at k, …
   */
  static List<NDArray> pick(NDArray rows, NDArray bin) {
    Shape shape = rows.getShape();
    int rank = shape.dimension();
    long count = shape.get(rank - 2);
    Run run = Tensors.run(rows);
    NDArray both = run.create(new long[] {0, 1}, new Shape(2));
    NDArray index = bin.expandDims(-1).expandDims(-1).add(both);
    Shape batch = Shapes.broadcast(Shapes.dropRight(shape, 2), bin.getShape());
    NDArray from = rows.broadcast(Shapes.concat(batch, Shapes.takeRight(shape, 2)));
    NDArray picked = from.gather(index.broadcast(Shapes.concat(batch, new Shape(count, 2))), -1);
    return ScalarMath.columns(Tensors.reshape(picked, Shapes.concat(batch, new Shape(count * 2))));
  }
}
