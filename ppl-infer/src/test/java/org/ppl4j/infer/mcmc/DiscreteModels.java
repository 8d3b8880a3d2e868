package org.ppl4j.infer.mcmc;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import com.google.errorprone.annotations.MustBeClosed;
import java.util.Arrays;
import java.util.Collections;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.LongFunction;
import org.ppl4j.Plate;
import org.ppl4j.Program;
import org.ppl4j.distributions.Bernoulli;
import org.ppl4j.distributions.Beta;
import org.ppl4j.distributions.Binomial;
import org.ppl4j.distributions.DiscreteUniform;
import org.ppl4j.distributions.Gamma;
import org.ppl4j.distributions.Normal;
import org.ppl4j.distributions.Poisson;
import org.ppl4j.handlers.InferConfig;
import org.ppl4j.handlers.SumOut;
import org.ppl4j.infer.Progress;
import org.ppl4j.infer.Samples;
import org.ppl4j.infer.Simulated;
import org.ppl4j.infer.SimulationCalibration;
import org.ppl4j.infer.latent.Initializer;
import org.ppl4j.infer.latent.LogDensity;
import org.ppl4j.params.ParamStore;
import org.ppl4j.tensor.Rng;
import org.ppl4j.tensor.RunConfig;
import org.ppl4j.tensor.Tensors;

/** Small models with discrete sites that chains draw, and data that they simulate. */
final class DiscreteModels {

  private static final int ROWS = 6;
  private static final int SITES = 3;
  private static final int VISITS = 2;
  private static final int TIMES = 8;

  /** Draws of each posterior that are ranked, equally far apart. */
  static final int KEPT = 19;

  private static final Chain.Length LENGTH = new Chain.Length(150, 25 * KEPT);

  /** Which of two normal distributions each row is of, summed out. */
  static final Program<NDArray> SUMMED =
      (p, x) -> {
        NDArray share = p.sample("share", Beta.of(2, 2));
        NDArray mean = p.sample("mean", Normal.of(0, 1));
        try (Plate rows = p.plate("rows", ROWS)) {
          NDArray z = p.sample("z", Bernoulli.probs(share));
          p.observe("x", Normal.of(mean.add(z.mul(3)), 1), rows.take(x));
        }
      };

  /** The same, drawn. */
  static final Program<NDArray> ASSIGNED = sampled("z", SUMMED);

  /** How many there are at sites, of whom each visit saw some: counts without end. */
  static final Program<NDArray> COUNTED = counted(false);

  /** The same without what the rate says of them. */
  static final Program<NDArray> FORGETFUL = counted(true);

  private static Program<NDArray> counted(boolean forgets) {
    return (p, seen) -> {
      NDArray rate = p.sample("rate", Gamma.of(3, 0.5));
      NDArray chance = p.sample("chance", Beta.of(8, 4));
      try (Plate sites = p.plate("sites", SITES)) {
        NDArray n = p.sample("n", Poisson.of(rate));
        if (forgets) {
          p.factor("forgotten", Poisson.of(rate).logProb(n).neg());
        }
        try (Plate visits = p.plate("visits", VISITS)) {
          p.observe("seen", Binomial.probs(n, chance), sites.take(visits.take(seen, -2), -1));
        }
      }
    };
  }

  /** When a rate changed. */
  static final Program<NDArray> CHANGED =
      sampled(
          "time",
          (p, counts) -> {
            NDArray before = p.sample("before", Gamma.of(2, 0.5));
            NDArray after = p.sample("after", Gamma.of(2, 0.5));
            NDArray time = p.sample("time", DiscreteUniform.of(0, TIMES));
            try (Plate times = p.plate("times", TIMES)) {
              NDArray isBefore = p.run().arange(TIMES).lt(time);
              p.observe(
                  "count", Poisson.of(Tensors.where(isBefore, before, after)), times.take(counts));
            }
          });

  private DiscreteModels() {}

  static <D> Program<D> sampled(String site, Program<D> model) {
    return model.with(new InferConfig(each -> each.name().equals(site), SumOut.SETTING, false));
  }

  static Simulated<NDArray> assigned(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    double share = beta(random, 2, 2);
    double mean = random.nextGaussian();
    double[] z = new double[ROWS];
    double[] x = new double[ROWS];
    for (int i = 0; i < ROWS; i++) {
      z[i] = random.nextDouble() < share ? 1 : 0;
      x[i] = mean + 3 * z[i] + random.nextGaussian();
    }
    return Simulated.of(
        Map.of("share", new double[] {share}, "mean", new double[] {mean}, "z", z),
        Tensors.vector(x));
  }

