package org.ppl4j.infer.svi;

import static com.google.common.base.Preconditions.checkArgument;

import ai.djl.ndarray.NDArray;
import java.util.List;
import org.ppl4j.Trace;
import org.ppl4j.tensor.Special;
import org.ppl4j.tensor.Tensors;

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
    return of(pass.logJoints(model).sub(pass.logJoints(guide)), pass.particles());
  }

  /** Of the particles' log weights. */
  private Estimate of(NDArray logWeights, int particles) {
    NDArray total = Special.logSumExp(logWeights.mul(1 - order), -1, false);
    NDArray loss = total.sub(Math.log(particles)).mul(-1 / (1 - order));
    return new Estimate(loss, loss);
  }

  /** The loss of one is its negative log weight. */
  @Override
  public Estimate ofEach(List<Estimate> particles) {
    if (order == 1) {
      return Estimate.mean(particles);
    }
    List<NDArray> losses = particles.stream().map(Estimate::loss).toList();
    return of(Tensors.stack(losses, -1).neg(), particles.size());
  }

  @Override
  public String toString() {
    return "renyi(" + order + ")";
  }
}
