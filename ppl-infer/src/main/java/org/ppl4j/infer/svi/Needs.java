package org.ppl4j.infer.svi;

import static com.google.common.base.Preconditions.checkArgument;

import java.util.Optional;
import java.util.stream.Collectors;
import org.ppl4j.SampleSite;
import org.ppl4j.Trace;

/** What estimators need of the sites of a guide. */
final class Needs {

  private Needs() {}

  /** A derivative along the draws. */
  static Optional<String> path(SampleSite site) {
    return site.distribution().isReparameterized()
        ? Optional.empty()
        : Optional.of("has no derivative along its draws");
  }

  /** A log density of what was drawn before. */
  static Optional<String> logProb(SampleSite site) {
    return site.distribution().hasLogProb()
        ? Optional.empty()
        : Optional.of("has no log density at a value");
  }

  /** Both. */
  static Optional<String> pathAndLogProb(SampleSite site) {
    return path(site).or(() -> logProb(site));
  }

  /**
   * Draws to weigh, several of them: of points, or of one draw, every weight is 1.
   *
   * @throws IllegalArgumentException if there is one particle, or the guide draws nothing but
   *     points
   */
  static void weights(Elbo elbo, long particles, Trace guide) {
    checkArgument(
        particles >= 2,
        "svi has 1 particle, but the %s estimator weighs several against each other; take"
            + " particles(10) or so",
        elbo);
    boolean isDrawn = false;
    for (SampleSite site : guide.latents()) {
      isDrawn |= site.distribution().hasDensity();
    }
    checkArgument(
        isDrawn,
        "guide %s draws points alone, but the %s estimator needs draws to weigh; take"
            + " Elbo.trace(), or give the guide's sites distributions",
        guide,
        elbo);
  }

  /**
   * Checks a guide.
   *
   * @throws IllegalArgumentException naming the first site that the estimator cannot take, and the
   *     estimators that can
   */
  static void check(Elbo elbo, Trace guide) {
    for (SampleSite site : guide.latents()) {
      Optional<String> why = elbo.whyNot(site);
      if (why.isPresent()) {
        throw new IllegalArgumentException(
            "sample site '%s' of the guide draws from %s, which %s, but the %s estimator needs one; %s"
                .formatted(site.name(), site.distribution().name(), why.get(), elbo, others(site)));
      }
    }
  }

  private static String others(SampleSite site) {
    String able =
        Elbo.all().stream()
            .filter(each -> each.whyNot(site).isEmpty())
            .map(Elbo::toString)
            .collect(Collectors.joining(", "));
    String leave =
        site.distribution().support().isDiscrete()
            ? ", or leave the site out of the guide, so that it is summed out of the model"
            : "";
    return "take one of the estimators [%s]%s".formatted(able, leave);
  }
}