  static Simulated<NDArray> counted(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    double rate = gamma(random, 3) / 0.5;
    double chance = beta(random, 8, 4);
    double[] n = new double[SITES];
    double[] seen = new double[VISITS * SITES];
    for (int i = 0; i < SITES; i++) {
      n[i] = poisson(random, rate);
      for (int j = 0; j < VISITS; j++) {
        for (int k = 0; k < n[i]; k++) {
          seen[j * SITES + i] += random.nextDouble() < chance ? 1 : 0;
        }
      }
    }
    return Simulated.of(
        Map.of("rate", new double[] {rate}, "chance", new double[] {chance}, "n", n),
        Tensors.array(seen, new Shape(VISITS, SITES)));
  }

  static Simulated<NDArray> changed(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    double before = gamma(random, 2) / 0.5;
    double after = gamma(random, 2) / 0.5;
    int time = random.nextInt(TIMES + 1);
    double[] counts = new double[TIMES];
    Arrays.setAll(counts, i -> poisson(random, i < time ? before : after));
    return Simulated.of(
        Map.of(
            "before",
            new double[] {before},
            "after",
            new double[] {after},
            "time",
            new double[] {time}),
        Tensors.vector(counts));
  }

  // --- calibration

  /** Of a model by chains. */
  static SimulationCalibration calibration(
      int trials, long seed, Program<NDArray> model, LongFunction<Simulated<NDArray>> simulator) {
    return SimulationCalibration.of(
        trials, KEPT, seed, simulator, (data, noise) -> fitted(model, data, noise));
  }

  @MustBeClosed
  private static Samples fitted(Program<NDArray> model, NDArray data, long seed) {
    try (McmcRun<NDArray> run =
        Nuts.of(model)
            .asWritten()
            .chains(1)
            .threads(1)
            .warmup(LENGTH.warmup())
            .draws(LENGTH.draws())
            .progress(Progress.silent())
            .config(RunConfig.defaults().withSeed(seed))
            .run(data)) {
      return run.posterior(data, KEPT);
    }
  }

  /** Draws of a chain of {@link #COUNTED} whose counts are drawn as {@link #FORGETFUL} has it. */
  @MustBeClosed
  static Samples forgetful(NDArray data, long seed) {
    RunConfig config = RunConfig.defaults().withSeed(seed);
    try (NDManager manager = NDManager.newBaseManager();
        ParamStore none = new ParamStore(manager, config);
        LogDensity<NDArray> right = density(COUNTED, data, none);
        LogDensity<NDArray> wrong = density(FORGETFUL, data, none)) {
      DiscreteMoves moves = new DiscreteMoves(right, wrong.conditionals());
      Chain chain =
          new Chain(
              1,
              LENGTH,
              new ChainTarget(moves::evaluate, right.size(), LENGTH.warmup()),
              Targets::nuts,
              moves,
              Rng.of(seed, Rng.Purpose.CHAIN, 0, "forgetful"),
              right.start(),
              Collections.emptyIterator());
      boolean isAtEnd = chain.run(LENGTH.iterations(), () -> false);
      if (!isAtEnd || chain.failure() != null) {
        throw new AssertionError("chain failed", chain.failure());
      }
      return right.samples(chain.vectors(LENGTH.draws()));
    }
  }

  @MustBeClosed
  private static LogDensity<NDArray> density(
      Program<NDArray> model, NDArray data, ParamStore params) {
    return LogDensity.withDiscrete(
        model, data, params, params.config().orElseThrow(), Initializer.uniform());
  }

  // --- numbers

  private static double gamma(SplittableRandom random, int shape) {
    double sum = 0;
    for (int i = 0; i < shape; i++) {
      sum -= Math.log1p(-random.nextDouble());
    }
    return sum;
  }

  private static double beta(SplittableRandom random, int a, int b) {
    double x = gamma(random, a);
    return x / (x + gamma(random, b));
  }

  private static int poisson(SplittableRandom random, double rate) {
    int count = 0;
    for (double t = gamma(random, 1); t < rate; t += gamma(random, 1)) {
      count++;
    }
    return count;
  }
}
