/**
 * Draws of a guide as importance samples of the posterior ({@link
 * org.ppl4j.infer.importance.Importance}): weighted, with the evidence ({@link
 * org.ppl4j.infer.importance.ImportanceSamples}), and what the weights say of the guide ({@link
 * org.ppl4j.infer.importance.Assessment}, {@link org.ppl4j.infer.importance.Shift}).
 */
@NullMarked
@CheckReturnValue
package org.ppl4j.infer.importance;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
