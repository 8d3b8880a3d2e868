package org.ppl4j.infer.density;

import static com.google.common.base.Preconditions.checkArgument;

import java.util.Arrays;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.ppl4j.tensor.file.Family;
import org.ppl4j.tensor.file.TensorFile;

/**
 * One column in steps of w, such as counts: P(k) = F(k + w/2) − F(k − w/2), where F is the cdf of a
 * continuous distribution. Where that difference is too small for its digits, it is the integral of
 * the density over the cell, whose logarithm is taken to be lines.
 */
final class CellDistribution implements RowDistribution {

  private static final Family FAMILY = Family.of(CellDistribution.class, 1);

  static final String KIND = "cells";

  private static final String GRID = "cells.grid";
  private static final String NUMBERS = "numbers/";

  /** Smaller differences of probabilities have too few digits. */
  private static final double FEW_DIGITS = 1e-8;

  /** In so many pieces of a cell a log-density is a line. */
  private static final int PIECES = 8;

  /** So far inside, as a share of a cell, the first piece begins and the last ends. */
  private static final double INSIDE = 0x1p-20;

  private final Grid grid;
  private final RowDistribution numbers;

  /**
   * Of these.
   *
   * @param numbers of one column, with a density; closed with this
   */
  CellDistribution(Grid grid, RowDistribution numbers) {
    this.grid = grid;
    this.numbers = numbers;
  }

  @Override
  public int dim() {
    return 1;
  }

  @Override
  public int contextDim() {
    return numbers.contextDim();
  }

  private static Tables with(Tables tables, DoubleUnaryOperator number) {
    double[] moved = Arrays.stream(tables.y().values()).map(number).toArray();
    return new Tables(tables.y().with(moved), tables.x());
  }

  private double[] upTo(Tables tables, double halves) {
    return numbers.cdf(with(tables, y -> grid.nearest(y) + halves * grid.step() / 2));
  }

  @Override
  public double[] logProb(Tables tables) {
    double[] low = upTo(tables, -1);
    double[] high = upTo(tables, 1);
    double[] result = new double[low.length];
    for (int i = 0; i < result.length; i++) {
      double number = tables.y().number(i, 0);
      result[i] =
          Double.isNaN(number) || grid.has(number)
              ? Math.log(high[i] - low[i])
              : Double.NEGATIVE_INFINITY;
    }
    int[] small =
        IntStream.range(0, result.length)
            .filter(i -> high[i] - low[i] < FEW_DIGITS && grid.has(tables.y().number(i, 0)))
            .toArray();
    if (small.length > 0) {
      double[] logs = integrals(tables.view(small));
      for (int k = 0; k < small.length; k++) {
        result[small[k]] = logs[k];
      }
    }
    return result;
  }

  /** The logarithms of the integrals of the density over cells. */
  private double[] integrals(Tables tables) {
    double[][] logs = new double[PIECES + 1][];
    for (int k = 0; k <= PIECES; k++) {
      double at = grid.step() * (1 - INSIDE) * ((double) k / PIECES - 0.5);
      logs[k] = numbers.logProb(with(tables, y -> y + at));
    }
    double[] result = new double[tables.rows()];
    Arrays.setAll(
        result,
        i -> {
          double max = Arrays.stream(logs).mapToDouble(own -> own[i]).max().orElseThrow();
          if (max == Double.NEGATIVE_INFINITY) {
            return max;
          }
          double sum = 0;
          for (int k = 0; k < PIECES; k++) {
            sum += meanOfLine(logs[k][i] - max, logs[k + 1][i] - max);
          }
          return max + Math.log(sum * grid.step() / PIECES);
        });
    return result;
  }

  /** The mean of exp over numbers from a to b: (eᵇ − eᵃ) / (b − a). */
  private static double meanOfLine(double a, double b) {
    double low = Math.min(a, b);
    double width = Math.max(a, b) - low;
    if (low == Double.NEGATIVE_INFINITY) {
      return 0;
    }
    return Math.exp(low + width) * (width > 0 ? -Math.expm1(-width) / width : 1);
  }

  @Override
  public double[] cdf(Tables tables) {
    return numbers.cdf(with(tables, y -> end(y, Math.floor(place(y)))));
  }

  @Override
  public double[] below(Tables tables) {
    return numbers.cdf(with(tables, y -> end(y, Math.ceil(place(y)) - 1)));
  }

  /** Where a number is, in steps from the origin, and whole where it is on the grid. */
  private double place(double number) {
    return grid.has(number) ? grid.index(number) : (number - grid.origin()) / grid.step();
  }

  /** The greater end of a cell; of an infinite number that itself. */
  private double end(double number, double index) {
    return Double.isInfinite(number) ? number : grid.at(index) + grid.step() / 2;
  }

  /** The cell in which the quantile of the numbers lies, or that beside it where this is an end. */
  @Override
  public double[] quantile(Tables probabilities) {
    double[] found = numbers.quantile(probabilities);
    double[] cells = new double[found.length];
    Arrays.setAll(cells, i -> Double.isFinite(found[i]) ? grid.nearest(found[i]) : found[i]);
    Table at = new Table("y", 1, cells);
    double[] upTo = cdf(new Tables(at, probabilities.x()));
    double[] below = below(new Tables(at, probabilities.x()));
    for (int i = 0; i < cells.length; i++) {
      double wanted = probabilities.y().number(i, 0);
      if (Double.isFinite(cells[i])) {
        double move = upTo[i] < wanted ? 1 : below[i] >= wanted && below[i] > 0 ? -1 : 0;
        cells[i] = grid.at(grid.index(cells[i]) + move);
      }
    }
    return cells;
  }

  @Override
  public Table draws(int count, @Nullable Table contexts, long stream) {
    Table drawn = numbers.draws(count, contexts, stream);
    double[] values = drawn.range(0, count).values();
    for (int i = 0; i < count; i++) {
      values[i] = grid.nearest(values[i]);
    }
    return drawn.with(values);
  }

  @Override
  public RowDistribution recorded() {
    return new CellDistribution(grid, numbers.recorded());
  }

  @Override
  public void write(TensorFile.Builder file) {
    file.put(DensityFile.KIND, KIND);
    FAMILY.write(file);
    DensityFile.put(file, GRID, grid.origin(), grid.numerator(), grid.denominator());
    file.put(NUMBERS, numbers::write);
  }

  /** The one in a file. */
  static CellDistribution read(TensorFile file, DensityFile.Reader reader) {
    FAMILY.check(file);
    double[] grid = DensityFile.numbers(file, GRID, 3);
    checkArgument(
        grid[1] > 0 && grid[2] > 0,
        "%s has cells of %s / %s; pass a file that a density's save wrote",
        file,
        grid[1],
        grid[2]);
    return new CellDistribution(
        new Grid(grid[0], grid[1], grid[2]), reader.read(file.part(NUMBERS)));
  }

  @Override
  public void close() {
    numbers.close();
  }
}
