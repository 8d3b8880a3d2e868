package org.ppl4j.examples;

import ai.djl.ndarray.NDManager;
import ai.djl.training.tracker.Tracker;
import java.util.BitSet;
import java.util.OptionalInt;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;
import org.ppl4j.ParamStore;
import org.ppl4j.Program;
import org.ppl4j.flows.Coupling;
import org.ppl4j.flows.Flows;
import org.ppl4j.flows.Partition;
import org.ppl4j.flows.RationalQuadratic;
import org.ppl4j.infer.Progress;
import org.ppl4j.infer.Samples;
import org.ppl4j.infer.StoppingRule;
import org.ppl4j.infer.Svi;
import org.ppl4j.infer.autoguide.AutoFlow;
import org.ppl4j.infer.autoguide.AutoNormal;
import org.ppl4j.infer.diagnostics.SmoothedWeights;
import org.ppl4j.infer.optim.Adam;
import org.ppl4j.tensor.RunConfig;
import org.ppl4j.transforms.TransformModule;

/** The guides that example {@code iaf-guide} compares, and how it fits them. */
enum GuideKind {
  /** Independent normal distributions. */
  AUTO_NORMAL("auto-normal", null),

  /** Two inverse autoregressive layers, in opposite orders. */
  IAF("iaf", dim -> Flows.iaf(dim, 2)),

  /** Four spline couplings: what comes first in the model and the rest take turns. */
  SPLINE_COUPLING("spline-coupling", GuideKind::splineCoupling);

  /** Of the mean-field guide: it comes first, and a flow starts where it ended. */
  private static final int FIRST_STEPS = 1000;

  private static final double FIRST_RATE = 0.05;

  private static final int STEPS = 2500;
  private static final double RATE = 0.005;
  private static final int PARTICLES = 100;
  private static final int MOST_DRAWS = 100_000;

  private final String label;
  private final @Nullable IntFunction<TransformModule> flow;

  GuideKind(String label, @Nullable IntFunction<TransformModule> flow) {
    this.label = label;
    this.flow = flow;
  }

  private static TransformModule splineCoupling(int dim) {
    Partition first =
        size -> {
          BitSet passed = new BitSet(size);
          passed.set(0, Math.min(2, size / 2));
          return passed;
        };
    Coupling rest = Coupling.of(dim, RationalQuadratic.of(10, 4)).partition(first);
    TransformModule both = rest.partition(first.complement()).then(rest);
    return both.then(both);
  }

  /** As figures have it. */
  String label() {
    return label;
  }

  /**
   * Fits the guide to a posterior.
   *
   * @param wanted how many steps the last fit makes, if not as many as are right
   */
  <D extends @Nullable Object> GuideFit fit(
      IafGuide.Target<D> target, RunConfig config, OptionalInt wanted, Progress progress) {
    Program<D> model = target.model();
    int steps = wanted.orElse(STEPS);
    try (NDManager manager = NDManager.newBaseManager();
        ParamStore params = new ParamStore(manager, config)) {
      D data = target.data().apply(manager);
      int firstSteps = Math.min(FIRST_STEPS, steps);
      Svi<D> first = svi(model, AutoNormal.of(model), params, firstSteps, FIRST_RATE, progress);
      first.run(data, firstSteps);
      Svi<D> last = first;
      if (flow != null) {
        last = svi(model, AutoFlow.of(model, flow), params, steps, RATE, progress);
        last.run(data, steps);
      }
      int draws = Math.min(MOST_DRAWS, 100 * steps);
      SmoothedWeights weights = SmoothedWeights.of(last.logWeights(data, draws));
      try (Samples posterior = last.posterior(data, draws)) {
        return new GuideFit(
            posterior.summary(), weights.khat(), steps, target.view().points(posterior));
      }
    }
  }

  private static <D extends @Nullable Object> Svi<D> svi(
      Program<D> model,
      Program<D> guide,
      ParamStore params,
      int steps,
      double rate,
      Progress progress) {
    Tracker falling =
        Tracker.cosine()
            .setBaseValue((float) rate)
            .optFinalValue((float) (rate / 100))
            .setMaxUpdates(steps)
            .build();
    return Svi.builder(model, guide)
        .params(params)
        .optimizer(Adam.withRate(falling).betas(0.9, 0.99))
        .particles(PARTICLES)
        .stopping(StoppingRule.never())
        .progress(progress)
        .build();
  }
}
