package org.ppl4j.infer.density;

import static com.google.common.base.Preconditions.checkArgument;
import static com.google.common.collect.ImmutableSet.toImmutableSet;

import ai.djl.ndarray.types.Shape;
import com.google.common.collect.ImmutableList;
import com.google.common.primitives.Doubles;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.ppl4j.constraints.Constraint;
import org.ppl4j.tensor.FloatType;
import org.ppl4j.tensor.Rng;
import org.ppl4j.tensor.file.Family;
import org.ppl4j.tensor.file.TensorFile;

/**
 * From the rows of a table to the standard units in which a flow makes them, and back: noise in the
 * cells of what repeats, the bijection of the support, spikes made as wide as what is around them,
 * mean 0 and standard deviation 1, then normal scores of the columns that are not normal.
 */
final class Units {

  private static final Family FAMILY = Family.of(Units.class, 1);

  /**
   * Rows in standard units.
   *
   * @param gain what the log-density of each row has to gain to be in its own units; one column
   */
  record Standard(Table rows, Table gain) {}

  private final Support support;
  private final double[] steps;
  private final ImmutableList<Spike> spikes;
  private final SpikeWidening stretch;
  private final Standardisation standardisation;
  private final Marginals margins;

  private Units(
      Support support,
      double[] steps,
      ImmutableList<Spike> spikes,
      SpikeWidening stretch,
      Standardisation standardisation,
      Marginals margins) {
    this.support = support;
    this.steps = steps;
    this.spikes = spikes;
    this.stretch = stretch;
    this.standardisation = standardisation;
    this.margins = margins;
  }

  /**
   * Those of contexts: mean 0 and standard deviation 1, and normal scores of the columns that have
   * heavy tails.
   *
   * @param mayBeConstant whether a column of one number alone is no mistake
   */
  static Units ofContexts(Table table, boolean mayBeConstant) {
    Standardisation standardisation =
        mayBeConstant ? Standardisation.ofAny(table) : Standardisation.of(table);
    return new Units(
        Support.Wanted.NOTHING.of(table),
        new double[table.columns()],
        ImmutableList.of(),
        SpikeWidening.none(table.columns()),
        standardisation,
        MarginalFit.ofContexts(standardisation.apply(table)));
  }

  /**
   * Those of rows.
   *
   * @param contexts of the same rows in standard units; null without
   * @param middle what the normal scores are between the tails
   * @param noise for one draw in each cell, since mean and deviation are of rows inside the support
   * @throws IllegalArgumentException if a row is outside the support, or a column is constant or a
   *     weighted sum of others
   */
  static Units of(
      Table rows,
      @Nullable Table contexts,
      Support support,
      Dequantisation dequantisation,
      MarginalFit.Middle middle,
      Rng noise) {
    List<Optional<Constraint>> each = support.ofColumns(rows.columns());
    double[] steps = dequantisation.of(rows, each);
    if (support.isMade()) {
      Units units = asTheyAre(support, steps);
      units.check(rows, noise);
      return units;
    }
    Standardisation asTheyAre = Standardisation.of(rows, steps);
    checkNumbers(rows, support);
    ImmutableList<Spike> spikes =
        support.freeDim(rows.columns()) == rows.columns()
            ? dequantisation.spikes(rows, each, steps)
            : ImmutableList.of();
    Table noisy = noisy(rows, support, steps, spikes, noise);
    Table free = support.inverse(noisy, null);
    checkRows(noisy, free, support);
    SpikeWidening stretch = SpikeWidening.of(free, rows, contexts, spikes, support);
    Table stretched = stretch.stretched(free, contexts, new double[rows.rows()]);
    Standardisation standardisation = stretched == rows ? asTheyAre : Standardisation.of(stretched);
    Table standard = standardisation.apply(stretched);
    if (support.freeDim(rows.columns()) == rows.columns()) {
      LinearDependence.check(rows, standard);
    }
    Marginals margins =
        MarginalFit.of(standard, contexts, middle, noise)
            .without(spikes.stream().map(Spike::column).collect(toImmutableSet()));
    return new Units(support, steps, spikes, stretch, standardisation, margins);
  }

