/**
 * Posteriors as normal distributions of the unconstrained vector of a program's latent sites:
 * quick, without a setting, and with words where they are not to be trusted.
 *
 * <ul>
 *   <li>{@link org.ppl4j.infer.approximation.LaplaceApproximation} at the mode, by exact second
 *       derivatives, gives a {@link org.ppl4j.infer.approximation.LaplacePosterior};
 *   <li>{@link org.ppl4j.infer.approximation.Pathfinder} on the way there, from several starts,
 *       gives a {@link org.ppl4j.infer.approximation.PathfinderPosterior}.
 * </ul>
 *
 * <p>An {@link org.ppl4j.infer.approximation.Exploration} is what other methods begin with: in
 * which {@link org.ppl4j.infer.approximation.Variables} Pathfinder's searches find the posterior
 * nearest to normal, and where they ended.
 *
 * <p>What they find are {@link org.ppl4j.infer.approximation.NormalApproximation}s, found by the
 * minimiser {@link org.ppl4j.infer.approximation.Lbfgs}, and give draws with importance weights;
 * how near one is to a density is its {@link org.ppl4j.infer.approximation.Nearness}.
 */
@NullMarked
@CheckReturnValue
package org.ppl4j.infer.approximation;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
