package org.ppl4j.infer.reparam;

import static com.google.common.base.Preconditions.checkArgument;

import ai.djl.ndarray.NDArray;
import org.ppl4j.AddedSites;
import org.ppl4j.Ppl;
import org.ppl4j.SampleSite;
import org.ppl4j.distributions.TransformedDistribution;

/**
 * Draws a site of a {@link TransformedDistribution} through its base: site {@code x.base}, and x is
 * its image. With a transform that holds other latent values this removes the dependence on them,
 * as {@link LocScale#nonCentred} does for location and scale.
 */
public final class TransformReparam implements Reparameterization {

  private TransformReparam() {}

  /** Through the base of the site's distribution. */
  public static TransformReparam of() {
    return new TransformReparam();
  }

  @Override
  public NDArray value(Ppl p, SampleSite site) {
    checkArgument(
        site.distribution() instanceof TransformedDistribution,
        "sample site '%s' is drawn from %s, but transformReparam needs a TransformedDistribution;"
            + " make it one, with the event dims declared in its base",
        site.name(),
        site.distribution().name());
    TransformedDistribution transformed = (TransformedDistribution) site.distribution();
    NDArray z = AddedSites.of(p, site).sample(site.name() + ".base", transformed.base());
    return transformed.transform().forward(z).value();
  }

  @Override
  public String toString() {
    return "through its base";
  }
}
