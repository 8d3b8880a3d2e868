/**
 * Special functions of numbers, which depend on each other only: what samplers and tails of
 * distributions are computed by in Java. Their forms on tensors, with derivatives, are in {@code
 * org.ppl4j.tensor}.
 */
@NullMarked
@CheckReturnValue
package org.ppl4j.math;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
