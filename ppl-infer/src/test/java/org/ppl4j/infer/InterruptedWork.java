package org.ppl4j.infer;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import org.ppl4j.Plate;
import org.ppl4j.Program;
import org.ppl4j.distributions.LogNormal;
import org.ppl4j.distributions.Normal;
import org.ppl4j.distributions.Poisson;
import org.ppl4j.infer.annealing.Annealing;
import org.ppl4j.infer.annealing.Evidence;
import org.ppl4j.infer.annealing.Smc;
import org.ppl4j.infer.annealing.SmcRun;
import org.ppl4j.infer.approximation.LaplaceApproximation;
import org.ppl4j.infer.approximation.LaplacePosterior;
import org.ppl4j.infer.approximation.Pathfinder;
import org.ppl4j.infer.approximation.PathfinderPosterior;
import org.ppl4j.infer.autoguide.AutoNormal;
import org.ppl4j.infer.density.AffineFlows;
import org.ppl4j.infer.density.ConditionalDensity;
import org.ppl4j.infer.density.ConditionalDensityEstimator;
import org.ppl4j.infer.density.Density;
import org.ppl4j.infer.density.DensityEstimator;
import org.ppl4j.infer.density.DensityReport;
import org.ppl4j.infer.density.Training;
import org.ppl4j.infer.importance.FilterRun;
import org.ppl4j.infer.importance.ParticleFilter;
import org.ppl4j.infer.judge.Inference;
import org.ppl4j.infer.judge.InferenceRun;
import org.ppl4j.infer.mcmc.AdjustedLangevin;
import org.ppl4j.infer.mcmc.ChainReport;
import org.ppl4j.infer.mcmc.EllipticalSlice;
import org.ppl4j.infer.mcmc.Hmc;
import org.ppl4j.infer.mcmc.Mcmc;
import org.ppl4j.infer.mcmc.McmcRun;
import org.ppl4j.infer.mcmc.Nuts;
import org.ppl4j.infer.mcmc.RandomWalk;
import org.ppl4j.infer.sbi.NeuralPosterior;
import org.ppl4j.infer.sbi.Npe;
import org.ppl4j.infer.sbi.SimulationException;
import org.ppl4j.infer.sbi.Simulations;
import org.ppl4j.infer.svi.FitListener;
import org.ppl4j.infer.svi.FitReport.Stop;
import org.ppl4j.tensor.FloatType;
import org.ppl4j.tensor.RunConfig;

/**
 * The law of work that is interrupted, but for fits by SVI: it keeps what its contract says, or
 * throws that it was interrupted; what it keeps is the beginning of the unbroken work, to the bits;
 * the flag stays set; and the same once more is the unbroken work.
 */
final class InterruptedWork implements AutoCloseable {

  /**
   * What work has come to.
   *
   * @param isWhole whether it says that it is at its end
   * @param parts numbers, of each thing that was kept, in the order in which they were made
   */
  record Kept(boolean isWhole, Map<String, double[]> parts) {

    static final Kept NOTHING = new Kept(false, Map.of());
  }

  /**
   * Some work.
   *
   * @param keeps whether an interrupt may leave a beginning of it
   */
  record Case(String name, boolean keeps, Function<InterruptedWork, Kept> work) {

    @Override
    public String toString() {
      return name;
    }
  }

  private static final RunConfig CONFIG = RunConfig.defaults().withSeed(5);
  private static final RunConfig SINGLE = CONFIG.withFloatType(FloatType.FLOAT32);

  private final NDManager manager = NDManager.newBaseManager();
  private final Moments moments = new Moments();
  private final Runnable executed = moments.unreadable();
  private final Thread caller = Thread.currentThread();
  private final NDArray data = manager.create(new double[] {3.1, 2.2, 2.9, 4.0, 2.6, 3.3, 3.5});

  /** A conjugate mean of two numbers, by a program that counts. */
  private final Program<NDArray> model =
      (p, y) -> {
        executed.run();
        NDArray nothing = p.value("nothing", moments::pass);
        NDArray x = p.sample("x", Normal.of(0, 2));
        NDArray z = p.sample("z", Normal.of(0, 1));
        try (Plate rows = p.plate("rows", y.size(0))) {
          p.observe("y", Normal.of(x.add(z).add(nothing), 1), y);
        }
      };

