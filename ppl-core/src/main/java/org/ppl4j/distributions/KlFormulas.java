package org.ppl4j.distributions;

import static org.ppl4j.tensor.Tensors.number;

import ai.djl.ndarray.NDArray;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSet;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.BiPredicate;
import java.util.function.Supplier;

/**
 * Divergences of families in closed form, a table by the two classes.
 *
 * <p>Those from a normal, exponential or gamma distribution follow from what their log-density is
 * linear in: KL(p ‖ q) = −H(p) − E_p log q.
 */
final class KlFormulas {

  /** Of p from q. */
  record Pair(Class<? extends Distribution> p, Class<? extends Distribution> q) {}

  /** When there is one, and what it is. */
  private record Formula(
      BiPredicate<Distribution, Distribution> condition,
      BiFunction<Distribution, Distribution, NDArray> kl) {}

  private static final ImmutableMap<Pair, Formula> TABLE =
      new Table()
          .with(Normal.class, Normal.class, ContinuousKl::normals)
          .with(
              HalfNormal.class,
              HalfNormal.class,
              (p, q) -> ContinuousKl.scales(p.scale().div(q.scale()).square()))
          .with(
              LogNormal.class,
              LogNormal.class,
              (p, q) ->
                  ContinuousKl.normals(
                      Normal.of(p.loc(), p.scale()), Normal.of(q.loc(), q.scale())))
          .with(Cauchy.class, Cauchy.class, ContinuousKl::cauchys)
          .with(
              Exponential.class,
              Exponential.class,
              (p, q) -> ContinuousKl.excess(q.rate().div(p.rate())))
          .with(Gamma.class, Gamma.class, ContinuousKl::gammas)
          .with(
              Exponential.class,
              Gamma.class,
              (p, q) -> ContinuousKl.gammas(Gamma.of(number(1), p.rate()), q))
          .with(
              Gamma.class,
              Exponential.class,
              (p, q) -> ContinuousKl.gammas(p, Gamma.of(number(1), q.rate())))
          .with(Beta.class, Beta.class, ContinuousKl::betas)
          .with(Uniform.class, Uniform.class, ContinuousKl::uniforms)
          .with(
              Bernoulli.class,
              Bernoulli.class,
              (p, q) -> DiscreteKl.bernoullis(p.logits(), q.logits()))
          .with(
              Categorical.class,
              Categorical.class,
              (p, q) -> DiscreteKl.categories(p.probs(), p.logits(), q.logits()))
          .fromNormal(Uniform.class)
          .fromNormal(Exponential.class)
          .fromNormal(Gamma.class)
          .fromNormal(Beta.class)
          .fromNormal(LogNormal.class)
          .fromNormal(HalfNormal.class)
          .fromExponential(LogNormal.class)
          .fromExponential(HalfNormal.class)
          .fromExponential(Beta.class)
          .with(Laplace.class, Laplace.class, ContinuousKl::laplaces)
          .with(Normal.class, Laplace.class, ContinuousKl::normalFromLaplace)
          .with(Gumbel.class, Gumbel.class, ContinuousKl::gumbels)
          .with(Normal.class, Gumbel.class, ContinuousKl::normalFromGumbel)
          .with(Weibull.class, Weibull.class, ContinuousKl::weibulls)
          .with(Pareto.class, Pareto.class, ContinuousKl::paretos)
          .with(
              ContinuousBernoulli.class,
              ContinuousBernoulli.class,
              ContinuousKl::continuousBernoullis)
          .with(
              OneHotCategorical.class,
              OneHotCategorical.class,
              (p, q) -> DiscreteKl.categories(p.probs(), p.logits(), q.logits()))
          .with(
              Categorical.class,
              OrderedLogistic.class,
              (p, q) -> DiscreteKl.categories(p.probs(), p.logits(), q.logits()))
          .with(
              OrderedLogistic.class,
              OrderedLogistic.class,
              (p, q) -> DiscreteKl.categories(p.probs(), p.logits(), q.logits()))
          .when(
              Multinomial.class,
              (p, q) -> DiscreteKl.mayBeEqual(p.totalCount(), q.totalCount()),
              DiscreteKl::multinomials)
          .with(
              LogitNormal.class,
              LogitNormal.class,
              (p, q) ->
                  ContinuousKl.normals(
                      Normal.of(p.loc(), p.scale()), Normal.of(q.loc(), q.scale())))
          .with(Dirichlet.class, Dirichlet.class, MultivariateKl::dirichlets)
          .with(Wishart.class, Wishart.class, MultivariateKl::wisharts)
          .with(LKJCholesky.class, LKJCholesky.class, MultivariateKl::lkjs)
          .with(MatrixNormal.class, MatrixNormal.class, MultivariateKl::matrixNormals)
          .with(
              GaussianRandomWalk.class,
              GaussianRandomWalk.class,
              (p, q) ->
                  ContinuousKl.scales(p.scale().div(q.scale()).square()).mul(p.eventShape().get(0)))
          .with(
              ZeroSumNormal.class,
              ZeroSumNormal.class,
              (p, q) ->
                  ContinuousKl.scales(p.scale().div(q.scale()).square())
                      .mul(p.eventShape().get(0) - 1))
          .with(Poisson.class, Poisson.class, DiscreteKl::poissons)
          .with(Geometric.class, Geometric.class, DiscreteKl::geometrics)
          .with(DiscreteUniform.class, DiscreteUniform.class, DiscreteKl::uniforms)
          .when(
              Binomial.class,
              (p, q) -> DiscreteKl.mayBeEqual(p.totalCount(), q.totalCount()),
              DiscreteKl::binomials)
          .when(
              NegativeBinomial.class,
              (p, q) -> DiscreteKl.mayBeEqual(p.totalCount(), q.totalCount()),
              DiscreteKl::negativeBinomials)
          .fromNormal(Laplace.class)
          .fromNormal(Gumbel.class)
          .fromNormal(Logistic.class)
          .fromNormal(Weibull.class)
          .fromNormal(Kumaraswamy.class)
          .fromNormal(ContinuousBernoulli.class)
          .fromNormal(AsymmetricLaplace.class)
          .fromNormal(SkewLaplace.class)
          .fromExponential(Weibull.class)
          .fromExponential(Pareto.class)
          .fromExponential(Kumaraswamy.class)
          .fromExponential(ContinuousBernoulli.class)
          .build();

