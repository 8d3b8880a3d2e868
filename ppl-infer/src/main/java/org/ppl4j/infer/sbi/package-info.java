/**
 * Simulation-based inference: posteriors of the parameters of a simulator, learned from its
 * simulations alone.
 *
 * <ul>
 *   <li>{@link org.ppl4j.infer.sbi.Npe} takes a prior, a {@link org.ppl4j.infer.sbi.Simulator} and
 *       a flow, makes {@link org.ppl4j.infer.sbi.Simulations} (or ends with a {@link
 *       org.ppl4j.infer.sbi.SimulationException}) and learns from them; in rounds, from simulations
 *       of a {@link org.ppl4j.infer.sbi.RoundProposal} around a {@link
 *       org.ppl4j.infer.sbi.RoundPosterior}.
 *   <li>{@link org.ppl4j.infer.sbi.NeuralPosterior} is what it learns: draws and log-densities for
 *       any observation; {@link org.ppl4j.infer.sbi.NeuralLikelihood} is the likelihood instead, as
 *       a factor of a model.
 *   <li>A {@link org.ppl4j.infer.sbi.PosteriorScorer} is what a posterior answers as functions of
 *       plain numbers, also where the engine is not on the class path.
 *   <li>{@link org.ppl4j.infer.sbi.Calibration}: whether to trust it.
 *   <li>Elsewhere: in a {@link org.ppl4j.infer.sbi.SimulationPlace} a {@link
 *       org.ppl4j.infer.sbi.RowSimulator} makes {@link org.ppl4j.infer.sbi.SimulatedRows} of {@link
 *       org.ppl4j.infer.sbi.SimulationRows}.
 * </ul>
 */
@NullMarked
@CheckReturnValue
package org.ppl4j.infer.sbi;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