  /** A mean and a count without end, by a program that counts. */
  private final Program<NDArray> withCount =
      (p, y) -> {
        executed.run();
        NDArray nothing = p.value("nothing", moments::pass);
        NDArray x = p.sample("x", Normal.of(0, 2));
        NDArray z = p.sample("z", Poisson.of(1));
        try (Plate rows = p.plate("rows", y.size(0))) {
          p.observe("y", Normal.of(x.add(z).add(nothing), 1), y);
        }
      };

  /** Effects about a mean, by a program that counts. */
  private final Program<NDArray> hierarchy =
      (p, y) -> {
        executed.run();
        NDArray nothing = p.value("nothing", moments::pass);
        NDArray mean = p.sample("mean", Normal.of(0, 2));
        NDArray scale = p.sample("scale", LogNormal.of(0, 0.3));
        try (Plate rows = p.plate("rows", y.size(0))) {
          NDArray effect = p.sample("effect", Normal.of(mean, scale));
          p.observe("y", Normal.of(effect.add(nothing), 1), y);
        }
      };

  @Override
  public void close() {
    boolean unused = Thread.interrupted();
    manager.close();
  }

  static List<Case> cases() {
    List<Case> cases = new ArrayList<>();
    for (RunConfig config : List.of(CONFIG, SINGLE)) {
      String type = config.floatType() == FloatType.FLOAT32 ? ", float32" : "";
      cases.add(chains("nuts" + type, config, Nuts::of));
      cases.add(
          new Case(
              "nuts with a count" + type,
              true,
              work -> work.chains(Nuts.of(work.withCount), config)));
      cases.add(chains("hmc" + type, config, Hmc::of));
      cases.add(new Case("smc" + type, false, work -> work.smc(config)));
      cases.add(new Case("annealing" + type, false, work -> work.annealing(config)));
      cases.add(new Case("density" + type, true, work -> work.density(config)));
      cases.add(
          new Case("conditional density" + type, true, work -> work.conditionalDensity(config)));
      cases.add(new Case("neural posterior" + type, true, work -> work.neuralPosterior(config)));
    }
    cases.add(chains("random walk", CONFIG, RandomWalk::of));
    cases.add(chains("adjusted langevin", CONFIG, AdjustedLangevin::of));
    cases.add(chains("elliptical slice", CONFIG, EllipticalSlice::of));
    cases.add(new Case("simulations", true, InterruptedWork::simulations));
    cases.add(new Case("neural posterior in rounds", true, InterruptedWork::rounds));
    cases.add(new Case("particle filter", false, InterruptedWork::filter));
    cases.add(new Case("laplace", false, InterruptedWork::laplace));
    cases.add(new Case("pathfinder, 2 threads", false, work -> work.pathfinder(2)));
    cases.add(new Case("pathfinder, 1 thread", false, work -> work.pathfinder(1)));
    cases.add(new Case("pathfinder of a hierarchy", false, InterruptedWork::variables));
    cases.add(new Case("inference", true, InterruptedWork::inference));
    return cases;
  }

  private static Case chains(
      String name, RunConfig config, Function<Program<NDArray>, Mcmc<NDArray, ?>> sampler) {
    return new Case(name, true, work -> work.chains(sampler.apply(work.model), config));
  }

  // --- the law

  /** The bits of unbroken work, and how many moments it has. */
  record Unbroken(Case work, Kept kept, long moments) {}

  Unbroken unbroken(Case one) {
    moments.restart();
    Kept kept = one.work().apply(this);
    assertThat(kept.isWhole()).as(one.name()).isTrue();
    assertThat(Thread.currentThread().isInterrupted()).isFalse();
    return new Unbroken(one, kept, moments.passed());
  }

