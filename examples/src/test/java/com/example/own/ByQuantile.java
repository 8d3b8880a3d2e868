package com.example.own;

import ai.djl.ndarray.NDArray;
import org.ppl4j.AddedSites;
import org.ppl4j.Ppl;
import org.ppl4j.SampleSite;
import org.ppl4j.distributions.Distribution;
import org.ppl4j.distributions.Uniform;
import org.ppl4j.infer.reparam.Reparameterization;

/** A reparametriser of one's own: a site x is the quantile of x.u, which is uniform. */
public final class ByQuantile implements Reparameterization {

  @Override
  public NDArray value(Ppl p, SampleSite site) {
    Distribution distribution = site.distribution();
    Distribution uniform = Uniform.of(0, 1).expand(distribution.batchShape());
    return distribution.icdf(AddedSites.of(p, site).sample(site.name() + ".u", uniform));
  }
}
