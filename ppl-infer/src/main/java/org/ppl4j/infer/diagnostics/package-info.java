/**
 * Whether a result can be trusted.
 *
 * <ul>
 *   <li>Importance weights: {@link org.ppl4j.infer.diagnostics.SmoothedWeights}, by a {@link
 *       org.ppl4j.infer.diagnostics.GeneralizedPareto} tail, and what they say of a guide, {@link
 *       org.ppl4j.infer.diagnostics.Khat}; how far they are rounded, {@link
 *       org.ppl4j.infer.diagnostics.WeightRounding}; draws chosen by them, {@link
 *       org.ppl4j.infer.diagnostics.StratifiedChoice}.
 *   <li>Markov chains: R-hat, effective sizes and Monte Carlo standard errors, {@link
 *       org.ppl4j.infer.diagnostics.Chains}.
 *   <li>Draws of one number: {@link org.ppl4j.infer.diagnostics.HighestDensityInterval}; the {@link
 *       org.ppl4j.infer.diagnostics.Unit} in which figures of draws do not depend on theirs.
 *   <li>Data and those that a model makes: {@link org.ppl4j.infer.diagnostics.PredictiveCheck}.
 *   <li>A calibration: {@link org.ppl4j.infer.diagnostics.BinomialBand} of its counts, {@link
 *       org.ppl4j.infer.diagnostics.RankUniformity} of its ranks.
 *   <li>Models by how well they predict, from their {@link
 *       org.ppl4j.infer.diagnostics.LogLikelihoods}: {@link org.ppl4j.infer.diagnostics.Waic},
 *       {@link org.ppl4j.infer.diagnostics.Loo}, and several of these as a {@link
 *       org.ppl4j.infer.diagnostics.LooComparison}, each an {@link
 *       org.ppl4j.infer.diagnostics.Estimate} with its error.
 *   <li>How all of these read in a report: {@link org.ppl4j.infer.diagnostics.Wording}.
 * </ul>
 */
@NullMarked
@CheckReturnValue
package org.ppl4j.infer.diagnostics;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
