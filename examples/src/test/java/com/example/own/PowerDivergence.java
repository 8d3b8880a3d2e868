package com.example.own;

import ai.djl.ndarray.NDArray;
import org.ppl4j.Ppl;
import org.ppl4j.infer.density.FlowBatch;
import org.ppl4j.infer.density.FlowLook;
import org.ppl4j.infer.density.Goal;

/**
 * A training objective of one's own, which rows far out hardly move: (1 + 1/b) E f(y)^b − E f(z)^b
 * of rows y and draws z of the density f. Source: Basu, Harris, Hjort and Jones, "Robust and
 * efficient estimation by minimising a density power divergence" (1998).
 */
public record PowerDivergence(double power) implements Goal {

  private NDArray closeness(FlowBatch batch) {
    NDArray ofRows = batch.logProb().mul(power).exp().mean();
    NDArray ofDraws = batch.logProb(batch.draws()).mul(power).exp().mean();
    return ofRows.mul(1 + 1 / power).sub(ofDraws);
  }

  @Override
  public void run(Ppl p, FlowBatch batch) {
    p.factor("closeness", closeness(batch));
  }

  /** Rows for validation have some far out too, of which a log-density would say most. */
  @Override
  public double worth(FlowLook look) {
    return look.of(this::closeness);
  }

  @Override
  public boolean isOfDensity() {
    return false;
  }
}
