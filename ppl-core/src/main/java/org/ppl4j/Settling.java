package org.ppl4j;

import static com.google.common.base.Preconditions.checkArgument;
import static com.google.common.base.Preconditions.checkState;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.ppl4j.params.ParamStore;
import org.ppl4j.tensor.Rng;
import org.ppl4j.tensor.Run;
import org.ppl4j.tensor.Validation;

/** What happens to a sample site behind the outermost handler: shapes, draw, checks. */
final class Settling {

  /** What names the statement that it is about. */
  private static final Pattern NAMED =
      Pattern.compile("(site|factor|plate|parameter|loop|module) '");

  private final Run run;
  private final ParamStore params;
  private final Rng.Purpose purpose;
  private final Set<String> names = new HashSet<>();
  private final List<SampleSite> settled = new ArrayList<>();
  private long particles;

  Settling(Run run, ParamStore params, Rng.Purpose purpose) {
    this.run = run;
    this.params = params;
    this.purpose = purpose;
  }

  /** From now on the execution holds so many particles. */
  void hold(long particles) {
    this.particles = particles;
  }

  /**
   * Runs a program; with particles, an error of its own code, which knows shapes but no site, says
   * after which site it came.
   */
  void explaining(Runnable program) {
    try {
      program.run();
    } catch (IllegalArgumentException e) {
      throw isPlaced(e) ? e : new IllegalArgumentException(placed(e), e);
    } catch (IllegalStateException e) {
      throw isPlaced(e) ? e : new IllegalStateException(placed(e), e);
    }
  }

  /** Before the first site nothing holds particles. */
  private boolean isPlaced(RuntimeException e) {
    return particles == 0
        || settled.isEmpty()
        || NAMED.matcher(String.valueOf(e.getMessage())).find();
  }

  private String placed(RuntimeException e) {
    SampleSite last = settled.get(settled.size() - 1);
    return "%s\nafter %s '%s', with %s particles"
        .formatted(e.getMessage(), Plates.what(last), last.name(), particles);
  }

  void settle(SampleSite site) {
    if (site.isInStep()) {
      settleStep(site);
      return;
    }
    checkState(
        names.add(site.name()),
        "sample site '%s' occurs twice in one execution; give each its own name, or put them under"
            + " a loop or a Prefix",
        site.name());
    checkValue(site);
    explained(Plates::fit, site);
    site.expandNumbers(run);
    MissingData.fill(site);
    if (site.isEnumerated()) {
      site.choose(run);
    }
    if (site.isLatent() && !site.hasValue()) {
      explained(this::draw, site);
    }
    site.close();
    Consumer<IllegalArgumentException> faults = site.faults();
    if (faults != null) {
      tell(faults, site);
    } else if (validates("site", site.name())) {
      check(site);
    }
    settled.add(site);
  }

  /** A site of a step of a scan: what is checked is all steps together. */
  private void settleStep(SampleSite site) {
    checkValue(site);
    explained(Plates::fit, site);
    site.expandNumbers(run);
    MissingData.fill(site);
    if (site.isLatent() && !site.hasValue()) {
      explained(this::draw, site);
    }
    site.markIfParticles();
    site.close();
  }

  private static void checkValue(SampleSite site) {
    checkArgument(
        !site.isObserved() || site.hasValue(),
        "observed site '%s' has no value; pass its data, or predict them by Predictive, which needs"
            + " none",
        site.name());
  }

  private void draw(SampleSite site) {
    Rng rng = site.rng();
    try {
      site.drawn(site.distribution().draw(rng == null ? run.rng(purpose, site.name()) : rng));
    } catch (UnsupportedOperationException e) {
      throw new IllegalArgumentException(e.getMessage(), e); // explained, and of no draw
    }
  }

  private void tell(Consumer<IllegalArgumentException> faults, SampleSite site) {
    try {
      check(site);
    } catch (IllegalArgumentException e) {
      faults.accept(e);
    }
  }

  private void check(SampleSite site) {
    run.looking(() -> explained(SiteCheck::check, site));
  }

  /** A step whose error says which site it is of, and shows the sites before. */
  private void explained(Consumer<SampleSite> step, SampleSite site) {
    try {
      step.accept(site);
    } catch (IllegalArgumentException e) {
      String message = String.valueOf(e.getMessage());
      boolean isNamed = NAMED.matcher(message).find();
      String named =
          isNamed ? message : "%s '%s': %s".formatted(Plates.what(site), site.name(), message);
      String before =
          settled.isEmpty() ? "" : "\nsites before it:\n" + SiteTable.of(List.of(), settled);
      throw isNamed && before.isEmpty() ? e : new IllegalArgumentException(named + before, e);
    }
  }

  /** Whether the values of this site, plate or parameter are looked at in this execution. */
  boolean validates(String kind, String name) {
    Validation when = run.config().validation();
    return when == Validation.ALWAYS
        || (when == Validation.FIRST_RUN && params.isFirst(new Met(purpose, kind, name)));
  }

  /** That executions of a purpose met something of this name. */
  private record Met(Rng.Purpose purpose, String kind, String name) {}
}
