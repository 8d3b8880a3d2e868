package org.ppl4j.infer.svi;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import com.google.common.math.Stats;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.ppl4j.Program;
import org.ppl4j.constraints.Constraint;
import org.ppl4j.distributions.Normal;
import org.ppl4j.infer.Progress;
import org.ppl4j.infer.importance.Assessment;
import org.ppl4j.infer.optim.Adam;
import org.ppl4j.infer.optim.Optimizer;
import org.ppl4j.infer.optim.Sgd;
import org.ppl4j.params.ParamStore;
import org.ppl4j.tensor.RunConfig;

/** Fits whose report must give the bound of the parameters that they left in the store. */
record StoredBounds(Fit fit) {

  private static final int FRESH = 4000;

  /** Runs a fit, and maybe another before it. */
  interface Fit {
    FitReport run(Setting setting, Path folder);
  }

  static Stream<Named<StoredBounds>> all() {
    return Stream.of(
        Named.of("model = guide", new StoredBounds((s, folder) -> s.same().run(s.data(), 50))),
        Named.of("averaged", averaged(1000)),
        Named.of("averaged too early", averaged(100)),
        Named.of("resumed", new StoredBounds(StoredBounds::resumed)));
  }

  /** The plain mean of so many steps. */
  static StoredBounds averaged(int steps) {
    return new StoredBounds(
        (s, folder) -> s.svi(s.params(), Averaging.polynomial(0)).run(s.data(), steps));
  }

  /** Saved with the average in the store, loaded elsewhere, and gone on. */
  private static FitReport resumed(Setting setting, Path folder) {
    Path file = folder.resolve("fit.bin");
    Averaging averaging = Averaging.polynomial(3);
    try (ParamStore first = new ParamStore(setting.manager(), setting.config())) {
      Svi<List<NDArray>> svi = setting.svi(first, averaging);
      svi.run(setting.data(), 500);
      svi.save(file);
    }
    Svi<List<NDArray>> svi = setting.svi(setting.params(), averaging);
    svi.load(file);
    return svi.run(setting.data(), 10);
  }

  /** What fits share: a posterior of five dependent numbers, and a store. */
  record Setting(NDManager manager, ParamStore params, RunConfig config, List<NDArray> data) {

    private static final GaussianProblem PROBLEM = new GaussianProblem(5, true);

    static final Program<List<NDArray>> MODEL = PROBLEM.model();

    static final Program<List<NDArray>> PRIOR = (p, data) -> p.sample("z", Normal.of(1, 2));

    static final Program<List<NDArray>> SAME =
        (p, data) -> {
          NDArray loc = p.param("loc", () -> p.scalar(1));
          NDArray scale = p.param("scale", () -> p.scalar(2), Constraint.POSITIVE);
          p.sample("z", Normal.of(loc, scale));
        };

    Svi<List<NDArray>> svi(ParamStore store, Averaging averaging) {
      return svi(MODEL, PROBLEM.guide(MODEL), store, averaging, Adam.withRate(0.03), config);
    }

    /** The prior is the guide, and stays so. */
    Svi<List<NDArray>> same() {
      return svi(PRIOR, SAME, params, Averaging.none(), Sgd.withRate(1e-13), config);
    }

    private static Svi<List<NDArray>> svi(
        Program<List<NDArray>> model,
        Program<List<NDArray>> guide,
        ParamStore store,
        Averaging averaging,
        Optimizer optimizer,
        RunConfig config) {
      return Svi.builder(model, guide)
          .params(store)
          .config(config)
          .averaging(averaging)
          .optimizer(optimizer)
          .stopping(StoppingRule.never())
          .progress(Progress.silent())
          .build();
    }

    /** Log weights under the store as it is, from noise of another seed. */
    double[] fresh() {
      boolean isSame = params.names().contains("loc");
      return svi(
              isSame ? PRIOR : MODEL,
              isSame ? SAME : PROBLEM.guide(MODEL),
              params,
              Averaging.none(),
              Adam.withRate(0.01),
              config.withSeed(config.seed() + 1000))
          .logWeights(data, FRESH);
    }
  }

  /**
   * The distance of the reported bound from a fresh estimate, in units of three standard errors and
   * 1e-9 (1 + |bound|).
   *
   * @param planted whether the store is changed after the report, which must be seen
   */
  double errors(long seed, Path folder, boolean planted) {
    RunConfig config = RunConfig.defaults().withSeed(seed);
    GaussianProblem.Posterior posterior = Setting.PROBLEM.posterior(seed);
    try (NDManager manager = NDManager.newBaseManager();
        ParamStore params = new ParamStore(manager, config)) {
      List<NDArray> data =
          List.of(
              manager.create(posterior.x(), new Shape(posterior.y().length, 5)),
              manager.create(posterior.y()));
      Setting setting = new Setting(manager, params, config, data);
      Assessment assessment = fit.run(setting, folder).assessment();
      if (planted) {
        double[] moved = params.value("auto.loc");
        moved[0] += 1;
        params.set("auto.loc", moved);
      }
      Stats fresh = Stats.of(setting.fresh());
      double error =
          Math.hypot(
              assessment.standardError(), fresh.sampleStandardDeviation() / Math.sqrt(FRESH));
      return Math.abs(assessment.bound() - fresh.mean())
          / (3 * error + 1e-9 * (1 + Math.abs(fresh.mean())));
    }
  }
}
