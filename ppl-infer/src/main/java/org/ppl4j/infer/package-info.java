/**
 * Inference: fitting a guide to a model, and what a fit leaves behind.
 *
 * <ul>
 *   <li>Fitting: {@link org.ppl4j.infer.Svi}, its objective {@link org.ppl4j.infer.Elbo}, {@link
 *       org.ppl4j.infer.StoppingRule}, {@link org.ppl4j.infer.Averaging}, {@link
 *       org.ppl4j.infer.Progress}, {@link org.ppl4j.infer.FitListener}; data in pieces: {@link
 *       org.ppl4j.infer.Batches}.
 *   <li>Results: {@link org.ppl4j.infer.FitReport} with {@link org.ppl4j.infer.Assessment}, {@link
 *       org.ppl4j.infer.Posterior}, {@link org.ppl4j.infer.Samples}, {@link
 *       org.ppl4j.infer.Summary}, {@link org.ppl4j.infer.Predictive}; whether to trust them:
 *       package {@code diagnostics}.
 * </ul>
 */
@NullMarked
@CheckReturnValue
package org.ppl4j.infer;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
