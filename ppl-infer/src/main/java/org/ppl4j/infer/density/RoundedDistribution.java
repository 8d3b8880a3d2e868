package org.ppl4j.infer.density;

import com.google.common.collect.ImmutableList;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.ppl4j.tensor.Rng;
import org.ppl4j.tensor.file.Family;
import org.ppl4j.tensor.file.TensorFile;

/**
 * Another distribution whose draws are rounded as its rows were, and lie strictly inside their
 * bounds. What it says of probabilities is of the numbers before they are rounded.
 */
final class RoundedDistribution implements RowDistribution {

  private static final Family FAMILY = Family.of(RoundedDistribution.class, 1);

  static final String KIND = "rounded";

  private static final String COLUMN = "rounded.column.";
  private static final String NUMBERS = "numbers/";

  /**
   * How the draws of a column are.
   *
   * @param grid on which they lie; empty for any number
   * @param low they are greater
   * @param high they are less
   */
  record Column(Optional<Grid> grid, double low, double high) {

    boolean isPlain() {
      return grid.isEmpty() && low == Double.NEGATIVE_INFINITY && high == Double.POSITIVE_INFINITY;
    }

    double of(double number) {
      if (grid.isPresent()) {
        Grid places = grid.get();
        double index = places.index(number);
        while (places.at(index) <= low) {
          index = Math.max(index + 1, places.index(low));
        }
        while (places.at(index) >= high) {
          index = Math.min(index - 1, places.index(high));
        }
        return places.at(index);
      }
      return Math.max(Math.nextUp(low), Math.min(number, Math.nextDown(high)));
    }

    double[] numbers() {
      Grid own = grid.orElse(new Grid(0, 0, 0));
      return new double[] {low, high, own.origin(), own.numerator(), own.denominator()};
    }

    static Column of(double[] numbers) {
      Optional<Grid> grid =
          numbers[3] == 0
              ? Optional.empty()
              : Optional.of(new Grid(numbers[2], numbers[3], numbers[4]));
      return new Column(grid, numbers[0], numbers[1]);
    }
  }

  private final RowDistribution numbers;
  private final ImmutableList<Column> columns;

  private RoundedDistribution(RowDistribution numbers, List<Column> columns) {
    this.numbers = numbers;
    this.columns = ImmutableList.copyOf(columns);
  }

  /** The distribution itself if there is nothing to do. */
  static RowDistribution of(RowDistribution numbers, List<Column> columns) {
    return columns.stream().allMatch(Column::isPlain)
        ? numbers
        : new RoundedDistribution(numbers, columns);
  }

  @Override
  public int dim() {
    return numbers.dim();
  }

  @Override
  public int contextDim() {
    return numbers.contextDim();
  }

  @Override
  public double[] logProb(Tables tables) {
    return numbers.logProb(tables);
  }

  @Override
  public double[] cdf(Tables tables) {
    return numbers.cdf(tables);
  }

  @Override
  public double[] below(Tables tables) {
    return numbers.below(tables);
  }

  @Override
  public double[] quantile(Tables probabilities) {
    return numbers.quantile(probabilities);
  }

  @Override
  public RowDistribution recalibrated(Recalibration map) {
    return map.isNone() ? this : new RoundedDistribution(numbers.recalibrated(map), columns);
  }

  @Override
  public Tables noisy(Tables tables, Rng noise) {
    return numbers.noisy(tables, noise);
  }

  @Override
  public Table draws(int count, @Nullable Table contexts, long stream) {
    Table drawn = numbers.draws(count, contexts, stream);
    double[] values = drawn.range(0, count).values();
    for (int i = 0; i < values.length; i++) {
      values[i] = columns.get(i % columns.size()).of(values[i]);
    }
    return drawn.with(values);
  }

  @Override
  public RowDistribution recorded() {
    return new RoundedDistribution(numbers.recorded(), columns);
  }

  @Override
  public void write(TensorFile.Builder file) {
    file.put(DensityFile.KIND, KIND);
    FAMILY.write(file);
    file.put(NUMBERS, numbers::write);
    for (int j = 0; j < columns.size(); j++) {
      DensityFile.put(file, COLUMN + j, columns.get(j).numbers());
    }
  }

  /** The one in a file. */
  static RoundedDistribution read(TensorFile file, DensityFile.Reader reader) {
    FAMILY.check(file);
    RowDistribution numbers = reader.read(file.part(NUMBERS));
    List<Column> columns = new ArrayList<>();
    for (int j = 0; j < numbers.dim(); j++) {
      columns.add(Column.of(DensityFile.numbers(file, COLUMN + j, 5)));
    }
    return new RoundedDistribution(numbers, columns);
  }

  @Override
  public void close() {
    numbers.close();
  }
}
