package org.ppl4j.infer.internal;

import ai.djl.ndarray.NDArray;
import org.ppl4j.SampleSite;
import org.ppl4j.tensor.Tensors;

/** Looks on the host for numbers that are not finite, to say in words where they are. */
public final class NonFinite {

  private NonFinite() {}

  /** The first entry that is not finite; 0 if all are. */
  public static double first(NDArray x) {
    if (Tensors.constant(x).isPresent()) {
      return Tensors.constant(x).getAsDouble();
    }
    for (double value : Tensors.values(x)) {
      if (!Double.isFinite(value)) {
        return value;
      }
    }
    return 0;
  }

  /** The first entry of a site's log density, scaled, that is not finite; 0 if all are. */
  public static double firstLogProb(SampleSite site) {
    return site.isMaskedOut() ? 0 : first(site.scaledLogProb());
  }
}
