package org.ppl4j.infer.annealing;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.ppl4j.tensor.Rng;

/** Some of the particles of sequential Monte Carlo, on one thread at a time. */
final class ParticleBlock {

  private static final int PARTICLES = 50;

  private final Population population;
  private final int first;
  private double acceptance;

  private ParticleBlock(Population population, int first) {
    this.population = population;
    this.first = first;
  }

  /**
   * Blocks of particles.
   *
   * @param starts (N, D), row by row
   * @param mostSteps of a trajectory
   */
  static List<ParticleBlock> of(
      TemperedDensity density, double[] starts, Rng noise, int mostSteps) {
    List<ParticleBlock> blocks = new ArrayList<>();
    int size = density.size();
    int count = starts.length / size;
    for (int from = 0; from < count; from += PARTICLES) {
      int to = Math.min(count, from + PARTICLES);
      double[] some = Arrays.copyOfRange(starts, from * size, to * size);
      blocks.add(new ParticleBlock(new Population(density, some, noise, from, mostSteps), from));
    }
    return blocks;
  }

  /** Goes to the density of a level without moving. */
  void enter(Level level) {
    population.enter(level.beta());
  }

  /** Moves at a level so often. */
  void move(Level level, int moves) {
    double sum = 0;
    for (int i = 0; i < moves; i++) {
      sum += population.move(level);
    }
    acceptance = sum / moves;
  }

  /** Its part of all particles (N, D) from now on. */
  void take(double[] positions) {
    int size = population.positions().length / population.count();
    population.place(
        Arrays.copyOfRange(positions, first * size, (first + population.count()) * size));
  }

  /** How many. */
  int count() {
    return population.count();
  }

  /** log r where they are. */
  double[] logRatios() {
    return population.logRatios();
  }

  /** Where they are (N, D), row by row. */
  double[] positions() {
    return population.positions();
  }

  /** The mean probability that the latest moves were accepted. */
  double acceptance() {
    return acceptance;
  }
}