  /**
   * Interrupts work at a random moment, and does it again.
   *
   * @return whether it was broken off
   */
  boolean judge(Unbroken unbroken, long seed) {
    Case one = unbroken.work();
    SplittableRandom random = new SplittableRandom(seed + one.name().hashCode());
    long some = random.nextBoolean() ? unbroken.moments() : unbroken.moments() / 40;
    long moment = random.nextLong(1 + some);
    boolean isOfWorker = random.nextBoolean();
    String what = "%s, seed %s, interrupted at %s".formatted(one, seed, moment);
    AtomicBoolean isInterrupted = new AtomicBoolean(moment == 0);
    moments.restart();
    if (moment == 0) {
      caller.interrupt();
    } else {
      moments.at(
          moment,
          () -> {
            isInterrupted.set(true);
            (isOfWorker ? Thread.currentThread() : caller).interrupt();
          });
    }
    Kept kept;
    try {
      kept = one.work().apply(this);
    } catch (InterruptionException e) {
      assertThat(e).as(what).hasMessageContaining("interrupted");
      kept = Kept.NOTHING;
    }
    assertThat(Thread.interrupted()).as("%s: its flag", what).isEqualTo(isInterrupted.get());
    if (!kept.isWhole()) {
      assertThat(one.keeps() || kept.parts().isEmpty()).as(what).isTrue();
    }
    kept.parts()
        .forEach(
            (name, begun) -> {
              double[] all = unbroken.kept().parts().getOrDefault(name, new double[0]);
              assertThat(begun)
                  .as("%s: %s", what, name)
                  .isEqualTo(Arrays.copyOf(all, begun.length));
            });
    if (kept.isWhole()) {
      same(what, kept, unbroken.kept());
    }
    moments.restart();
    same(what + ", then once more", one.work().apply(this), unbroken.kept());
    assertThat(Thread.currentThread().isInterrupted()).isFalse();
    return !kept.isWhole();
  }

  private static void same(String what, Kept kept, Kept unbroken) {
    assertThat(kept.isWhole()).as(what).isTrue();
    assertThat(kept.parts().keySet()).as(what).isEqualTo(unbroken.parts().keySet());
    kept.parts()
        .forEach(
            (name, numbers) ->
                assertThat(numbers).as("%s: %s", what, name).isEqualTo(unbroken.parts().get(name)));
  }

  // --- the work

  private Kept chains(Mcmc<NDArray, ?> sampler, RunConfig config) {
    try (McmcRun<NDArray> run =
        sampler
            .config(config)
            .chains(3)
            .threads(2)
            .warmup(60)
            .draws(80)
            .progress(Progress.silent())
            .run(data)) {
      int draws = run.report().figures().keptDraws();
      List<Integer> kept =
          run.report().chains().stream()
              .filter(chain -> chain.draws() >= draws)
              .map(ChainReport::chain)
              .toList();
      Map<String, double[]> parts = new LinkedHashMap<>();
      for (String site : List.of("x", "z")) {
        double[] all = run.samples().values(site);
        for (int i = 0; i < kept.size(); i++) {
          double[] own = Arrays.copyOfRange(all, i * draws, (i + 1) * draws);
          parts.put("draws of " + site + " of chain " + kept.get(i), own);
        }
      }
      return new Kept(!run.report().figures().isInterrupted(), parts);
    }
  }

  private Kept smc(RunConfig config) {
    try (SmcRun<NDArray> run =
        Smc.of(model, AutoNormal.of(model))
            .config(config)
            .particles(150)
            .threads(2)
            .progress(Progress.silent())
            .run(data)) {
      return whole(run.samples());
    }
  }

  private Kept annealing(RunConfig config) {
    try (Evidence evidence =
        Annealing.of(model, AutoNormal.of(model))
            .config(config)
            .levels(30)
            .threads(2)
            .progress(Progress.silent())
            .evidence(data, 120)) {
      return whole(evidence.samples());
    }
  }

  private static Kept whole(Samples samples) {
    return new Kept(
        true,
        Map.of(
            "x",
            samples.values("x"),
            "z",
            samples.values("z"),
            "weights",
            samples.logWeights().orElseThrow()));
  }

