package org.ppl4j.distributions;

import static org.ppl4j.distributions.ClosedForm.v;
import static org.ppl4j.distributions.Exact.HALF_LOG_2PI;
import static org.ppl4j.distributions.Exact.LOG_2;
import static org.ppl4j.distributions.Exact.LOG_PI;
import static org.ppl4j.distributions.Exact.ONE;
import static org.ppl4j.distributions.Exact.ZERO;
import static org.ppl4j.distributions.Exact.digamma;
import static org.ppl4j.distributions.Exact.logGamma;
import static org.ppl4j.distributions.Exact.number;
import static org.ppl4j.distributions.Exact.sum;

import java.util.Arrays;
import java.util.List;
import org.hipparchus.dfp.Dfp;
import org.ppl4j.tensor.FloatType;

/** Closed forms of vectors and matrices. */
final class ClosedFormMatrices {

  private static final Dfp HALF = ONE.divide(2);

  private ClosedFormMatrices() {}

  static List<ClosedForm> all() {
    return List.of(
        multivariateNormal(),
        ofCovariance(false),
        ofCovariance(true),
        lowRank(),
        multivariateStudentT(),
        wishart(),
        randomWalk(),
        zeroSum());
  }

  /** z with L z = x. */
  private static Dfp[] solve(Dfp[][] lower, Dfp[] x) {
    Dfp[] z = new Dfp[x.length];
    for (int i = 0; i < x.length; i++) {
      Dfp rest = x[i];
      for (int j = 0; j < i; j++) {
        rest = rest.subtract(lower[i][j].multiply(z[j]));
      }
      z[i] = rest.divide(lower[i][i]);
    }
    return z;
  }

  private static Dfp[] apart(Exact in) {
    Dfp[] apart = new Dfp[in.size("x")];
    Arrays.setAll(apart, i -> in.get("x", i).subtract(in.get("loc", i)));
    return apart;
  }

  private static Dfp squares(Dfp[] z) {
    return sum(Arrays.stream(z).map(Dfp::square).toArray(Dfp[]::new));
  }

  private static Dfp logDet(Dfp[][] lower) {
    Dfp sum = ZERO;
    for (int i = 0; i < lower.length; i++) {
      sum = sum.add(lower[i][i].log());
    }
    return sum;
  }

  private static Dfp[][] cholesky(Exact in, String name) {
    Dfp[][] matrix = in.lower(name);
    int size = matrix.length;
    for (int j = 0; j < size; j++) {
      for (int i = j; i < size; i++) {
        Dfp rest = matrix[i][j];
        for (int k = 0; k < j; k++) {
          rest = rest.subtract(matrix[i][k].multiply(matrix[j][k]));
        }
        matrix[i][j] = i == j ? rest.sqrt() : rest.divide(matrix[j][j]);
      }
    }
    return matrix;
  }

  private static Dfp normal(Dfp square, Dfp logDet, int size) {
    return square.multiply(HALF).add(logDet).add(HALF_LOG_2PI.multiply(size)).negate();
  }

  private static final double[] WIDE = v(1e8, 0, 0, -3e7, 1e-8, 0, 2, 5e-9, 1);
  private static final double[] SMALL = v(1e-8, 0, 3e-9, 2e-8);

  private static ClosedForm multivariateNormal() {
    return ClosedForm.of(
            "MultivariateNormal", p -> MultivariateNormal.of(p.apply("loc"), p.apply("scaleTril")))
        .vectors("loc", "x")
        .matrices("scaleTril")
        .smooth("x", "loc", "scaleTril")
        .number(
            "log_prob",
            in -> {
              Dfp[][] scale = in.lower("scaleTril");
              return normal(squares(solve(scale, apart(in))), logDet(scale), scale.length);
            })
        .each("mean", in -> in.size("loc"), (in, i) -> in.get("loc", i))
        .each("variance", in -> in.size("loc"), (in, i) -> squares(in.lower("scaleTril")[i]))
        .number(
            "entropy",
            in -> {
              Dfp[][] scale = in.lower("scaleTril");
              return logDet(scale).add(HALF_LOG_2PI.add(HALF).multiply(scale.length));
            })
        .at("loc", v(0, 0, 0), "scaleTril", WIDE, "x", v(1, 1e-8, 3))
        .at("loc", v(1e8, -1e8, 1e-8), "scaleTril", WIDE, "x", v(0, 1e8, 0))
        .at("loc", v(1e-8, 3), "scaleTril", SMALL, "x", v(3e-8, 3))
        .at("loc", v(0, 0), "scaleTril", SMALL, "x", v(1e8, -1e8));
  }

