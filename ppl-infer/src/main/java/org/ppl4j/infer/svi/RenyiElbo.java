package org.ppl4j.infer.svi;

import static com.google.common.base.Preconditions.checkArgument;

import ai.djl.ndarray.NDArray;
import org.ppl4j.Trace;
import org.ppl4j.tensor.Special;

/**
 * {@link Elbo#renyi(double)}.
 *
 * @param order α
 */
record RenyiElbo(double order) implements Elbo {

  RenyiElbo {
    checkArgument(
        Double.isFinite(order), "renyi estimator has order %s, but it must be finite", order);
  }

  @Override
  public Estimate estimate(Pass pass) {
    if (order == 1) {
      return Elbo.trace().estimate(pass);
    }
    Trace guide = pass.guide();
    Trace model = pass.model(guide);
    if (pass.isFirst()) {
      guide.latents().forEach(site -> TraceElbo.checkReparameterized(site, this));
    }
    NDArray logWeights = pass.logJoints(model).sub(pass.logJoints(guide));
    NDArray total = Special.logSumExp(logWeights.mul(1 - order), -1, false);
    NDArray loss = total.sub(Math.log(pass.particles())).mul(-1 / (1 - order));
    return new Estimate(loss, loss);
  }

  @Override
  public String toString() {
    return "renyi(" + order + ")";
  }
}
