package org.ppl4j.infer.sbi;

import ai.djl.ndarray.NDArray;
import org.ppl4j.distributions.MultivariateNormal;

/**
 * What rounds of simulations have found of the posterior for their observation, in the space of
 * unconstrained parameters, with the tensors of a run.
 *
 * @param draws (N, P)
 * @param weights of the draws (N), which sum to 1
 * @param simulations how many it was learned from
 * @param prior the normal distribution with the prior's mean and covariance
 */
public record RoundPosterior(
    NDArray draws, NDArray weights, int simulations, MultivariateNormal prior) {}
