package org.ppl4j.testing;

import ai.djl.ndarray.types.Shape;
import java.util.List;
import org.ppl4j.distributions.LKJCholesky;
import org.ppl4j.distributions.MatrixNormal;
import org.ppl4j.distributions.Wishart;
import org.ppl4j.testing.DistributionCase.Entries;

/** The rows of matrices. */
final class MatrixCases {

  private static final Shape SQUARE = new Shape(2, 2);
  private static final double[] DEFINITE = {2, -1, -1, 3, 0.5, 0.1, 0.1, 4};
  private static final double[] INDEFINITE = {1, 2, 2, 1, 1, 0.1, 0.2, 1, -1, 0, 0, 1};

  private MatrixCases() {}

  static List<DistributionCase> all() {
    return List.of(
        DistributionCase.of("LKJCholesky", p -> LKJCholesky.of(3, p.get(0)))
            .numbers(1.5)
            .inside(1, 0, 0, 0.6, 0.8, 0, 0.48, -0.6, 0.64, 1, 0, 0, 0, 1, 0, -0.8, 0, 0.6)
            .outside(
                1, 0, 0, 0.6, -0.8, 0, 0.48, -0.6, 0.64, 1, 0.1, 0, 0, 1, 0, -0.8, 0, 0.6, 1, 0, 0,
                0, 0.9, 0, -0.8, 0, 0.6)
            .severalNoises()
            .reference(
                "LKJCholesky", p -> LKJCholesky.of((int) p.number("dim"), p.get("concentration")))
            .refuses(
                run -> LKJCholesky.of(3, 0),
                "parameter 'concentration' of LKJCholesky must be positive, but is 0.0")
            .refuses(
                run -> LKJCholesky.of(1, 1),
                "LKJCholesky has matrices of 1 rows; a correlation needs at least 2"),
        DistributionCase.of("LKJCholesky of two", p -> LKJCholesky.of(2, p.get(0)))
            .numbers(0.7)
            .inside(1, 0, 0.6, 0.8, 1, 0, -0.28, 0.96)
            .severalNoises(),
        DistributionCase.of("Wishart", p -> Wishart.of(p.get(0), p.get(1)))
            .numbers(3.3)
            .tensor(SQUARE, 1.2, 0, -0.7, 0.5)
            .with(Entries.LOWER)
            .inside(DEFINITE)
            .outside(INDEFINITE)
            .severalNoises()
            .reference(
                "Wishart", p -> Wishart.withCovariance(p.get("df"), p.get("covariance_matrix")))
            .refuses(
                run -> Wishart.of(1, run.eye(2)),
                "parameter 'df' of Wishart must be above 1.0, but is 1.0"),
        DistributionCase.of(
                "Wishart by covariance", p -> Wishart.withCovariance(p.get(0), p.get(1)))
            .numbers(3.3)
            .tensor(SQUARE, 1.2, -0.7, -0.7, 0.9)
            .with(Entries.SYMMETRIC)
            .inside(DEFINITE)
            .severalNoises(),
        DistributionCase.of("Wishart of one", p -> Wishart.of(p.get(0), p.get(1)))
            .numbers(1.3)
            .tensor(new Shape(1, 1), 0.8)
            .inside(0.5, 2)
            .outside(0, -1)
            .severalNoises(),
        DistributionCase.of("MatrixNormal", p -> MatrixNormal.of(p.get(0), p.get(1), p.get(2)))
            .tensor(SQUARE, 0.3, -0.4, 0, 1)
            .tensor(SQUARE, 1.2, 0, -0.7, 0.5)
            .with(Entries.LOWER)
            .tensor(SQUARE, 0.7, 0, 0.4, 1)
            .with(Entries.LOWER)
            .inside(0.5, -1, 2, 0.3, 0, 0, 0, 0)
            .severalNoises()
            .refuses(
                run -> MatrixNormal.of(run.zeros(SQUARE), run.eye(2), run.eye(3)),
                "parameter 'loc' of MatrixNormal has shape (2, 2), but its dim -1 must be 3, the"
                    + " size of the event"),
        DistributionCase.of(
                "MatrixNormal of a column", p -> MatrixNormal.of(p.get(0), p.get(1), p.get(2)))
            .tensor(new Shape(2, 1), 0.3, -0.2)
            .tensor(SQUARE, 1.2, 0, -0.7, 0.5)
            .with(Entries.LOWER)
            .tensor(new Shape(1, 1), 0.7)
            .inside(0.5, -1, 2, 0.3)
            .severalNoises());
  }
}
