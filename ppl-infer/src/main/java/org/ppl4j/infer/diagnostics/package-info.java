/**
 * Whether a result can be trusted.
 *
 * <ul>
 *   <li>Importance weights: {@link org.ppl4j.infer.diagnostics.SmoothedWeights}, by a {@link
 *       org.ppl4j.infer.diagnostics.GeneralizedPareto} tail, and what they say of a guide, {@link
 *       org.ppl4j.infer.diagnostics.Khat}.
 *   <li>Markov chains: R-hat and effective sizes, {@link org.ppl4j.infer.diagnostics.Chains}.
 * </ul>
 */
@NullMarked
@CheckReturnValue
package org.ppl4j.infer.diagnostics;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
