package org.ppl4j;

import static com.google.common.base.Preconditions.checkState;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.ppl4j.tensor.Rng;
import org.ppl4j.tensor.Run;
import org.ppl4j.tensor.Validation;

/** What happens to a sample site behind the outermost handler: shapes, draw, checks. */
final class Settling {

  private final Run run;
  private final ParamStore params;
  private final Rng.Purpose purpose;
  private final Set<String> names = new HashSet<>();
  private final List<SampleSite> settled = new ArrayList<>();

  Settling(Run run, ParamStore params, Rng.Purpose purpose) {
    this.run = run;
    this.params = params;
    this.purpose = purpose;
  }

  void settle(SampleSite site) {
    checkState(
        names.add(site.name()),
        "sample site '%s' occurs twice in one execution; give each its own name, or put them under"
            + " a loop or a Prefix",
        site.name());
    explained(Plates::fit, site);
    site.fillHoles();
    if (site.isLatent() && !site.hasValue()) {
      Rng rng = site.rng();
      site.drawn(site.distribution().draw(rng == null ? run.rng(purpose, site.name()) : rng));
    }
    site.close();
    if (validates(site.name())) {
      explained(SiteCheck::check, site);
    }
    settled.add(site);
  }

  /** A check whose error shows the sites before. */
  private void explained(Consumer<SampleSite> check, SampleSite site) {
    try {
      check.accept(site);
    } catch (IllegalArgumentException e) {
      throw settled.isEmpty()
          ? e
          : new IllegalArgumentException(
              e.getMessage() + "\nsites before it:\n" + SiteTable.of(List.of(), settled), e);
    }
  }

  /** Whether the values of this site or plate are looked at in this execution. */
  boolean validates(String name) {
    Validation when = run.config().validation();
    return when == Validation.ALWAYS
        || (when == Validation.FIRST_RUN && params.firstRuns.isFirst(purpose, name));
  }
}
