package org.ppl4j.tensor;

import static com.google.common.base.Preconditions.checkArgument;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import java.util.List;

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
    RunArray x = (RunArray) value;
    Shape batch = Shapes.broadcast(Shapes.dropRight(raw.getShape(), 1), x.getShape());
    int axes = grid.axes();
    Shape[] shapes = new Shape[1 + count + 2 * axes];
    DataType[] types = new DataType[shapes.length];
    Arrays.fill(shapes, batch);
    Arrays.fill(types, run.dataType());
    types[0] = DataType.INT64;
    RunArray[] found =
        Operations.applyMany(
            Op.SOFTMAX_BIN,
            Attributes.of(grid.bound(), axes, bins, axis, Double.doubleToRawLongBits(least)),
            shapes,
            types,
            Operations.cast(((RunArray) raw).in(run), run.dataType()),
            Operations.cast(x.in(run), run.dataType()),
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

  /**
   * Widths come from the shares themselves, since differences of sums lose digits. The bins are the
   * leftmost dim inside: the engine's softmax is slow along a short rightmost one (1.7 ms against
   * 0.1 for 512 × 5 × 2 of 8). Its running sum is slow along any other, forward and backward, and
   * is therefore without gradient; what lies below a bin is the sum of the shares there. It turns
   * matrices fast, and tensors of more dims slowly.
   */
  static Spec spec() {
    return Spec.many(
            (in, a) -> {
              double least = Double.longBitsToDouble(a.longs()[3]);
              return EngineHolder.get()
                  .tensors(
                      "softmax_bin",
                      Native.valueFromTensor(in[0]),
                      Native.valueFromTensor(in[1]),
                      Native.valueFromTensor(in[2]),
                      Native.valueFromTensor(in[3]),
                      Native.valueFromLong(a.longs()[0]),
                      Native.valueFromLong(a.longs()[1]),
                      Native.valueFromLong(a.longs()[2]),
                      Native.valueFromDouble(2 * a.number() - least * a.longs()[1]),
                      Native.valueFromDouble(least),
                      Native.valueFromDouble(a.number()));
            },
            Spec.FIRST)
        .scripted(
            """
            def softmax_bin(self, raw: Tensor, value: Tensor, grid: Tensor, picks: Tensor, axes: int, bins: int, axis: int, scale: float, least: float, bound: float) -> List[Tensor]:
              size = torch.size(raw, -1)
              batch = annotate(List[int], [])
              wide = [-1]
              for i in range(torch.sub(torch.add(torch.dim(value), 1), torch.dim(raw))):
                _0 = torch.append(batch, 1)
              batch0 = torch.add(batch, torch.slice(torch.size(raw), None, -1))
              for i0 in range(torch.len(batch0)):
                _1 = torch.append(wide, 1)
              columns = torch.contiguous(torch.t(torch.reshape(raw, [-1, size])))
              parts = torch.split_with_sizes(columns, [torch.mul(axes, bins), torch.sub(size, torch.mul(axes, bins))])
              shares = torch.softmax(torch.reshape(parts[0], torch.add([axes, bins], batch0)), 1)
              along = torch.contiguous(torch.movedim(torch.select(torch.detach(shares), 0, axis), 0, -1))
              knots = torch.add(torch.mul(torch.cumsum(along, -1), scale), torch.select(grid, 0, 0))
              index = torch.unsqueeze(torch.sum(torch.ge(torch.unsqueeze(value, -1), knots), [-1]), 0)
              whole = torch.slice(torch.size(index), 1)
              at = torch.expand(index, torch.add([axes], torch.size(index)))
              share = torch.squeeze(torch.gather(torch.expand(shares, torch.add([axes, bins], whole)), 1, at), 1)
              before = torch.type_as(torch.lt(torch.reshape(torch.select(grid, 0, 1), wide), index), shares)
              sums = torch.sum(torch.mul(shares, before), [1])
              low = torch.add(torch.sub(torch.mul(sums, scale), bound), index, alpha=least)
              width = torch.add(torch.mul(share, scale), least)
              if torch.eq(torch.size(parts[1], 0), 0):
                rows = parts[0]
              else:
                rows = parts[1]
              rows0 = torch.reshape(rows, torch.add([torch.size(rows, 0)], batch0))
              rows1 = torch.expand(rows0, torch.add([torch.size(rows, 0)], whole))
              table = torch.reshape(picks, torch.add([3], wide))
              wanted = torch.add(index, torch.select(table, 0, 0))
              kept = torch.clamp(wanted, torch.select(table, 0, 1), torch.select(table, 0, 2))
              picked = torch.mul(torch.gather(rows1, 0, kept), torch.eq(wanted, kept))
              places = torch.add(torch.unbind(low), torch.unbind(width))
              return torch.add(torch.add([torch.squeeze(index, 0)], torch.unbind(picked)), places)
            """);
  }
}
