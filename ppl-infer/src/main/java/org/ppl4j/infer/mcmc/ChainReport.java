package org.ppl4j.infer.mcmc;

import static java.util.Objects.requireNonNull;

import java.util.Optional;

/**
 * What one chain did. Figures are of the iterations after the warm-up, but for gradients and
 * seconds, which are of all.
 *
 * @param chain its number, from 1
 * @param starts how often it was begun: again where a warm-up ended at a place of next to no mass
 * @param warmup how many iterations its warm-up had, the last if there were more
 * @param draws how many it made
 * @param stepSize of the leapfrog integrator, or of a random walk in units of its scales; NaN of a
 *     sampler without
 * @param acceptance the mean probability of acceptance; NaN without draws
 * @param divergences how many trajectories diverged
 * @param depthLimitHits how many would have gone on beyond the depth limit; 0 of a sampler without
 * @param ebfmi the estimated Bayesian fraction of missing information: below 0.3 the chain walks
 *     slowly through its energies; NaN without draws, and of a sampler without energies
 * @param gradients how many were computed
 * @param seconds of a processor that it took, of which other work on the machine takes nothing
 * @param failure what ended it too early, in words; empty if nothing did
 */
public record ChainReport(
    int chain,
    int starts,
    int warmup,
    int draws,
    double stepSize,
    double acceptance,
    int divergences,
    int depthLimitHits,
    double ebfmi,
    long gradients,
    double seconds,
    Optional<String> failure) {

  /** Of these figures. */
  public ChainReport {
    requireNonNull(failure, "failure");
  }
}
