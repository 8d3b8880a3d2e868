package org.ppl4j.readme;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.tracker.Tracker;
import com.google.common.primitives.Doubles;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.ppl4j.Plate;
import org.ppl4j.Program;
import org.ppl4j.constraints.Constraint;
import org.ppl4j.distributions.Bernoulli;
import org.ppl4j.distributions.Beta;
import org.ppl4j.distributions.Categorical;
import org.ppl4j.distributions.Dirichlet;
import org.ppl4j.distributions.HalfNormal;
import org.ppl4j.distributions.Normal;
import org.ppl4j.distributions.Poisson;
import org.ppl4j.distributions.Uniform;
import org.ppl4j.flows.Flows;
import org.ppl4j.infer.Choices;
import org.ppl4j.infer.CmdStanCsv;
import org.ppl4j.infer.ModelDensity;
import org.ppl4j.infer.Predictive;
import org.ppl4j.infer.Samples;
import org.ppl4j.infer.Summary;
import org.ppl4j.infer.annealing.Annealing;
import org.ppl4j.infer.annealing.Evidence;
import org.ppl4j.infer.approximation.LaplaceApproximation;
import org.ppl4j.infer.approximation.LaplacePosterior;
import org.ppl4j.infer.approximation.Pathfinder;
import org.ppl4j.infer.approximation.PathfinderPosterior;
import org.ppl4j.infer.autoguide.AutoAmortised;
import org.ppl4j.infer.autoguide.AutoFlow;
import org.ppl4j.infer.autoguide.AutoMultivariateNormal;
import org.ppl4j.infer.autoguide.AutoNormal;
import org.ppl4j.infer.autoguide.Reading;
import org.ppl4j.infer.density.Category;
import org.ppl4j.infer.density.ConditionalDensity;
import org.ppl4j.infer.density.ConditionalDensityEstimator;
import org.ppl4j.infer.density.Density;
import org.ppl4j.infer.density.DensityEstimator;
import org.ppl4j.infer.density.Table;
import org.ppl4j.infer.density.Training;
import org.ppl4j.infer.diagnostics.Loo;
import org.ppl4j.infer.diagnostics.LooComparison;
import org.ppl4j.infer.diagnostics.PredictiveCheck;
import org.ppl4j.infer.importance.ImportanceSamples;
import org.ppl4j.infer.judge.Inference;
import org.ppl4j.infer.judge.InferenceRun;
import org.ppl4j.infer.mcmc.McmcRun;
import org.ppl4j.infer.mcmc.Nuts;
import org.ppl4j.infer.optim.Adam;
import org.ppl4j.infer.optim.ByName;
import org.ppl4j.infer.optim.RmsProp;
import org.ppl4j.infer.report.ChainPicture;
import org.ppl4j.infer.report.ForestPicture;
import org.ppl4j.infer.report.PairsPicture;
import org.ppl4j.infer.report.PredictiveCheckPicture;
import org.ppl4j.infer.sbi.NeuralPosterior;
import org.ppl4j.infer.sbi.Npe;
import org.ppl4j.infer.sbi.Simulator;
import org.ppl4j.infer.svi.Averaging;
import org.ppl4j.infer.svi.Elbo;
import org.ppl4j.infer.svi.FitReport;
import org.ppl4j.infer.svi.GradientVariance;
import org.ppl4j.infer.svi.StoppingRule;
import org.ppl4j.infer.svi.Svi;
import org.ppl4j.params.ParamStore;
import org.ppl4j.tensor.FloatType;
import org.ppl4j.tensor.Run;
import org.ppl4j.tensor.RunConfig;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.transforms.Mapped;
import org.ppl4j.transforms.Transform;
import org.ppl4j.transforms.TransformCheck;

/** The Java of the README, region by region; {@link ReadmeTest} compares the texts and runs it. */
@SuppressWarnings("ArrayRecordComponent") // data may hold plain arrays
final class ReadmeSnippets {

  private ReadmeSnippets() {}

  // region
  static final Program<NDArray> MODEL =
      (p, flips) -> {
        NDArray fairness = p.sample("fairness", Beta.of(10, 10));
        try (Plate plate = p.plate("flips", flips.size(0))) {
          p.observe("obs", Bernoulli.probs(fairness), plate.take(flips));
        }
      };

  static final Program<NDArray> GUIDE =
      (p, flips) -> {
        NDArray alpha = p.param("alpha", () -> p.scalar(15), Constraint.POSITIVE);
        NDArray beta = p.param("beta", () -> p.scalar(15), Constraint.POSITIVE);
        p.sample("fairness", Beta.of(alpha, beta));
      };

  static Summary fit() {
    NDArray flips = Tensors.vector(1, 1, 1, 1, 1, 1, 0, 0, 0, 0);
    try (Svi<NDArray> svi = Svi.of(MODEL, GUIDE)) {
      svi.run(flips, 2000);
      return svi.summary(flips, 1000); // mean, standard deviation and quantiles of each site
    }
  }

