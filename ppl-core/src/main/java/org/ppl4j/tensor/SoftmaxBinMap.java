package org.ppl4j.tensor;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.ppl4j.tensor.SoftmaxBin.Grid;
import org.ppl4j.tensor.SoftmaxBin.Pick;

/**
 * Values through a {@link HostMap} of what {@link SoftmaxBin} finds for them. Java computes shares,
 * bins, images and their derivatives in the raw numbers; what is on the graph then is one product
 * of the two, whatever lies between.
 */
final class SoftmaxBinMap {

  /** So many columns at once stay in the fastest cache. */
  private static final int BLOCK = 64;

  private final Grid grid;
  private final int axis;
  private final HostMap map;
  private final int inputs;
  private final int count; // of the bins of all axes
  private final int width; // of a row of raw numbers
  private final int[][] picks; // of each its number for bin 0, and the row's first and end
  private final Shape batch;
  private final int size;
  private final double scale;
  private final double least;

  private final BinShares shares;
  private final int[] rows; // where a column's raw numbers are
  private final double[] values;
  private final int[] sources; // where a column's value is

  // what is found, column by column
  private final int[] bins;
  private final double[] images;
  private final double[] slopes; // of the images in the values

  private SoftmaxBinMap(
      Grid grid, int axis, HostMap map, BinShares shares, RunArray raw, RunArray value) {
    Shape shape = raw.getShape();
    Shape own = Shapes.dropRight(shape, 1);
    this.grid = grid;
    this.axis = axis;
    this.map = map;
    this.inputs = 1 + 2 * grid.axes() + grid.picks().size();
    this.count = grid.axes() * grid.bins();
    this.width = Math.toIntExact(shape.get(own.dimension()));
    this.picks = grid.picks().stream().map(this::numbers).toArray(int[][]::new);
    this.batch = Shapes.broadcast(own, value.getShape());
    this.size = Math.toIntExact(batch.size());
    this.least = grid.leastWidth();
    this.scale = 2 * grid.bound() - least * grid.bins();
    this.shares = shares;
    this.rows = Shapes.sources(own, batch);
    this.sources = Shapes.sources(value.getShape(), batch);
    this.values = HostCopy.doubles(value);
    this.bins = new int[size];
    this.images = new double[map.outputs() * size];
    this.slopes = new double[map.outputs() * size];
  }

  static List<NDArray> apply(NDArray raw, NDArray value, Grid grid, int axis, HostMap map) {
    Run run = Tensors.run(raw, value);
    DataType type = run.dataType();
    RunArray numbers = Operations.cast(((RunArray) raw).in(run), type);
    RunArray x = Operations.cast(((RunArray) value).in(run), type);
    long flat = Native.contiguous(numbers.handle());
    try {
      BinShares shares =
          run.withoutGradients(() -> BinShares.of(grid, flat, numbers.getShape(), type));
      SoftmaxBinMap images = new SoftmaxBinMap(grid, axis, map, shares, numbers, x);
      long[] handles =
          run.isRecording() ? images.attached(run, flat, x.handle()) : images.plain(run);
      NDArray[] results = new NDArray[handles.length];
      boolean particles = numbers.hasParticles() || x.hasParticles();
      for (int i = 0; i < handles.length; i++) {
        results[i] = run.result(Op.HOST_FUNCTION, handles[i], images.batch, type, particles);
      }
      return List.of(results);
    } finally {
      Native.delete(flat);
    }
  }

  private int[] numbers(Pick pick) {
    int first = Math.toIntExact(count + pick.from());
    int end = Math.toIntExact(first + pick.length());
    return new int[] {Math.toIntExact(first + pick.shift()), first, end};
  }

  /**
   * Computes the images.
   *
   * @param derivatives to be given those in the raw numbers, {@link #BLOCK} rows at once; null if
   *     none are wanted
   */
  private void fill(HostCopy.@Nullable Part derivatives) {
    int outputs = map.outputs();
    double[][] in = new double[inputs][BLOCK];
    double[][] out = new double[outputs][BLOCK];
    double[][] each = derivatives == null ? null : new double[outputs * inputs][BLOCK];
    for (int from = 0; from < size; from += BLOCK) {
      int columns = Math.min(BLOCK, size - from);
      for (int k = 0; k < columns; k++) {
        look(from + k, k, in);
      }
      map.at(columns, in, out, each);
      for (int i = 0; i < outputs; i++) {
        int at = i * size + from;
        System.arraycopy(out[i], 0, images, at, columns);
        if (derivatives != null && each != null) {
          System.arraycopy(each[i * inputs], 0, slopes, at, columns);
          for (int k = 0; k < columns; k++) {
            differentiate(from + k, k, i * inputs, each, derivatives);
          }
          derivatives.write(at * width, columns * width);
        }
      }
    }
  }

