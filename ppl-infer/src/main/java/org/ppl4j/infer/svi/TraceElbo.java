package org.ppl4j.infer.svi;

import ai.djl.ndarray.NDArray;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
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
    List<NDArray> shares = new ArrayList<>(guide.logJointShares());
    model.logJointShares().forEach(share -> shares.add(share.neg()));
    NDArray loss = Tensors.addAll(shares);
    NDArray mean = pass.particles() == 1 ? loss : loss.mul(1.0 / pass.particles());
    return new Estimate(mean, mean);
  }

  @Override
  public Estimate ofEach(List<Pass> particles) {
    return Estimate.mean(this, particles);
  }

  @Override
  public Optional<String> whyNot(SampleSite site) {
    return Needs.path(site);
  }

  @Override
  public String toString() {
    return "trace";
  }
}
