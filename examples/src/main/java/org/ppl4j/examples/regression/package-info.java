/**
 * Regressions. {@link org.ppl4j.examples.regression.Regression} comes first, whose posterior is
 * known in closed form ({@link org.ppl4j.examples.regression.ConjugatePosterior}); {@link
 * org.ppl4j.examples.regression.Counts} has counts and a reference posterior.
 */
@NullMarked
@CheckReturnValue
package org.ppl4j.examples.regression;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
