package org.ppl4j.studies.sbi;

import static java.util.Objects.requireNonNull;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import com.google.common.base.Ascii;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSet;
import com.google.common.collect.Lists;
import com.google.common.math.Stats;
import com.google.errorprone.annotations.MustBeClosed;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.ppl4j.examples.launcher.ExampleOptions;
import org.ppl4j.examples.launcher.Reference;
import org.ppl4j.examples.simulators.SbiTask;
import org.ppl4j.flows.Coupling;
import org.ppl4j.flows.Flows;
import org.ppl4j.flows.Partition;
import org.ppl4j.flows.RationalQuadratic;
import org.ppl4j.infer.Samples;
import org.ppl4j.infer.density.ConditionalDensityEstimator;
import org.ppl4j.infer.density.Training;
import org.ppl4j.infer.mcmc.McmcRun;
import org.ppl4j.infer.mcmc.Nuts;
import org.ppl4j.infer.sbi.NeuralLikelihood;
import org.ppl4j.infer.sbi.NeuralPosterior;
import org.ppl4j.infer.sbi.Npe;
import org.ppl4j.nn.Mlp;
import org.ppl4j.transforms.ConditionalTransformModule;

/** Learns posteriors of a task, as this library recommends or as the benchmark did. */
public final class SbiFit {

  /** How many draws are compared with the reference's as many. */
  static final int DRAWS = 10_000;

  /** The same where the training is cut short; simulations are spent in one round then. */
  private static final int DRAWS_OF_A_SMOKE_TEST = 100;

  private static final int CHAINS = 4;
  private static final int WARMUP = 1000;
  private static final int WARMUP_OF_A_SMOKE_TEST = 10;

  /** A flow, how it is trained, and how simulations are spent. */
  public enum Setting {
    /**
     * What this library recommends for one observation: {@link Flows#posterior} or {@link
     * Flows#regression}, whichever held-out simulations find likelier; the standard training;
     * simulations in rounds.
     */
    DEFAULT(SbiFit.RECOMMENDED, Npe.standardTraining(), true),

    /** The same flows and training, of all observations at once: one round. */
    AMORTISED(SbiFit.RECOMMENDED, Npe.standardTraining(), false),

    /** The same flows and training, of the likelihood, over which chains draw. */
    LIKELIHOOD(SbiFit.RECOMMENDED, Npe.standardTraining(), false),

    /**
     * A neural spline flow with 50 hidden units, as the benchmark's: five couplings of 10 bins, a
     * constant rate of 5e-4, batches of up to 10,000 rows, 20 epochs of patience; one round.
     */
    PUBLISHED(
        ImmutableList.of(SbiFit::splines),
        Training.standard().batch(10_000).rate(5e-4).steps(2000).patience(20).decay(0),
        false);

    private final ImmutableList<ConditionalDensityEstimator.Flows> flows;
    private final Training training;
    private final boolean isInRounds;

    Setting(
        ImmutableList<ConditionalDensityEstimator.Flows> flows,
        Training training,
        boolean isInRounds) {
      this.flows = flows;
      this.training = training;
      this.isInRounds = isInRounds;
    }

    /** What the benchmark calls the algorithm whose published score is beside it. */
    String published() {
      return this == LIKELIHOOD ? "NLE" : "NPE";
    }

    @Override
    public String toString() {
      return Ascii.toLowerCase(name());
    }
  }

  private static final ImmutableList<ConditionalDensityEstimator.Flows> RECOMMENDED =
      ImmutableList.of(Flows::posterior, Flows::regression);

  private SbiFit() {}

  private static ConditionalTransformModule splines(int dim, int contextDim) {
    Partition half = Partition.half();
    ConditionalTransformModule all = spline(dim, contextDim, half);
    for (int i = 1; i < 5; i++) {
      all = all.then(spline(dim, contextDim, i % 2 == 0 ? half : half.complement()));
    }
    return all;
  }

  private static ConditionalTransformModule spline(int dim, int contextDim, Partition partition) {
    return Coupling.of(dim, RationalQuadratic.of(10, 3))
        .partition(partition)
        .conditioner(Mlp.of(50, 50))
        .conditional(contextDim);
  }

  /** The estimator of a task. */
  static Npe npe(SbiTask task, Setting setting, ExampleOptions options) {
    Npe npe = Npe.of(task.prior(), task.simulator(), setting.flows.get(0));
    for (ConditionalDensityEstimator.Flows other : setting.flows.subList(1, setting.flows.size())) {
      npe = npe.or(other);
    }
    if (setting == Setting.PUBLISHED || options.isSmokeTest()) {
      npe = npe.ensemble(1);
    }
    return npe.training(options.training(setting.training))
        .config(options.config())
        .progress(options.progress());
  }

  /**
   * What came of a setting.
   *
   * @param draws of the posterior of each observation, row by row
   * @param steps of the longest training
   * @param seconds of simulation and training, of one posterior
   */
  record Outcome(ImmutableMap<Integer, double[]> draws, long steps, double seconds) {

