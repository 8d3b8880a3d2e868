package org.ppl4j.tensor;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import java.util.List;
import org.ppl4j.tensor.SoftmaxBin.Grid;
import org.ppl4j.tensor.SoftmaxBin.Pick;

/**
 * Values through a {@link HostMap} of what {@link SoftmaxBin} finds for them. The engine makes one
 * table of all numbers, (R, *): the value, the shares of all bins, the sums of the shares below
 * each bin, and the raw numbers behind them. Java finds the bins and computes the images; what is
 * on the graph then is one gather from the table and its product with the derivatives.
 */
final class SoftmaxBinMap {

  /** So many columns at once stay in the fastest cache. */
  private static final int BLOCK = 64;

  private final Grid grid;
  private final int axis;
  private final HostMap map;
  private final int inputs;
  private final int[][] picks; // of each the table's row for bin 0, and its first row and end
  private final int size;
  private final HostCopy.Numbers table;
  private final double scale;
  private final double least;

  // what Java finds, column by column
  private final double[] images;
  private final double[] slopes; // empty: not wanted
  private final long[] places; // of the inputs in the table
  private boolean isFinite = true;

  private SoftmaxBinMap(
      Grid grid, int axis, HostMap map, int size, HostCopy.Numbers table, boolean isGraded) {
    this.grid = grid;
    this.axis = axis;
    this.map = map;
    this.inputs = 1 + 2 * grid.axes() + grid.picks().size();
    this.picks = grid.picks().stream().map(this::rows).toArray(int[][]::new);
    this.size = size;
    this.table = table;
    this.least = grid.leastWidth();
    this.scale = 2 * grid.bound() - least * grid.bins();
    this.images = new double[map.outputs() * size];
    this.slopes = new double[isGraded ? map.outputs() * inputs * size : 0];
    this.places = new long[isGraded ? inputs * size : 0];
  }

  static List<NDArray> apply(NDArray raw, NDArray value, Grid grid, int axis, HostMap map) {
    Run run = Tensors.run(raw, value);
    RunArray numbers = Operations.cast(((RunArray) raw).in(run), run.dataType());
    RunArray x = Operations.cast(((RunArray) value).in(run), run.dataType());
    Shape batch = Shapes.broadcast(Shapes.dropRight(numbers.getShape(), 1), x.getShape());
    int size = Math.toIntExact(batch.size());
    NDArray lower = run.once(grid, () -> lower(run, grid));
    long table =
        EngineHolder.get()
            .tensor(
                "bin_table",
                Native.valueFromTensor(numbers.handle()),
                Native.valueFromTensor(x.handle()),
                Native.valueFromTensor(((RunArray) lower).handle()),
                Native.valueFromLongs(batch.getShape()));
    try {
      boolean isGraded = run.isRecording();
      HostCopy.Numbers read = HostCopy.numbers(table, run.dataType());
      SoftmaxBinMap images = new SoftmaxBinMap(grid, axis, map, size, read, isGraded);
      images.fill();
      long[] handles = isGraded ? images.attached(run, table, batch) : images.plain(run, batch);
      NDArray[] results = new NDArray[handles.length];
      boolean particles = numbers.hasParticles() || x.hasParticles();
      for (int i = 0; i < handles.length; i++) {
        results[i] = run.result(Op.HOST_FUNCTION, handles[i], batch, run.dataType(), particles);
      }
      return List.of(results);
    } finally {
      Native.delete(table);
    }
  }

  private int[] rows(Pick pick) {
    int first = Math.toIntExact(1 + 2L * grid.axes() * grid.bins() + pick.from());
    int end = Math.toIntExact(first + pick.length());
    return new int[] {Math.toIntExact(first + pick.shift()), first, end};
  }

  /** What sums the shares below each bin, (axes, bins, bins). */
  private static NDArray lower(Run run, Grid grid) {
    int bins = grid.bins();
    double[] matrix = new double[grid.axes() * bins * bins];
    for (int i = 0; i < grid.axes() * bins; i++) {
      Arrays.fill(matrix, i * bins, i * bins + i % bins, 1);
    }
    return run.create(matrix, new Shape(grid.axes(), bins, bins));
  }

  private void fill() {
    int outputs = map.outputs();
    double[][] in = new double[inputs][BLOCK];
    double[][] out = new double[outputs][BLOCK];
    double[][] each = slopes.length > 0 ? new double[outputs * inputs][BLOCK] : null;
    for (int from = 0; from < size; from += BLOCK) {
      int count = Math.min(BLOCK, size - from);
      for (int k = 0; k < count; k++) {
        look(from + k, k, in);
      }
      map.at(count, in, out, each);
      for (int i = 0; i < outputs; i++) {
        System.arraycopy(out[i], 0, images, i * size + from, count);
      }
      for (int i = 0; each != null && i < each.length; i++) {
        keep(from, count, i, each[i]);
      }
    }
  }

