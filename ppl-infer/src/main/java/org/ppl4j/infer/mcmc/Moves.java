package org.ppl4j.infer.mcmc;

/**
 * How one chain moves.
 *
 * @param kernel moves it
 * @param warmup makes the kernel fit the target
 */
record Moves(Kernel kernel, Warmup warmup) {}
