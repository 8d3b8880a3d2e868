package org.ppl4j.testing;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import org.ppl4j.distributions.Dirichlet;
import org.ppl4j.distributions.EulerMaruyama;
import org.ppl4j.distributions.GaussianRandomWalk;
import org.ppl4j.distributions.LowRankMultivariateNormal;
import org.ppl4j.distributions.MultivariateNormal;
import org.ppl4j.distributions.MultivariateStudentT;
import org.ppl4j.distributions.ProjectedNormal;
import org.ppl4j.distributions.ZeroSumNormal;
import org.ppl4j.ode.Sde;
import org.ppl4j.tensor.Linalg;
import org.ppl4j.testing.DistributionCase.Entries;

/** The rows of vectors. */
final class MultivariateCases {

  private static final Shape SQUARE = new Shape(2, 2);
  private static final double[] PAIRS = {0.5, -1, 2, 0.3};

  /** dx = cos(θ + x) dt + √(1 + θ²) dW. */
  private static final Sde WAVING =
      new Sde() {
        @Override
        public NDArray drift(NDArray time, NDArray state, NDArray theta) {
          return state.add(theta).cos();
        }

        @Override
        public NDArray diffusion(NDArray time, NDArray state, NDArray theta) {
          return theta.square().add(1).sqrt();
        }
      };

  private MultivariateCases() {}

