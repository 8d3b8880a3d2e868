/**
 * Variational inference: fitting a guide to a model.
 *
 * <ul>
 *   <li>Fitting: {@link org.ppl4j.infer.svi.Svi}, its objective {@link org.ppl4j.infer.svi.Elbo},
 *       {@link org.ppl4j.infer.svi.StoppingRule}, {@link org.ppl4j.infer.svi.Averaging}, {@link
 *       org.ppl4j.infer.svi.FitListener}; data in pieces: {@link org.ppl4j.infer.svi.Batches}.
 *   <li>Results: {@link org.ppl4j.infer.svi.FitReport} with an {@link
 *       org.ppl4j.infer.importance.Assessment}.
 * </ul>
 */
@NullMarked
@CheckReturnValue
package org.ppl4j.infer.svi;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