  // endregion

  // region
  record Sales(int[] shop, double[] visitors, double[] sold, int shops) {}

  static final Program<Sales> SHOPS =
      (p, sales) -> {
        NDArray mu = p.sample("mu", Normal.of(0, 5));
        NDArray tau = p.sample("tau", HalfNormal.of(1));
        NDArray slope = p.sample("slope", Normal.of(0, 1));
        NDArray base;
        try (Plate shops = p.plate("shops", sales.shops())) {
          base = p.sample("base", Normal.of(mu, tau)); // one a shop
        }
        try (Plate rows = p.plate("rows", sales.sold().length)) {
          NDArray ofShop = p.pick(base, rows.take(sales.shop()));
          NDArray logRate = ofShop.add(rows.take(sales.visitors()).log().mul(slope));
          p.observe("sold", Poisson.of(logRate.exp()), rows.take(sales.sold()));
        }
      };

  static Summary shops(Path csv, Path file) {
    Table table = Table.read(csv).complete(); // the rows without empty cells
    System.out.println(table); // what each column was taken for
    Category shop = table.category("shop");
    double[] visitors = table.column("visitors").numbers();
    double[] sold = table.column("sold").numbers();
    Sales sales = new Sales(shop.indices().toArray(), visitors, sold, shop.size());
    try (McmcRun<Sales> run = Nuts.of(SHOPS).run(sales)) {
      Samples draws = run.samples().withLabels("base", shop.levels());
      draws.save(file); // Samples.load(file)
      return draws.summary(); // base[Leeds] and so on
    }
  }

  // endregion

  // region
  record Rows(NDArray x, NDArray y) {}

  static final Program<Rows> LINE =
      (p, rows) -> {
        NDArray a = p.sample("a", Normal.of(0, 10));
        NDArray b = p.sample("b", Normal.of(0, 10));
        try (Plate plate = p.plate("rows", rows.y().size(0), 32)) {
          NDArray mean = a.add(plate.take(rows.x()).mul(b));
          p.observe("y", Normal.of(mean, 1), plate.take(rows.y()));
        }
      };

  // endregion

  // region
  record Measured(NDArray x, NDArray seen, NDArray y) {}

  static final Program<Measured> WITH_MISSING =
      (p, table) -> {
        NDArray mu = p.sample("mu", Normal.of(0, 10));
        try (Plate rows = p.plate("rows", table.y().size(0))) {
          NDArray x = p.observe("x", Normal.of(mu, 1), table.x(), table.seen());
          p.observe("y", Normal.of(x.mul(2), 0.5), table.y());
        }
      };

  // endregion

  // region
  static final Program<double[]> CLASSES =
      (p, y) -> {
        NDArray weights = p.sample("weights", Dirichlet.of(Tensors.vector(2, 2)));
        NDArray means;
        try (Plate classes = p.plate("classes", 2)) {
          means = p.sample("means", Normal.of(0, 5));
        }
        try (Plate rows = p.plate("rows", y.length)) {
          NDArray z = p.sample("z", Categorical.probs(weights)); // which class each row is of
          p.observe("y", Normal.of(p.pick(means, z), 1), rows.take(y));
        }
      };

  static double[] classes(double[] y) {
    try (McmcRun<double[]> run = Nuts.of(CLASSES).run(y)) {
      return Choices.of(CLASSES, run).marginals(y, run.samples(), "z"); // (rows, 2)
    }
  }

  // endregion

  // region
  static final Program<NDArray> STATES =
      (p, y) -> {
        NDArray phi = p.sample("phi", Uniform.of(0, 1));
        NDArray sigma = p.sample("sigma", HalfNormal.of(1));
        p.scan(
            "t",
            (int) y.size(0),
            p.scalar(0),
            (q, t, before) -> {
              NDArray x = q.sample("x", Normal.of(before.mul(phi), sigma));
              q.observe("y", Normal.of(x, 0.5), t.take(y));
              return x;
            });
      };

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

  // region
  static Summary asItIs(Rows rows) {
    try (InferenceRun<Rows> run = Inference.of(LINE).run(rows);
        LaplacePosterior<Rows> laplace = LaplaceApproximation.of(LINE).run(rows)) {
      System.out.println(run.report()); // what was tried, why, and what speaks against the draws
      System.out.println(run.judge(laplace, rows)); // number by number: right, off, or cannot tell
      return run.summary();
    }
  }

  // endregion

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
  static Summary byChains() {
    NDArray flips = Tensors.vector(1, 1, 1, 1, 1, 1, 0, 0, 0, 0);
    try (McmcRun<NDArray> run = Nuts.of(MODEL).run(flips)) {
      System.out.println(run.report()); // what each chain did, and what to do where it went wrong
      return run.summary(); // with R-hat and effective sizes
    }
  }

  // endregion

