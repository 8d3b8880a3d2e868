/**
 * Whether a result can be trusted.
 *
 * <ul>
 *   <li>Importance weights: {@link org.ppl4j.infer.diagnostics.SmoothedWeights}, and what they say
 *       of a guide, {@link org.ppl4j.infer.diagnostics.Khat}.
 * </ul>
 */
@NullMarked
@CheckReturnValue
package org.ppl4j.infer.diagnostics;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
