package org.ppl4j.infer.density;

import static com.google.common.base.Preconditions.checkArgument;

import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import org.ppl4j.tensor.FloatType;
import org.ppl4j.tensor.Rng;
import org.ppl4j.tensor.file.Family;
import org.ppl4j.tensor.file.TensorFile;

/**
 * How far contexts are from those that were learned from, as a share of the farthest that is no
 * cause for doubt: the greatest of
 *
 * <ul>
 *   <li>how far a column is from the middle of its range, beside 1.25 times half of it;
 *   <li>the length of the whitened context (Mahalanobis' distance), and its distance from the
 *       nearest of some whitened contexts that were learned from, as a share of how far the fifth
 *       is from that one, each beside what one in a thousand of them exceeds, judged by those of
 *       the other half.
 * </ul>
 *
 * <p>The second sees what lies outside columns that hang together, the third also what lies between
 * clusters or beside a curve. Both need 100 contexts and at most 256 columns.
 */
final class Extrapolation {

  private static final Family FAMILY = Family.of(Extrapolation.class, 1);

  private static final double BEYOND = 1.25;
  private static final int FEWEST = 100;
  private static final int MAX_COLUMNS = 256;

  /** So many contexts are looked at, and so many of them are references. */
  private static final int MAX_ROWS = 4000;

  private static final int MAX_REFERENCES = 500;

  /** The share of contexts that are farther than the limits, which have some room beside. */
  private static final double OUTSIDE = 1e-3;

  private static final double ROOM = 1.1;

  /** The neighbours by which it is judged how dense contexts are somewhere. */
  private static final int NEIGHBOURS = 5;

  /** What is nearer than this, in whitened units, is at the same place. */
  private static final double SAME = 0.01;

  private final double[] low;
  private final double[] high;
  private final White white;
  private final double[] limits;

  private Extrapolation(double[] low, double[] high, White white, double[] limits) {
    this.low = low;
    this.high = high;
    this.white = white;
    this.limits = limits;
  }

  /**
   * What is known of whitened contexts.
   *
   * @param whitening of no columns for too few contexts or too many columns
   * @param references some whitened contexts, row by row
   * @param radii how far the fifth of the others is from each
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record White(int columns, Whitening whitening, double[] references, double[] radii) {

    static final int MEASURES = 2;

    static White none(int columns) {
      return new White(columns, new Whitening(0, new double[0]), new double[0], new double[0]);
    }

    /** Of rows, the first of which are references. */
    static White of(Table rows, int count) {
      Whitening whitening = Whitening.of(rows);
      double[] references = whitening.whitened(rows.range(0, count));
      White found = new White(rows.columns(), whitening, references, new double[count]);
      for (int i = 0; i < count; i++) {
        int row = i;
        double[] squares = new double[count];
        Arrays.setAll(squares, j -> found.square(references, row, j));
        Arrays.sort(squares); // the first is its own
        found.radii[i] = Math.max(SAME, Math.sqrt(squares[NEIGHBOURS]));
      }
      return found;
    }

    /** Of the distance of a row from a reference. */
    private double square(double[] whitened, int row, int reference) {
      double sum = 0;
      for (int a = 0; a < columns; a++) {
        double difference = whitened[row * columns + a] - references[reference * columns + a];
        sum += difference * difference;
      }
      return sum;
    }

    /** Of each row: length, and share of the distance of neighbours; none where none are known. */
    double[][] measures(Table rows) {
      double[][] measures = new double[rows.rows()][];
      double[] whitened = radii.length == 0 ? new double[0] : whitening.whitened(rows);
      Arrays.setAll(measures, i -> measures(whitened, i));
      return measures;
    }

