package org.ppl4j.examples.guides;

import ai.djl.ndarray.NDManager;
import ai.djl.training.tracker.Tracker;
import java.util.BitSet;
import java.util.OptionalInt;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;
import org.ppl4j.Program;
import org.ppl4j.flows.Coupling;
import org.ppl4j.flows.Flows;
import org.ppl4j.flows.Partition;
import org.ppl4j.flows.RationalQuadratic;
import org.ppl4j.infer.Progress;
import org.ppl4j.infer.Samples;
import org.ppl4j.infer.autoguide.AutoFlow;
import org.ppl4j.infer.autoguide.AutoNormal;
import org.ppl4j.infer.diagnostics.SmoothedWeights;
import org.ppl4j.infer.optim.Adam;
import org.ppl4j.infer.optim.ByName;
import org.ppl4j.infer.optim.Optimizer;
import org.ppl4j.infer.svi.StoppingRule;
import org.ppl4j.infer.svi.Svi;
import org.ppl4j.nn.Mlp;
import org.ppl4j.params.ParamStore;
import org.ppl4j.tensor.RunConfig;
import org.ppl4j.transforms.TransformModule;

/** The guides that example {@code iaf-guide} compares, and how it fits them. */
enum GuideKind {
  /** Independent normal distributions. */
  AUTO_NORMAL("auto-normal", null),

  /** Four inverse autoregressive layers, in alternating orders. */
  IAF("iaf", dim -> Flows.iaf(dim, 4)),

  /** Four spline couplings: what comes first in the model and the rest take turns. */
  SPLINE_COUPLING("spline-coupling", GuideKind::splineCoupling);

  /** Of the mean-field guide: it comes first, and a flow starts where it ended. */
  private static final int FIRST_STEPS = 1000;

  private static final double FIRST_RATE = 0.05;

  private static final int STEPS = 2500;

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
    Coupling rest =
        Coupling.of(dim, RationalQuadratic.of(8, 6)).partition(first).conditioner(Mlp.of(32, 32));
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
      Optimizer first = adam(FIRST_RATE, firstSteps);
      Svi<D> svi = svi(target, AutoNormal.of(model), params, first, progress);
      svi.run(data, firstSteps);
      if (flow != null) {
        Optimizer affine = adam(target.outerRate(), steps);
        Optimizer second =
            ByName.of(adam(target.rate(), steps))
                .with("auto.loc", affine)
                .with("auto.scale", affine);
        svi = svi(target, AutoFlow.of(model, flow), params, second, progress);
        svi.run(data, steps);
      }
      int draws = Math.min(MOST_DRAWS, 100 * steps);
      SmoothedWeights weights = SmoothedWeights.of(svi.logWeights(data, draws));
      try (Samples posterior = svi.posterior(data, draws)) {
        return new GuideFit(
            posterior.summary(), weights.khat(), steps, target.view().points(posterior));
      }
    }
  }

  private static <D extends @Nullable Object> Svi<D> svi(
      IafGuide.Target<D> target,
      Program<D> guide,
      ParamStore params,
      Optimizer optimizer,
      Progress progress) {
    return Svi.builder(target.model(), guide)
        .params(params)
        .optimizer(optimizer)
        .particles(target.particles())
        .stopping(StoppingRule.never())
        .progress(progress)
        .build();
  }

  /** From a rate to a hundredth of it along a cosine. */
  private static Optimizer adam(double rate, int steps) {
    Tracker falling =
        Tracker.cosine()
            .setBaseValue((float) rate)
            .optFinalValue((float) (rate / 100))
            .setMaxUpdates(steps)
            .build();
    return Adam.withRate(falling).betas(0.9, 0.99);
  }
}
