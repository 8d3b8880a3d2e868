/**
 * What inference leaves behind: a {@link org.ppl4j.infer.Posterior}, whatever it was found by,
 * gives {@link org.ppl4j.infer.Samples}, with a {@link org.ppl4j.infer.SampleColumn} for each
 * number, these a {@link org.ppl4j.infer.Summary}, and {@link org.ppl4j.infer.Predictive} new data,
 * or a {@link org.ppl4j.infer.PredictiveScorer} that needs no engine. Under draws, {@link
 * org.ppl4j.infer.ModelDensity} has the log joint of the model and the log likelihood of each
 * observation, and {@link org.ppl4j.infer.Choices} what discrete sites are. Draws of chains pass to
 * and from other programs as {@link org.ppl4j.infer.CmdStanCsv}, and to ArviZ as {@link
 * org.ppl4j.infer.InferenceData}. Whether a way to a posterior is right is what {@link
 * org.ppl4j.infer.SimulationCalibration} asks, of data that were {@link org.ppl4j.infer.Simulated}.
 * Long work shows its {@link org.ppl4j.infer.Progress}. What inference itself stands on: {@link
 * org.ppl4j.infer.Draws} executes a program for many draws, at once if two {@link
 * org.ppl4j.infer.Neighbours} at once are what they are alone; what was interrupted and has no
 * result is an {@link org.ppl4j.infer.InterruptionException}.
 *
 * <p>The ways to a posterior stand in packages of their own, and what they need:
 *
 * <ul>
 *   <li>{@code judge}: what suits is found, and approximations are judged by chains;
 *   <li>{@code svi}: a guide is fitted; guides that are made from a model are in {@code autoguide};
 *   <li>{@code mcmc}: chains, whose draws are exact in the end;
 *   <li>{@code approximation}: normal distributions at the mode (Laplace) and on the way to it
 *       (Pathfinder);
 *   <li>{@code density} and {@code sbi}: densities of tables, posteriors of simulators;
 *   <li>{@code data}: records of arrays from Stan's JSON files;
 *   <li>{@code latent}: the latent sites of a program as one vector, and its log density there.
 * </ul>
 *
 * <p>Whether to trust what was found: {@code importance} and {@code diagnostics}.
 */
@NullMarked
@CheckReturnValue
package org.ppl4j.infer;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
