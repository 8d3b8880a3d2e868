package org.ppl4j.infer.svi;

import static com.google.common.base.Preconditions.checkArgument;

import ai.djl.ndarray.NDArray;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.ppl4j.SampleSite;
import org.ppl4j.Trace;

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
    return ofEach(List.of(pass));
  }

  @Override
  public Estimate ofEach(List<Pass> particles) {
    if (order == 1) {
      return particles.size() == 1
          ? Elbo.trace().estimate(particles.get(0))
          : Elbo.trace().ofEach(particles);
    }
    List<NDArray> ofDraws = new ArrayList<>();
    for (Pass pass : particles) {
      Trace guide = pass.guide();
      Trace model = pass.model(guide);
      ofDraws.add(pass.logJoints(model).sub(pass.logJoints(guide)));
    }
    LogWeights powers = new LogWeights(LogWeights.joined(ofDraws).mul(1 - order));
    NDArray loss = powers.logMean().mul(-1 / (1 - order));
    return new Estimate(loss, loss);
  }

  @Override
  public Optional<String> whyNot(SampleSite site) {
    return Needs.path(site);
  }

  @Override
  public String toString() {
    return order == 0 ? "importance-weighted" : "renyi(" + order + ")";
  }
}
