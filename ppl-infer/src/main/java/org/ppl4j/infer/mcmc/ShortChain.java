package org.ppl4j.infer.mcmc;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.ppl4j.infer.approximation.NormalApproximation;
import org.ppl4j.infer.latent.LogDensity;
import org.ppl4j.tensor.Rng;

/**
 * A short chain that leaves the end of a search and learns nothing on its way, so that it takes no
 * leap that a warm-up might: it moves in the units of the normal distribution found there, by steps
 * that are accepted.
 *
 * @param visited where it was after each iteration
 * @param isGood whether its steps are accepted, and its gradients finite
 * @param gradients that were computed
 */
record ShortChain(Visited visited, boolean isGood, long gradients) {

  private static final int ITERATIONS = 40;
  private static final int MAX_DEPTH = 6;
  private static final int TRIES = 4; // of shorter and shorter steps
  private static final double ACCEPTED = 0.6; // of them at least
  private static final double SHORTER = 0.25;

  /** From the location of a normal distribution. */
  static ShortChain from(NormalApproximation end, LogDensity<?> density, Rng noise) {
    ChainTarget target = new ChainTarget(density::evaluateOrNaN, end.size(), 0);
    Leapfrog leapfrog = new Leapfrog(target);
    double[] scales = Arrays.stream(end.conditionalVariances()).map(Math::sqrt).toArray();
    leapfrog.mass(new LowRankMass(scales, new double[0][], new double[0]));
    ShortChain chain = run(end.location(), leapfrog, noise.split(0));
    for (int i = 1; i < TRIES && !chain.isGood(); i++) {
      leapfrog.stepSize(leapfrog.stepSize() * SHORTER);
      chain = run(end.location(), leapfrog, noise.split(i));
    }
    return chain;
  }

  private static ShortChain run(double[] start, Leapfrog leapfrog, Rng noise) {
    NutsKernel kernel = new NutsKernel(leapfrog, MAX_DEPTH);
    ChainTarget target = leapfrog.target();
    ChainState state = new ChainState(start.length);
    target.place(start, state);
    List<double[]> positions = new ArrayList<>();
    List<double[]> gradients = new ArrayList<>();
    double accepted = 0;
    double logDensities = 0;
    for (int i = 0; i < ITERATIONS; i++) {
      accepted += kernel.move(state, noise).acceptance() / ITERATIONS;
      positions.add(state.position.clone());
      gradients.add(state.gradient.clone());
      logDensities += state.logDensity / ITERATIONS;
    }
    boolean isFinite =
        Double.isFinite(logDensities)
            && gradients.stream().flatMapToDouble(Arrays::stream).allMatch(Double::isFinite);
    Visited visited = new Visited(positions, gradients, logDensities);
    return new ShortChain(visited, isFinite && accepted >= ACCEPTED, target.evaluations());
  }
}
