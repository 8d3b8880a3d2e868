package com.example.own;

import ai.djl.ndarray.NDArray;
import org.ppl4j.Trace;
import org.ppl4j.infer.svi.Elbo;
import org.ppl4j.infer.svi.Pass;
import org.ppl4j.tensor.Special;

/** An estimator of one's own: −log of the mean of K particles' weights (Burda et al. 2016). */
public final class ImportanceWeighted implements Elbo {

  @Override
  public Estimate estimate(Pass pass) {
    Trace guide = pass.guide();
    Trace model = pass.model(guide);
    NDArray weights = pass.logJoints(model).sub(pass.logJoints(guide));
    NDArray loss = Special.logSumExp(weights, -1, false).sub(Math.log(pass.particles())).neg();
    return new Estimate(loss, loss);
  }

  @Override
  public String toString() {
    return "importance weighted";
  }
}
