package org.ppl4j.studies.energies;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.training.tracker.Tracker;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;
import org.ppl4j.Program;
import org.ppl4j.distributions.Normal;
import org.ppl4j.distributions.TransformedDistribution;
import org.ppl4j.examples.launcher.ExampleOptions;
import org.ppl4j.handlers.Scale;
import org.ppl4j.infer.Progress;
import org.ppl4j.infer.Samples;
import org.ppl4j.infer.Summary;
import org.ppl4j.infer.autoguide.AutoFlow;
import org.ppl4j.infer.diagnostics.SmoothedWeights;
import org.ppl4j.infer.optim.Adam;
import org.ppl4j.infer.optim.Optimizer;
import org.ppl4j.infer.report.Area;
import org.ppl4j.infer.report.Picture;
import org.ppl4j.infer.report.PlaneLogDensity;
import org.ppl4j.infer.report.PlanePicture;
import org.ppl4j.infer.svi.FitReport;
import org.ppl4j.infer.svi.StoppingRule;
import org.ppl4j.infer.svi.Svi;
import org.ppl4j.params.ParamStore;
import org.ppl4j.tensor.Run;
import org.ppl4j.tensor.RunConfig;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.transforms.Bijections;
import org.ppl4j.transforms.Transform;
import org.ppl4j.transforms.TransformModule;

/**
 * A flow fitted to an energy.
 *
 * @param gap KL(q ‖ p) = log Z − E[log weight]
 * @param khat of its draws
 * @param masses how much of it lies in each branch
 * @param summary of its two coordinates
 * @param report of the fit
 * @param picture its density, if asked for
 */
@SuppressWarnings("ArrayRecordComponent") // read only
record EnergyFit(
    double gap,
    double khat,
    double[] masses,
    Summary summary,
    FitReport report,
    Optional<Picture> picture) {

  /** Points that a step sees: the noise of a gradient on two numbers, at the price of one. */
  private static final int PARTICLES = 256;

  private static final int MOST_DRAWS = 50_000;

  private static final int CELLS = 120;

  private static final int CELLS_OF_A_SMOKE_TEST = 20;

  /**
   * A scale that spreads the first draws over the whole square: a guide that begins narrow falls
   * into the nearest branch and stays there.
   */
  private static final double INITIAL_SCALE = 1.5;

  /**
   * The first fit is to the density to this power, which is flat enough that no branch pulls all of
   * the guide to itself (Rezende and Mohamed 2015, equation 20, raise it step by step).
   */
  private static final double HOT = 0.2;

  /** The steps of the first fit, as a share of the second's. */
  private static final double HOT_SHARE = 0.3;

  /** Cells of a side of a picture. */
  static int cells(ExampleOptions options) {
    return options.orInSmokeTest(CELLS, CELLS_OF_A_SMOKE_TEST);
  }

  /** A flow, and how it is fitted. */
  record Recipe(String name, int steps, double rate, IntFunction<TransformModule> flow) {

    /** From the rate to a hundredth of it along a cosine. */
    private Tracker falling(int steps) {
      return Tracker.cosine()
          .setBaseValue((float) rate)
          .optFinalValue((float) (rate / 100))
          .setMaxUpdates(steps)
          .build();
    }

    private Svi<@Nullable Void> svi(
        Program<@Nullable Void> model,
        Program<@Nullable Void> guide,
        ParamStore params,
        Optimizer optimizer,
        Progress progress) {
      return Svi.builder(model, guide)
          .params(params)
          .optimizer(optimizer)
          .particles(PARTICLES)
          .stopping(StoppingRule.never())
          .progress(progress)
          .build();
    }

    /** Fits the flow, and makes a picture if there is a folder for it. */
    @SuppressWarnings("NullAway") // null is the data of a program without data
    EnergyFit fit(Energy energy, EnergyTruth truth, ExampleOptions options) {
      RunConfig config = options.config();
      int steps = options.steps().orElse(this.steps);
      Progress progress = options.progress();
      try (NDManager manager = NDManager.newBaseManager();
          ParamStore params = new ParamStore(manager, config)) {
        Program<@Nullable Void> model = energy.model();
        AutoFlow<@Nullable Void> guide = AutoFlow.of(model, flow).initialScale(INITIAL_SCALE);
        Optimizer hot = Adam.withRate(rate).betas(0.9, 0.99);
        svi(model.with(new Scale(HOT)), guide, params, hot, progress)
            .run(null, Math.max(1, (int) (HOT_SHARE * steps)));
        Optimizer cooling = Adam.withRate(falling(steps)).betas(0.9, 0.99);
        Svi<@Nullable Void> svi = svi(model, guide, params, cooling, progress);
        FitReport report = svi.run(null, steps);
        int count = Math.min(MOST_DRAWS, 100 * steps);
        double[] weights = svi.logWeights(null, count);
        double area = Math.log(4 * Energy.BOUND * Energy.BOUND);
        double gap = truth.logZ() - area - Arrays.stream(weights).average().orElseThrow();
        try (Samples posterior = svi.posterior(null, count)) {
          return new EnergyFit(
              gap,
              SmoothedWeights.of(weights).khat(),
              masses(energy, posterior.get("z"), config),
              posterior.summary(),
              report,
              options.drawn(() -> picture(guide, params, options, gap)));
        }
      }
    }

    private Picture picture(
        AutoFlow<@Nullable Void> guide, ParamStore params, ExampleOptions options, double gap) {
      String title = String.format(Locale.ROOT, "%s: KL %.3f nats", name, gap);
      return PlanePicture.of(title, Area.square(Energy.BOUND))
          .density(
              PlaneLogDensity.of(options.config(), z -> logDensity(guide, params, z)),
              cells(options));
    }

    /** Of the guide at points of the square. */
    private static NDArray logDensity(
        AutoFlow<@Nullable Void> guide, ParamStore params, NDArray z) {
      Run run = Tensors.run(z);
      Transform transform =
          guide.transform(run, params).then(Bijections.interval(-Energy.BOUND, Energy.BOUND));
      return TransformedDistribution.of(Normal.standard(2).toEvent(1), transform).logProb(z);
    }

    private static double[] masses(Energy energy, NDArray draws, RunConfig config) {
      try (Run run = Run.open(config, 0)) {
        NDArray z = run.bind(draws);
        return energy.branches(Energy.coordinate(z, 0), Energy.coordinate(z, 1)).stream()
            .mapToDouble(
                branch -> Tensors.values(Tensors.where(branch, run.scalar(1), 0).mean())[0])
            .toArray();
      }
    }
  }
}
