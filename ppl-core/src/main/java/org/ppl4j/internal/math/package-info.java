/**
 * Special functions of numbers, which depend on each other only: what samplers and tails of
 * distributions are computed by in Java. Their forms on tensors, with derivatives, are in {@code
 * org.ppl4j.tensor}.
 *
 * <ul>
 *   <li>Gamma and beta functions: {@link org.ppl4j.internal.math.LogGamma}, {@link
 *       org.ppl4j.internal.math.Digamma}, {@link org.ppl4j.internal.math.Polygamma}, {@link
 *       org.ppl4j.internal.math.IncompleteGamma}, {@link org.ppl4j.internal.math.IncompleteBeta},
 *       {@link org.ppl4j.internal.math.SaddlePoint}.
 *   <li>With derivatives, as a {@link org.ppl4j.internal.math.DifferentiableFunction}: {@link
 *       org.ppl4j.internal.math.BetaTails}, {@link org.ppl4j.internal.math.StudentTails}; of a
 *       gamma draw {@link org.ppl4j.internal.math.GammaDerivative}.
 *   <li>{@link org.ppl4j.internal.math.Elementary} functions; {@link org.ppl4j.internal.math.Erfc},
 *       {@link org.ppl4j.internal.math.InverseErf}, {@link org.ppl4j.internal.math.NormalQuantile};
 *       {@link org.ppl4j.internal.math.ScaledBessel} functions; the stable density {@link
 *       org.ppl4j.internal.math.StableKernel}; {@link org.ppl4j.internal.math.GaussLegendre}
 *       quadrature; the {@link org.ppl4j.internal.math.Order} of numbers, and the {@link
 *       org.ppl4j.internal.math.Assignment} of rows to columns that costs least; {@link
 *       org.ppl4j.internal.math.Cholesky} factors, and {@link
 *       org.ppl4j.internal.math.PivotedFactors} of any matrix. Of names those that are {@link
 *       org.ppl4j.internal.math.Nearest} to one by spelling.
 * </ul>
 */
@NullMarked
@CheckReturnValue
package org.ppl4j.internal.math;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
