package org.ppl4j.infer.density;

import org.ppl4j.constraints.Constraint;
import org.ppl4j.tensor.Rng;
import org.ppl4j.tensor.RunConfig;

/**
 * What an estimator is told of the columns of rows.
 *
 * @param support where they lie
 * @param dequantisation which have steps
 */
record Columns(Support.Wanted support, Dequantisation dequantisation) {

  static final Columns STANDARD = new Columns(Support.Wanted.NOTHING, Dequantisation.detected());

  Columns support(Constraint whole) {
    return new Columns(support.whole(whole), dequantisation);
  }

  Columns support(String column, Constraint constraint) {
    return new Columns(support.column(column, constraint), dequantisation);
  }

  Columns dequantisation(Dequantisation other) {
    return new Columns(support, other);
  }

  /** The units of a table, all of whose rows are checked. */
  Frame frame(Tables tables, RunConfig config) {
    Table y = tables.y();
    Table x = tables.x();
    Units ofContexts = x == null ? null : Units.ofContexts(x);
    Table contexts = ofContexts == null || x == null ? null : ofContexts.standard(x, null).rows();
    return new Frame(
        Units.of(y, contexts, support.of(y), dequantisation, noise(config)), ofContexts);
  }

  /** That of rows which are checked. */
  static Rng noise(RunConfig config) {
    return Rng.of(config.seed(), Rng.Purpose.PLATE, 0, "density.units");
  }
}