  /** A random walk that is seen with noise. */
  private Kept filter() {
    NDArray[] seen = new NDArray[12];
    Arrays.setAll(seen, i -> manager.create(0.3 * i));
    try (FilterRun run =
        ParticleFilter.<NDArray>of(
                (p, y) -> {
                  NDArray state = p.sample("state", Normal.of(moments.pass(), 1));
                  p.observe("y", Normal.of(state, 0.5), y);
                },
                (p, before, y) -> {
                  NDArray state =
                      p.sample("state", Normal.of(before.get("state"), 1 + moments.pass()));
                  p.observe("y", Normal.of(state, 0.5), y);
                })
            .config(CONFIG)
            .particles(50)
            .progress(Progress.silent())
            .run(Arrays.asList(seen))) {
      return new Kept(true, Map.of("evidence", new double[] {run.logEvidence()}));
    }
  }

  private Kept laplace() {
    try (LaplacePosterior<NDArray> posterior =
        LaplaceApproximation.of(model).config(CONFIG).run(data)) {
      return new Kept(
          true, Map.of("location", posterior.normal().location(), "hessian", posterior.hessian()));
    }
  }

  private Kept pathfinder(int threads) {
    try (PathfinderPosterior<NDArray> posterior =
        Pathfinder.of(model).config(CONFIG).threads(threads).run(data)) {
      return new Kept(
          true,
          Map.of(
              "location",
              posterior.normal().location(),
              "bound",
              new double[] {posterior.bound()}));
    }
  }

  private Kept variables() {
    try (PathfinderPosterior<NDArray> posterior =
        Pathfinder.of(hierarchy).config(CONFIG).threads(2).run(data)) {
      assertThat(posterior.toString()).contains("others: ");
      return new Kept(true, Map.of("location", posterior.normal().location()));
    }
  }

  private Kept inference() {
    try (InferenceRun<NDArray> run =
        Inference.of(hierarchy).config(CONFIG).progress(Progress.silent()).run(data)) {
      boolean isWhole =
          run.report().warnings().stream().noneMatch(each -> each.contains("interrupted"));
      Samples samples = run.samples();
      int chains = samples.chains();
      Map<String, double[]> parts = new LinkedHashMap<>();
      double[] all = samples.values("mean");
      if (isWhole && chains == 0) { // with weights
        parts.put("weighted", all);
      }
      if (chains == 4) { // of fewer nobody knows which
        int draws = all.length / chains;
        for (int i = 0; i < chains; i++) {
          parts.put("chain " + i, Arrays.copyOfRange(all, i * draws, (i + 1) * draws));
        }
      }
      return new Kept(isWhole, parts);
    }
  }

  /** One that counts steps. */
  private Training training(RunConfig config) {
    return Training.standard()
        .config(config)
        .steps(130)
        .batch(40)
        .rate(0.03)
        .progress(Progress.silent())
        .listener(
            new FitListener() {
              @Override
              public Next onStep(Step step) {
                double unused = moments.pass();
                return Next.GO_ON;
              }
            });
  }

  /** So many rows of two columns. */
  private NDArray table(int rows) {
    SplittableRandom random = new SplittableRandom(9);
    double[] numbers = new double[2 * rows];
    Arrays.setAll(numbers, i -> (i % 2 == 0 ? 3 : 0) + random.nextGaussian());
    return manager.create(numbers, new Shape(rows, 2));
  }

  private Kept density(RunConfig config) {
    try (Density density =
        DensityEstimator.of(
                dim -> {
                  double unused = moments.pass();
                  return AffineFlows.normal(dim);
                })
            .training(training(config))
            .fit(table(200))) {
      NDArray logProb = density.logProb(table(3));
      return trained(density.report().orElseThrow(), logProb.toType(DataType.FLOAT64, false));
    }
  }

  private Kept conditionalDensity(RunConfig config) {
    NDArray all = table(200);
    try (ConditionalDensity density =
        ConditionalDensityEstimator.of(AffineFlows::regression)
            .training(training(config))
            .fit(all.get(":, 0:1"), all.get(":, 1:2"))) {
      NDArray few = table(3);
      NDArray logProb = density.logProb(few.get(":, 0:1"), few.get(":, 1:2"));
      return trained(density.report().orElseThrow(), logProb.toType(DataType.FLOAT64, false));
    }
  }

