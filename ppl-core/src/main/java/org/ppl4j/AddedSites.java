package org.ppl4j;

import static java.util.Objects.requireNonNull;

import ai.djl.ndarray.NDArray;
import com.google.errorprone.annotations.CanIgnoreReturnValue;
import org.ppl4j.distributions.Distribution;

/**
 * Sites that a handler adds to the one that passes on its way out: in its plates, and counted as it
 * is. A handler that draws a site through another one, or weighs it in another way, makes these in
 * {@link Handler.Frame#enter(SampleSite)}; only the frames further out see them.
 *
 * <p>Names are taken as they are; begin them with the site's own.
 */
public final class AddedSites {

  private final Ppl p;
  private final SampleSite site;

  private AddedSites(Ppl p, SampleSite site) {
    this.p = p;
    this.site = site;
  }

  /** To be added around a site of an execution. */
  public static AddedSites of(Ppl p, SampleSite site) {
    return new AddedSites(requireNonNull(p, "p"), requireNonNull(site, "site"));
  }

  /** Draws a value, as {@link Ppl#sample(String, Distribution)}. */
  @CanIgnoreReturnValue
  public NDArray sample(String name, Distribution distribution) {
    return p.perform(
        placed(new SampleSite(name, SampleSite.Kind.LATENT, distribution.on(p.run()), null)));
  }

  /** Adds a log weight, as {@link Ppl#factor}. */
  public void factor(String name, NDArray logWeight) {
    p.perform(placed(SampleSite.factor(name, p.run().bind(logWeight))));
  }

  /**
   * Records a value, as {@link Ppl#deterministic}, in no plate; in {@link
   * Handler.Frame#leave(SampleSite)} too, where the site's own is known.
   */
  public void deterministic(String name, NDArray value) {
    p.perform(new SampleSite(name, SampleSite.Kind.DETERMINISTIC, null, p.run().bind(value)));
  }

  private SampleSite placed(SampleSite made) {
    for (Plate plate : site.plates()) {
      made.enter(plate);
    }
    made.scaleBy(site.scale() / made.scale());
    if (site.mask() != null) {
      made.maskBy(site.mask());
    }
    if (site.isMaskedOut()) {
      made.maskOut();
    }
    return made;
  }
}
