/**
 * Probability distributions with batched parameters.
 *
 * <p>Each has a factory {@code of}. A parameter is a tensor, a plain number or, of vectors, plain
 * numbers: {@code Normal.of(mu, 1)}, {@code Dirichlet.of(1, 1, 2)}. A probability may be given by
 * its log-odds too: there {@code probs} is another word for {@code of}, beside {@code logits}.
 *
 * <ul>
 *   <li>{@link org.ppl4j.distributions.Distribution}: the contract, with its {@link
 *       org.ppl4j.distributions.Argument}s and the formulas that a family may know; {@link
 *       org.ppl4j.distributions.Draw}: a value with the log-density of its own draw.
 *   <li>On the reals: {@link org.ppl4j.distributions.Normal}, {@link
 *       org.ppl4j.distributions.StudentT}, {@link org.ppl4j.distributions.Cauchy}, {@link
 *       org.ppl4j.distributions.Laplace}, {@link org.ppl4j.distributions.AsymmetricLaplace}, {@link
 *       org.ppl4j.distributions.SkewLaplace}, {@link org.ppl4j.distributions.Logistic}, {@link
 *       org.ppl4j.distributions.SkewLogistic}, {@link org.ppl4j.distributions.Gumbel}, {@link
 *       org.ppl4j.distributions.Stable}.
 *   <li>Positive: {@link org.ppl4j.distributions.HalfNormal}, {@link
 *       org.ppl4j.distributions.HalfCauchy}, {@link org.ppl4j.distributions.LogNormal}, {@link
 *       org.ppl4j.distributions.Exponential}, {@link org.ppl4j.distributions.Gamma}, {@link
 *       org.ppl4j.distributions.InverseGamma}, {@link org.ppl4j.distributions.Chi2}, {@link
 *       org.ppl4j.distributions.FisherSnedecor}, {@link org.ppl4j.distributions.Weibull}, {@link
 *       org.ppl4j.distributions.Pareto}.
 *   <li>On an interval: {@link org.ppl4j.distributions.Uniform}, {@link
 *       org.ppl4j.distributions.Beta}, {@link org.ppl4j.distributions.AffineBeta}, {@link
 *       org.ppl4j.distributions.Kumaraswamy}, {@link org.ppl4j.distributions.ContinuousBernoulli},
 *       {@link org.ppl4j.distributions.LogitNormal}, {@link
 *       org.ppl4j.distributions.TruncatedNormal}; of angles {@link
 *       org.ppl4j.distributions.VonMises}.
 *   <li>Of vectors: {@link org.ppl4j.distributions.MultivariateNormal}, {@link
 *       org.ppl4j.distributions.LowRankMultivariateNormal}, {@link
 *       org.ppl4j.distributions.MultivariateStudentT}, {@link
 *       org.ppl4j.distributions.GaussianRandomWalk}, {@link org.ppl4j.distributions.EulerMaruyama};
 *       on the simplex {@link org.ppl4j.distributions.Dirichlet}, on the plane of sum 0 {@link
 *       org.ppl4j.distributions.ZeroSumNormal}, on the sphere {@link
 *       org.ppl4j.distributions.SphericalUniform} and {@link
 *       org.ppl4j.distributions.ProjectedNormal}.
 *   <li>Of matrices: {@link org.ppl4j.distributions.MatrixNormal}, {@link
 *       org.ppl4j.distributions.Wishart}, {@link org.ppl4j.distributions.LKJCholesky}.
 *   <li>Categories: {@link org.ppl4j.distributions.Bernoulli}, {@link
 *       org.ppl4j.distributions.Categorical}, {@link org.ppl4j.distributions.OneHotCategorical},
 *       {@link org.ppl4j.distributions.OrderedLogistic}, {@link
 *       org.ppl4j.distributions.DiscreteUniform}.
 *   <li>Counts: {@link org.ppl4j.distributions.Binomial}, {@link
 *       org.ppl4j.distributions.BetaBinomial}, {@link org.ppl4j.distributions.Geometric}, {@link
 *       org.ppl4j.distributions.Poisson}, {@link org.ppl4j.distributions.NegativeBinomial}, {@link
 *       org.ppl4j.distributions.GammaPoisson}, {@link org.ppl4j.distributions.ZeroInflated}, {@link
 *       org.ppl4j.distributions.Multinomial}, {@link org.ppl4j.distributions.DirichletMultinomial}.
 *   <li>Discrete made continuous: {@link org.ppl4j.distributions.RelaxedBernoulli}, {@link
 *       org.ppl4j.distributions.RelaxedOneHotCategorical}, and with hard draws {@link
 *       org.ppl4j.distributions.RelaxedBernoulliStraightThrough}, {@link
 *       org.ppl4j.distributions.RelaxedOneHotCategoricalStraightThrough}.
 *   <li>Of others: {@link org.ppl4j.distributions.TransformedDistribution}, {@link
 *       org.ppl4j.distributions.ConditionalTransformedDistribution}, {@link
 *       org.ppl4j.distributions.Truncated}, {@link org.ppl4j.distributions.Censored}, {@link
 *       org.ppl4j.distributions.Mixture}, {@link org.ppl4j.distributions.MixtureSameFamily}, {@link
 *       org.ppl4j.distributions.Imputed}, and the methods {@code toEvent}, {@code expand}, {@code
 *       mask} of every distribution; of values {@link org.ppl4j.distributions.Empirical}, {@link
 *       org.ppl4j.distributions.Delta}, {@link org.ppl4j.distributions.ImproperUniform}.
 *   <li>{@link org.ppl4j.distributions.Kl}: divergences of one from another; {@link
 *       org.ppl4j.distributions.CdfTransform}: cdf and quantile as a transform.
 * </ul>
 *
 * <p>A new family extends {@code Distribution}, whose page says what it writes. A row in the table
 * of cases judges all of that.
 */
@NullMarked
@CheckReturnValue
package org.ppl4j.distributions;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
