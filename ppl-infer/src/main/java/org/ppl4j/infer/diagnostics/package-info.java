/**
 * Whether a result can be trusted.
 *
 * <ul>
 *   <li>Importance weights: {@link org.ppl4j.infer.diagnostics.SmoothedWeights}, and what they say
 *       of a guide, {@link org.ppl4j.infer.diagnostics.Khat}; how far they are rounded, {@link
 *       org.ppl4j.infer.diagnostics.WeightRounding}.
 *   <li>Markov chains: R-hat, effective sizes and Monte Carlo standard errors, {@link
 *       org.ppl4j.infer.diagnostics.Chains}.
 *   <li>Draws of one number: {@link org.ppl4j.infer.diagnostics.HighestDensityInterval}.
 *   <li>Data and those that a model makes: {@link org.ppl4j.infer.diagnostics.PredictiveCheck}.
 *   <li>What numbers owe to the prior: {@link org.ppl4j.infer.diagnostics.PriorSensitivity}.
 *   <li>A calibration: {@link org.ppl4j.infer.diagnostics.BinomialBand} of its counts.
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