  /** The numbers that the map is given, and the rows of the table that they come from. */
  private void look(int k, int column, double[][] in) {
    int bins = grid.bins();
    int axes = grid.axes();
    int bin = bin(k);
    double value = table.get(k);
    in[0][column] = value;
    isFinite &= Double.isFinite(value);
    for (int a = 0; a < axes; a++) {
      int share = 1 + a * bins + bin;
      int below = share + axes * bins;
      in[1 + a][column] = low(below, bin, k);
      in[1 + axes + a][column] = table.get(share * size + k) * scale + least;
      place(1 + a, k, below);
      place(1 + axes + a, k, share);
    }
    int first = 1 + 2 * axes;
    for (int i = 0; i < picks.length; i++) {
      int at = picks[i][0] + bin;
      boolean isInside = at >= picks[i][1] && at < picks[i][2];
      in[first + i][column] = isInside ? table.get(at * size + k) : 0;
      place(first + i, k, isInside ? at : 0);
    }
  }

  private void place(int input, int k, int row) {
    if (places.length > 0) {
      places[input * size + k] = row;
    }
  }

  private int bin(int k) {
    int bins = grid.bins();
    int below = 1 + (grid.axes() + axis) * bins;
    double value = table.get(k);
    int bin = 0;
    int end = bins; // the bin is from bin to below end
    while (end - bin > 1) {
      int middle = (bin + end) / 2;
      if (value >= low(below + middle, middle, k)) {
        bin = middle;
      } else {
        end = middle;
      }
    }
    return bin;
  }

  /** The lower end of a bin whose sum of shares below is in a row. */
  private double low(int row, int bin, int k) {
    return table.get(row * size + k) * scale + least * bin - grid.bound();
  }

  /** Derivatives in an input become those in what the table has for it. */
  private void keep(int from, int count, int derivative, double[] each) {
    int input = derivative % inputs;
    boolean isScaled = input > 0 && input <= 2 * grid.axes();
    double factor = isScaled ? scale : 1;
    for (int k = 0; k < count; k++) {
      boolean isNowhere = input > 0 && places[input * size + from + k] == 0;
      slopes[derivative * size + from + k] = isNowhere ? 0 : each[k] * factor;
    }
  }

  private long[] plain(Run run, Shape batch) {
    long[] handles = new long[map.outputs()];
    for (int i = 0; i < handles.length; i++) {
      double[] image = Arrays.copyOfRange(images, i * size, (i + 1) * size);
      handles[i] = HostCopy.from(image, batch, run.dataType(), run.device());
    }
    return handles;
  }

  private long[] attached(Run run, long numbers, Shape batch) {
    run.usedHostMap();
    DataType type = run.dataType();
    int outputs = map.outputs();
    long[] made = {
      HostCopy.from(images, Shapes.concat(new Shape(outputs), batch), type, run.device()),
      HostCopy.from(places, Shapes.concat(new Shape(inputs), batch), run.device()),
      HostCopy.from(slopes, Shapes.concat(new Shape(outputs, inputs), batch), type, run.device())
    };
    try {
      return EngineHolder.get()
          .tensors(
              "bin_map",
              Native.valueFromTensor(numbers),
              Native.valueFromTensor(made[0]),
              Native.valueFromTensor(made[1]),
              Native.valueFromTensor(made[2]),
              Native.valueFromBoolean(isFinite));
    } finally {
      Arrays.stream(made).forEach(Native::delete);
    }
  }

  /** What is added to the images is 0, also where a value is infinite. */
  static final String SCRIPT =
      """
      def bin_table(self, raw: Tensor, value: Tensor, lower: Tensor, batch: List[int]) -> Tensor:
        size = torch.size(raw, -1)
        columns = torch.contiguous(torch.t(torch.reshape(raw, [-1, size])))
        axes = torch.size(lower, 0)
        bins = torch.size(lower, 1)
        count = torch.mul(axes, bins)
        parts = torch.split_with_sizes(columns, [count, torch.sub(size, count)])
        softmax = torch.softmax(torch.reshape(parts[0], [axes, bins, -1]), 1)
        shares = torch.reshape(softmax, [count, -1])
        below = torch.reshape(torch.bmm(lower, softmax), [count, -1])
        own = torch.slice(torch.size(raw), None, -1)
        if torch.eq(own, batch):
          if torch.eq(torch.size(value), batch):
            whole = value
          else:
            whole = torch.expand(value, batch)
          row = torch.reshape(whole, [1, -1])
          numbers = torch.cat([row, shares, below, parts[1]])
          table = torch.reshape(numbers, torch.add([torch.size(numbers, 0)], batch))
        else:
          wide = annotate(List[int], [])
          for i in range(torch.sub(torch.len(batch), torch.len(own))):
            _0 = torch.append(wide, 1)
          numbers1 = torch.cat([shares, below, parts[1]])
          rows = torch.size(numbers1, 0)
          numbers0 = torch.reshape(numbers1, torch.add(torch.add([rows], wide), own))
          row0 = torch.unsqueeze(torch.expand(value, batch), 0)
          table = torch.cat([row0, torch.expand(numbers0, torch.add([rows], batch))])
        return table

      def bin_map(self, table: Tensor, images: Tensor, places: Tensor, slopes: Tensor, finite: bool) -> List[Tensor]:
        picked = torch.gather(table, 0, places)
        move = torch.sub(picked, torch.detach(picked))
        if finite:
          move0 = move
        else:
          move0 = torch.nan_to_num(move, 0., 0., 0.)
        return torch.unbind(torch.add(images, torch.sum(torch.mul(slopes, move0), [1])))
      """;
}
