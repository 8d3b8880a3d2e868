package org.ppl4j.infer.svi;

import ai.djl.ndarray.NDArray;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.ppl4j.SampleSite;
import org.ppl4j.Trace;

/** {@link Elbo#reweightedWakeSleep()}. */
final class ReweightedWakeSleepElbo implements Elbo {

  static final ReweightedWakeSleepElbo INSTANCE = new ReweightedWakeSleepElbo();

  private ReweightedWakeSleepElbo() {}

  @Override
  public Estimate estimate(Pass pass) {
    return ofEach(List.of(pass));
  }

  @Override
  public Estimate ofEach(List<Pass> particles) {
    List<NDArray> ofGuide = new ArrayList<>();
    List<NDArray> ofModel = new ArrayList<>();
    for (Pass pass : particles) {
      Trace guide = pass.guide(site -> true);
      Needs.weights(this, (long) particles.size() * pass.particles(), guide);
      ofGuide.add(pass.logJoints(guide));
      ofModel.add(pass.logJoints(pass.modelOfHeldDraws(guide)));
    }
    NDArray logQ = LogWeights.joined(ofGuide);
    NDArray logP = LogWeights.joined(ofModel);
    LogWeights weights = new LogWeights(logP.sub(logQ));
    NDArray gain = weights.shares().mul(logP.add(logQ)).sum(new int[] {-1});
    return new Estimate(weights.logMean().neg(), gain.neg());
  }

  @Override
  public Optional<String> whyNot(SampleSite site) {
    return Needs.logProb(site);
  }

  @Override
  public String toString() {
    return "reweighted wake-sleep";
  }
}
