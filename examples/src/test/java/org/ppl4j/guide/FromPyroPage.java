package org.ppl4j.guide;

import ai.djl.ndarray.NDArray;
import org.ppl4j.Execution;
import org.ppl4j.Plate;
import org.ppl4j.Program;
import org.ppl4j.Trace;
import org.ppl4j.distributions.ConditionalTransformedDistribution;
import org.ppl4j.distributions.Normal;
import org.ppl4j.flows.Flows;
import org.ppl4j.handlers.Condition;
import org.ppl4j.handlers.Replay;
import org.ppl4j.infer.Summary;
import org.ppl4j.infer.autoguide.AutoNormal;
import org.ppl4j.infer.svi.Svi;
import org.ppl4j.params.ParamStore;
import org.ppl4j.tensor.Rng;
import org.ppl4j.tensor.Run;
import org.ppl4j.tensor.RunConfig;
import org.ppl4j.transforms.ConditionalTransform;
import org.ppl4j.transforms.ConditionalTransformModule;

/** The blocks of the page from-pyro.md. */
final class FromPyroPage {

  private FromPyroPage() {}

  // region
  record Guess(double grams) {}

  static final Program<Guess> SCALE =
      (p, guess) -> {
        NDArray weight = p.sample("weight", Normal.of(guess.grams(), 1));
        p.sample("measurement", Normal.of(weight, 0.75));
      };

  static Summary weigh() {
    Program<Guess> conditioned = SCALE.with(new Condition("measurement", 9.5));
    try (Svi<Guess> svi = Svi.of(conditioned, AutoNormal.of(conditioned))) {
      svi.run(new Guess(8.5));
      return svi.summary(new Guess(8.5), 10_000); // N(9.14, 0.6)
    }
  }

  // endregion

  // region
  static double logJoint(ParamStore params) {
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      Guess guess = new Guess(8.5);
      Trace drawn = Execution.record(run, params, Rng.Purpose.GUIDE, SCALE, guess);
      Program<Guess> replayed =
          SCALE.with(new Condition("measurement", 9.5), new Replay(drawn)); // the last is outermost
      Trace trace = Execution.record(run, params, Rng.Purpose.MODEL, replayed, guess);
      return trace.logJoint().getDouble();
    }
  }

  // endregion

  // region
  record Points(NDArray x, NDArray y) {}

  static Program<Points> density(ConditionalTransformModule spline) {
    return (p, points) -> {
      ConditionalTransform flow = p.module("spline", spline);
      try (Plate rows = p.plate("rows", points.y().size(0), 128)) {
        NDArray x = rows.take(points.x()).expandDims(-1);
        NDArray y = rows.take(points.y()).expandDims(-1);
        p.observe(
            "y",
            ConditionalTransformedDistribution.of(Normal.standard(1).toEvent(1), flow).given(x),
            y);
      }
    };
  }

  static double learn(Points points) {
    Program<Points> density = density(Flows.spline(1).conditional(1));
    Program<Points> nothingLatent = (p, data) -> {};
    try (Svi<Points> svi = Svi.of(density, nothingLatent)) {
      return svi.run(points, 1000).finalLoss();
    }
  }
  // endregion
}
