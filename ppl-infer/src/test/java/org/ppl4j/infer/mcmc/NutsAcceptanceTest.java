package org.ppl4j.infer.mcmc;

import java.util.List;
import java.util.Locale;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.ppl4j.testing.AcceptancePoint;
import org.ppl4j.testing.PosteriorCase;
import org.ppl4j.testing.PosteriorCases;

/** All posteriors of posteriordb, on raw data, in the variables of their Stan programs. */
@Tag("acceptance")
@Tag("sampler.1")
class NutsAcceptanceTest {

  private static final AcceptancePoint POINT = new AcceptancePoint("sampler.1");
  private static final double FEW = 400;
  private static final double MANY = 1000;

  /** What is tried where the settings before were not enough. */
  private record Attempt(String name, UnaryOperator<Nuts<PosteriorCase.Data>> settings) {}

  private static final List<Attempt> ATTEMPTS =
      List.of(
          new Attempt("4,000 draws", nuts -> nuts.draws(4000)),
          new Attempt(
              "a dense metric, 2,000 + 10,000, acceptance 0.95",
              nuts -> nuts.metric(Metric.DENSE).warmup(2000).draws(10_000).targetAcceptance(0.95)),
          new Attempt(
              "a dense metric, 2,000 + 40,000, acceptance 0.99",
              nuts -> nuts.metric(Metric.DENSE).warmup(2000).draws(40_000).targetAcceptance(0.99)));

  @Test
  void posteriorsAreThoseOfTheReference() {
    int all = 0;
    int byDefault = 0;
    int inTheEnd = 0;
    for (Named<PosteriorCase> each : PosteriorCases.all().toList()) {
      PosteriorFit fit = fit(each.getPayload(), "defaults", UnaryOperator.identity());
      all++;
      byDefault += fit.rhat() < 1.01 && fit.size() >= FEW ? 1 : 0;
      for (int i = 0; i < ATTEMPTS.size() && !fit.isGood(MANY); i++) {
        fit = fit(each.getPayload(), ATTEMPTS.get(i).name(), ATTEMPTS.get(i).settings());
      }
      inTheEnd += fit.isGood(MANY) ? 1 : 0;
    }

    POINT.between("posteriors", all, 15, 15);
    POINT.atLeast("by default with R-hat < 1.01 and effective sizes of 400", byDefault, 13);
    POINT.atLeast(
        "in the end with R-hat < 1.01, effective sizes of 1000, means and sds of the reference",
        inTheEnd,
        15);
  }

  private static PosteriorFit fit(
      PosteriorCase posterior, String name, UnaryOperator<Nuts<PosteriorCase.Data>> settings) {
    PosteriorFit fit = PosteriorFit.of(posterior, settings);
    String what = posterior.name() + " by " + name + ", ";
    POINT.shown(what + "largest R-hat", fit.rhat());
    POINT.shown(what + "least effective size", fit.size());
    POINT.shown(what + "largest |mean - reference|/sd less 0.1 + 3 MCSE", fit.offset());
    POINT.shown(what + "least sd ratio", fit.leastRatio());
    POINT.shown(what + "largest sd ratio", fit.largestRatio());
    POINT.shown(what + "gradients", fit.report().gradients());
    POINT.shown(what + "seconds", fit.report().seconds());
    POINT.shown(what + "depth limit hits", fit.report().depthLimitHits());
    POINT.shown(what + "divergences", fit.report().divergences());
    fit.report()
        .warnings()
        .forEach(
            warning -> System.out.printf(Locale.ROOT, "sampler.1 %swarning: %s%n", what, warning));
    return fit;
  }
}
