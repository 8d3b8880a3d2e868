package org.ppl4j.infer.mcmc;

import static com.google.common.base.Preconditions.checkArgument;

import com.google.common.collect.ImmutableList;
import com.google.common.primitives.Doubles;
import java.util.Arrays;
import org.ppl4j.infer.latent.Initializer;
import org.ppl4j.infer.latent.LogDensity;

/**
 * Where chains start.
 *
 * @param initializer where, unless vectors are given; each chain has noise of its own
 * @param given a vector of unconstrained numbers for each chain; empty: none are given
 * @param isChosen whether somebody chose them
 */
record Starts(Initializer initializer, ImmutableList<double[]> given, boolean isChosen) {

  /** Those that nobody chose. */
  static Starts standard() {
    return new Starts(Initializer.uniform(), ImmutableList.of(), false);
  }

  /** An initializer's values. */
  static Starts by(Initializer initializer) {
    return new Starts(initializer, ImmutableList.of(), true);
  }

  /** The given vectors, for as many chains. */
  static Starts at(Initializer initializer, double[][] vectors) {
    return new Starts(
        initializer,
        Arrays.stream(vectors).map(double[]::clone).collect(ImmutableList.toImmutableList()),
        true);
  }

  /**
   * That there is a start for each chain.
   *
   * @throws IllegalArgumentException if there is not
   */
  void checkCount(int chains) {
    checkArgument(
        given.isEmpty() || given.size() == chains,
        "sampler has %s chains, but %s starts; give one for each",
        chains,
        given.size());
  }

  /**
   * That of one chain, where density and gradient are finite.
   *
   * @param chain counted from 0
   * @throws IllegalArgumentException if there is none
   */
  double[] of(LogDensity<?> density, int chain) {
    if (given.isEmpty()) {
      return density.start(initializer.withNoise(rng -> rng.split(chain)));
    }
    double[] start = given.get(chain);
    double[] gradient = density.room(start);
    double value = density.evaluate(start, gradient);
    checkArgument(
        Double.isFinite(value) && Arrays.stream(gradient).allMatch(Double::isFinite),
        "chain %s is to start at %s, where the log density is %s and its gradient %s; start where"
            + " both are finite",
        chain + 1,
        Doubles.asList(start),
        value,
        Doubles.asList(gradient));
    return start;
  }
}
