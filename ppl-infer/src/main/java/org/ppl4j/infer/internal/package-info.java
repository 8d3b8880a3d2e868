/**
 * What packages of inference share and no user needs. It may change with each version.
 *
 * <ul>
 *   <li>Work: {@link org.ppl4j.infer.internal.Workers} are threads for parts of it, {@link
 *       org.ppl4j.infer.internal.RunStore} has its parameters; {@link
 *       org.ppl4j.infer.internal.NonFinite} finds what is not finite, and a {@link
 *       org.ppl4j.infer.internal.Reason} is what a report says of a failure. A {@link
 *       org.ppl4j.infer.internal.TextFile} is written as a whole.
 *   <li>Draws: {@link org.ppl4j.infer.internal.WeightedDraws} have moments and quantiles, {@link
 *       org.ppl4j.infer.internal.StratifiedChoice} resamples them, {@link
 *       org.ppl4j.infer.internal.GeneralizedPareto} is fitted to the largest weights, {@link
 *       org.ppl4j.infer.internal.RankUniformity} tests ranks; {@link
 *       org.ppl4j.infer.internal.NormalScores} and {@link org.ppl4j.infer.internal.SampleRows} are
 *       what tables of them show, in a {@link org.ppl4j.infer.internal.Unit}.
 * </ul>
 */
@NullMarked
@CheckReturnValue
package org.ppl4j.infer.internal;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