  /** The looks, but for the one that an interrupt calls for; and, of a whole one, what it says. */
  private static Kept trained(DensityReport report, NDArray logProb) {
    boolean isWhole = report.fit().stop() != Stop.INTERRUPTED;
    double[] numbers = logProb.toDoubleArray();
    assertThat(numbers).doesNotContain(Double.NaN, Double.NEGATIVE_INFINITY);
    int looks = report.looks().size() - (isWhole ? 0 : 1);
    Map<String, double[]> parts = new LinkedHashMap<>();
    parts.put(
        "looks",
        report.looks().subList(0, looks).stream().mapToDouble(look -> look.logProb()).toArray());
    parts.put("losses", report.fit().losses().toArray());
    parts.put("log probabilities", isWhole ? numbers : new double[0]);
    return new Kept(isWhole, parts);
  }

  private Npe npe(RunConfig config) {
    return Npe.of(
            Normal.of(0, 1),
            (theta, rng) -> {
              double unused = moments.pass();
              return new double[] {theta[0] + 0.5 * rng.nextNormal()};
            },
            AffineFlows::regression)
        .or(AffineFlows::regression)
        .config(config)
        .training(training(config))
        .threads(2)
        .progress(Progress.silent());
  }

  private static Kept simulated(boolean isWhole, Simulations simulations) {
    try (NDManager own = NDManager.newBaseManager()) {
      return new Kept(
          isWhole,
          Map.of(
              "parameters",
              simulations.parameters(own).toType(DataType.FLOAT64, false).toDoubleArray(),
              "data",
              simulations.data(own).toType(DataType.FLOAT64, false).toDoubleArray()));
    }
  }

  private Kept simulations() {
    try {
      return simulated(true, npe(CONFIG).simulate(300));
    } catch (SimulationException e) {
      Kept kept = e.simulations().map(some -> simulated(false, some)).orElse(Kept.NOTHING);
      boolean isInterrupted = Thread.interrupted();
      moments.rest();
      if (e.simulations().isPresent()) { // goes on
        Kept all = simulated(true, npe(CONFIG).simulate(300, e.simulations().get()));
        same("simulations gone on with", all, simulated(true, npe(CONFIG).simulate(300)));
      }
      if (isInterrupted) {
        Thread.currentThread().interrupt();
      }
      return kept;
    }
  }

  private Kept neuralPosterior(RunConfig config) {
    long before = moments.passed();
    Npe npe = npe(config);
    Simulations simulations;
    try {
      simulations = npe.simulate(200);
    } catch (SimulationException e) {
      return Kept.NOTHING;
    }
    assertThat(moments.passed()).isGreaterThan(before);
    try (NeuralPosterior posterior = npe.fit(simulations)) {
      return learned(posterior);
    }
  }

  private Kept rounds() {
    try (NeuralPosterior posterior =
        npe(CONFIG).sequential(manager.create(new double[] {0.8}), 2, 100)) {
      return learned(posterior);
    } catch (SimulationException e) {
      return e.simulations().map(some -> begun(some)).orElse(Kept.NOTHING);
    }
  }

  /** Simulations are not what the unbroken work returns, but as many as were made are there. */
  private static Kept begun(Simulations some) {
    assertThat(some.tried()).isBetween(1, 199);
    return Kept.NOTHING;
  }

  private Kept learned(NeuralPosterior posterior) {
    boolean isWhole =
        posterior.report().orElseThrow().fit().stop() != Stop.INTERRUPTED
            && !Thread.currentThread().isInterrupted();
    NDArray observation = manager.create(new double[] {0.8});
    try (Samples draws = posterior.posterior(observation, 20)) {
      double[] theta = draws.values("theta");
      assertThat(theta).doesNotContain(Double.NaN);
      return new Kept(
          isWhole,
          Map.of(
              "losses",
              posterior.report().orElseThrow().fit().losses().toArray(),
              "draws",
              isWhole ? theta : new double[0]));
    }
  }
}
