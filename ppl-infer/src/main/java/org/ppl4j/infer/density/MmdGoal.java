package org.ppl4j.infer.density;

import org.ppl4j.Ppl;

/**
 * Draws like rows by a discrepancy, and rows that are likely.
 *
 * @param likelihood the weight of the mean log-density; 0 for none
 */
record MmdGoal(Mmd mmd, double likelihood) implements Goal {

  @Override
  public void run(Ppl p, FlowBatch batch) {
    p.factor("score", batch.score(mmd).neg());
    batch.addLikelihood(likelihood);
  }

  /** What the program makes large, of rows that no step sees. */
  @Override
  public double worth(FlowLook look) {
    double score = look.of(batch -> batch.score(mmd));
    return likelihood > 0 ? likelihood * look.logProb() - score : -score;
  }

  @Override
  public boolean isOfDensity() {
    return likelihood > 0;
  }

  @Override
  public Goal fitted(Table rows) {
    return new MmdGoal(mmd.fitted(rows.values(), rows.columns()), likelihood);
  }

  @Override
  public Goal plusLikelihood(double weight) {
    return new MmdGoal(mmd, weight);
  }

  @Override
  public String toString() {
    return likelihood > 0 ? mmd + " plus " + likelihood + " likelihood" : mmd.toString();
  }
}
