package org.ppl4j.infer.density;

import static com.google.common.base.Preconditions.checkArgument;
import static java.util.Objects.requireNonNull;

import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import org.ppl4j.tensor.FloatType;
import org.ppl4j.tensor.file.Family;
import org.ppl4j.tensor.file.TensorFile;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The shift and scale of each column that give a table mean 0 and standard deviation 1. Where some
 * numbers are so far out that beside them the others would all be one, it is median 0 and the
 * deviation that the middle half has.
 */
final class Standardisation {

  private static final Family FAMILY = Family.of(Standardisation.class, 1);

  private static final Logger LOG = LoggerFactory.getLogger(Standardisation.class);

  /** Of a number that is uniform on an interval of width 1. */
  private static final double UNIFORM_DEVIATION = Math.sqrt(1 / 12.0);

  /** A deviation of so many times that of the middle half is of a few numbers far out. */
  private static final double FAR_OUT = 1e4;

  private final double[] loc;
  private final double[] scale;

  /**
   * With these numbers.
   *
   * @param loc the means
   * @param scale the standard deviations (divisor N)
   */
  Standardisation(double[] loc, double[] scale) {
    this.loc = loc;
    this.scale = scale;
  }

  /** The one that changes nothing. */
  static Standardisation none(int columns) {
    double[] scale = new double[columns];
    Arrays.fill(scale, 1);
    return new Standardisation(new double[columns], scale);
  }

  /**
   * That of a table.
   *
   * @throws IllegalArgumentException if a column is constant
   */
  static Standardisation of(Table table) {
    return of(table, new double[table.columns()]);
  }

  /**
   * That of a table some of whose columns will have noise in their cells, and hence no less than
   * its deviation.
   *
   * @param steps the widths of the cells of each column, 0 without noise
   * @throws IllegalArgumentException if a column is constant and without noise
   */
  static Standardisation of(Table table, double[] steps) {
    int columns = table.columns();
    int rows = table.rows();
    double[] loc = new double[columns];
    double[] scale = new double[columns];
    for (int j = 0; j < columns; j++) {
      double[] numbers = table.numbers(j);
      Spread spread = Spread.of(numbers);
      loc[j] = spread.loc();
      scale[j] = Math.max(spread.scale(), steps[j] * UNIFORM_DEVIATION);
      checkArgument(
          !isConstant(loc[j], scale[j]) || isSame(numbers),
          "%s has numbers in %s that differ by less than rounding allows, %s ± %s; subtract what"
              + " they have in common before they are rounded, or leave the column out",
          table.name(),
          table.column(j),
          loc[j],
          scale[j]);
      checkArgument(
          !isConstant(loc[j], scale[j]),
          "%s has the same number, %s, in all %s rows of %s; leave the column out",
          table.name(),
          table.number(0, j),
          rows,
          table.column(j));
    }
    return new Standardisation(loc, scale);
  }

  /** That of a table of which a column may be constant: its scale is 1, and it is warned of. */
  static Standardisation ofAny(Table table) {
    double[] loc = new double[table.columns()];
    double[] scale = new double[table.columns()];
    for (int j = 0; j < loc.length; j++) {
      double[] numbers = table.numbers(j);
      Spread spread = Spread.of(numbers);
      loc[j] = spread.loc();
      scale[j] = spread.scale();
      if (isConstant(loc[j], scale[j])) {
        scale[j] = 1;
        LOG.warn(
            "{} has the same number, {}, in all {} rows of {}, which tells nothing",
            table.name(),
            table.number(0, j),
            table.rows(),
            table.column(j));
      }
    }
    return new Standardisation(loc, scale);
  }

  /** The shift and scale of a column. */
  private record Spread(double loc, double scale) {

    static Spread of(double[] numbers) {
      double mean = mean(numbers);
      double deviation = deviation(numbers, mean);
      MiddleHalf middle = MiddleHalf.of(numbers);
      return deviation > FAR_OUT * middle.deviation() && middle.deviation() > 0
          ? new Spread(middle.median(), middle.deviation())
          : new Spread(mean, deviation);
    }
  }

