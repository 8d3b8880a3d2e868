package org.ppl4j.infer.svi;

import ai.djl.ndarray.types.Shape;
import com.google.common.collect.ImmutableList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.ppl4j.ModelGuide;
import org.ppl4j.SampleSite;
import org.ppl4j.Trace;
import org.ppl4j.distributions.Distribution;

/**
 * The sites of model and guide in the first pass of a fit. A later pass with other sites or shapes
 * is checked as the first was: a site that only one of the two draws is weighed in one of them
 * alone, and the bound runs past the evidence.
 */
record Sites(ImmutableList<Seen> ofModel, ImmutableList<Seen> ofGuide) {

  /** What must not change unseen; no shapes of a site without a distribution. */
  private record Seen(
      String name,
      SampleSite.Kind kind,
      boolean isAuxiliary,
      @Nullable Shape batch,
      @Nullable Shape event) {

    static Seen of(SampleSite site) {
      Distribution distribution = hasDistribution(site) ? site.distribution() : null;
      return new Seen(
          site.name(),
          site.kind(),
          site.isAuxiliary(),
          distribution == null ? null : distribution.batchShape(),
          distribution == null ? null : distribution.eventShape());
    }

    boolean isOf(SampleSite site) {
      return name.equals(site.name())
          && kind == site.kind()
          && isAuxiliary == site.isAuxiliary()
          && (batch == null || batch.equals(site.distribution().batchShape()))
          && (event == null || event.equals(site.distribution().eventShape()));
    }

    private static boolean hasDistribution(SampleSite site) {
      return site.isLatent() || site.isObserved();
    }
  }

  /** Those of a pass that was checked. */
  static Sites of(Trace model, Trace guide) {
    return new Sites(seen(model), seen(guide));
  }

  private static ImmutableList<Seen> seen(Trace trace) {
    return trace.sites().stream().map(Seen::of).collect(ImmutableList.toImmutableList());
  }

  /**
   * Compares model and guide of another pass, if one of them is not as it was.
   *
   * @throws IllegalArgumentException if they do not fit together
   */
  void check(Trace model, Trace guide) {
    if (!matches(ofModel, model) || !matches(ofGuide, guide)) {
      ModelGuide.check(model, guide);
    }
  }

  private static boolean matches(List<Seen> known, Trace trace) {
    List<SampleSite> sites = trace.sites();
    if (sites.size() != known.size()) {
      return false;
    }
    for (int i = 0; i < sites.size(); i++) {
      if (!known.get(i).isOf(sites.get(i))) {
        return false;
      }
    }
    return true;
  }
}
