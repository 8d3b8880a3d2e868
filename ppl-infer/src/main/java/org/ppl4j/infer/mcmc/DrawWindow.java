package org.ppl4j.infer.mcmc;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The last draws of a chain and their gradients: older ones, and newer ones that are to take their
 * place.
 */
final class DrawWindow {

  private static final double FAR = 100; // nats a number
  private static final double DEPENDENCE = 4; // draws that are worth one
  private static final double DEVIATIONS = 4; // of a sum of squares from its mean

  private final List<double[]> draws = new ArrayList<>();
  private final List<double[]> gradients = new ArrayList<>();
  private final List<Double> logDensities = new ArrayList<>();
  private int older;

  /**
   * Adds where a chain is, unless it has not moved or its gradient is not finite. Draws before one
   * of far less density are forgotten with it: they tell nothing of where the chain is now.
   */
  void add(ChainState state) {
    boolean moved = draws.isEmpty() || !Arrays.equals(draws.get(draws.size() - 1), state.position);
    if (moved && Arrays.stream(state.gradient).allMatch(Double::isFinite)) {
      double least = state.logDensity - FAR * state.position.length;
      int far = draws.size();
      while (far > 0 && logDensities.get(far - 1) >= least) {
        far--;
      }
      forget(far);
      draws.add(state.position.clone());
      gradients.add(state.gradient.clone());
      logDensities.add(state.logDensity);
    }
  }

  private void forget(int first) {
    draws.subList(0, first).clear();
    gradients.subList(0, first).clear();
    logDensities.subList(0, first).clear();
    older = Math.max(0, older - first);
  }

  /** How many there are. */
  int size() {
    return draws.size();
  }

  /** How many of them are newer. */
  int newer() {
    return draws.size() - older;
  }

  /** Forgets the older ones; the newer are the older from now on. */
  void advance() {
    forget(older);
    older = draws.size();
  }

  /** The mass matrix of at least two. */
  LowRankMass mass() {
    return FisherEstimate.of(draws, gradients);
  }

  /**
   * Whether the chain only moves to and fro in them. Of n independent draws of the target the mean
   * gradient ḡ is near 0, and n ḡᵀ M⁻¹ ḡ a sum of D squares; where the chain comes from far away,
   * ḡᵀ M⁻¹ ḡ is about the log density that it gained on the way.
   */
  boolean isAtRest(MassMatrix mass) {
    int size = gradients.get(0).length;
    double[] mean = new double[size];
    for (double[] gradient : gradients) {
      for (int i = 0; i < size; i++) {
        mean[i] += gradient[i] / gradients.size();
      }
    }
    double[] velocity = new double[size];
    mass.velocity(mean, velocity);
    double gain = 0;
    for (int i = 0; i < size; i++) {
      gain += mean[i] * velocity[i];
    }
    double most = size + DEVIATIONS * Math.sqrt(2.0 * size);
    return draws.size() / DEPENDENCE * gain < most;
  }
}