  // region
  static List<Path> seen(Rows rows, Path folder) {
    try (McmcRun<Rows> run = Nuts.of(LINE).run(rows)) {
      PairsPicture.of("line", run.samples())
          .divergent(run.iterations()) // in red
          .save(folder.resolve("pairs.png"));
      ForestPicture.of("line", run.samples()).save(folder.resolve("forest.png"));
      ChainPicture.energy("line", run.iterations()).save(folder.resolve("energy.png"));
      return CmdStanCsv.write(run.samples(), run.iterations().columns(), folder, "line");
    }
  }

  // endregion

  // region
  static LooComparison compared(Rows rows, Program<Rows> other) {
    try (Svi<Rows> one = Svi.of(LINE, AutoMultivariateNormal.of(LINE));
        McmcRun<Rows> two = Nuts.of(other).run(rows)) {
      one.run(rows);
      try (Samples draws = one.posterior(rows, 2000)) {
        Loo line = Loo.of(ModelDensity.of(LINE, one).logLikelihoods(rows, draws));
        Loo flat = Loo.of(ModelDensity.of(other, two).logLikelihoods(rows, two.samples()));
        return Loo.compare(Map.of("line", line, "flat", flat));
      }
    }
  }

  // endregion

  // region
  static double logBayesFactor(Rows rows, Program<Rows> other) {
    try (Evidence line = Annealing.of(LINE).evidence(rows, 100);
        Evidence flat = Annealing.of(other).evidence(rows, 100)) {
      System.out.println(line); // log evidence with its error, what the chains are worth, warnings
      return line.logEvidence() - flat.logEvidence();
    }
  }

  // endregion

  // region
  static PredictiveCheck checked(Rows rows, Path folder) {
    try (McmcRun<Rows> run = Nuts.of(LINE).run(rows);
        Samples made = Predictive.of(LINE, run).draw(rows, 1000)) {
      double[] y = rows.y().toDoubleArray();
      double[] replicated = made.values("y");
      PredictiveCheckPicture.densities("line", y, replicated).save(folder.resolve("check.png"));
      return PredictiveCheck.of("greatest", y, replicated, Doubles::max);
    }
  }

  // endregion

  // region
  static String price(Path csv, Path file, double area) {
    Table flats = Table.read(csv); // texts are categories, and empty cells are missing
    System.out.println(flats); // what each column was taken for
    try (ConditionalDensity density =
        ConditionalDensityEstimator.of(Flows::conditional)
            .ensemble(3)
            .fit(flats.columns("price"), flats.columns("area", "rooms", "district"))) {
      density.save(file); // ConditionalDensity.load(manager, file, Flows::conditional)
      Map<String, Object> flat = Map.of("area", area, "rooms", 3, "district", "Leeds");
      System.out.println(density.sampleRows(5, Table.row(flat))); // as rows of the table are
      return density.interval(0.9, flat).toString(); // "228.4 to 271.9, covers 0.9"
    }
  }

  // endregion

  // region
  static double heldOut(NDArray table, NDArray others, Path file) {
    try (Density density = DensityEstimator.of(Flows::density).fit(table)) {
      density.save(file); // Density.load(manager, file, Flows::density)
      return density.logProb(others).mean().getDouble(); // in the units of the table
    }
  }

  static NDArray upper(NDArray y, NDArray x, NDArray at) {
    Training quick = Training.standard().steps(500).batch(128);
    try (ConditionalDensity density =
        ConditionalDensityEstimator.of(Flows::conditional).training(quick).fit(y, x)) {
      return density.quantile(at.getManager().create(new double[] {0.95}), at);
    }
  }

  // endregion

  // region
  static Summary bySimulation(Simulator simulator, NDArray observation) {
    Npe npe = Npe.of(Uniform.of(-3, 3), simulator, Flows::posterior).or(Flows::regression);
    try (NeuralPosterior posterior = npe.fit(npe.simulate(5000));
        Samples draws = posterior.posterior(observation, 2000)) {
      System.out.println(npe.calibrate(posterior, 200, 99)); // does it cover the truth as it says?
      return draws.summary();
    }
  }

  // endregion

  static RunConfig gpu() {
    // region
    RunConfig config =
        RunConfig.defaults().withDevice(Device.gpu()).withFloatType(FloatType.FLOAT32);
    // endregion
    return config;
  }

  // region
  /** y = sinh x, which spreads the tails. */
  static final class Sinh extends Transform {
    @Override
    protected Mapped doForward(NDArray x) {
      return new Mapped(x.sinh(), x.cosh().log());
    }

    @Override
    protected Mapped doInverse(NDArray y) {
      NDArray x = y.asinh();
      return new Mapped(x, x.cosh().log().neg());
    }

    @Override
    public Transform withParameters(UnaryOperator<NDArray> operator) {
      return this; // it holds no tensor
    }
  }

  static TransformCheck check() {
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      NDArray inputs = run.create(new double[] {-50, -2, 0, 0.3, 7}, new Shape(5));
      return TransformCheck.check(new Sinh(), inputs).orThrow();
    }
  }

  // endregion
}