  /** By the covariance or by its inverse. */
  private static ClosedForm ofCovariance(boolean isPrecision) {
    return ClosedForm.of(
            isPrecision ? "MultivariateNormal precision" : "MultivariateNormal covariance",
            p ->
                isPrecision
                    ? MultivariateNormal.withPrecision(p.apply("loc"), p.apply("matrix"))
                    : MultivariateNormal.withCovariance(p.apply("loc"), p.apply("matrix")))
        .vectors("loc", "x")
        .matrices("matrix")
        .smooth("x", "loc")
        .number(
            "log_prob",
            in -> {
              Dfp[][] factor = cholesky(in, "matrix");
              if (!isPrecision) {
                return normal(squares(solve(factor, apart(in))), logDet(factor), factor.length);
              }
              Dfp[] apart = apart(in);
              Dfp square = ZERO;
              for (int j = 0; j < apart.length; j++) {
                Dfp z = ZERO;
                for (int i = j; i < apart.length; i++) {
                  z = z.add(factor[i][j].multiply(apart[i]));
                }
                square = square.add(z.square());
              }
              return normal(square, logDet(factor).negate(), apart.length);
            })
        .number(
            "entropy",
            in -> {
              Dfp[][] factor = cholesky(in, "matrix");
              Dfp logDet = isPrecision ? logDet(factor).negate() : logDet(factor);
              return logDet.add(HALF_LOG_2PI.add(HALF).multiply(factor.length));
            })
        .at("loc", v(0, 0), "matrix", v(1e8, 1, 1, 1e-7), "x", v(1, 1e-4))
        .at("loc", v(1e-8, 1), "matrix", v(1e-8, 0, 0, 1e8), "x", v(1e-4, 1e8));
  }

  private static ClosedForm lowRank() {
    return ClosedForm.of(
            "LowRankMultivariateNormal",
            p -> LowRankMultivariateNormal.of(p.apply("loc"), p.apply("factor"), p.apply("diag")))
        .vectors("loc", "x", "diag")
        .columns("factor")
        .smooth("x", "loc", "factor", "diag")
        .number(
            "log_prob",
            in -> {
              Dfp[] apart = apart(in);
              Dfp inner = ZERO;
              Dfp square = ZERO;
              Dfp logDet = ZERO;
              for (int i = 0; i < apart.length; i++) {
                Dfp precise = in.get("diag", i).reciprocal();
                inner = inner.add(in.get("factor", i).multiply(apart[i]).multiply(precise));
                square = square.add(apart[i].square().multiply(precise));
                logDet = logDet.add(in.get("diag", i).log());
              }
              Dfp capacitance = capacitance(in);
              return normal(
                  square.subtract(inner.square().divide(capacitance)),
                  logDet.add(capacitance.log()).multiply(HALF),
                  apart.length);
            })
        .each(
            "variance",
            in -> in.size("loc"),
            (in, i) -> in.get("factor", i).square().add(in.get("diag", i)))
        .number(
            "entropy",
            in -> {
              Dfp logDet = capacitance(in).log();
              for (Dfp diag : in.all("diag")) {
                logDet = logDet.add(diag.log());
              }
              return logDet.multiply(HALF).add(HALF_LOG_2PI.add(HALF).multiply(in.size("diag")));
            })
        .excused(
            FloatType.FLOAT32,
            "dlog_prob_ddiag",
            "not met, because the factor's share of x is subtracted, which leaves 1e-8 of it")
        .at("loc", v(0, 0), "factor", v(1e-8, 1), "diag", v(1e-8, 1e8), "x", v(1e-4, 1e4))
        .at("loc", v(1, -1), "factor", v(1e4, 2e4), "diag", v(1e-4, 3), "x", v(1e4, 2e4))
        .at("loc", v(1e8, 0), "factor", v(1e8, 1e-8), "diag", v(1, 1e-8), "x", v(0, 1e8));
  }

