package org.ppl4j.infer.density;

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
 */
record Columns(Support.Wanted support, Dequantisation dequantisation, Contexts contexts) {

  static final Columns STANDARD =
      new Columns(Support.Wanted.NOTHING, Dequantisation.detected(), Contexts.CHECKED);

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
    return new Columns(support.whole(whole), dequantisation, contexts);
  }

  Columns support(String column, Constraint constraint) {
    return new Columns(support.column(column, constraint), dequantisation, contexts);
  }

  /** Of columns with a set for each. */
  Columns ofEach(List<Constraint> sets) {
    return new Columns(Support.Wanted.ofEach(sets), dequantisation, contexts);
  }

  Columns dequantisation(Dequantisation other) {
    return new Columns(support, other, contexts);
  }

  Columns contexts(Contexts other) {
    return new Columns(support, dequantisation, other);
  }

  /**
   * The units in which one of the flows makes a table, all of whose rows are checked. The scores of
   * columns have a smooth middle where a velocity is learned, since a smooth one cannot follow
   * kinks.
   */
  DataUnits units(Fitted.Flows flows, Tables tables, Training training) {
    RunConfig config = training.config();
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
