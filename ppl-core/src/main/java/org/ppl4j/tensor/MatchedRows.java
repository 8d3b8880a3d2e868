package org.ppl4j.tensor;

import static com.google.common.base.Preconditions.checkArgument;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import org.jspecify.annotations.Nullable;
import org.ppl4j.internal.math.Assignment;
import org.ppl4j.tensor.internal.table.Attributes;
import org.ppl4j.tensor.internal.table.JavaKernel;
import org.ppl4j.tensor.internal.table.Op;

/**
 * Rows in another order: each at the place of one of as many others, so that the sum of the squared
 * distances is least, by an exact {@link Assignment}. Of more than 512 rows each 512 are matched
 * among themselves, so that the time grows with their number and no faster. One operation, which
 * recorded programs hold too.
 *
 * @param rows how many there are
 * @param width how many numbers a row has
 */
public record MatchedRows(int rows, int width) implements JavaKernel {

  private static final int MOST = 512;

  /**
   * Rows matched with others.
   *
   * @param places {@code (*, N, D)}: those others
   * @param rows {@code (*, N, D)}
   * @return {@code (*, N, D)}, without gradients
   * @throws IllegalArgumentException if the shapes differ, or have no dims for rows of numbers; or
   *     if a number is not finite
   */
  public static NDArray of(NDArray places, NDArray rows) {
    Shape shape = rows.getShape();
    checkArgument(
        shape.equals(places.getShape()) && shape.dimension() >= 2,
        "rows of shape %s are matched with those of shape %s, but both must be the same (*, N, D)",
        shape,
        places.getShape());
    int rank = shape.dimension();
    MatchedRows kernel =
        new MatchedRows(Math.toIntExact(shape.get(rank - 2)), Math.toIntExact(shape.get(rank - 1)));
    Run run = Tensors.run(rows, places);
    return KernelRows.apply(
        Op.FUNCTION,
        run,
        Attributes.of(kernel, 1),
        (RunArray) run.bind(places).stopGradient(),
        (RunArray) run.bind(rows).stopGradient())[0];
  }

  @Override
  public void compute(double[][] in, double[][] out, double @Nullable [][][] slopes) {
    for (int batch = 0; batch < out[0].length; batch += rows * width) {
      for (int row = 0; row < rows; row += MOST) {
        match(in[0], in[1], out[0], batch + row * width, Math.min(MOST, rows - row));
      }
    }
  }

  private void match(double[] places, double[] from, double[] to, int start, int count) {
    double[] distances = new double[count * count];
    for (int i = 0; i < count; i++) {
      for (int j = 0; j < count; j++) {
        double sum = 0;
        for (int d = 0; d < width; d++) {
          double apart = places[start + i * width + d] - from[start + j * width + d];
          sum += apart * apart;
        }
        distances[i * count + j] = sum;
      }
    }
    int[] found = Assignment.of(distances, count);
    for (int i = 0; i < count; i++) {
      System.arraycopy(from, start + found[i] * width, to, start + i * width, width);
    }
  }
}
