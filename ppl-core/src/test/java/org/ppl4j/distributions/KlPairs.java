package org.ppl4j.distributions;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.ppl4j.tensor.Run;
import org.ppl4j.testing.DistributionCase;

/** Pairs of distributions, one for each formula of {@link KlFormulas} at least. */
final class KlPairs {

  private KlPairs() {}

  /** A pair, and the row that describes the quadrature over p. */
  record Case(
      Function<Run, Distribution> p,
      Function<Run, Distribution> q,
      UnaryOperator<DistributionCase> quadrature) {

    DistributionCase row(Run run) {
      return quadrature.apply(DistributionCase.of("p", none -> p.apply(run)));
    }
  }

  static Stream<Named<Case>> all() {
    List<Named<Case>> all = new ArrayList<>();
    add(all, Normal.of(0.3, 1.7), Normal.of(-0.4, 0.8));
    add(all, HalfNormal.of(1.7), HalfNormal.of(0.8));
    add(all, LogNormal.of(0.3, 0.7), LogNormal.of(-0.4, 0.8));
    add(all, Cauchy.of(0.3, 1.7), Cauchy.of(-0.4, 0.8));
    add(all, Exponential.of(1.7), Exponential.of(0.8));
    add(all, Gamma.of(2.3, 1.4), Gamma.of(0.6, 2));
    add(all, Exponential.of(1.4), Gamma.of(0.6, 2));
    add(all, Gamma.of(2.3, 1.4), Exponential.of(2));
    add(all, Beta.of(2.3, 1.4), Beta.of(0.6, 2));
    add(all, Uniform.of(-0.5, 1), Uniform.of(-1, 1.5));
    add(all, Bernoulli.probs(0.3), Bernoulli.logits(0.8));
    add(all, Uniform.of(-0.5, 1), Normal.of(-0.4, 0.8));
    add(all, Exponential.of(1.4), Normal.of(-0.4, 0.8));
    add(all, Gamma.of(2.3, 1.4), Normal.of(-0.4, 0.8));
    add(all, Beta.of(2.3, 1.4), Normal.of(-0.4, 0.8));
    add(all, LogNormal.of(0.3, 0.7), Normal.of(-0.4, 0.8));
    add(all, HalfNormal.of(1.7), Normal.of(-0.4, 0.8));
    add(all, LogNormal.of(0.3, 0.7), Exponential.of(2));
    add(all, HalfNormal.of(1.7), Exponential.of(2));
    add(all, Beta.of(2.3, 1.4), Exponential.of(2));
    add(all, Laplace.of(0.3, 1.7), Laplace.of(-0.4, 0.8), -0.4, 0.3);
    add(all, Normal.of(0.3, 1.7), Laplace.of(-0.4, 0.8), -0.4);
    add(all, Gumbel.of(0.3, 0.7), Gumbel.of(-0.4, 0.8));
    add(all, Normal.of(0.3, 0.7), Gumbel.of(-0.4, 0.8));
    add(all, Weibull.of(1.3, 1.7), Weibull.of(0.4, 0.8));
    add(all, Pareto.of(1.3, 1.7), Pareto.of(0.4, 0.8));
    add(all, ContinuousBernoulli.probs(0.3), ContinuousBernoulli.logits(1.8));
    add(all, Poisson.of(1.3), Poisson.of(3));
    add(all, Geometric.probs(0.3), Geometric.logits(1));
    add(all, DiscreteUniform.of(-1, 3), DiscreteUniform.of(-2, 3));
    add(all, Binomial.probs(6, 0.3), Binomial.logits(6, 1));
    add(all, NegativeBinomial.probs(2.5, 0.3), NegativeBinomial.logits(2.5, 1));
    add(all, Laplace.of(0.3, 1.7), Normal.of(-0.4, 0.8), 0.3);
    add(all, Gumbel.of(0.3, 1.7), Normal.of(-0.4, 0.8));
    add(all, Logistic.of(0.3, 1.7), Normal.of(-0.4, 0.8));
    add(all, Weibull.of(1.3, 1.7), Normal.of(-0.4, 0.8));
    add(all, Kumaraswamy.of(1.3, 1.7), Normal.of(-0.4, 0.8));
    add(all, ContinuousBernoulli.probs(0.3), Normal.of(-0.4, 0.8));
    add(all, AsymmetricLaplace.of(0.3, 1.7, 0.8), Normal.of(-0.4, 0.8), 0.3);
    add(all, SkewLaplace.of(0.3, 1.7, 0.4), Normal.of(-0.4, 0.8), 0.3);
    add(all, Weibull.of(1.3, 1.7), Exponential.of(2));
    add(all, Pareto.of(0.3, 3), Exponential.of(2));
    add(all, Kumaraswamy.of(1.3, 1.7), Exponential.of(2));
    add(all, ContinuousBernoulli.probs(0.3), Exponential.of(2));
    add(
        all,
        "Categorical",
        run -> Categorical.probs(vector(run, 0.2, 0.5, 0.7)),
        run -> Categorical.logits(vector(run, 0.2, -0.5, 0.7)));
    add(
        all,
        "OneHotCategorical",
        run -> OneHotCategorical.probs(vector(run, 0.2, 0.5, 0.7)),
        run -> OneHotCategorical.logits(vector(run, 0.2, -0.5, 0.7)));
    add(
        all,
        "OrderedLogistic",
        run -> OrderedLogistic.of(0.3, vector(run, -1, 0.5, 0.7)),
        run -> OrderedLogistic.of(0.8, vector(run, 0.2, 0.5, 1.7)));
    add(
        all,
        "Categorical from OrderedLogistic",
        run -> Categorical.probs(vector(run, 0.2, 0.5, 0.7)),
        run -> OrderedLogistic.of(0.8, vector(run, 0.2, 0.5)));
    add(
        all,
        "Multinomial",
        run -> Multinomial.probs(4, vector(run, 0.2, 0.5, 0.7)),
        run -> Multinomial.logits(4, vector(run, 0.2, -0.5, 0.7)),
        row -> row.counts(4));
    return Stream.concat(all.stream(), ofVectors());
  }