  private KlFormulas() {}

  static Optional<Supplier<NDArray>> find(Distribution p, Distribution q) {
    return Optional.ofNullable(TABLE.get(new Pair(p.getClass(), q.getClass())))
        .filter(formula -> formula.condition().test(p, q))
        .map(formula -> () -> formula.kl().apply(p, q));
  }

  /** The pairs that have a formula. */
  static ImmutableSet<Pair> pairs() {
    return TABLE.keySet();
  }

  /** The table in the making. */
  private static final class Table {

    private final ImmutableMap.Builder<Pair, Formula> all = ImmutableMap.builder();

    <P extends Distribution, Q extends Distribution> Table with(
        Class<P> p, Class<Q> q, BiFunction<P, Q, NDArray> formula) {
      all.put(
          new Pair(p, q),
          new Formula((a, b) -> true, (a, b) -> formula.apply(p.cast(a), q.cast(b))));
      return this;
    }

    /** For two of a family that a condition must hold for. */
    <P extends Distribution> Table when(
        Class<P> family, BiPredicate<P, P> condition, BiFunction<P, P, NDArray> formula) {
      all.put(
          new Pair(family, family),
          new Formula(
              (a, b) -> condition.test(family.cast(a), family.cast(b)),
              (a, b) -> formula.apply(family.cast(a), family.cast(b))));
      return this;
    }

    /** E log q by mean and variance: log scale + ½ log 2π + ((m − loc)² + v) / (2 scale²) − H. */
    <P extends Distribution> Table fromNormal(Class<P> family) {
      return with(
          family,
          Normal.class,
          (p, q) ->
              p.mean()
                  .sub(q.loc())
                  .square()
                  .add(p.variance())
                  .div(q.scale().square())
                  .mul(0.5)
                  .add(q.scale().log())
                  .add(MathConstants.HALF_LOG_2PI)
                  .sub(p.entropy()));
    }

    /** E log q by the mean of a non-negative variable: rate · m − log rate − H. */
    <P extends Distribution> Table fromExponential(Class<P> family) {
      return with(
          family,
          Exponential.class,
          (p, q) -> p.mean().mul(q.rate()).sub(q.rate().log()).sub(p.entropy()));
    }

    ImmutableMap<Pair, Formula> build() {
      return all.buildOrThrow();
    }
  }
}