  /** The numbers that the map is given. */
  private void look(int k, int column, double[][] in) {
    int axes = grid.axes();
    int row = rows[k];
    double value = values[sources[k]];
    int bin = bin(value, shares.place(row, axis));
    bins[k] = bin;
    in[0][column] = value;
    for (int a = 0; a < axes; a++) {
      int first = shares.place(row, a);
      in[1 + a][column] = low(first, bin);
      in[1 + axes + a][column] = shares.share(first + bin) * scale + least;
    }
    for (int i = 0; i < picks.length; i++) {
      int at = picks[i][0] + bin;
      in[1 + 2 * axes + i][column] = isPicked(i, at) ? shares.raw(row, at) : 0;
    }
  }

  private boolean isPicked(int pick, int at) {
    return at >= picks[pick][1] && at < picks[pick][2];
  }

  private int bin(double value, int first) {
    int bin = 0;
    int end = grid.bins(); // the bin is from bin to below end
    while (end - bin > 1) {
      int middle = (bin + end) / 2;
      if (value >= low(first, middle)) {
        bin = middle;
      } else {
        end = middle;
      }
    }
    return bin;
  }

  /** The lower end of a bin of the axis whose first bin is at a place. */
  private double low(int first, int bin) {
    return shares.below(first + bin) * scale + least * bin - grid.bound();
  }

  /**
   * Derivatives of an image in the raw numbers. Those of a softmax s in its logits are s_i (δ_ij −
   * s_j).
   *
   * @param first where the derivatives in the map's inputs begin
   * @param part to be filled with a row a column
   */
  private void differentiate(int k, int column, int first, double[][] each, HostCopy.Part part) {
    int axes = grid.axes();
    int bin = bins[k];
    int row = column * width;
    for (int a = 0; a < axes; a++) {
      int to = row + a * grid.bins();
      int from = shares.place(rows[k], a);
      double ofBelow = each[first + 1 + a][column] * scale;
      double ofShare = each[first + 1 + axes + a][column] * scale;
      double mean = ofBelow * shares.below(from + bin) + ofShare * shares.share(from + bin);
      for (int j = 0; j < bin; j++) {
        part.set(to + j, shares.share(from + j) * (ofBelow - mean));
      }
      part.set(to + bin, shares.share(from + bin) * (ofShare - mean));
      for (int j = bin + 1; j < grid.bins(); j++) {
        part.set(to + j, -shares.share(from + j) * mean);
      }
    }
    for (int j = count; j < width; j++) {
      part.set(row + j, 0);
    }
    for (int i = 0; i < picks.length; i++) {
      int at = picks[i][0] + bin;
      if (isPicked(i, at)) {
        part.add(row + at, each[first + 1 + 2 * axes + i][column]);
      }
    }
  }

  private long[] plain(Run run) {
    fill(null);
    long[] handles = new long[map.outputs()];
    for (int i = 0; i < handles.length; i++) {
      double[] image = Arrays.copyOfRange(images, i * size, (i + 1) * size);
      handles[i] = HostCopy.from(image, batch, run.dataType(), run.device());
    }
    return handles;
  }

  private long[] attached(Run run, long raw, long value) {
    run.usedHostMap();
    DataType type = run.dataType();
    Shape shape = Shapes.concat(new Shape(map.outputs()), batch);
    long derivatives =
        HostCopy.make(
            Shapes.concat(shape, new Shape(width)),
            type,
            run.device(),
            target -> fill(HostCopy.part(target, type, BLOCK * width)));
    long constant = HostCopy.from(images, shape, type, run.device());
    long moved = Native.requiresGrad(value) ? moved(run, constant, shape, value) : constant;
    try {
      return EngineHolder.get()
          .tensors(
              "bin_map",
              Native.valueFromTensor(moved),
              Native.valueFromTensor(raw),
              Native.valueFromTensor(derivatives));
    } finally {
      Native.delete(derivatives);
      Native.delete(constant);
      if (moved != constant) {
        Native.delete(moved);
      }
    }
  }

  /** The images as functions of the values. */
  private long moved(Run run, long constant, Shape shape, long value) {
    long derivatives = HostCopy.from(slopes, shape, run.dataType(), run.device());
    try {
      return EngineHolder.get()
          .tensor(
              "bin_move",
              Native.valueFromTensor(constant),
              Native.valueFromTensor(value),
              Native.valueFromTensor(derivatives));
    } finally {
      Native.delete(derivatives);
    }
  }

  /** What is added to the images is 0, also where a value is infinite. */
  static final String SCRIPT =
      """
      def bin_move(self, images: Tensor, value: Tensor, slopes: Tensor) -> Tensor:
        move = torch.nan_to_num(torch.sub(value, torch.detach(value)), 0., 0., 0.)
        return torch.add(images, torch.mul(slopes, move))

      def bin_map(self, images: Tensor, raw: Tensor, rows: Tensor) -> List[Tensor]:
        move = torch.sub(raw, torch.detach(raw))
        return torch.unbind(torch.add(images, torch.sum(torch.mul(rows, move), [-1])))
      """;
}
