package org.ppl4j.infer.svi;

import ai.djl.ndarray.NDArray;
import java.util.List;
import java.util.Optional;
import org.ppl4j.SampleSite;
import org.ppl4j.Trace;

/** {@link Elbo#pathDerivative()}. */
final class PathDerivativeElbo implements Elbo {

  static final PathDerivativeElbo INSTANCE = new PathDerivativeElbo();

  private PathDerivativeElbo() {}

  @Override
  public Estimate estimate(Pass pass) {
    Trace guide = pass.guide();
    Trace model = pass.model(guide);
    Trace path = pass.guideOfHeldParams(guide);
    NDArray loss = path.logJoint().sub(model.logJoint()).mul(1.0 / pass.particles());
    return new Estimate(loss, loss);
  }

  @Override
  public Estimate ofEach(List<Pass> particles) {
    return Estimate.mean(this, particles);
  }

  @Override
  public Optional<String> whyNot(SampleSite site) {
    return Needs.pathAndLogProb(site);
  }

  @Override
  public String toString() {
    return "path derivative";
  }
}