  /**
   * What the middle half of a column says of it.
   *
   * @param median of all
   * @param deviation of a normal distribution with this middle half; 0 if it is one number
   */
  record MiddleHalf(double median, double deviation) {

    /** The interquartile range of a normal distribution, in deviations. */
    private static final double NORMAL_RANGE = 1.349;

    static MiddleHalf of(double[] numbers) {
      double[] sorted = Arrays.stream(numbers).sorted().toArray();
      int n = sorted.length;
      double range = sorted[3 * n / 4] / NORMAL_RANGE - sorted[n / 4] / NORMAL_RANGE;
      return new MiddleHalf(sorted[n / 2], range);
    }
  }

  boolean isIdentity() {
    return Arrays.stream(loc).allMatch(x -> x == 0) && Arrays.stream(scale).allMatch(x -> x == 1);
  }

  private static boolean isSame(double[] numbers) {
    return Arrays.stream(numbers).allMatch(x -> x == numbers[0]);
  }

  private static boolean isConstant(double loc, double scale) {
    return !(scale > 1e-12 * Math.abs(loc));
  }

  /** The mean of numbers of any size. */
  private static double mean(double[] numbers) {
    double mean = 0;
    for (double number : numbers) {
      mean += number / numbers.length;
    }
    return mean;
  }

  /** The standard deviation, whose squares neither overflow nor underflow. */
  static double deviation(double[] numbers) {
    return deviation(numbers, mean(numbers));
  }

  private static double deviation(double[] numbers, double mean) {
    double max = Arrays.stream(numbers).map(x -> Math.abs(x - mean)).max().orElse(0);
    if (max == 0) {
      return 0;
    }
    double sum = 0;
    for (double number : numbers) {
      double share = (number - mean) / max;
      sum += share * share / numbers.length;
    }
    return max * Math.sqrt(sum);
  }

  /** The table in standard units. */
  Table apply(Table table) {
    double[] values = table.values().clone();
    for (int i = 0; i < values.length; i++) {
      int j = i % loc.length;
      values[i] = (values[i] - loc[j]) / scale[j];
    }
    return table.with(values);
  }

  /** The table in its own units again. */
  Table invert(Table table) {
    double[] values = table.values().clone();
    for (int i = 0; i < values.length; i++) {
      int j = i % loc.length;
      values[i] = loc[j] + scale[j] * values[i];
    }
    return table.with(values);
  }

  /** That of some columns. */
  Standardisation columns(int[] chosen) {
    return new Standardisation(
        Arrays.stream(chosen).mapToDouble(j -> loc[j]).toArray(),
        Arrays.stream(chosen).mapToDouble(j -> scale[j]).toArray());
  }

  int columns() {
    return loc.length;
  }

  /** Adds it to a file, as two tensors whose names begin like this. */
  void write(TensorFile.Builder file, String name) {
    FAMILY.write(file);
    Shape shape = new Shape(loc.length);
    file.put(name + ".loc", FloatType.FLOAT64, shape, loc);
    file.put(name + ".scale", FloatType.FLOAT64, shape, scale);
  }

  /**
   * The one in a file.
   *
   * @throws IllegalArgumentException if there is none of so many columns
   */
  static Standardisation read(TensorFile file, String name, int columns) {
    FAMILY.check(file);
    return new Standardisation(
        vector(file, name + ".loc", columns), vector(file, name + ".scale", columns));
  }

  /** A vector of a file. */
  static double[] vector(TensorFile file, String name, int columns) {
    TensorFile.Entry entry = file.entries().get(name);
    checkArgument(
        entry != null && entry.values().length == columns,
        "%s has no '%s' of %s numbers; pass a file that a density's save wrote",
        file,
        name,
        columns);
    return requireNonNull(entry).values();
  }

  /** The numbers of a tensor of a file that not every version wrote; none if it has none. */
  static double[] entry(TensorFile file, String name) {
    TensorFile.Entry entry = file.entries().get(name);
    return entry == null ? new double[0] : entry.values();
  }

  /** What a log-density in standard units has too much. */
  double logScale() {
    double sum = 0;
    for (double s : scale) {
      sum += Math.log(s);
    }
    return sum;
  }
}