  private static Dfp capacitance(Exact in) {
    Dfp sum = ONE;
    for (int i = 0; i < in.size("diag"); i++) {
      sum = sum.add(in.get("factor", i).square().divide(in.get("diag", i)));
    }
    return sum;
  }

  private static Dfp studentNormalizer(Exact in) {
    Dfp[][] scale = in.lower("scaleTril");
    Dfp df = in.get("df");
    return logGamma(df.add(number(scale.length)).multiply(HALF))
        .subtract(logGamma(df.multiply(HALF)))
        .subtract(df.log().add(LOG_PI).multiply(scale.length).multiply(HALF))
        .subtract(logDet(scale));
  }

  private static ClosedForm multivariateStudentT() {
    return ClosedForm.of(
            "MultivariateStudentT",
            p -> MultivariateStudentT.of(p.apply("df"), p.apply("loc"), p.apply("scaleTril")))
        .vectors("loc", "x")
        .matrices("scaleTril")
        .smooth("df", "x", "loc", "scaleTril")
        .number(
            "log_prob",
            in -> {
              Dfp[][] scale = in.lower("scaleTril");
              Dfp df = in.get("df");
              Dfp kernel = ONE.add(squares(solve(scale, apart(in))).divide(df)).log();
              Dfp power = df.add(number(scale.length)).multiply(HALF);
              return studentNormalizer(in).subtract(kernel.multiply(power));
            })
        .each(
            "variance",
            in -> in.size("loc"),
            (in, i) -> {
              Dfp df = in.get("df");
              Dfp two = number(2);
              return df.greaterThan(two)
                  ? squares(in.lower("scaleTril")[i]).multiply(df).divide(df.subtract(two))
                  : number(df.greaterThan(ONE) ? Double.POSITIVE_INFINITY : Double.NaN);
            })
        .number(
            "entropy",
            in -> {
              Dfp half = in.get("df").multiply(HALF);
              Dfp power = half.add(number(in.size("loc")).multiply(HALF));
              Dfp slope = digamma(power).subtract(digamma(half));
              return power.multiply(slope).subtract(studentNormalizer(in));
            })
        .at("df", 1e8, "loc", v(0, 0, 0), "scaleTril", WIDE, "x", v(1, 1e-8, 3))
        .at("df", 1e-8, "loc", v(1, 3), "scaleTril", SMALL, "x", v(1, 3.0000001))
        .at("df", 3, "loc", v(0, 0), "scaleTril", SMALL, "x", v(1e8, -1e8))
        .at("df", 1e8, "loc", v(0, 1), "scaleTril", v(1, 0, 0.5, 2), "x", v(1e30, 1e8))
        .at("df", 1e6, "loc", v(0, 1), "scaleTril", v(1, 0, 0.5, 2), "x", v(2, 1e4));
  }

  private static Dfp logMultigamma(Dfp half, int size) {
    Dfp sum = LOG_PI.multiply(size * (size - 1)).divide(4);
    for (int i = 0; i < size; i++) {
      sum = sum.add(logGamma(half.subtract(HALF.multiply(i))));
    }
    return sum;
  }

