package org.ppl4j.infer.svi;

import static com.google.common.base.Preconditions.checkArgument;

import ai.djl.ndarray.NDArray;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.ppl4j.ParamSite;
import org.ppl4j.SampleSite;
import org.ppl4j.Trace;

/** {@link Elbo#forwardKl()}. */
final class ForwardKlElbo implements Elbo {

  static final ForwardKlElbo INSTANCE = new ForwardKlElbo();

  private ForwardKlElbo() {}

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
      Trace model = pass.modelOfHeldDraws(guide);
      ofGuide.add(pass.logJoints(guide));
      ofModel.add(pass.logJoints(model));
      checkFixed(model);
    }
    NDArray logQ = LogWeights.joined(ofGuide);
    LogWeights weights = new LogWeights(LogWeights.joined(ofModel).sub(logQ));
    NDArray share = weights.shares();
    NDArray loss = share.mul(weights.all()).sum(new int[] {-1}).sub(weights.logMean());
    return new Estimate(loss, share.mul(logQ).sum(new int[] {-1}).neg());
  }

  private static void checkFixed(Trace model) {
    List<ParamSite> params = model.params();
    checkArgument(
        params.isEmpty(),
        "parameter '%s' is of the model, which the forward kl estimator takes as it is; take"
            + " Elbo.reweightedWakeSleep(), which learns both, or draw the parameter from a prior",
        params.isEmpty() ? "" : params.get(0).name());
  }

  @Override
  public Optional<String> whyNot(SampleSite site) {
    return Needs.logProb(site);
  }

  @Override
  public String toString() {
    return "forward kl";
  }
}
