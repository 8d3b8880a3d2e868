package org.ppl4j.infer.reparam;

import ai.djl.ndarray.NDArray;
import org.ppl4j.Ppl;
import org.ppl4j.SampleSite;

/** A way to draw a latent site through other sites. */
@FunctionalInterface
public interface Reparameterization {

  /**
   * Draws the other sites, {@linkplain org.ppl4j.AddedSites added} to this one and under names that
   * begin with its own.
   *
   * @param p the execution
   * @param site latent, on its way out, without a value
   * @return the site's value that follows from them; its distribution given everything before must
   *     be the site's own
   * @throws IllegalArgumentException if the site's distribution is of a kind that it does not fit
   */
  NDArray value(Ppl p, SampleSite site);
}
