package org.ppl4j.infer.svi;

import ai.djl.ndarray.NDArray;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.ppl4j.SampleSite;
import org.ppl4j.Trace;

/** {@link Elbo#doublyReparameterized()}. */
final class DoublyReparameterizedElbo implements Elbo {

  static final DoublyReparameterizedElbo INSTANCE = new DoublyReparameterizedElbo();

  private DoublyReparameterizedElbo() {}

  @Override
  public Estimate estimate(Pass pass) {
    return ofEach(List.of(pass));
  }

  @Override
  public Estimate ofEach(List<Pass> particles) {
    List<NDArray> ofDraws = new ArrayList<>();
    List<NDArray> ofParams = new ArrayList<>();
    for (Pass pass : particles) {
      Trace guide = pass.guide();
      Trace model = pass.modelOfHeldParams(guide);
      Trace path = pass.guideOfHeldParams(guide);
      ofDraws.add(pass.logJoints(model).sub(pass.logJoints(path)));
      if (!model.params().isEmpty()) {
        ofParams.add(pass.logJoints(pass.modelOfHeldDraws(guide)));
      }
    }
    LogWeights weights = LogWeights.of(ofDraws);
    NDArray share = weights.shares();
    NDArray gain = share.square().mul(weights.all()).sum(new int[] {-1});
    if (!ofParams.isEmpty()) {
      gain = gain.add(share.mul(LogWeights.joined(ofParams)).sum(new int[] {-1}));
    }
    return new Estimate(weights.logMean().neg(), gain.neg());
  }

  @Override
  public Optional<String> whyNot(SampleSite site) {
    return Needs.pathAndLogProb(site);
  }

  @Override
  public String toString() {
    return "doubly reparameterized";
  }
}
