package org.ppl4j.infer.svi;

import ai.djl.ndarray.NDManager;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.ppl4j.infer.Progress;
import org.ppl4j.infer.Samples;
import org.ppl4j.infer.Summary;
import org.ppl4j.infer.autoguide.AutoNormal;
import org.ppl4j.infer.latent.Initializer;
import org.ppl4j.params.ParamStore;
import org.ppl4j.testing.AcceptancePoint;
import org.ppl4j.testing.PosteriorCase;
import org.ppl4j.testing.PosteriorCase.Moments;
import org.ppl4j.testing.PosteriorCases;
import org.ppl4j.testing.PosteriorDistance;

/** A fit of known posteriors from far is near, or says that it may not be. */
@Tag("acceptance")
class PosteriorFitsAcceptanceTest {

  private static final AcceptancePoint POINT = new AcceptancePoint("trust.5");
  private static final int STEPS = 1000;
  private static final int DRAWS = 4000;

  /** In standard deviations of the reference. */
  private static final double OFF = 0.5;

  @Test
  @Tag("trust.5")
  void fitsThatAreOffCarryAWarning() {
    int fits = 0;
    int off = 0;
    int silent = 0;
    for (Named<PosteriorCase> each : PosteriorCases.all().toList()) {
      Fit fit = fit(each.getPayload());
      POINT.shown(
          each.getName() + ", " + fit.warnings() + " warnings, largest offset in sd", fit.offset());
      fits++;
      if (!(fit.offset() <= OFF)) {
        off++;
        silent += fit.warnings() == 0 ? 1 : 0;
      }
    }

    POINT.between("fits", fits, 15, 15);
    POINT.atLeast("fits with a mean off by more than 0.5 sd", off, 1);
    POINT.atMost("such fits without a warning", silent, 0);
  }

  /** The largest offset of a mean, and how many warnings the report has. */
  private record Fit(double offset, int warnings) {}

  private static Fit fit(PosteriorCase posterior) {
    try (NDManager manager = NDManager.newBaseManager();
        ParamStore params = new ParamStore(manager)) {
      PosteriorCase.Data data = posterior.data(manager);
      try (Svi<PosteriorCase.Data> svi =
          Svi.builder(
                  posterior.program(),
                  AutoNormal.of(posterior.program()).initializer(Initializer.uniform()))
              .params(params)
              .progress(Progress.silent())
              .build()) {
        FitReport report = svi.run(data, STEPS);
        try (Samples draws = svi.posterior(data, DRAWS)) {
          return new Fit(offset(posterior, draws.summary()), report.warnings().size());
        }
      }
    }
  }

  private static double offset(PosteriorCase posterior, Summary summary) {
    return PosteriorDistance.of(
            posterior, name -> new Moments(summary.get(name).mean(), summary.get(name).sd()))
        .offset();
  }
}
