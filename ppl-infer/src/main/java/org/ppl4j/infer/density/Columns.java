package org.ppl4j.infer.density;

import static com.google.common.base.Preconditions.checkArgument;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.ppl4j.constraints.Constraint;
import org.ppl4j.tensor.Rng;
import org.ppl4j.tensor.RunConfig;

/**
 * What an estimator is told of the columns of rows.
 *
 * @param support where they lie
 * @param dequantisation which have steps
 * @param contexts what is done with those of contexts
 * @param weights the column whose numbers say how much each row counts; null where all count alike
 */
record Columns(
    Support.Wanted support,
    Dequantisation dequantisation,
    Contexts contexts,
    @Nullable String weights) {

  static final Columns STANDARD =
      new Columns(Support.Wanted.NOTHING, Dequantisation.detected(), Contexts.CHECKED, null);

  /** What is done with the columns of contexts. */
  enum Contexts {
    /** They are brought to standard units, in which none may have one number alone. */
    CHECKED,

    /** They are brought to standard units. */
    MAY_BE_CONSTANT,

    /** The flow sees them as they are. */
    AS_THEY_ARE
  }

  Columns support(Constraint whole) {
    return new Columns(support.whole(whole), dequantisation, contexts, weights);
  }

  Columns support(String column, Constraint constraint) {
    return new Columns(support.column(column, constraint), dequantisation, contexts, weights);
  }

  /** Of columns with a set for each. */
  Columns ofEach(List<Constraint> sets) {
    return new Columns(Support.Wanted.ofEach(sets), dequantisation, contexts, weights);
  }

  Columns dequantisation(Dequantisation other) {
    return new Columns(support, other, contexts, weights);
  }

  Columns contexts(Contexts other) {
    return new Columns(support, dequantisation, other, weights);
  }

  Columns weights(String column) {
    return new Columns(support, dequantisation, contexts, column);
  }

  /** Of columns of which it is known that none has steps or spikes. */
  Columns withoutSteps(Table y) {
    return dequantisation(dequantisation.in(new double[y.columns()]));
  }

  /**
   * Rows and contexts, with the weights that are a column of either, which is no part of it.
   *
   * @throws IllegalArgumentException if neither has the column, has another, or a weight is missing
   *     or negative, or all are 0
   */
  Tables tables(Table y, @Nullable Table x) {
    if (weights == null) {
      return new Tables(y, x);
    }
    Table with = x == null || y.names().contains(weights) ? y : x;
    double[] numbers = with.column(weights).numbers();
    double sum = 0;
    for (int i = 0; i < numbers.length; i++) {
      checkArgument(
          numbers[i] >= 0 && numbers[i] < Double.POSITIVE_INFINITY,
          "%s has the weight %s in column '%s' of row %s (from 1), but weights are finite and not"
              + " negative; mend it, or leave the row out",
          with.name(),
          numbers[i],
          weights,
          i + 1);
      sum += numbers[i];
    }
    checkArgument(
        sum > 0,
        "%s has the weight 0 in all rows of '%s'; pass some that count",
        with.name(),
        weights);
    Table rest = with.without(weights);
    return new Tables(with == y ? rest : y, with == y ? x : rest).weighted(numbers);
  }

  /**
   * The units in which one of the flows makes a table, all of whose rows are checked. The scores of
   * columns have a smooth middle where a velocity is learned, since a smooth one cannot follow
   * kinks. Rows with weights are as frequent there as they are heavy.
   */
  DataUnits units(Fitted.Flows flows, Tables all, Training training) {
    RunConfig config = training.config();
    Rng chosenRows = Rng.of(config.seed(), Rng.Purpose.PLATE, 0, "density.weights");
    Tables tables = all.asFrequent(chosenRows);
    MarginalFit.Middle middle =
        training.objective().isOfVelocity()
            ? MarginalFit.Middle.SMOOTH
            : MarginalFit.Middle.QUANTILES;
    Table y = tables.y();
    Table x = tables.x();
    Support told = support.of(y);
    int dim = told.freeDim(y.columns());
    Support where = told.of(FlowNoise.madeBy(flows, dim, x == null ? 0 : x.columns(), config));
    if (x == null) {
      Units units = rows(y, null, where, middle, config);
      return new DataUnits(units, null, null, dequantisation.cells(units));
    }
    Units ofContexts =
        contexts == Contexts.AS_THEY_ARE
            ? Units.asTheyAre(Support.Wanted.NOTHING.of(x), new double[x.columns()])
            : Units.ofContexts(x, contexts == Contexts.MAY_BE_CONSTANT);
    Table standard = ofContexts.standard(x, null).rows();
    Rng chosen = Rng.of(config.seed(), Rng.Purpose.PLATE, 0, "density.reach");
    Units units = rows(y, standard, where, middle, config);
    return new DataUnits(
        units, ofContexts, Extrapolation.of(standard, chosen), dequantisation.cells(units));
  }

  private Units rows(
      Table y,
      @Nullable Table contexts,
      Support where,
      MarginalFit.Middle middle,
      RunConfig config) {
    return Units.of(y, contexts, where, dequantisation, middle, noise(config));
  }

  /** That of rows which are checked. */
  static Rng noise(RunConfig config) {
    return Rng.of(config.seed(), Rng.Purpose.PLATE, 0, "density.units");
  }
}