  /** Those of rows that a flow makes itself, and of contexts that it sees as they are. */
  static Units asTheyAre(Support support, double[] steps) {
    return new Units(
        support,
        steps,
        ImmutableList.of(),
        SpikeWidening.none(steps.length),
        Standardisation.none(steps.length),
        Marginals.none(steps.length));
  }

  /**
   * Checks that rows, with noise, are inside the support.
   *
   * @throws IllegalArgumentException if one is not
   */
  void check(Table rows, Rng noise) {
    checkNumbers(rows, support);
    Table noisy = noisy(rows, noise);
    checkRows(noisy, support.inverse(noisy, null), support);
  }

  private static void checkRows(Table rows, Table free, Support support) {
    boolean[] members = support.members(rows, free);
    for (int i = 0; i < members.length; i++) {
      checkArgument(
          members[i],
          "%s has %s in row %s (from 1), which is not inside its support '%s'; leave the row out,"
              + " or pass another support",
          rows.name(),
          Doubles.asList(rows.range(i, i + 1).values()),
          i + 1,
          support);
    }
  }

  /** Names the column of the first number that is outside for its own sake. */
  private static void checkNumbers(Table rows, Support support) {
    List<Optional<Constraint>> each = support.ofColumns(rows.columns());
    for (int j = 0; j < rows.columns(); j++) {
      Constraint constraint = each.get(j).orElse(Constraint.REAL);
      double[] numbers = constraint.isReal() ? new double[0] : rows.numbers(j);
      for (int i = 0; i < numbers.length; i++) {
        checkArgument(
            constraint.contains(numbers[i]),
            "%s has %s in column %s of row %s (from 1), which is outside its support '%s'; leave"
                + " the row out, or pass another support",
            rows.name(),
            numbers[i],
            rows.bare(j),
            i + 1,
            constraint);
      }
    }
  }

  /** Whether nothing is done to rows. */
  boolean isAsTheyAre() {
    return standardisation.isIdentity() && margins.isIdentity();
  }

  /** How many columns a row has. */
  int columns() {
    return steps.length;
  }

  /** How many numbers a flow makes for a row. */
  int freeDim() {
    return standardisation.columns();
  }

  Support support() {
    return support;
  }

  /** The step of each column, 0 where it is continuous; not a copy. */
  double[] steps() {
    return steps;
  }

  /** The numbers that are made as wide as what is around them. */
  ImmutableList<Spike> spikes() {
    return spikes;
  }

  boolean hasNoise() {
    return !spikes.isEmpty() || Arrays.stream(steps).anyMatch(step -> step > 0);
  }

  /** Those of some columns, none of which has spikes, where a flow makes as many numbers. */
  Units columns(int[] chosen) {
    return new Units(
        support.ofNumbers(chosen, columns()),
        Arrays.stream(chosen).mapToDouble(j -> steps[j]).toArray(),
        ImmutableList.of(),
        SpikeWidening.none(chosen.length),
        standardisation.columns(chosen),
        margins.columns(chosen));
  }

  /** The same with what the engine computes recorded. */
  Units recorded() {
    return new Units(support.recorded(columns()), steps, spikes, stretch, standardisation, margins);
  }

  /** The same without normal scores. */
  Units withoutMargins() {
    Marginals none = Marginals.none(freeDim());
    return new Units(support, steps, spikes, stretch, standardisation, none);
  }

  /** Whether a column is changed to normal scores. */
  boolean hasMargins() {
    return !margins.isIdentity();
  }

  /** The rows with noise in the cells of spikes alone. */
  Table spread(Table rows, Rng noise) {
    return noisy(rows, support, new double[columns()], spikes, noise);
  }

  /** The rows with noise in the cells of columns with steps, and of spikes. */
  Table noisy(Table rows, Rng noise) {
    return noisy(rows, support, steps, spikes, noise);
  }