  static List<DistributionCase> all() {
    return List.of(
        DistributionCase.of("Dirichlet", p -> Dirichlet.of(p.get(0)))
            .vector(2.3, 0.7, 1.5)
            .inside(0.2, 0.3, 0.5, 0.1, 0.6, 0.3)
            .outside(0.5, 0.2, 0.2, 1.2, -0.1, -0.1)
            .severalNoises()
            .operations("30 20 7 21", "30 20 7 21")
            .reference("Dirichlet", p -> Dirichlet.of(p.get("concentration")))
            .refuses(
                run -> Dirichlet.of(run.scalar(1)),
                "parameter 'concentration' of Dirichlet must have at least 1 dims, but has shape"
                    + " ()"),
        DistributionCase.of("Dirichlet of two", p -> Dirichlet.of(p.get(0)))
            .vector(0.6, 3)
            .inside(0.2, 0.8, 0.1, 0.9)
            .severalNoises(),
        DistributionCase.of("MultivariateNormal", p -> MultivariateNormal.of(p.get(0), p.get(1)))
            .vector(0.3, -0.4)
            .tensor(SQUARE, 1.2, 0, -0.7, 0.5)
            .with(Entries.LOWER)
            .inside(PAIRS)
            .severalNoises()
            .operations("15 12 4 11", "15 12 4 11")
            .reference(
                "MultivariateNormal",
                p -> MultivariateNormal.withCovariance(p.get("loc"), p.get("covariance_matrix")))
            .refuses(
                run -> MultivariateNormal.of(Double.NaN, run.eye(2)),
                "parameter 'loc' of MultivariateNormal must be real, but is NaN")
            .refuses(
                run -> MultivariateNormal.of(run.zeros(new Shape(3)), run.eye(2)),
                "parameter 'loc' of MultivariateNormal has shape (3), but its dim -1 must be 2, the"
                    + " size of the event")
            .refuses(
                run -> MultivariateNormal.withCovariance(0, run.ones(new Shape(2, 3))),
                "parameter 'covarianceMatrix' of MultivariateNormal has shape (2, 3); its two"
                    + " rightmost dims must be equal")
            .refuses(
                run -> MultivariateNormal.of(0, run.ones(new Shape(2))),
                "parameter 'scaleTril' of MultivariateNormal must have at least 2 dims, but has"
                    + " shape (2)"),
        DistributionCase.of(
                "MultivariateNormal by covariance",
                p -> MultivariateNormal.withCovariance(p.get(0), p.get(1)))
            .vector(0.3, -0.4)
            .tensor(SQUARE, 1.2, -0.7, -0.7, 0.9)
            .with(Entries.SYMMETRIC)
            .inside(PAIRS)
            .severalNoises(),
        DistributionCase.of(
                "MultivariateNormal by precision",
                p -> MultivariateNormal.withPrecision(p.get(0), p.get(1)))
            .vector(0.3, -0.4)
            .tensor(SQUARE, 1.2, -0.7, -0.7, 0.9)
            .with(Entries.SYMMETRIC)
            .inside(PAIRS)
            .severalNoises()
            .reference(
                "MultivariateNormal",
                p ->
                    MultivariateNormal.withPrecision(
                        p.get("loc"), Linalg.inverse(p.get("covariance_matrix")))),
        DistributionCase.of(
                "LowRankMultivariateNormal",
                p -> LowRankMultivariateNormal.of(p.get(0), p.get(1), p.get(2)))
            .vector(0.3, -0.4)
            .tensor(new Shape(2, 1), 1.2, -0.7)
            .vector(0.4, 0.8)
            .inside(PAIRS)
            .severalNoises()
            .reference(
                "LowRankMultivariateNormal",
                p ->
                    LowRankMultivariateNormal.of(
                        p.get("loc"), p.get("cov_factor"), p.get("cov_diag")))
            .refuses(
                run ->
                    LowRankMultivariateNormal.of(
                        0, run.ones(new Shape(3, 1)), run.ones(new Shape(2))),
                "parameter 'covFactor' of LowRankMultivariateNormal has shape (3, 1), but its dim"
                    + " -2 must be 2, the size of the event"),
        DistributionCase.of(
                "LowRankMultivariateNormal of rank 2",
                p -> LowRankMultivariateNormal.of(p.get(0), p.get(1), p.get(2)))
            .vector(0.5, 0, -1)
            .tensor(new Shape(3, 2), 1.2, -0.7, 0.2, 0.3, 0.5, 1)
            .vector(0.4, 0.8, 0.1)
            .inside(0.5, -1, 2, 0.3, 0, 0.6)
            .severalNoises(),
        DistributionCase.of(
                "MultivariateStudentT", p -> MultivariateStudentT.of(p.get(0), p.get(1), p.get(2)))
            .numbers(5.5)
            .vector(0.3, -0.4)
            .tensor(SQUARE, 1.2, 0, -0.7, 0.5)
            .with(Entries.LOWER)
            .inside(PAIRS)
            .severalNoises()
            .reference(
                "MultivariateStudentT",
                p ->
                    MultivariateStudentT.of(
                        p.get("df"), p.get("loc"), Linalg.cholesky(p.get("scale_matrix"))))
            .refuses(
                run -> MultivariateStudentT.of(0, 0, run.eye(2)),
                "parameter 'df' of MultivariateStudentT must be positive, but is 0.0"),
        DistributionCase.of("GaussianRandomWalk", p -> GaussianRandomWalk.of(p.get(0), 3))
            .numbers(0.7)
            .inside(0.5, -0.2, 0.3, 0, 1, 0.2)
            .severalNoises()
            .refuses(
                run -> GaussianRandomWalk.of(-1, 3),
                "parameter 'scale' of GaussianRandomWalk must be positive, but is -1.0")
            .refuses(
                run -> GaussianRandomWalk.of(1, 0),
                "GaussianRandomWalk has 0 steps; it needs at least 1"),
        DistributionCase.of(
                "GaussianRandomWalk of one step", p -> GaussianRandomWalk.of(p.get(0), 1))
            .numbers(0.7)
            .inside(0.5, -0.2)
            .severalNoises(),
        DistributionCase.of(
                "EulerMaruyama", p -> EulerMaruyama.of(WAVING, p.get(0), p.get(1), 0, 0.1, 0.4))
            .vector(0.7, -0.2)
            .vector(0.5, 1.2)
            .inside(0.5, -0.3, 0.4, 0.1, 1, -1, 2, 0)
            .severalNoises()
            .refuses(
                run -> EulerMaruyama.of(WAVING, run.scalar(1), run.eye(2), 0, 1),
                "parameter 'start' of EulerMaruyama must have at least 1 dims, but has shape ()")
            .refuses(
                run -> EulerMaruyama.of(WAVING, run.eye(2), run.eye(2), 1),
                "EulerMaruyama has 1 times; pass that of the start and at least one more")
            .refuses(
                run -> EulerMaruyama.of(WAVING, run.eye(2), run.eye(2), 1, 1),
                "EulerMaruyama has time 1.0 after 1.0; pass finite times that rise"),
        DistributionCase.of("ZeroSumNormal", p -> ZeroSumNormal.of(p.get(0), 3))
            .numbers(0.7)
            .inside(0.5, -0.7, 0.2, 0, 1, -1)
            .outside(1, 1, 1, 0.1, 0, 0)
            .severalNoises()
            .refuses(
                run -> ZeroSumNormal.of(0, 3),
                "parameter 'scale' of ZeroSumNormal must be positive, but is 0.0")
            .refuses(
                run -> ZeroSumNormal.of(1, 1),
                "ZeroSumNormal has vectors of size 1; it needs at least 2"),
        DistributionCase.of("ProjectedNormal", p -> ProjectedNormal.of(p.get(0)))
            .vector(1, -0.5, 0.7)
            .inside(0.6, 0, 0.8, 0, -1, 0)
            .outside(1, 1, 1, 0.5, 0, 0)
            .severalNoises()
            .reference("ProjectedNormal", p -> ProjectedNormal.of(p.get("concentration")))
            .refuses(
                run -> ProjectedNormal.of(run.zeros(new Shape(1))),
                "ProjectedNormal has vectors of size 1; directions need at least 2"),
        DistributionCase.of("ProjectedNormal of the plane", p -> ProjectedNormal.of(p.get(0)))
            .vector(1, 0.7)
            .inside(0.6, 0.8, -0.8, -0.6)
            .severalNoises());
  }
}
