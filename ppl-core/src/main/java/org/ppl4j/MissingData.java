package org.ppl4j;

import static com.google.common.base.Preconditions.checkArgument;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import org.ppl4j.distributions.Distribution;
import org.ppl4j.distributions.Imputed;

/** Missing data: one site for what was observed, and a latent one for what was not. */
final class MissingData {

  private MissingData() {}

  static NDArray observe(
      Ppl p, String name, Distribution distribution, NDArray value, NDArray mask) {
    checkArgument(
        mask.getDataType() == DataType.BOOLEAN,
        "observed site '%s' has a mask of type %s; pass booleans, e.g. numbers.neq(0)",
        name,
        mask.getDataType());
    NDArray observed = p.run().bind(mask);
    Distribution bound = distribution.on(p.run());
    SampleSite present =
        new SampleSite(p.named(name), SampleSite.Kind.OBSERVED, bound, p.run().bind(value));
    present.markObserved(observed);
    Imputed imputed = Imputed.of(bound, observed);
    SampleSite absent =
        new SampleSite(p.named(name + ".missing"), SampleSite.Kind.LATENT, imputed, null);
    NDArray known = p.perform(present);
    NDArray missing = p.perform(absent);
    return imputed.complete(known, missing);
  }

  /** Puts values of the support where an observed value is missing: a NaN there has no effect. */
  static void fill(SampleSite site) {
    NDArray observed = site.observed();
    if (observed != null && site.isObserved()) {
      site.substitute(site.distribution().support().inside(site.value(), observed));
    }
  }
}
