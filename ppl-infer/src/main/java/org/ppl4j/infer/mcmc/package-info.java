/**
 * Markov chain Monte Carlo: draws of a model's posterior that are exact in the end.
 *
 * <ul>
 *   <li>Samplers: {@link org.ppl4j.infer.mcmc.Nuts}, which needs no tuning, {@link
 *       org.ppl4j.infer.mcmc.Hmc} and {@link org.ppl4j.infer.mcmc.AdjustedLangevin}, which follow
 *       the gradient too, and {@link org.ppl4j.infer.mcmc.RandomWalk} and {@link
 *       org.ppl4j.infer.mcmc.EllipticalSlice}, which do not; all are {@link
 *       org.ppl4j.infer.mcmc.Mcmc} and learn a {@link org.ppl4j.infer.mcmc.Metric} while they warm
 *       up.
 *   <li>Results: an {@link org.ppl4j.infer.mcmc.McmcRun} with the draws, and a {@link
 *       org.ppl4j.infer.mcmc.SamplerReport} of what each chain did, a {@link
 *       org.ppl4j.infer.mcmc.ChainReport}; {@link org.ppl4j.infer.mcmc.Iterations} have what each
 *       iteration did, in Stan's columns. From its {@link org.ppl4j.infer.mcmc.ChainEnds} a later
 *       run goes on.
 *   <li>Yours: a {@link org.ppl4j.infer.mcmc.TransitionKernel}, as the samplers' own are, runs by
 *       {@link org.ppl4j.infer.mcmc.KernelSampler}. It moves a {@link
 *       org.ppl4j.infer.mcmc.ChainState} of a {@link org.ppl4j.infer.mcmc.ChainTarget}, and says by
 *       a {@link org.ppl4j.infer.mcmc.Transition} what it did. A {@link
 *       org.ppl4j.infer.mcmc.Metric} says what is learned of scales: its {@link
 *       org.ppl4j.infer.mcmc.MassEstimate} makes a {@link org.ppl4j.infer.mcmc.MassMatrix}.
 *   <li>Elsewhere: a {@link org.ppl4j.infer.mcmc.ChainPlace} runs chains in other JVMs, each a
 *       {@link org.ppl4j.infer.mcmc.ChainWork} of which a {@link org.ppl4j.infer.mcmc.ChainDone}
 *       comes.
 * </ul>
 *
 * <p>Inside, each in a file of its own: a kernel moves a chain, most by leapfrog steps under a mass
 * matrix. A warm-up learns it, from draws and gradients by Fisher's divergence, or from draws by
 * Stan's schedule, with dual averaging of the step size.
 *
 * <p>Chains that go by the gradient begin where searches ended, in variables that a {@link
 * org.ppl4j.infer.mcmc.Pilot} of short ones chooses. What searches found and draws have not been in
 * is a {@link org.ppl4j.infer.mcmc.MissedModes} of a run; where guides start is a {@link
 * org.ppl4j.infer.mcmc.NormalStart}, by chains where searches fail.
 */
@NullMarked
@CheckReturnValue
package org.ppl4j.infer.mcmc;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