  private static ClosedForm wishart() {
    return ClosedForm.bySeries("Wishart", p -> Wishart.of(p.apply("df"), p.apply("scaleTril")))
        .matrices("x", "scaleTril")
        .smooth("df", "scaleTril")
        .number(
            "log_prob",
            in -> {
              Dfp[][] scale = in.lower("scaleTril");
              Dfp[][] root = cholesky(in, "x");
              int size = scale.length;
              Dfp trace = ZERO;
              for (int j = 0; j < size; j++) {
                Dfp[] column = new Dfp[size];
                for (int i = 0; i < size; i++) {
                  column[i] = root[i][j];
                }
                trace = trace.add(squares(solve(scale, column)));
              }
              Dfp df = in.get("df");
              return df.subtract(number(size + 1))
                  .multiply(logDet(root))
                  .subtract(trace.multiply(HALF))
                  .subtract(df.multiply(logDet(scale).add(LOG_2.multiply(size).divide(2))))
                  .subtract(logMultigamma(df.multiply(HALF), size));
            })
        .each(
            "mean",
            ClosedFormMatrices::entries,
            (in, k) -> in.get("df").multiply(covariance(in, k)))
        .each(
            "variance",
            ClosedFormMatrices::entries,
            (in, k) -> {
              int size = in.lower("scaleTril").length;
              Dfp both =
                  covariance(in, k / size * (size + 1))
                      .multiply(covariance(in, k % size * (size + 1)));
              return covariance(in, k).square().add(both).multiply(in.get("df"));
            })
        .number(
            "entropy",
            in -> {
              Dfp[][] scale = in.lower("scaleTril");
              int size = scale.length;
              Dfp half = in.get("df").multiply(HALF);
              Dfp digammas = ZERO;
              for (int i = 0; i < size; i++) {
                digammas = digammas.add(digamma(half.subtract(HALF.multiply(i))));
              }
              Dfp logs = logDet(scale).multiply(2).add(LOG_2.multiply(size));
              return logs.multiply(size + 1)
                  .multiply(HALF)
                  .add(logMultigamma(half, size))
                  .subtract(half.subtract(number(size + 1).multiply(HALF)).multiply(digammas))
                  .add(half.multiply(size));
            })
        .at("df", 1e8, "scaleTril", v(1, 0, 0.5, 2), "x", v(1.0001e8, 5e7, 5e7, 4.25e8))
        .at("df", 1e8, "scaleTril", SMALL, "x", v(1e-8, 3e-9, 3e-9, 4.1e-8))
        .at("df", 1.0001, "scaleTril", v(1, 0, 0.5, 2), "x", v(1, 0.5, 0.5, 3))
        .at("df", 3, "scaleTril", v(1e8, 0, 0, 1e-8), "x", v(1e16, 0, 0, 1e-16))
        .at("df", 1e4, "scaleTril", v(1, 0, 0, 1), "x", v(1e8, 1, 1, 1e-7));
  }

  private static int entries(Exact in) {
    return in.size("scaleTril");
  }

  /** An entry of V = L Lᵀ. */
  private static Dfp covariance(Exact in, int entry) {
    Dfp[][] scale = in.lower("scaleTril");
    int size = scale.length;
    Dfp sum = ZERO;
    for (int j = 0; j < size; j++) {
      sum = sum.add(scale[entry / size][j].multiply(scale[entry % size][j]));
    }
    return sum;
  }

  private static ClosedForm randomWalk() {
    return ClosedForm.of("GaussianRandomWalk", p -> GaussianRandomWalk.of(p.apply("scale"), 3))
        .vectors("x")
        .smooth("scale", "x")
        .number(
            "log_prob",
            in -> {
              Dfp[] moves = in.all("x").clone();
              for (int i = 2; i > 0; i--) {
                moves[i] = moves[i].subtract(moves[i - 1]);
              }
              Dfp scale = in.get("scale");
              return normal(squares(moves).divide(scale.square()), scale.log().multiply(3), 3);
            })
        .each("variance", in -> 3, (in, i) -> in.get("scale").square().multiply(i + 1))
        .number("entropy", in -> in.get("scale").log().add(HALF_LOG_2PI).add(HALF).multiply(3))
        .at("scale", 1e-8, "x", v(1e-8, 3e-8, 0))
        .at("scale", 1e8, "x", v(1e-8, 3e8, 0))
        .at("scale", 1e-8, "x", v(1e8, 3e8, 1));
  }

  private static ClosedForm zeroSum() {
    return ClosedForm.of("ZeroSumNormal", p -> ZeroSumNormal.of(p.apply("scale"), 3))
        .vectors("x")
        .smooth("scale")
        .number(
            "log_prob",
            in -> {
              Dfp scale = in.get("scale");
              Dfp square = squares(in.all("x")).divide(scale.square());
              return normal(square, scale.log().multiply(2), 2);
            })
        .each("variance", in -> 3, (in, i) -> in.get("scale").square().multiply(2).divide(3))
        .number("entropy", in -> in.get("scale").log().add(HALF_LOG_2PI).add(HALF).multiply(2))
        .at("scale", 1e-8, "x", v(0x1p-27, -0x1p-28, -0x1p-28))
        .at("scale", 1e8, "x", v(0x1p27, -0x1p26, -0x1p26))
        .at("scale", 1e-4, "x", v(0x1p27, -0x1p26, -0x1p26));
  }
}
