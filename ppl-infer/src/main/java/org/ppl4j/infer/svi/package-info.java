/**
 * Variational inference: fitting a guide to a model.
 *
 * <ul>
 *   <li>Fitting: {@link org.ppl4j.infer.svi.Svi}, its objective {@link org.ppl4j.infer.svi.Elbo},
 *       which sees a {@link org.ppl4j.infer.svi.Pass}; {@link org.ppl4j.infer.svi.StoppingRule},
 *       which is {@link org.ppl4j.infer.svi.StandStill} unless it is told otherwise, {@link
 *       org.ppl4j.infer.svi.RateReduction}, {@link org.ppl4j.infer.svi.Averaging}, {@link
 *       org.ppl4j.infer.svi.FitListener}; data in pieces: {@link org.ppl4j.infer.svi.Batches};
 *       where it is in its life: {@link org.ppl4j.infer.svi.FitState}.
 *   <li>Estimators: those of {@link org.ppl4j.infer.svi.Elbo}, of which {@link
 *       org.ppl4j.infer.svi.ScoreFunctionElbo} has settings and a {@link
 *       org.ppl4j.infer.svi.Baseline}; {@link org.ppl4j.infer.svi.GradientVariance} compares them
 *       on a fit.
 *   <li>Results: a {@link org.ppl4j.infer.svi.FitReport} with the {@link
 *       org.ppl4j.infer.svi.Losses}, each {@link org.ppl4j.infer.svi.RateStage}, what was {@link
 *       org.ppl4j.infer.svi.Stored}, each {@link org.ppl4j.infer.svi.FallBack} to the engine, an
 *       {@link org.ppl4j.infer.importance.Assessment}, and of a fit of points whether it is at a
 *       {@link org.ppl4j.infer.svi.LocalMinimum}.
 * </ul>
 */
@NullMarked
@CheckReturnValue
package org.ppl4j.infer.svi;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
