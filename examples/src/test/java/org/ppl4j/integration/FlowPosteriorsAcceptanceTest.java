package org.ppl4j.integration;

import ai.djl.ndarray.NDManager;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.ppl4j.Program;
import org.ppl4j.flows.Flows;
import org.ppl4j.infer.Progress;
import org.ppl4j.infer.Summary;
import org.ppl4j.infer.autoguide.AutoFlow;
import org.ppl4j.infer.importance.ImportanceSamples;
import org.ppl4j.infer.svi.FitReport;
import org.ppl4j.infer.svi.Svi;
import org.ppl4j.testing.AcceptancePoint;
import org.ppl4j.testing.PosteriorCase;
import org.ppl4j.testing.PosteriorCase.Moments;
import org.ppl4j.testing.PosteriorCases;
import org.ppl4j.testing.PosteriorDistance;

/** Known posteriors of raw data by a flow as guide, with default settings, and weights. */
@Tag("acceptance")
@Tag("sampler.2")
class FlowPosteriorsAcceptanceTest {

  private static final AcceptancePoint POINT = new AcceptancePoint("sampler.2");

  private static final int DRAWS = 10_000;

  @Test
  void flowsWithWeightsAreNear() {
    int near = 0;
    List<String> silent = new ArrayList<>();
    for (Named<PosteriorCase> each : PosteriorCases.all().toList()) {
      PosteriorCase posterior = each.getPayload();
      Program<PosteriorCase.Data> model = posterior.program();
      long began = System.nanoTime();
      try (NDManager manager = NDManager.newBaseManager();
          Svi<PosteriorCase.Data> svi =
              Svi.builder(model, AutoFlow.of(model, dim -> Flows.iaf(dim, 2)))
                  .progress(Progress.silent())
                  .build()) {
        PosteriorCase.Data data = posterior.data(manager);
        FitReport report = svi.run(data);
        try (ImportanceSamples weighted = svi.importance(data, DRAWS)) {
          Summary summary = weighted.samples().summary();
          PosteriorDistance distance =
              PosteriorDistance.of(
                  posterior, name -> new Moments(summary.get(name).mean(), summary.get(name).sd()));
          boolean isNear = distance.isWithin(0.1, 0.88, 1.12);
          near += isNear ? 1 : 0;
          boolean isTold =
              !weighted.samples().warnings().isEmpty()
                  || !report.warnings().isEmpty()
                  || report.toString().contains("by its weights");
          if (!isNear && !isTold) {
            silent.add(each.getName());
          }
          System.out.printf(
              Locale.ROOT,
              "sampler.2 flow %s: %s, k-hat %.2f, %,d steps at %d rates, %.2f s, %d warnings%n",
              each.getName(),
              distance,
              weighted.khat().value(),
              report.steps(),
              report.stages().size(),
              (System.nanoTime() - began) * 1e-9,
              weighted.samples().warnings().size());
        }
      }
    }
    POINT.atMost("flows: fits that are off without a word " + silent, silent.size(), 0);
    POINT.atLeast("flows with weights: posteriors within 0.1 sd and 12%", near, 12);
  }
}
