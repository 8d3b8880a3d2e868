/**
 * Learnable flows, one family a file. A family is an immutable description: a {@link
 * org.ppl4j.transforms.TransformModule}, which is given contexts by its method {@code conditional}.
 *
 * <ul>
 *   <li>In one line: {@link org.ppl4j.flows.Flows}.
 *   <li>Maps of one number, given by a vector of parameters ({@link org.ppl4j.flows.ScalarFamily}):
 *       {@link org.ppl4j.flows.AffineFamily}, {@link org.ppl4j.flows.SinhArcsinh}, {@link
 *       org.ppl4j.flows.NonlinearSquared}; splines {@link org.ppl4j.flows.LinearSpline}, {@link
 *       org.ppl4j.flows.QuadraticSpline}, {@link org.ppl4j.flows.CubicSpline}, {@link
 *       org.ppl4j.flows.RationalQuadratic}, {@link org.ppl4j.flows.LinearRational}, {@link
 *       org.ppl4j.flows.CircularSpline} of angles; {@link org.ppl4j.flows.DeepSigmoid}, {@link
 *       org.ppl4j.flows.DenseSigmoid}, {@link org.ppl4j.flows.UnconstrainedMonotonic}, {@link
 *       org.ppl4j.flows.MixtureCdf}, {@link org.ppl4j.flows.Bernstein}, {@link
 *       org.ppl4j.flows.SumOfSquares}.
 *   <li>Layers over any of them: {@link org.ppl4j.flows.Elementwise}, {@link
 *       org.ppl4j.flows.Coupling} (by a {@link org.ppl4j.flows.Partition}), {@link
 *       org.ppl4j.flows.Autoregressive}; one network for all coordinates: {@link
 *       org.ppl4j.flows.BlockNeural}.
 *   <li>Linear: {@link org.ppl4j.flows.Affine}, {@link org.ppl4j.flows.Triangular}, {@link
 *       org.ppl4j.flows.Orthogonal}, {@link org.ppl4j.flows.Linear}, {@link
 *       org.ppl4j.flows.Permute}, {@link org.ppl4j.flows.Flip}; with statistics of what they see
 *       {@link org.ppl4j.flows.ActNorm}, {@link org.ppl4j.flows.BatchNorm}.
 *   <li>Of images of channels, rows and columns: {@link org.ppl4j.flows.MultiScale}, {@link
 *       org.ppl4j.flows.Convolution}, layers of vectors at {@link org.ppl4j.flows.EachPlace};
 *       {@link org.ppl4j.flows.Squeeze}, and {@link org.ppl4j.flows.Reshape} to vectors and back.
 *   <li>Continuous: {@link org.ppl4j.flows.OdeFlow}, along a {@link org.ppl4j.flows.Field}, with a
 *       {@link org.ppl4j.flows.Trace}; {@link org.ppl4j.flows.Diffusion}, along a {@link
 *       org.ppl4j.flows.Score}.
 *   <li>Residual: {@link org.ppl4j.flows.ResidualFlow}, with a {@link org.ppl4j.flows.LogDet}.
 *   <li>{@link org.ppl4j.flows.Planar}, along a {@link org.ppl4j.flows.Nonlinearity}; {@link
 *       org.ppl4j.flows.Radial}, {@link org.ppl4j.flows.Sylvester}.
 * </ul>
 */
@NullMarked
@CheckReturnValue
package org.ppl4j.flows;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
