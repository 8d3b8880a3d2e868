package org.ppl4j.infer.svi;

import static com.google.common.base.Preconditions.checkArgument;

import ai.djl.ndarray.NDArray;
import java.util.ArrayList;
import java.util.List;
import org.ppl4j.SampleSite;
import org.ppl4j.Trace;
import org.ppl4j.tensor.Tensors;

/** {@link Elbo#trace()}. */
final class TraceElbo implements Elbo {

  static final TraceElbo INSTANCE = new TraceElbo();

  private TraceElbo() {}

  @Override
  public Estimate estimate(Pass pass) {
    Trace guide = pass.guide();
    Trace model = pass.model(guide);
    if (pass.isFirst()) {
      guide.latents().forEach(site -> checkReparameterized(site, this));
    }
    List<NDArray> shares = new ArrayList<>(guide.logJointShares());
    model.logJointShares().forEach(share -> shares.add(share.neg()));
    NDArray loss = Tensors.addAll(shares);
    NDArray mean = pass.particles() == 1 ? loss : loss.mul(1.0 / pass.particles());
    return new Estimate(mean, mean);
  }

  static void checkReparameterized(SampleSite site, Elbo estimator) {
    checkArgument(
        site.distribution().isReparameterized(),
        "sample site '%s' of the guide draws from %s, which has no derivative along its draws, but"
            + " the %s estimator needs one; give the guide a continuous distribution there, or"
            + " sum the site out of the model",
        site.name(),
        site.distribution().name(),
        estimator);
  }

  @Override
  public Estimate ofEach(List<Estimate> particles) {
    return Estimate.mean(particles);
  }

  @Override
  public String toString() {
    return "trace";
  }
}