  private static Stream<Named<Case>> ofVectors() {
    List<Named<Case>> all = new ArrayList<>();
    add(all, LogitNormal.of(0.3, 0.7), LogitNormal.of(-0.4, 0.8));
    add(all, LKJCholesky.of(2, 1.4), LKJCholesky.of(2, 0.8));
    add(all, GaussianRandomWalk.of(1.4, 2), GaussianRandomWalk.of(0.8, 2));
    add(all, ZeroSumNormal.of(1.4, 3), ZeroSumNormal.of(0.8, 3));
    add(
        all,
        "LKJCholesky of three",
        run -> LKJCholesky.of(3, run.scalar(1.4)),
        run -> LKJCholesky.of(3, run.scalar(0.8)));
    add(
        all,
        "Dirichlet",
        run -> Dirichlet.of(vector(run, 1.2, 2.5, 0.7)),
        run -> Dirichlet.of(vector(run, 0.6, 1.5, 1.7)));
    add(
        all,
        "Wishart",
        run -> Wishart.of(3.5, matrix(run, 1.2, 0, 0.4, 0.7)),
        run -> Wishart.of(4.5, matrix(run, 0.8, 0, -0.3, 1.1)));
    add(
        all,
        "MatrixNormal",
        run -> MatrixNormal.of(row(run, 1, -1), run.full(1.3, new Shape(1, 1)), factor(run)),
        run ->
            MatrixNormal.of(
                row(run, 0.4, 0), run.full(0.8, new Shape(1, 1)), matrix(run, 0.8, 0, -0.3, 1.1)));
    List<Function<Run, Distribution>> gaussians =
        List.of(
            run -> MultivariateNormal.of(vector(run, 1, -1), factor(run)),
            run -> MultivariateNormal.withCovariance(0.2, matrix(run, 2, 0.5, 0.5, 1)),
            run -> MultivariateNormal.withPrecision(0.3, matrix(run, 2, -0.5, -0.5, 1)),
            run ->
                LowRankMultivariateNormal.of(
                    vector(run, 0.1, 0.5),
                    run.create(new double[] {0.6, -0.9}, new Shape(2, 1)),
                    vector(run, 0.7, 1.3)),
            run -> Normal.of(vector(run, 0.4, -0.3), 1.2).toEvent(1));
    for (Function<Run, Distribution> p : gaussians) {
      for (Function<Run, Distribution> q : gaussians) {
        if (p != q) {
          add(all, "normal " + gaussians.indexOf(p) + " from " + gaussians.indexOf(q), p, q);
        }
      }
    }
    return all.stream();
  }

  private static NDArray factor(Run run) {
    return matrix(run, 1.2, 0, 0.4, 0.7);
  }

  private static NDArray row(Run run, double... values) {
    return run.create(values, new Shape(1, values.length));
  }

  private static NDArray matrix(Run run, double... values) {
    return run.create(values, new Shape(2, 2));
  }

  private static NDArray vector(Run run, double... values) {
    return run.create(values, new Shape(values.length));
  }

  /** Families of plain numbers, with the points where a density is not smooth. */
  private static void add(List<Named<Case>> all, Distribution p, Distribution q, double... breaks) {
    Case pair = new Case(p::on, q::on, row -> row.breaks(breaks));
    all.add(Named.of(p + " from " + q, pair));
  }

  private static void add(
      List<Named<Case>> all,
      String name,
      Function<Run, Distribution> p,
      Function<Run, Distribution> q) {
    add(all, name, p, q, row -> row);
  }

  private static void add(
      List<Named<Case>> all,
      String name,
      Function<Run, Distribution> p,
      Function<Run, Distribution> q,
      UnaryOperator<DistributionCase> quadrature) {
    all.add(Named.of(name, new Case(p, q, quadrature)));
  }
}
