package com.example.own;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assertions.withinPercentage;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import com.google.common.collect.ImmutableList;
import java.awt.Color;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.hipparchus.distribution.continuous.NormalDistribution;
import org.hipparchus.stat.StatUtils;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.ppl4j.Plate;
import org.ppl4j.Program;
import org.ppl4j.constraints.Constraint;
import org.ppl4j.distributions.Distribution;
import org.ppl4j.distributions.EulerMaruyama;
import org.ppl4j.distributions.Normal;
import org.ppl4j.examples.Examples;
import org.ppl4j.examples.launcher.Example;
import org.ppl4j.examples.launcher.ExampleLaws;
import org.ppl4j.examples.launcher.Launcher;
import org.ppl4j.flows.Affine;
import org.ppl4j.flows.Coupling;
import org.ppl4j.flows.Elementwise;
import org.ppl4j.flows.Flows;
import org.ppl4j.infer.Progress;
import org.ppl4j.infer.Samples;
import org.ppl4j.infer.Summary;
import org.ppl4j.infer.density.Critic;
import org.ppl4j.infer.density.Density;
import org.ppl4j.infer.density.DensityEstimator;
import org.ppl4j.infer.density.Objective;
import org.ppl4j.infer.density.Training;
import org.ppl4j.infer.mcmc.ChainEnds;
import org.ppl4j.infer.mcmc.ChainReport;
import org.ppl4j.infer.mcmc.Hmc;
import org.ppl4j.infer.mcmc.KernelSampler;
import org.ppl4j.infer.mcmc.McmcRun;
import org.ppl4j.infer.mcmc.Nuts;
import org.ppl4j.infer.optim.Adam;
import org.ppl4j.infer.reparam.Reparam;
import org.ppl4j.infer.report.Picture;
import org.ppl4j.infer.report.Sheet;
import org.ppl4j.infer.sbi.NeuralPosterior;
import org.ppl4j.infer.sbi.Npe;
import org.ppl4j.infer.sbi.RoundPosterior;
import org.ppl4j.infer.sbi.RoundProposal;
import org.ppl4j.infer.svi.Elbo;
import org.ppl4j.infer.svi.FitReport;
import org.ppl4j.infer.svi.StoppingRule;
import org.ppl4j.infer.svi.Svi;
import org.ppl4j.nn.Mlp;
import org.ppl4j.nn.NamedTensors;
import org.ppl4j.ode.Ode;
import org.ppl4j.ode.Solver;
import org.ppl4j.params.ParamStore;
import org.ppl4j.tensor.Autograd;
import org.ppl4j.tensor.Rng;
import org.ppl4j.tensor.Run;
import org.ppl4j.tensor.RunConfig;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.testing.AcceptancePoint;
import org.ppl4j.testing.DistributionCase;
import org.ppl4j.testing.EveryLaw;
import org.ppl4j.testing.LeakCheck;
import org.ppl4j.testing.LogJointLaw;
import org.ppl4j.testing.TransformCase;
import org.ppl4j.transforms.Bijections;
import org.ppl4j.transforms.Transform;
import org.ppl4j.transforms.TransformCheck;
import org.ppl4j.transforms.TransformModule;

/**
 * What users add, written outside of the library's packages with public API alone, keeps every law
 * by one row, or a law of its own.
 */
@ExtendWith(LeakCheck.class)
class OwnThingsTest {

  /**
   * What users add one of, under its name in the guide's table, where it lies, and what runs it.
   */
  private record Thing(String name, Check check, List<Class<?>> files) {

    static Thing of(String name, Check check, Class<?>... files) {
      return new Thing(name, check, List.of(files));
    }
  }

  /** Tests of one thing. */
  private interface Check {
    void run(OwnThingsTest test, Path folder) throws IOException;
  }