    private double[] measures(double[] whitened, int row) {
      if (radii.length == 0) {
        return new double[0];
      }
      int nearest = 0;
      double min = Double.POSITIVE_INFINITY;
      for (int i = 0; i < radii.length; i++) {
        double square = square(whitened, row, i);
        nearest = square < min ? i : nearest;
        min = Math.min(square, min);
      }
      double length =
          Arrays.stream(whitened, row * columns, (row + 1) * columns).map(w -> w * w).sum();
      return new double[] {Math.sqrt(length), Math.sqrt(min) / radii[nearest]};
    }
  }

  /**
   * That of contexts in standard units.
   *
   * @param rng chooses those that are kept
   */
  static Extrapolation of(Table contexts, Rng rng) {
    int columns = contexts.columns();
    double[] low = new double[columns];
    double[] high = new double[columns];
    for (int j = 0; j < columns; j++) {
      double[] numbers = contexts.numbers(j);
      low[j] = Arrays.stream(numbers).min().orElseThrow();
      high[j] = Arrays.stream(numbers).max().orElseThrow();
    }
    int rows = Math.min(contexts.rows(), MAX_ROWS);
    if (rows < FEWEST || columns > MAX_COLUMNS) {
      return new Extrapolation(low, high, White.none(columns), new double[0]);
    }
    int[] order = Split.order(rng, contexts.rows());
    Table some = contexts.view(Arrays.copyOf(order, rows));
    Table one = some.range(0, rows / 2);
    Table other = some.range(rows / 2, rows);
    int count = Math.min(rows / 2, MAX_REFERENCES);
    double[][] seen = new double[White.MEASURES][rows];
    judge(White.of(one, count), other, seen, 0);
    judge(White.of(other, count), one, seen, other.rows());
    double[] limits = new double[White.MEASURES];
    for (int m = 0; m < limits.length; m++) {
      Arrays.sort(seen[m]);
      limits[m] = ROOM * Math.max(1, seen[m][rows - 1 - (int) (OUTSIDE * rows)]);
    }
    return new Extrapolation(low, high, White.of(some, count), limits);
  }

  private static void judge(White white, Table others, double[][] seen, int from) {
    double[][] measures = white.measures(others);
    for (int i = 0; i < measures.length; i++) {
      for (int m = 0; m < measures[i].length; m++) {
        seen[m][from + i] = measures[i][m];
      }
    }
  }

  /** How far each context in standard units is: above 1 is too far to be trusted. */
  double[] of(Table contexts) {
    double[] distances = new double[contexts.rows()];
    for (int from = 0; from < distances.length; from += MAX_ROWS) {
      Table some = contexts.range(from, Math.min(from + MAX_ROWS, distances.length));
      double[][] measures = white.measures(some);
      for (int i = 0; i < measures.length; i++) {
        distances[from + i] = distance(some, i, measures[i]);
      }
    }
    return distances;
  }

  private double distance(Table contexts, int row, double[] measures) {
    double farthest = 0;
    for (int j = 0; j < low.length; j++) {
      double half = Math.max((high[j] - low[j]) / 2, Whitening.RIDGE);
      double middle = (high[j] + low[j]) / 2;
      farthest = Math.max(farthest, Math.abs(contexts.number(row, j) - middle) / half / BEYOND);
    }
    for (int m = 0; m < measures.length; m++) {
      farthest = Math.max(farthest, measures[m] / limits[m]);
    }
    return farthest;
  }

  // --- files

  private static final String RANGE = ".range";
  private static final String FACTOR = ".factor";
  private static final String REFERENCES = ".kept";
  private static final String RADII = ".radii";
  private static final String LIMITS = ".limits";

  /** Adds it to a file, under names that begin like this. */
  void write(TensorFile.Builder file, String name) {
    FAMILY.write(file);
    int columns = low.length;
    double[] range = Arrays.copyOf(low, 2 * columns);
    System.arraycopy(high, 0, range, columns, columns);
    file.put(name + RANGE, FloatType.FLOAT64, new Shape(2, columns), range);
    if (limits.length > 0) {
      put(file, name + FACTOR, white.whitening().factor(), columns);
      put(file, name + REFERENCES, white.references(), columns);
      put(file, name + RADII, white.radii(), 1);
      file.put(name + LIMITS, FloatType.FLOAT64, new Shape(limits.length), limits);
    }
  }

  private static void put(TensorFile.Builder file, String name, double[] values, int columns) {
    file.put(name, FloatType.FLOAT64, new Shape(values.length / columns, columns), values);
  }

  /**
   * The one in a file.
   *
   * @throws IllegalArgumentException if there is none of so many columns
   */
  static Extrapolation read(TensorFile file, String name, int columns) {
    FAMILY.check(file);
    double[] range = Standardisation.vector(file, name + RANGE, 2 * columns);
    double[] low = Arrays.copyOf(range, columns);
    double[] high = Arrays.copyOfRange(range, columns, 2 * columns);
    TensorFile.Entry references = file.entries().get(name + REFERENCES);
    if (references == null) {
      return new Extrapolation(low, high, White.none(columns), new double[0]);
    }
    double[] rows = references.values();
    checkArgument(
        rows.length > 0 && rows.length % columns == 0,
        "%s has '%s' of %s numbers, which are no rows of %s; pass a file that a density's save"
            + " wrote",
        file,
        name + REFERENCES,
        rows.length,
        columns);
    double[] factor = Standardisation.vector(file, name + FACTOR, columns * columns);
    double[] limits = Standardisation.vector(file, name + LIMITS, White.MEASURES);
    double[] radii = Standardisation.vector(file, name + RADII, rows.length / columns);
    return new Extrapolation(
        low, high, new White(columns, new Whitening(columns, factor), rows, radii), limits);
  }
}
