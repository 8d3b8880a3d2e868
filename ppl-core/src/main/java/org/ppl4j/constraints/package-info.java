/**
 * Where values live: sets of tensors with a name, a membership test and a number of event
 * dimensions.
 *
 * <p>{@link org.ppl4j.constraints.Constraint} holds the constants and the factories; {@link
 * org.ppl4j.constraints.Interval}, {@link org.ppl4j.constraints.HalfLine}, {@link
 * org.ppl4j.constraints.IntegerInterval}, {@link org.ppl4j.constraints.IndependentConstraint},
 * {@link org.ppl4j.constraints.StackConstraint} and {@link org.ppl4j.constraints.CatConstraint} are
 * public because others read their bounds and parts.
 */
@NullMarked
@CheckReturnValue
package org.ppl4j.constraints;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
