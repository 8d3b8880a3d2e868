package org.ppl4j.tensor;

import static com.google.common.base.Preconditions.checkArgument;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import java.util.List;
import org.ppl4j.tensor.internal.table.Attributes;
import org.ppl4j.tensor.internal.table.Op;

/**
 * The bin that holds a value, of partitions of [−bound, bound] into K bins whose widths are a
 * softmax: what rational splines ask first. It is one operation, {@link Op#SOFTMAX_BIN}, since it
 * is hot in all of them.
 *
 * <p>Several axes are divided into as many bins each; the value is looked for along one of them.
 * Further rows of numbers that belong to bins or to the knots between them are picked with it.
 *
 * @param index int64 {@code (*)}: which bin, from 0; values beyond an end belong to the last bin
 *     there
 * @param low for each axis {@code (*)}: the lower end of the bin
 * @param width for each axis {@code (*)}: its width
 * @param picked for each pick {@code (*)}: the entry
 */
public record SoftmaxBin(
    NDArray index, List<NDArray> low, List<NDArray> width, List<NDArray> picked) {

  /**
   * Axes divided alike.
   *
   * @param axes how many axes
   * @param bins how many bins each has, K
   * @param bound the partitions are of [−bound, bound]
   * @param least the least share of a bin, below 1 / K
   * @param picks what else is picked
   */
  public record Grid(int axes, int bins, double bound, double least, List<Pick> picks) {

    /** Checks the numbers. */
    public Grid {
      checkArgument(
          axes >= 1 && bins >= 1, "grid has %s axes and %s bins; each is at least 1", axes, bins);
      checkArgument(
          bound > 0 && Double.isFinite(bound),
          "grid has bound %s, but it must be positive and finite",
          bound);
      checkArgument(
          least >= 0 && least * bins < 1,
          "grid of %s bins has the least share %s; it must be from 0 to below 1 / %s",
          bins,
          least,
          bins);
      picks = List.copyOf(picks);
    }

    /** The least width of a bin. */
    double leastWidth() {
      return 2 * bound * least;
    }
  }

  /**
   * An entry of a row of further numbers: that of the bin's index plus a shift, 0 beyond the row.
   *
   * @param from where the row begins among the numbers behind those of the bins
   * @param length its length
   * @param shift −1 for the knot before the bin of a row without the outer knots, 0 for the one
   *     behind it
   */
  public record Pick(long from, long length, long shift) {}

  /**
   * Looks for values.
   *
   * @param raw {@code (*, P)}: axes · bins numbers whose softmax over each axis gives the shares,
   *     then the rows of the picks
   * @param value {@code (*)}, batches broadcast
   * @param axis along which axis the values are
   */
  public static SoftmaxBin of(NDArray raw, NDArray value, Grid grid, int axis) {
    Run run = Tensors.run(raw, value);
    List<Pick> picks = grid.picks();
    int count = picks.size();
    int bins = grid.bins();
    long[] table = new long[3 * count]; // where the entry of bin 0 is, the row's first and last
    for (int i = 0; i < count; i++) {
      Pick pick = picks.get(i);
      boolean isEmpty = pick.length() == 0; // no place is its own
      table[i] = isEmpty ? -1 - bins : pick.from() + pick.shift();
      table[count + i] = isEmpty ? 0 : pick.from();
      table[2 * count + i] = isEmpty ? 0 : pick.from() + pick.length() - 1;
    }
    double least = grid.leastWidth();
    double[] knots = new double[2 * bins]; // what each has without the shares, then its bin
    for (int k = 0; k < bins; k++) {
      knots[k] = k == bins - 1 ? Double.POSITIVE_INFINITY : least * (k + 1) - grid.bound();
      knots[bins + k] = k;
    }
    int axes = grid.axes();
    double bound = grid.bound();
    double[] numbers = {2 * bound - least * bins, least, bound}; // how wide shares are together
    DataType[] types = new DataType[1 + count + 2 * axes];
    Arrays.fill(types, run.dataType());
    types[0] = DataType.INT64;
    RunArray[] found =
        Operations.applyMany(
            Op.SOFTMAX_BIN,
            Attributes.of(numbers, axes, bins, axis),
            types,
            Operations.cast(((RunArray) raw).in(run), run.dataType()),
            Operations.cast(((RunArray) value).in(run), run.dataType()),
            (RunArray) run.create(knots, new Shape(2, bins)),
            (RunArray) run.create(table, new Shape(3, count)));
    List<NDArray> all = List.<NDArray>of(found);
    int low = 1 + count;
    return new SoftmaxBin(
        found[0],
        all.subList(low, low + axes),
        all.subList(low + axes, low + 2 * axes),
        all.subList(1, low));
  }
}
