package org.ppl4j.infer.mcmc;

import java.util.List;

/**
 * Chains whose warm-up ended in a heap of next to no mass, as that of a mixture of which one
 * component takes all: what is there is held against the other chains. The mass of a heap is known
 * by its mean log density and the volume of the scales that a chain has learned, to a few nats, of
 * many numbers to the spread of the log density.
 */
final class StuckChains {

  private static final double NATS = 10;
  private static final double DEVIATIONS = 3; // of a log density from its mean, √(D / 2), in both

  private StuckChains() {}

  /** Those among all that are where a share of less than exp(−10) is. */
  static List<Chain> among(List<Chain> chains) {
    double most =
        chains.stream()
            .mapToDouble(Chain::logWeight)
            .filter(Double::isFinite)
            .max()
            .orElse(Double.NaN);
    return chains.stream()
        .filter(chain -> most - chain.logWeight() > NATS + spread(chain.size()))
        .toList();
  }

  private static double spread(int size) {
    return DEVIATIONS * Math.sqrt(size);
  }
}
