/**
 * Learnable flows, one family a file. A family is an immutable description: a {@link
 * org.ppl4j.transforms.TransformModule}, which is given contexts by its method {@code conditional}.
 *
 * <ul>
 *   <li>In one line: {@link org.ppl4j.flows.Flows}.
 *   <li>Maps of one number, given by a vector of parameters ({@link org.ppl4j.flows.ScalarFamily}):
 *       {@link org.ppl4j.flows.AffineFamily}, {@link org.ppl4j.flows.SinhArcsinh}, {@link
 *       org.ppl4j.flows.Tails}, {@link org.ppl4j.flows.NonlinearSquared}; splines {@link
 *       org.ppl4j.flows.LinearSpline}, {@link org.ppl4j.flows.QuadraticSpline}, {@link
 *       org.ppl4j.flows.CubicSpline}, {@link org.ppl4j.flows.RationalQuadratic}, {@link
 *       org.ppl4j.flows.LinearRational}, {@link org.ppl4j.flows.CircularSpline} of angles; {@link
 *       org.ppl4j.flows.DeepSigmoid}, {@link org.ppl4j.flows.DenseSigmoid}, {@link
 *       org.ppl4j.flows.UnconstrainedMonotonic}, {@link org.ppl4j.flows.MixtureCdf}, {@link
 *       org.ppl4j.flows.Bernstein}, {@link org.ppl4j.flows.SumOfSquares}.
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
 *       {@link org.ppl4j.flows.JacobianTrace}; {@link org.ppl4j.flows.Diffusion}, along a {@link
 *       org.ppl4j.flows.Score}.
 *   <li>Of directions, unit vectors, from a uniform base: {@link org.ppl4j.flows.Zonal}, {@link
 *       org.ppl4j.flows.ExponentialMap}, {@link org.ppl4j.flows.Moebius}.
 *   <li>Residual: {@link org.ppl4j.flows.ResidualFlow}, with a {@link org.ppl4j.flows.LogDet}.
 *   <li>{@link org.ppl4j.flows.Planar}, along a {@link org.ppl4j.flows.Nonlinearity}; {@link
 *       org.ppl4j.flows.Radial}, {@link org.ppl4j.flows.Sylvester}.
 * </ul>
 *
 * <p>Which families are universal, that is, come as near to any distribution with a density as one
 * likes if they are made large enough:
 *
 * <table>
 * <caption>Universality</caption>
 * <tr><th>family<th>universal<th>source
 * <tr><td>one autoregressive layer of deep or dense sigmoids, of {@code MixtureCdf} or {@code
 * BlockNeural}<td>as units grow<td>Huang et al. 2018; De Cao et al. 2019
 * <tr><td>of {@code SumOfSquares}<td>as degree and polynomials grow<td>Jaini et al. 2019
 * <tr><td>of {@code UnconstrainedMonotonic}<td>as units grow<td>Wehenkel and Louppe 2019
 * <tr><td>of splines or {@code Bernstein}<td>as bins or the degree grow: they are dense in the
 * increasing functions of an interval, of which triangular maps are made<td>Bogachev et al. 2005;
 * Papamakarios et al. 2021, section 2.2; Ramasinghe et al. 2022
 * <tr><td>couplings, affine ones too, D ≥ 2<td>as layers grow, with permutations or linear maps
 * between<td>Teshima et al. 2020, "Coupling-based invertible neural networks are universal
 * diffeomorphism approximators"
 * <tr><td>additive couplings<td>no: they keep volumes<td>Draxler et al. 2024
 * <tr><td>{@code ResidualFlow}<td>as blocks grow, by maximum mean discrepancy<td>Kong and Chaudhuri
 * 2021
 * <tr><td>{@code OdeFlow}<td>as units grow<td>Teshima et al. 2020, "Universal approximation
 * property of neural ordinary differential equations"
 * <tr><td>{@code Diffusion}<td>as its score comes near the exact one<td>Song et al. 2021; Chen et
 * al. 2023, "Sampling is as easy as learning the score"
 * <tr><td>affine autoregressive layers<td>no for D = 1, where they stay affine; one alone is
 * normal given the coordinates before<td>Jaini et al. 2019
 * <tr><td>planar, radial, Sylvester<td>few layers cannot, D ≥ 2<td>Kong and Chaudhuri 2020
 * <tr><td>one coupling, a map of each coordinate, linear ones<td>no<td>what passes, the dependence
 * and the shape stay
 * </table>
 */
@NullMarked
@CheckReturnValue
package org.ppl4j.flows;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
