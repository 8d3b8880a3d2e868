/**
 * Special functions of numbers, which depend on each other only: what samplers and tails of
 * distributions are computed by in Java. Their forms on tensors, with derivatives, are in {@code
 * org.ppl4j.tensor}.
 *
 * <ul>
 *   <li>Gamma and beta functions: {@link org.ppl4j.math.LogGamma}, {@link org.ppl4j.math.Digamma},
 *       {@link org.ppl4j.math.Polygamma}, {@link org.ppl4j.math.IncompleteGamma}, {@link
 *       org.ppl4j.math.IncompleteBeta}, {@link org.ppl4j.math.SaddlePoint}.
 *   <li>With derivatives, as a {@link org.ppl4j.math.DifferentiableFunction}: {@link
 *       org.ppl4j.math.BetaTails}, {@link org.ppl4j.math.StudentTails}; of a gamma draw {@link
 *       org.ppl4j.math.GammaDerivative}.
 *   <li>{@link org.ppl4j.math.Elementary} functions; {@link org.ppl4j.math.Erfc}, {@link
 *       org.ppl4j.math.InverseErf}, {@link org.ppl4j.math.NormalQuantile}; {@link
 *       org.ppl4j.math.ScaledBessel} functions; the stable density {@link
 *       org.ppl4j.math.StableKernel}; {@link org.ppl4j.math.GaussLegendre} quadrature; the {@link
 *       org.ppl4j.math.Order} of numbers, and the {@link org.ppl4j.math.Assignment} of rows to
 *       columns that costs least; {@link org.ppl4j.math.Cholesky} factors. Of names those that are
 *       {@link org.ppl4j.math.Nearest} to one by spelling.
 * </ul>
 */
@NullMarked
@CheckReturnValue
package org.ppl4j.math;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
