package org.ppl4j.guide;

import static org.ppl4j.guide.ShapesAndPlatesPage.LINE;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.training.tracker.Tracker;
import java.nio.file.Path;
import org.ppl4j.Program;
import org.ppl4j.flows.Flows;
import org.ppl4j.guide.ShapesAndPlatesPage.Rows;
import org.ppl4j.infer.Samples;
import org.ppl4j.infer.Summary;
import org.ppl4j.infer.approximation.Pathfinder;
import org.ppl4j.infer.approximation.PathfinderPosterior;
import org.ppl4j.infer.autoguide.AutoAmortised;
import org.ppl4j.infer.autoguide.AutoFlow;
import org.ppl4j.infer.autoguide.AutoNormal;
import org.ppl4j.infer.autoguide.Reading;
import org.ppl4j.infer.importance.ImportanceSamples;
import org.ppl4j.infer.optim.Adam;
import org.ppl4j.infer.optim.ByName;
import org.ppl4j.infer.optim.RmsProp;
import org.ppl4j.infer.svi.Averaging;
import org.ppl4j.infer.svi.Elbo;
import org.ppl4j.infer.svi.FitReport;
import org.ppl4j.infer.svi.GradientVariance;
import org.ppl4j.infer.svi.StoppingRule;
import org.ppl4j.infer.svi.Svi;
import org.ppl4j.params.ParamStore;

/** The blocks of the page guides.md. */
@SuppressWarnings("ArrayRecordComponent") // data may hold plain arrays
final class GuidesPage {

  private GuidesPage() {}

  // region
  static FitReport withAFlow(Rows rows) {
    Program<Rows> flow = AutoFlow.of(LINE, dim -> Flows.iaf(dim, 2));
    try (Svi<Rows> svi = Svi.builder(LINE, flow).particles(20).build()) {
      return svi.run(rows, 500);
    }
  }

  // endregion

  // region
  static GradientVariance gradients(Rows rows) {
    try (Svi<Rows> svi =
        Svi.builder(LINE, AutoNormal.of(LINE)).estimator(Elbo.pathDerivative()).build()) {
      svi.run(rows, 500);
      return GradientVariance.of(svi, rows); // prints as a table: noise and time of each
    }
  }

  // endregion

  // region
  record Groups(NDArray y, NDArray group, long count) {}

  static double[] means(Program<Groups> model, Groups groups, Groups andMore) {
    Reading<Groups> reading = Reading.members(Groups::y, Groups::group, Groups::count);
    try (Svi<Groups> svi = Svi.of(model, AutoAmortised.of(model, "groups", reading))) {
      svi.run(groups, 2000);
      try (ImportanceSamples draws = svi.importance(andMore, 10_000)) {
        return draws.samples().mean("effect");
      }
    }
  }

  // endregion

  // region
  static Summary atOnce(Rows rows) {
    try (PathfinderPosterior<Rows> near = Pathfinder.of(LINE).run(rows)) {
      System.out.println(near); // bounds, k-hat, warnings
      return near.summary(rows, 1000);
    }
  }

  // endregion

  // region
  static Svi<Rows> svi(ParamStore params) {
    Tracker falling =
        Tracker.cosine().setBaseValue(0.05f).optFinalValue(0.0005f).setMaxUpdates(2000).build();
    return Svi.builder(LINE, AutoNormal.of(LINE))
        .params(params)
        .optimizer(ByName.of(Adam.withRate(falling)).with("auto.scale", RmsProp.withRate(0.005)))
        .particles(10) // draws of the guide a step, all at once
        .averaging(Averaging.polynomial(3)) // of the iterates
        .stopping(StoppingRule.never()) // a falling rate wants all its steps
        .build();
  }

  // endregion

  // region
  static Summary inTwoParts(NDManager manager, Rows rows, Path file) {
    try (ParamStore params = new ParamStore(manager);
        Svi<Rows> svi = svi(params)) {
      svi.run(rows, 1000);
      svi.save(file);
    }
    try (ParamStore params = new ParamStore(manager);
        Svi<Rows> svi = svi(params)) {
      svi.load(file);
      svi.run(rows, 1000);
      try (Samples posterior = svi.posterior(rows, 1000)) {
        return posterior.summary();
      }
    }
  }

  // endregion
}