  private static final List<Thing> THINGS =
      List.of(
          Thing.of("distribution", (test, folder) -> test.aDistribution(), Lomax.class),
          Thing.of("transform", (test, folder) -> test.aTransform(), SymmetricLog.class),
          Thing.of(
              "map of one number, for all layers",
              (test, folder) -> test.aFamilyOfMaps(),
              Stretch.class),
          Thing.of("layer of a flow", (test, folder) -> test.aLayerOfAFlow(), Translate.class),
          Thing.of("handler", (test, folder) -> test.aHandler(), Tempered.class),
          Thing.of("guide", (test, folder) -> test.aGuide(), HeavyGuide.class),
          Thing.of(
              "estimator of the bound",
              (test, folder) -> test.anEstimator(),
              ImportanceWeighted.class),
          Thing.of("optimizer", OwnThingsTest::anOptimizer, Lion.class),
          Thing.of("diagnostic", (test, folder) -> test.aDiagnostic(), MovedMean.class),
          Thing.of("kernel of Markov chains", OwnThingsTest::aKernel, GrowingSteps.class),
          Thing.of(
              "metric of `Nuts`, `Hmc` and others",
              (test, folder) -> test.aMetric(),
              MeanDistances.class),
          Thing.of(
              "solver of differential equations",
              (test, folder) -> test.solversOfDifferentialEquations(),
              Heun.class,
              BogackiShampine.class),
          Thing.of(
              "stochastic differential equation, learned, or noise of a model",
              (test, folder) -> {
                test.aStochasticEquation();
                test.aStochasticEquationIsLearned();
                test.aStochasticEquationIsNoiseOfAModel();
              },
              Returning.class),
          Thing.of(
              "way to draw a site through others",
              (test, folder) -> test.aReparametriser(),
              ByQuantile.class),
          Thing.of("rule that ends a fit", (test, folder) -> test.aStoppingRule(), LossBelow.class),
          Thing.of("picture", OwnThingsTest::aPicture, Bars.class),
          Thing.of(
              "objective of a density's training",
              (test, folder) -> test.anObjectiveOfATraining(),
              PowerDivergence.class),
          Thing.of("loss of a critic", (test, folder) -> test.aCriticsLoss(), LeastSquares.class),
          Thing.of(
              "noise that a density starts from",
              (test, folder) -> test.aBaseOfDensities(),
              Heaps.class),
          Thing.of(
              "proposal of simulations in rounds",
              OwnThingsTest::aSimulatorsProposal,
              WideProposal.class),
          Thing.of("example", OwnThingsTest::anExample, WaitingTimes.class));

  private static final Path FOLDER = Path.of("src", "test", "java", "com", "example", "own");

