package org.ppl4j.infer.density;

import org.ppl4j.Program;

/**
 * Draws like rows by a discrepancy, and rows that are likely.
 *
 * @param likelihood the weight of the mean log-density; 0 for none
 */
record MmdGoal(Mmd mmd, double likelihood) implements Goal {

  @Override
  public Program<Rows> program(FlowModel model, long rows) {
    return (p, batch) -> {
      Comparison comparison = Comparison.of(p, model, batch);
      p.factor("score", comparison.score(mmd).neg());
      comparison.addLikelihood(likelihood);
    };
  }

  /** What the program makes large, of rows that no step sees. */
  @Override
  public double worth(FlowModel model, Tables rows, double logProb) {
    double score = model.score(rows, mmd);
    return likelihood > 0 ? likelihood * logProb - score : -score;
  }

  @Override
  public boolean isOfDensity() {
    return likelihood > 0;
  }

  @Override
  public String measure() {
    return "score of draws";
  }

  @Override
  public Goal fitted(Table rows) {
    return new MmdGoal(mmd.fitted(rows.values(), rows.columns()), likelihood);
  }

  @Override
  public Goal plusLikelihood(double weight) {
    return new MmdGoal(mmd, Comparison.checkedWeight(weight));
  }

  @Override
  public String toString() {
    return likelihood > 0 ? mmd + " plus " + likelihood + " likelihood" : mmd.toString();
  }
}
