/**
 * Densities of tables. {@link org.ppl4j.examples.density.TwoCircles} first: a flow in a program,
 * fitted step by step, and then by an estimator; the true density is {@link
 * org.ppl4j.examples.density.TwoCirclesDistribution}, a {@link
 * org.ppl4j.examples.density.PlaneDistribution}. {@link org.ppl4j.examples.density.WineBands}
 * learns a column given another, {@link org.ppl4j.examples.density.Claims} one that is mostly 0
 * given categories, {@link org.ppl4j.examples.density.Globe} directions, {@link
 * org.ppl4j.examples.density.CsvDensity} a column of a file of the reader's; {@link
 * org.ppl4j.examples.density.RedWine} says how good a density is by cross-validation.
 */
@NullMarked
@CheckReturnValue
package org.ppl4j.examples.density;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