  /** Each runs, has a row of the guide's table, and is all there is in the folder. */
  @Test
  @Tag("acceptance")
  @Tag("open.1")
  void thereIsOneOfEach(@TempDir Path folder) throws IOException {
    AcceptancePoint point = new AcceptancePoint("open.1");
    int run = 0;
    for (Thing thing : THINGS) {
      thing.check().run(this, Files.createDirectory(folder.resolve("thing" + run)));
      run++;
    }
    point.atLeast("things of one's own that run", run, 21);
    assertThat(rowsOfTheGuide()).containsExactlyInAnyOrderElementsOf(names());
    try (Stream<Path> files = Files.list(FOLDER)) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .filteredOn(name -> !name.equals("OwnThingsTest.java"))
          .containsExactlyInAnyOrderElementsOf(
              files().map(own -> own.getSimpleName() + ".java").toList());
    }
  }

  private static List<String> names() {
    return THINGS.stream().map(Thing::name).toList();
  }

  private static Stream<Class<?>> files() {
    return THINGS.stream().flatMap(thing -> thing.files().stream());
  }

  /** The first cells of the table below "Adding one". */
  private static List<String> rowsOfTheGuide() throws IOException {
    String chapter = Files.readString(Path.of("guide", "adding-your-own.md"));
    int begin = chapter.indexOf("## Adding one");
    int end = chapter.indexOf("\n## ", begin + 1);
    return chapter
        .substring(begin, end)
        .lines()
        .filter(line -> line.startsWith("| "))
        .skip(1)
        .map(line -> line.substring(2, line.indexOf(" |")))
        .toList();
  }

  /** How long each is, and that it stands on what is public: no import of what is internal. */
  @Test
  @Tag("acceptance")
  @Tag("rooms.2")
  void eachIsShort() throws IOException {
    AcceptancePoint point = new AcceptancePoint("rooms.2");
    for (Class<?> own : files().toList()) {
      List<String> lines = Files.readAllLines(FOLDER.resolve(own.getSimpleName() + ".java"));
      assertThat(lines).noneMatch(line -> line.contains(".internal."));
      long code =
          lines.stream().filter(line -> !line.isBlank() && !line.startsWith("import ")).count();
      point.atMost("lines of " + own.getSimpleName(), code, 60);
    }
  }

  @Test
  void aDistribution() {
    DistributionCase row =
        DistributionCase.of("Lomax", p -> Lomax.of(p.get(0), p.get(1)))
            .numbers(9.5, 2)
            .inside(0.01, 0.4, 3)
            .outside(-0.5);

    assertThat(EveryLaw.check(row).values().stream().filter(count -> count > 0).count())
        .isGreaterThanOrEqualTo(13);
  }

  @Test
  void aTransform() {
    EveryLaw.check(
        TransformCase.of("symmetric log", run -> new SymmetricLog(), 1, -40, -2, -0.1, 0.3, 8));
  }

  @Test
  void aFamilyOfMaps() {
    check(Coupling.of(3, new Stretch()));
    check(Elementwise.of(3, new Stretch()));
  }

  @Test
  void aLayerOfAFlow() {
    check(new Translate(3).then(Elementwise.of(3, new Stretch())).then(new Translate(3)));
  }

  /** Away from where it starts. */
  private static void check(TransformModule module) {
    SplittableRandom random = new SplittableRandom(3);
    try (NDManager manager = NDManager.newBaseManager();
        ParamStore params = new ParamStore(manager);
        Run run = Run.open(RunConfig.defaults(), 0)) {
      assertThat(params.transform(run, "flow", module)).isNotNull();
      for (String name : params.names()) {
        params.set(name, random.doubles(params.value(name).length, -1, 1).toArray());
      }
      double[] inputs = random.doubles(21, -3, 3).toArray();
      TransformCheck.check(
              params.transform(run, "flow", module), run.create(inputs, new Shape(7, 3)))
          .orThrow();
    }
  }

  /** x ~ N(0, 1), y ~ N(x, 1). */
  private static final Program<NDArray> MODEL =
      (p, y) -> {
        NDArray x = p.sample("x", Normal.of(0, 1));
        try (Plate rows = p.plate("rows", y.size(0))) {
          p.observe("y", Normal.of(x, 1), rows.take(y));
        }
      };

  private static final NDArray Y = Tensors.vector(1.5, 0.5);

  @Test
  void aHandler() {
    LogJointLaw.check(MODEL.with(new Tempered(2)), Y);
  }

  /** With one particle it is the trace estimator; with many it is near the evidence. */
  @Test
  void anEstimator() {
    Program<NDArray> guide =
        (p, y) -> p.sample("x", Normal.of(p.param("loc", () -> p.scalar(0.5)), p.scalar(0.7)));
    double trace = loss(guide, Elbo.trace(), 1);

    assertThat(loss(guide, new ImportanceWeighted(), 1)).isCloseTo(trace, within(1e-12));
    assertThat(loss(guide, new ImportanceWeighted(), 10_000)).isCloseTo(-EVIDENCE, within(0.01));
  }

  /** The posterior of x, N(2 / 3, 1 / 3), is of its family but for its thirty degrees. */
  @Test
  void aGuide() {
    try (Svi<NDArray> svi =
        Svi.builder(MODEL, HeavyGuide.of(MODEL)).progress(Progress.silent()).build()) {
      svi.run(Y, 2000);
      Summary.Row x = svi.summary(Y, 20_000).get("x");
      assertThat(x.mean()).isCloseTo(2.0 / 3, within(0.02));
      assertThat(x.sd()).isCloseTo(Math.sqrt(1.0 / 3), within(0.03));
    }
  }

  /** It finds the posterior, and goes on from a file with the bits of an unbroken run. */
  @Test
  void anOptimizer(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("half");
    try (NDManager manager = NDManager.newBaseManager();
        ParamStore whole = new ParamStore(manager);
        ParamStore halves = new ParamStore(manager)) {
      try (Svi<NDArray> svi = byLion(whole)) {
        svi.run(Y, 1000);
        svi.run(Y, 1000);
      }
      try (ParamStore first = new ParamStore(manager);
          Svi<NDArray> svi = byLion(first)) {
        svi.run(Y, 1000);
        svi.save(file);
      }
      try (Svi<NDArray> svi = byLion(halves)) {
        svi.load(file);
        svi.run(Y, 1000);
      }
      assertThat(whole.value("loc")[0]).isCloseTo(2.0 / 3, within(0.02));
      assertThat(whole.value("scale")[0]).isCloseTo(Math.sqrt(1.0 / 3), within(0.02));
      for (String name : whole.names()) {
        assertThat(halves.value(name)).isEqualTo(whole.value(name));
      }
    }
  }

  private static Svi<NDArray> byLion(ParamStore params) {
    return Svi.builder(MODEL, NORMAL_GUIDE)
        .params(params)
        .particles(100)
        .optimizer(new Lion(0.002))
        .stopping(StoppingRule.never())
        .progress(Progress.silent())
        .build();
  }

  /** Of four chains that agree none is beyond four; of draws that grow each is. */
  @Test
  void aDiagnostic() {
    try (McmcRun<NDArray> run = Nuts.of(MODEL).progress(Progress.silent()).run(Y)) {
      double[] x = run.samples().values("x");
      double[] growing =
          IntStream.range(0, x.length).mapToDouble(i -> x[i] + i % 1000 / 500.0).toArray();
      try (NDManager manager = NDManager.newBaseManager();
          Samples moved = Samples.ofChains(manager, Map.of("x", manager.create(growing)), 4)) {
        assertThat(Arrays.stream(MovedMean.of(run.samples(), "x")).boxed())
            .hasSize(4)
            .allMatch(z -> Math.abs(z) < 4);
        assertThat(Arrays.stream(MovedMean.of(moved, "x")).boxed()).hasSize(4).allMatch(z -> z > 4);
      }
    }
  }

  /** The posterior of x is N(2 / 3, 1 / 3). */
  @Test
  void aKernel(@TempDir Path folder) {
    KernelSampler<NDArray> sampler =
        KernelSampler.of(MODEL, "growing steps", GrowingSteps::new).progress(Progress.silent());
    Path file = folder.resolve("ends");
    try (McmcRun<NDArray> run = sampler.draws(5000).run(Y);
        McmcRun<NDArray> first = sampler.draws(4000).run(Y)) {
      checkPosterior(run);
      ChainReport chain = run.report().chains().get(0);
      assertThat(run.report().warnings()).isEmpty();
      assertThat(chain.acceptance()).isBetween(0.2, 0.4);
      assertThat(chain.stepSize()).isBetween(0.5, 5.0);
      double[] proposed = run.iterations().columns().get("proposed__").toArray();
      assertThat(Arrays.stream(proposed, 0, 5000).map(x -> x * x).average().orElseThrow())
          .isCloseTo(Math.pow(chain.stepSize(), 2), withinPercentage(10));

      first.ends().save(file);
      try (McmcRun<NDArray> rest = sampler.draws(1000).resume(Y, ChainEnds.load(file))) {
        for (int k = 0; k < 4; k++) {
          assertThat(Arrays.copyOfRange(rest.samples().values("x"), k * 1000, (k + 1) * 1000))
              .containsExactly(
                  Arrays.copyOfRange(run.samples().values("x"), k * 5000 + 4000, (k + 1) * 5000));
        }
      }
    }
  }

  @Test
  void aMetric() {
    Nuts<NDArray> sampler = Nuts.of(MODEL).metric(new MeanDistances()).progress(Progress.silent());
    try (McmcRun<NDArray> run = sampler.asWritten().run(Y)) {
      checkPosterior(run);
      // About as of a metric that knows the scale.
      assertThat(run.report().chains().get(0).stepSize()).isBetween(0.4, 2.0);
    }
    Program<Void> wide = (p, none) -> p.sample("x", Normal.of(0, 1e5));
    try (McmcRun<Void> run =
        Hmc.of(wide).metric(new MeanDistances()).progress(Progress.silent()).run(null)) {
      assertThat(run.summary().get("x").sd()).isCloseTo(1e5, withinPercentage(10));
      assertThat(run.report().chains().get(0).stepSize()).isBetween(0.4, 2.5);
    }
  }

  private static void checkPosterior(McmcRun<NDArray> run) {
    checkNormal(run, "x", 2.0 / 3, Math.sqrt(1.0 / 3));
  }

  private static void checkNormal(McmcRun<NDArray> run, String site, double mean, double sd) {
    double error = sd / Math.sqrt(run.report().leastSize());
    assertThat(run.summary().get(site).mean()).isCloseTo(mean, within(4 * error));
    assertThat(run.summary().get(site).sd()).isCloseTo(sd, within(4 * error));
  }

  /** dz/dt = −θ z, whose states are exp(−θ t) and their slopes in θ −t exp(−θ t). */
  @Test
  void solversOfDifferentialEquations() {
    double[] times = {0, 0.5, 2};
    double theta = 1.5;
    Solver equal = Solver.equalSteps(new Heun(), 400);
    Solver adaptive = Solver.adaptive(new BogackiShampine(), 1e-8, 1e-8);
    for (Solver solver : List.of(equal, equal.withLargestStep(1e-3), adaptive)) {
      try (Run run = Run.open(RunConfig.defaults(), 0)) {
        NDArray rate = Autograd.variable(run.create(new double[] {theta}, new Shape(1)));
        NDArray states =
            Ode.solve(
                solver,
                (t, z, parameters) -> z.mul(parameters).neg(),
                run.create(new double[] {1}, new Shape(1)),
                times,
                rate);
        for (int i = 0; i < times.length; i++) {
          NDArray state = states.get(i).sum();
          double known = Math.exp(-theta * times[i]);
          double slope = Tensors.values(Autograd.grad(state, List.of(rate), true).get(0))[0];
          assertThat(state.getDouble()).isCloseTo(known, within(1e-5));
          assertThat(slope).isCloseTo(-times[i] * known, within(1e-5));
        }
      }
    }
    assertThat(equal).hasToString("heun(400 steps)");
    assertThat(adaptive).hasToString("bogacki-shampine(1.0E-8)");
    assertThat(adaptive.accuracy()).isEqualTo(1e-5);
  }

  private static final double STEP = 0.02;

  private static double[] times(int steps) {
    return IntStream.rangeClosed(0, steps).mapToDouble(k -> STEP * k).toArray();
  }

  /** From 1.5 it is N(1.5 exp(−a t), s² (1 − exp(−2 a t)) / (2 a)), but for its steps. */
  @Test
  void aStochasticEquation() {
    int paths = 20_000;
    double a = 0.8;
    double s = 0.6;
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      NDArray start = run.full(1.5, new Shape(paths, 1));
      NDArray theta = run.create(new double[] {a, s}, new Shape(2));
      NDArray path =
          EulerMaruyama.of(new Returning(), start, theta, times(50))
              .draw(Rng.of(1, Rng.Purpose.MODEL, 0, "path"))
              .value();
      double[] ends = Tensors.values(Tensors.range(path, -2, 49, 50));
      double mean = Arrays.stream(ends).average().orElseThrow();
      double variance =
          Arrays.stream(ends).map(x -> (x - mean) * (x - mean)).average().orElseThrow();
      double known = s * s * (1 - Math.exp(-2 * a)) / (2 * a);
      // Four standard errors, and half a step's share for the steps.
      assertThat(mean)
          .isCloseTo(1.5 * Math.exp(-a), within(4 * Math.sqrt(known / paths) + a * STEP / 2));
      assertThat(variance)
          .isCloseTo(known, within(known * (4 * Math.sqrt(2.0 / paths) + a * STEP)));
    }
  }

  /**
   * Of a path that is seen, with s known, steps are a regression: the posterior of a under N(0, 2²)
   * is normal, of precision P = 1/4 + Σ x² h / s² and mean −Σ x Δx / s² / P.
   */
  @Test
  void aStochasticEquationIsLearned() {
    double s = 0.6;
    SplittableRandom random = new SplittableRandom(5);
    double[] x = new double[401];
    x[0] = 1.5;
    double precision = 0.25;
    double sum = 0;
    for (int k = 0; k < 400; k++) { // by the law of the equation, not of steps
      double kept = Math.exp(-0.8 * STEP);
      double sd = s * Math.sqrt((1 - kept * kept) / 1.6);
      x[k + 1] = kept * x[k] + sd * random.nextGaussian();
      precision += x[k] * x[k] * STEP / (s * s);
      sum -= x[k] * (x[k + 1] - x[k]) / (s * s);
    }
    Program<NDArray> model =
        (p, path) -> {
          NDArray a = p.sample("a", Normal.of(0, 2)).expandDims(-1);
          NDArray theta = Tensors.concat(List.of(a, a.mul(0).add(s)), -1);
          NDArray start = p.run().full(x[0], new Shape(1));
          p.observe("path", EulerMaruyama.of(new Returning(), start, theta, times(400)), path);
        };
    NDArray path = Tensors.vector(Arrays.copyOfRange(x, 1, 401)).reshape(400, 1);
    try (McmcRun<NDArray> run = Nuts.of(model).progress(Progress.silent()).run(path)) {
      checkNormal(run, "a", sum / precision, 1 / Math.sqrt(precision));
    }
  }

  /**
   * A path is noise in a model of its end alone, y ~ N(x(T), 0.1²): given y the end is normal too,
   * by the law of the steps, (1 − a h)^k x₀ and s² h Σ (1 − a h)^2j.
   */
  @Test
  void aStochasticEquationIsNoiseOfAModel() {
    double kept = 1 - 0.8 * STEP;
    double mean = 1.5 * Math.pow(kept, 10);
    double variance =
        IntStream.range(0, 10).mapToDouble(j -> 0.36 * STEP * Math.pow(kept, 2 * j)).sum();
    Program<NDArray> model =
        (p, y) -> {
          NDArray start = p.run().full(1.5, new Shape(1));
          NDArray theta = p.run().create(new double[] {0.8, 0.6}, new Shape(2));
          NDArray path =
              p.sample("path", EulerMaruyama.of(new Returning(), start, theta, times(10)));
          NDArray end = Tensors.range(path, -2, 9, 10).squeeze(-1).squeeze(-1);
          p.deterministic("end", end);
          p.observe("y", Normal.of(end, 0.1), y);
        };
    double precision = 1 / variance + 100;
    try (McmcRun<NDArray> run = Nuts.of(model).progress(Progress.silent()).run(Tensors.number(1))) {
      checkNormal(run, "end", (mean / variance + 100) / precision, 1 / Math.sqrt(precision));
    }
  }

  /** The posterior stays as it is, whatever its sites are drawn through. */
  @Test
  void aReparametriser() {
    Program<NDArray> model = MODEL.with(Reparam.of("x", new ByQuantile()));
    LogJointLaw.check(model, Y);
    try (McmcRun<NDArray> run = Nuts.of(model).progress(Progress.silent()).run(Y)) {
      checkNormal(run, "x", 2.0 / 3, Math.sqrt(1.0 / 3));
      double[] x = run.samples().values("x");
      double[] u = run.samples().values("x.u");
      for (int i = 0; i < x.length; i += 100) {
        assertThat(new NormalDistribution(0, 1).cumulativeProbability(x[i]))
            .isCloseTo(u[i], within(1e-12));
      }
    }
  }

  /** A bound is no more than the evidence: it ends near it, or never beyond it. */
  @Test
  void aStoppingRule() {
    FitReport near = fit(new LossBelow(-EVIDENCE + 0.002, 50));
    assertThat(near.stop()).isEqualTo(FitReport.Stop.CONVERGED);
    assertThat(near.steps()).isBetween(51, 1999);
    assertThat(near.losses().median(near.steps() - 50, near.steps()))
        .isBetween(-EVIDENCE - 0.05, -EVIDENCE + 0.002);
    assertThat(near.losses().median(near.steps() - 51, near.steps() - 1))
        .isGreaterThan(-EVIDENCE + 0.002);
    FitReport beyond = fit(new LossBelow(-EVIDENCE - 0.05, 50));
    assertThat(beyond.stop()).isEqualTo(FitReport.Stop.STEPS);
    assertThat(beyond.steps()).isEqualTo(2000);
  }

  private static final Program<NDArray> NORMAL_GUIDE =
      (p, y) -> {
        NDArray loc = p.param("loc", () -> p.scalar(3));
        NDArray scale = p.param("scale", () -> p.scalar(1), Constraint.POSITIVE);
        p.sample("x", Normal.of(loc, scale));
      };

  private static FitReport fit(StoppingRule rule) {
    try (Svi<NDArray> svi =
        Svi.builder(MODEL, NORMAL_GUIDE)
            .particles(100)
            .optimizer(Adam.withRate(0.01))
            .stopping(rule)
            .progress(Progress.silent())
            .build()) {
      return svi.run(Y, 2000);
    }
  }

  /** As high as its number says, alone and on a sheet beside the library's own. */
  @Test
  void aPicture(@TempDir Path folder) throws IOException {
    Picture bars = new Bars(1, 2, 4);
    bars.save(folder.resolve("bars.png"), 30, 80);
    Sheet.of(2, List.of(bars, bars)).save(folder.resolve("sheet.png"));

    BufferedImage image = ImageIO.read(folder.resolve("bars.png").toFile());
    int blue = Color.BLUE.getRGB();
    for (int x = 0; x < 30; x++) {
      int column = x;
      long height = IntStream.range(0, 80).filter(y -> image.getRGB(column, y) == blue).count();
      assertThat(height).isEqualTo(20L << (x / 10));
    }
    BufferedImage sheet = ImageIO.read(folder.resolve("sheet.png").toFile());
    assertThat(sheet.getWidth()).isEqualTo(2 * bars.width());
    assertThat(sheet.getRGB(sheet.getWidth() - 5, 5)).isEqualTo(blue);
    assertThat(sheet.getRGB(5, 5)).isEqualTo(Color.WHITE.getRGB());
  }

  /** Of 190 rows 1 in 19 is at 10, the others are of N(0, 1): the likelihood is far off by them. */
  @Test
  void anObjectiveOfATraining() {
    double[] rows = normals(190);
    for (int i = 0; i < rows.length; i += 19) {
      rows[i] = 10;
    }
    double likely = logProbOfNormals(Objective.likelihood(), rows);
    double robust = logProbOfNormals(Objective.of(new PowerDivergence(0.5)), rows);

    // Two parameters of 180 rows cost 1 / 180 nats on average, and some more by the divergence.
    assertThat(robust).isCloseTo(NEGATIVE_ENTROPY, within(0.04));
    assertThat(likely).isLessThan(NEGATIVE_ENTROPY - 0.4);
  }

  /** Against a critic of one's own loss a flow learns N(3, 2²). */
  @Test
  void aCriticsLoss() {
    double[] rows = Arrays.stream(normals(1000)).map(z -> 3 + 2 * z).toArray();
    Critic critic = Critic.of(new LeastSquares()).network(Mlp.of(16)).stepsForOneOfFlow(2);
    Objective objective = Objective.adversarial(critic);
    try (NDManager manager = NDManager.newBaseManager();
        Density density = affine(objective, 600).fit(manager.create(rows))) {
      double[] drawn = density.sample(4000).toDoubleArray();

      assertThat(StatUtils.mean(drawn)).isCloseTo(3, within(0.3));
      assertThat(Math.sqrt(StatUtils.variance(drawn))).isCloseTo(2, within(0.3));
    }
  }

  /** Rows are in two heaps, of which an affine flow of a mixture's noise finds both. */
  @Test
  void aBaseOfDensities() {
    double[] rows = inTwoHeaps(190);
    double[] fresh = inTwoHeaps(4000);
    DensityEstimator estimator = affine(Objective.likelihood(), 2000);
    try (NDManager manager = NDManager.newBaseManager();
        Density plain = estimator.fit(manager.create(rows, new Shape(190, 2)));
        Density density =
            estimator.base(new Heaps(2)).fit(manager.create(rows, new Shape(190, 2)))) {
      NDArray others = manager.create(fresh, new Shape(4000, 2));
      double truth = IntStream.range(0, 4000).mapToDouble(i -> logProb(fresh, i)).sum() / 4000;

      // Nine parameters cost half of 9 / 171 nats on average.
      assertThat(StatUtils.mean(density.logProb(others).toDoubleArray()))
          .isCloseTo(truth, within(0.06));
      assertThat(StatUtils.mean(plain.logProb(others).toDoubleArray())).isLessThan(truth - 1);
    }
  }

  /** Three of ten at N(−3, 0.5² I), the others at N(2, I). */
  private static double[] inTwoHeaps(int count) {
    double[] values = normals(2 * count);
    for (int i = 0; i < values.length; i++) {
      values[i] = i / 2 % 10 < 3 ? values[i] / 2 - 3 : values[i] + 2;
    }
    return values;
  }

  private static double logProb(double[] rows, int row) {
    double near = Math.hypot(rows[2 * row] + 3, rows[2 * row + 1] + 3) / 0.5;
    double far = Math.hypot(rows[2 * row] - 2, rows[2 * row + 1] - 2);
    double density = 0.3 * 4 * Math.exp(-near * near / 2) + 0.7 * Math.exp(-far * far / 2);
    return Math.log(density / (2 * Math.PI));
  }

  /** θ ~ N(0, 10²) and x = θ + ε / 2 = 4: the posterior has precision 1 / 100 + 4. */
  @Test
  void aSimulatorsProposal(@TempDir Path folder) {
    List<Double> simulated = Collections.synchronizedList(new ArrayList<>());
    Npe npe =
        Npe.of(
                Normal.of(0, 10),
                (theta, rng) -> {
                  simulated.add(theta[0]);
                  return new double[] {theta[0] + 0.5 * rng.nextNormal()};
                },
                (dim, contextDim) -> Flows.conditional(dim, contextDim))
            .proposal(new WideProposal(3))
            .ensemble(1)
            .threads(1)
            .training(Training.standard().steps(400).rate(0.02).decay(0))
            .progress(Progress.silent());
    double sd = Math.sqrt(1 / 4.01);
    Path file = folder.resolve("posterior");
    try (NDManager manager = NDManager.newBaseManager()) {
      NDArray observed = manager.create(new double[] {4});
      try (NeuralPosterior posterior = npe.sequential(observed, 2, 1000);
          Samples draws = posterior.posterior(observed, 4000)) {
        Summary.Row theta = draws.summary().get("theta");
        assertThat(theta.mean()).isCloseTo(4 * 4 / 4.01, within(0.1));
        assertThat(theta.sd()).isCloseTo(sd, within(0.1));

        // Quartiles of Student's t of five degrees of freedom are 0.7267 deviations away.
        double[] ofProposal = simulated.stream().skip(1000).mapToDouble(x -> x).sorted().toArray();
        double width = ofProposal[749] - ofProposal[249];
        assertThat(width / (2 * 0.7267 * 3 * sd)).isBetween(0.7, 1.4);

        posterior.save(file);
        try (NeuralPosterior loaded = npe.load(file);
            Samples again = loaded.posterior(observed, 4000)) {
          assertThat(again.values("theta")).isEqualTo(draws.values("theta"));
        }
      }
      assertThatThrownBy(() -> npe.proposal(new Renamed()).load(file).close())
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("has another proposal of rounds than 'Renamed[]': tensor 'mean'")
          .hasMessageEndingWith("; load it by the npe that learned it");
    }
  }

  /** A family of other parameters. */
  private record Renamed() implements RoundProposal {

    @Override
    public Map<String, NDArray> around(RoundPosterior posterior) {
      return Map.of("mean", posterior.draws());
    }

    @Override
    public Distribution of(NamedTensors parameters) {
      return Normal.of(parameters.get("mean"), 1).toEvent(1);
    }
  }

  /** E log φ(z). */
  private static final double NEGATIVE_ENTROPY = -0.5 * Math.log(2 * Math.PI * Math.E);

  private static DensityEstimator affine(Objective objective, int steps) {
    Transform away = Bijections.affine(0.7, 0.5).independent(1); // from the right one
    return DensityEstimator.of(dim -> Affine.of(dim).then(away))
        .withoutBaselines()
        .training(
            Training.standard()
                .objective(objective)
                .steps(steps)
                .rate(0.02)
                .decay(0)
                .progress(Progress.silent()));
  }

  /** The mean log-density of new numbers. */
  private static double logProbOfNormals(Objective objective, double[] rows) {
    try (NDManager manager = NDManager.newBaseManager();
        Density density = affine(objective, 600).fit(manager.create(rows))) {
      return StatUtils.mean(density.logProb(manager.create(normals(2000))).toDoubleArray());
    }
  }

  /** Draws of N(0, 1). */
  private static double[] normals(int count) {
    Random random = new Random(count);
    return random.doubles(count).map(unused -> random.nextGaussian()).toArray();
  }

  /** It keeps the laws of the library's examples, and is listed, described and run beside them. */
  @Test
  void anExample(@TempDir Path folder) throws IOException {
    ExampleLaws.check(new WaitingTimes(), 8, folder);

    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    Launcher launcher =
        new Launcher(
            ImmutableList.<Example>builder().addAll(Examples.ALL).add(new WaitingTimes()).build(),
            new PrintWriter(out, true),
            new PrintWriter(err, true));
    assertThat(launcher.execute("list")).isZero();
    assertThat(launcher.execute("run", "waiting-times", "--help")).isZero();
    assertThat(launcher.execute("run", "waiting-times", "--quiet")).isZero();
    assertThat(err.toString()).isEmpty();
    assertThat(out.toString())
        .containsPattern("waiting-times +how often a bus comes")
        .contains("waiting-times: how often a bus comes")
        .containsPattern("rate +0\\.6\\d+ +0\\.2\\d+ +0\\.66667 +0\\.23570 +-?0\\.0\\d sd")
        .contains("steps: ", "seconds: ");
  }

  /** log N(y; 0, I + 1 1ᵀ), of determinant 3: yᵀ (I + 1 1ᵀ)⁻¹ y = |y|² − (Σ y)² / 3. */
  private static final double EVIDENCE =
      -0.5 * (2.5 - 4.0 / 3) - 0.5 * Math.log(3) - Math.log(2 * Math.PI);

  private static double loss(Program<NDArray> guide, Elbo estimator, int particles) {
    try (Svi<NDArray> svi =
        Svi.builder(MODEL, guide)
            .estimator(estimator)
            .particles(particles)
            .progress(Progress.silent())
            .build()) {
      return svi.step(Y);
    }
  }
}