    /** The draws of one of the observations. */
    double[] of(int observation) {
      return requireNonNull(draws.get(observation), "draws");
    }
  }

  /**
   * Simulates, learns and draws.
   *
   * @param simulations in all; in rounds, for each of the observations
   * @param observations 1, 2 or both
   */
  static Outcome run(
      SbiTask task,
      Setting setting,
      int simulations,
      ImmutableSet<Integer> observations,
      ExampleOptions options) {
    Npe npe = npe(task, setting, options);
    if (setting == Setting.LIKELIHOOD) {
      return byLikelihood(npe, task, simulations, observations, options);
    }
    boolean isSmokeTest = options.isSmokeTest();
    int draws = options.orInSmokeTest(DRAWS, DRAWS_OF_A_SMOKE_TEST);
    ImmutableMap.Builder<Integer, double[]> all = ImmutableMap.builder();
    List<Double> seconds = new ArrayList<>();
    long steps = 0;
    // One posterior for all observations, or one for each.
    int together = setting.isInRounds ? 1 : observations.size();
    for (List<Integer> numbers : Lists.partition(observations.asList(), together)) {
      double[] first = task.observation(numbers.get(0));
      long start = System.nanoTime();
      try (NDManager manager = NDManager.newBaseManager();
          NeuralPosterior posterior =
              setting.isInRounds
                  ? rounds(npe, manager.create(first), simulations, isSmokeTest)
                  : npe.fit(npe.simulate(simulations))) {
        seconds.add((System.nanoTime() - start) * 1e-9);
        steps = Math.max(steps, posterior.report().orElseThrow().fit().steps());
        numbers.forEach(
            number -> all.put(number, draws(posterior, task.observation(number), draws)));
      }
    }
    return new Outcome(all.buildOrThrow(), steps, Stats.meanOf(seconds));
  }

  @SuppressWarnings("NullAway") // null is the data of a program without data
  private static Outcome byLikelihood(
      Npe npe,
      SbiTask task,
      int simulations,
      ImmutableSet<Integer> observations,
      ExampleOptions options) {
    ImmutableMap.Builder<Integer, double[]> all = ImmutableMap.builder();
    int draws = options.orInSmokeTest(DRAWS, DRAWS_OF_A_SMOKE_TEST);
    long start = System.nanoTime();
    try (NDManager manager = NDManager.newBaseManager();
        NeuralLikelihood likelihood = npe.likelihood(npe.simulate(simulations))) {
      double seconds = (System.nanoTime() - start) * 1e-9;
      for (int number : observations) {
        NDArray observation = manager.create(task.observation(number));
        try (McmcRun<@Nullable Void> run =
                Nuts.of(likelihood.model(observation))
                    .chains(CHAINS)
                    .warmup(options.orInSmokeTest(WARMUP, WARMUP_OF_A_SMOKE_TEST))
                    .draws(draws / CHAINS)
                    .config(options.config())
                    .progress(options.progress())
                    .run(null);
            Samples found = run.posterior(null, draws)) {
          all.put(number, found.values("theta"));
        }
      }
      return new Outcome(all.buildOrThrow(), likelihood.report().fit().steps(), seconds);
    }
  }

  @MustBeClosed
  private static NeuralPosterior rounds(
      Npe npe, NDArray observation, int simulations, boolean isSmokeTest) {
    return isSmokeTest
        ? npe.sequential(observation, 1, simulations)
        : npe.sequential(observation, simulations);
  }

  /** Draws of the posterior of an observation, row by row. */
  static double[] draws(NeuralPosterior posterior, double[] observation, int count) {
    try (NDManager manager = NDManager.newBaseManager();
        Samples draws = posterior.posterior(manager.create(observation), count)) {
      return draws.values("theta");
    }
  }

  /** The standard deviation of each number of draws, by the reference's. */
  static List<Double> deviations(SbiTask task, int observation, double[] draws) {
    int dim = task.dim();
    return IntStream.range(0, dim)
        .mapToObj(
            j ->
                Stats.of(
                            IntStream.range(0, draws.length / dim)
                                .mapToDouble(i -> draws[i * dim + j]))
                        .sampleStandardDeviation()
                    / task.moments(observation).get(j).sd())
        .toList();
  }

  /** The largest distance of a mean from the reference's, in its standard deviations. */
  static double largestOffset(SbiTask task, int observation, double[] draws) {
    double largest = 0;
    int dim = task.dim();
    for (int j = 0; j < dim; j++) {
      double sum = 0;
      for (int i = j; i < draws.length; i += dim) {
        sum += draws[i];
      }
      Reference.Moments truth = task.moments(observation).get(j);
      double mean = sum * dim / draws.length;
      largest = Math.max(largest, Math.abs(mean - truth.mean()) / truth.sd());
    }
    return largest;
  }
}
