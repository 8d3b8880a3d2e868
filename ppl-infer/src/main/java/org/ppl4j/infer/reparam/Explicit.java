package org.ppl4j.infer.reparam;

import static java.util.Objects.requireNonNull;

import ai.djl.ndarray.NDArray;
import org.ppl4j.AddedSites;
import org.ppl4j.Ppl;
import org.ppl4j.SampleSite;
import org.ppl4j.distributions.TransformedDistribution;
import org.ppl4j.transforms.Transform;

/**
 * Draws a site through a transform of your choice: site {@code x.inner} has the distribution whose
 * image under it is x's own, and x is that image. The posterior of {@code x.inner} is that of x,
 * seen through the inverse.
 */
public final class Explicit implements Reparameterization {

  private final Transform transform;

  private Explicit(Transform transform) {
    this.transform = transform;
  }

  /**
   * Through a transform.
   *
   * @param transform from {@code x.inner} to x, onto the support of x; its tensors are plain
   *     numbers or of the run
   */
  public static Explicit of(Transform transform) {
    return new Explicit(requireNonNull(transform, "transform"));
  }

  @Override
  public NDArray value(Ppl p, SampleSite site) {
    Transform bound = transform.withParameters(p.run()::bind);
    NDArray inner =
        AddedSites.of(p, site)
            .sample(
                site.name() + ".inner",
                TransformedDistribution.of(site.distribution(), bound.inverted()));
    return bound.forward(inner).value();
  }

  @Override
  public String toString() {
    return "through " + transform;
  }
}
