package org.ppl4j.infer.annealing;

import static com.google.common.base.Preconditions.checkState;

import com.google.common.primitives.Doubles;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.ppl4j.infer.InterruptionException;
import org.ppl4j.tensor.Rng;

/** Some of the chains of an annealing, with their weights, on one thread at a time. */
final class AnnealedBlock {

  private static final int CHAINS = 50;

  private final Population population;
  private final int first;
  private final List<Level> levels;
  private final double[] logWeights;
  private double acceptances;
  private volatile int done;

  private AnnealedBlock(Population population, int first, List<Level> levels) {
    this.population = population;
    this.first = first;
    this.levels = levels;
    this.logWeights = new double[population.count()];
  }

  /**
   * Blocks of chains.
   *
   * @param starts (N, D), row by row
   * @param mostSteps of a trajectory
   */
  static List<AnnealedBlock> of(
      TemperedDensity density, double[] starts, List<Level> levels, Rng noise, int mostSteps) {
    List<AnnealedBlock> blocks = new ArrayList<>();
    int size = density.size();
    int count = starts.length / size;
    for (int from = 0; from < count; from += CHAINS) {
      int to = Math.min(count, from + CHAINS);
      double[] some = Arrays.copyOfRange(starts, from * size, to * size);
      blocks.add(
          new AnnealedBlock(new Population(density, some, noise, from, mostSteps), from, levels));
    }
    return blocks;
  }

  /**
   * Goes through all levels.
   *
   * @return itself
   * @throws IllegalStateException if a weight is no number
   * @throws InterruptionException if it was stopped
   */
  AnnealedBlock run(BooleanSupplier isStopped) {
    double beta = 0;
    for (Level level : levels) {
      if (isStopped.getAsBoolean()) {
        throw new InterruptionException(
            "annealing was interrupted at level %s of %s".formatted(done, levels.size()), null);
      }
      population.enter(level.beta());
      weigh(level.beta() - beta);
      acceptances += population.move(level);
      beta = level.beta();
      advance();
    }
    return this;
  }

  private void weigh(double step) {
    double[] logRatios = population.logRatios();
    for (int i = 0; i < logWeights.length; i++) {
      checkState(
          logRatios[i] < Double.POSITIVE_INFINITY,
          "chain %s of annealing has log density of model less guide %s at unconstrained %s; look"
              + " at the model there",
          first + i,
          logRatios[i],
          Doubles.asList(row(i)));
      logWeights[i] += step * logRatios[i];
    }
  }

  private double[] row(int chain) {
    int size = population.positions().length / population.count();
    return Arrays.copyOfRange(population.positions(), chain * size, (chain + 1) * size);
  }

  /** One thread alone writes what others read. */
  @SuppressWarnings("NonAtomicVolatileUpdate")
  private void advance() {
    done++;
  }

  /** How many levels are behind it. */
  int done() {
    return done;
  }

  /** Of each chain. */
  double[] logWeights() {
    return logWeights;
  }

  /** Where the chains are (N, D), row by row. */
  double[] positions() {
    return population.positions();
  }

  /** The mean probability of acceptance. */
  double acceptance() {
    return acceptances / levels.size();
  }
}
