package org.ppl4j.infer.density;

import static com.google.common.base.Preconditions.checkArgument;

import com.google.common.base.Suppliers;
import java.util.Arrays;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.ppl4j.tensor.Rng;
import org.ppl4j.tensor.file.TensorFile;

/** A distribution in standard units as one of rows and contexts in their own. */
final class InUnits implements RowDistribution {

  private final StandardDistribution standard;
  private final DataUnits units;

  InUnits(StandardDistribution standard, DataUnits units) {
    this.standard = standard;
    this.units = units;
  }

  @Override
  public int dim() {
    return units.y().columns();
  }

  @Override
  public int contextDim() {
    return units.contextDim();
  }

  @Override
  public boolean isContinuous() {
    return true;
  }

  @Override
  public double[] logProb(Tables tables) {
    DataUnits.Standard rows = units.standard(tables);
    return logs(standard.logProb(rows.tables()), rows);
  }

  private static double[] logs(double[] ofStandard, DataUnits.Standard rows) {
    double[] logs = new double[ofStandard.length];
    Arrays.setAll(logs, i -> ofStandard[i] + rows.gain(i));
    return logs;
  }

  @Override
  public double[] cdf(Tables tables) {
    checkOneColumn();
    DataUnits.Standard rows = units.standard(tables);
    return probabilities(standard.cdf(rows.tables()), rows, tables);
  }

  private double[] probabilities(double[] ofStandard, DataUnits.Standard rows, Tables tables) {
    boolean rises = units.y().support().rises();
    double[] probabilities = new double[ofStandard.length];
    Supplier<Double> inside = Suppliers.memoize(this::inside);
    Arrays.setAll(
        probabilities,
        i -> {
          if (rows.gain(i) == Double.NEGATIVE_INFINITY) {
            return tables.y().number(i, 0) > inside.get() ? 1 : 0;
          }
          return rises ? ofStandard[i] : 1 - ofStandard[i];
        });
    return probabilities;
  }

  /** A number that rows may be. */
  private double inside() {
    return units.y().original(new Table("inside", 1, new double[1]), null).number(0, 0);
  }

  @Override
  public Located located(Tables tables) {
    checkOneColumn();
    DataUnits.Standard rows = units.standard(tables);
    Located own = standard.located(rows.tables());
    return new Located(logs(own.logProb(), rows), probabilities(own.cdf(), rows, tables));
  }

  @Override
  public double[] quantile(Tables probabilities) {
    checkOneColumn();
    double[] levels = probabilities.y().values().clone();
    if (!units.y().support().rises()) {
      for (int i = 0; i < levels.length; i++) {
        levels[i] = 1 - levels[i];
      }
    }
    Table contexts = probabilities.x();
    Tables rows =
        new Tables(
            probabilities.y().with(levels), contexts == null ? null : units.contexts(contexts));
    Table made = new Table("quantile", 1, standard.quantile(rows));
    return units.y().original(made, rows.x()).values();
  }

  private void checkOneColumn() {
    checkArgument(
        dim() == 1,
        "density is of rows of %s columns, but a cdf and quantiles are of one; learn the column"
            + " given the others",
        dim());
    checkArgument(
        !units.y().support().isMade(),
        "density is of '%s', of which no number is the first, so that there is no cdf",
        units.y().support());
  }

  @Override
  public Tables noisy(Tables tables, Rng noise) {
    return units.noisy(tables, noise);
  }

  @Override
  public Table draws(int count, @Nullable Table contexts, long stream) {
    Table given = contexts == null ? null : units.contexts(contexts);
    return units.y().original(standard.sample(count, given, stream), given);
  }

  @Override
  public double[] distances(Table contexts) {
    return units.distances(contexts);
  }

  @Override
  public RowDistribution recorded() {
    return new InUnits(standard.recorded(contextDim()), units.recorded());
  }

  @Override
  public void write(TensorFile.Builder file) {
    standard.write(file);
    DensityFile.writeUnits(file, units);
  }

  @Override
  public void close() {
    standard.close();
  }
}
