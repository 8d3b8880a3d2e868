/**
 * Draws of a guide as importance samples of the posterior: their weights, and what these say of the
 * guide.
 */
@NullMarked
@CheckReturnValue
package org.ppl4j.infer.importance;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
