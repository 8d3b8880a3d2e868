package org.ppl4j.infer.annealing;

import java.util.Arrays;
import org.ppl4j.infer.annealing.TemperedDensity.Evaluation;
import org.ppl4j.tensor.Rng;

/**
 * Chains side by side, which move by Hamiltonian Monte Carlo: each transition refreshes the
 * momentum, makes a trajectory of leapfrog steps and accepts its end with probability min(1,
 * exp(H(start) − H(end))), so that it leaves the density of its level as it is.
 *
 * <p>Each chain has noise of its own, so that its bits do not depend on the others.
 *
 * <p>Source: Neal, "MCMC using Hamiltonian dynamics" (2011).
 */
final class Population {

  /**
   * A quarter of a period of a normal density in units of its scales: the end forgets the start.
   */
  private static final double TIME = Math.PI / 2;

  private final TemperedDensity density;
  private final int count;
  private final int size;
  private final int mostSteps;
  private final Rng[] noise;
  private double[] positions; // (N, D)
  private double[] ends;
  private final double[] momenta;
  private Evaluation here;
  private Evaluation there;

  /**
   * Chains.
   *
   * @param positions where they begin (N, D), row by row
   * @param first the number of the first of them, by which their noise is known
   * @param mostSteps how many leapfrog steps a trajectory has at most
   */
  Population(TemperedDensity density, double[] positions, Rng noise, int first, int mostSteps) {
    this.density = density;
    this.size = density.size();
    this.count = positions.length / size;
    this.mostSteps = mostSteps;
    this.positions = positions.clone();
    this.ends = new double[positions.length];
    this.momenta = new double[positions.length];
    this.noise = new Rng[count];
    Arrays.setAll(this.noise, i -> noise.split(first + i));
    this.here = Evaluation.of(count, size);
    this.there = Evaluation.of(count, size);
  }

  /** N. */
  int count() {
    return count;
  }

  /** Where they are (N, D), row by row; not to be written. */
  double[] positions() {
    return positions;
  }

  /** log r where they are. */
  double[] logRatios() {
    return here.logRatios();
  }

  /** Goes to the density of a level without moving. */
  void enter(double beta) {
    density.evaluate(beta, positions, here);
  }

  /**
   * A transition at a level, which the chains have entered.
   *
   * @return the mean probability of acceptance
   */
  double move(Level level) {
    System.arraycopy(positions, 0, ends, 0, positions.length);
    double[] before = new double[count];
    for (int i = 0; i < count; i++) {
      for (int d = 0; d < size; d++) {
        momenta[i * size + d] = noise[i].nextNormal();
      }
      before[i] = energy(here, i);
    }
    double[] slopes = here.gradients();
    for (int steps = steps(level.stepSize()); steps > 0; steps--) {
      kick(level, slopes);
      drift(level);
      density.evaluate(level.beta(), ends, there);
      slopes = there.gradients();
      kick(level, slopes);
    }
    double acceptances = 0;
    for (int i = 0; i < count; i++) {
      double probability = Math.min(1, Math.exp(before[i] - energy(there, i)));
      acceptances += probability > 0 ? probability : 0; // NaN is none
      if (!(noise[i].nextUniform() < probability)) {
        stay(i);
      }
    }
    swap();
    return acceptances / count;
  }

  private int steps(double stepSize) {
    return (int) Math.max(1, Math.min(mostSteps, Math.rint(TIME / stepSize)));
  }

  private double energy(Evaluation at, int chain) {
    double kinetic = 0;
    for (int j = chain * size; j < (chain + 1) * size; j++) {
      kinetic += momenta[j] * momenta[j];
    }
    return kinetic / 2 - at.values()[chain];
  }

  private void kick(Level level, double[] slopes) {
    for (int j = 0; j < momenta.length; j++) {
      momenta[j] += level.stepSize() / 2 * level.scales()[j % size] * slopes[j];
    }
  }

  private void drift(Level level) {
    for (int j = 0; j < momenta.length; j++) {
      ends[j] += level.stepSize() * level.scales()[j % size] * momenta[j];
    }
  }

  /** Brings the end of a chain back to its start. */
  private void stay(int chain) {
    there.values()[chain] = here.values()[chain];
    there.logRatios()[chain] = here.logRatios()[chain];
    int from = chain * size;
    System.arraycopy(here.gradients(), from, there.gradients(), from, size);
    System.arraycopy(positions, from, ends, from, size);
  }

  private void swap() {
    Evaluation left = here;
    here = there;
    there = left;
    double[] starts = positions;
    positions = ends;
    ends = starts;
  }

  /** Puts at each place the chain of this number; they keep the noise of their places. */
  void choose(int[] chosen) {
    double[] before = positions.clone();
    for (int i = 0; i < count; i++) {
      System.arraycopy(before, chosen[i] * size, positions, i * size, size);
    }
  }

  /** Puts chains elsewhere (N, D), row by row; they keep the noise of their places. */
  void place(double[] elsewhere) {
    System.arraycopy(elsewhere, 0, positions, 0, positions.length);
  }

  /** The standard deviation of each coordinate (D). */
  double[] deviations() {
    double[] deviations = new double[size];
    for (int d = 0; d < size; d++) {
      double mean = 0;
      for (int i = 0; i < count; i++) {
        mean += positions[i * size + d] / count;
      }
      double sum = 0;
      for (int i = 0; i < count; i++) {
        double apart = positions[i * size + d] - mean;
        sum += apart * apart;
      }
      deviations[d] = Math.sqrt(sum / (count - 1));
    }
    return deviations;
  }
}