  private static Table noisy(
      Table rows, Support support, double[] steps, List<Spike> spikes, Rng noise) {
    if (spikes.isEmpty() && Arrays.stream(steps).allMatch(step -> step == 0)) {
      return rows;
    }
    List<Optional<Constraint>> each = support.ofColumns(steps.length);
    double[] values = rows.range(0, rows.rows()).values();
    for (int i = 0; i < values.length; i++) {
      int j = i % steps.length;
      double width = steps[j] > 0 ? steps[j] : width(values[i], j, spikes);
      if (width > 0) {
        double move = width * (noise.nextUniform() - 0.5);
        values[i] = moved(values[i], move, each.get(j).orElseThrow());
      }
    }
    return rows.with(values);
  }

  private static double width(double number, int column, List<Spike> spikes) {
    for (Spike spike : spikes) {
      if (spike.column() == column && spike.value() == number) {
        return spike.width();
      }
    }
    return 0;
  }

  /** Minus the log-density of the uniform noise with which a row was moved in its cells. */
  double logVolume(Table rows, Table moved, int row) {
    List<Optional<Constraint>> each = support.ofColumns(steps.length);
    double sum = 0;
    for (int j = 0; j < steps.length; j++) {
      if (steps[j] > 0) {
        double other = 2 * rows.number(row, j) - moved.number(row, j);
        boolean isFolded = !each.get(j).orElseThrow().contains(other);
        sum += Math.log(isFolded ? steps[j] / 2 : steps[j]);
      }
    }
    return sum;
  }

  /** A number moved in its cell: to the other side if it would leave the support, or less far. */
  private static double moved(double number, double move, Constraint constraint) {
    double by = constraint.contains(number + move) ? move : -move;
    while (!constraint.contains(number + by) && number + by != number) {
      by /= 2;
    }
    return number + by;
  }

  /**
   * Rows in standard units; the log-density of one outside the support gains −∞, or NaN of a NaN.
   *
   * @param contexts of the rows in standard units; null without
   */
  Standard standard(Table rows, @Nullable Table contexts) {
    double[] logDet = new double[rows.rows()];
    Arrays.fill(logDet, -standardisation.logScale());
    Table free = support.inverse(rows, logDet);
    boolean[] members = support.members(rows, free);
    double[] values = free.range(0, free.rows()).values();
    for (int i = 0; i < members.length; i++) {
      double[] row = rows.range(i, i + 1).values();
      if (!members[i] || Arrays.stream(row).anyMatch(Double::isInfinite)) {
        boolean isKnown = Arrays.stream(row).noneMatch(Double::isNaN);
        logDet[i] = isKnown ? Double.NEGATIVE_INFINITY : Double.NaN;
        Arrays.fill(values, i * freeDim(), (i + 1) * freeDim(), 0);
      }
    }
    Table standard = standardisation.apply(stretch.stretched(free.with(values), contexts, logDet));
    return new Standard(margins.scores(standard, logDet), new Table("gain", 1, logDet));
  }

  /**
   * Rows in their own units again.
   *
   * @param contexts of the rows in standard units; null without, or for the mean of all
   */
  Table original(Table standard, @Nullable Table contexts) {
    Table stretched = standardisation.invert(margins.rows(standard));
    return support.forward(stretch.original(stretched, contexts));
  }

  // --- files

  /** Adds them to a file, under names that begin like this. */
  void write(TensorFile.Builder file, String name) {
    FAMILY.write(file);
    standardisation.write(file, name);
    margins.write(file, name);
    file.put(name + ".steps", FloatType.FLOAT64, new Shape(steps.length), steps);
    support.write(file, name + ".support");
    file.put(
        name + ".spikes", FloatType.FLOAT64, new Shape(spikes.size(), 4), Spike.values(spikes));
    stretch.write(file, name + ".stretch");
  }

  /**
   * Those in a file.
   *
   * @param columns how many a row has
   * @throws IllegalArgumentException if there are none of so many columns
   */
  static Units read(TensorFile file, String name, int columns) {
    FAMILY.check(file);
    Support support = Support.read(file, name + ".support", columns);
    int free = support.freeDim(columns);
    return new Units(
        support,
        Standardisation.vector(file, name + ".steps", columns),
        Spike.of(Standardisation.entry(file, name + ".spikes")),
        SpikeWidening.read(file, name + ".stretch", free),
        Standardisation.read(file, name, free),
        Marginals.read(file, name, free));
  }
}
