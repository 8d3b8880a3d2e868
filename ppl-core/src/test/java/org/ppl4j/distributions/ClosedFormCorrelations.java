package org.ppl4j.distributions;

import static org.ppl4j.distributions.ClosedForm.v;
import static org.ppl4j.distributions.Exact.LOG_PI;
import static org.ppl4j.distributions.Exact.ONE;
import static org.ppl4j.distributions.Exact.ZERO;
import static org.ppl4j.distributions.Exact.digamma;
import static org.ppl4j.distributions.Exact.logGamma;
import static org.ppl4j.distributions.Exact.number;

import org.hipparchus.dfp.Dfp;

/** Closed forms of factors of correlation matrices. */
final class ClosedFormCorrelations {

  private static final Dfp HALF = ONE.divide(2);

  private ClosedFormCorrelations() {}

  private static Dfp shape(Exact in, int row, int size) {
    return in.get("concentration").add(number(size - 1 - row).multiply(HALF));
  }

  private static Dfp lkjNormalizer(Exact in, int size) {
    Dfp sum = LOG_PI.multiply(size * (size - 1)).divide(4).negate();
    for (int i = 1; i < size; i++) {
      Dfp b = shape(in, i, size);
      sum = sum.add(logGamma(b.add(HALF.multiply(i)))).subtract(logGamma(b));
    }
    return sum;
  }

  private static Dfp meanOfDiagonal(Exact in, int i) {
    Dfp b = shape(in, i, 3);
    Dfp total = b.add(HALF.multiply(i));
    Dfp up = logGamma(b.add(HALF)).subtract(logGamma(b));
    return up.add(logGamma(total)).subtract(logGamma(total.add(HALF))).exp();
  }

  static ClosedForm lkj() {
    return ClosedForm.of("LKJCholesky", p -> LKJCholesky.of(3, p.apply("concentration")))
        .matrices("x")
        .smooth("concentration")
        .number(
            "log_prob",
            in -> {
              Dfp log = lkjNormalizer(in, 3);
              for (int i = 1; i < 3; i++) {
                Dfp power = shape(in, i, 3).subtract(ONE).multiply(2);
                log = log.add(power.multiply(in.lower("x")[i][i].log()));
              }
              return log;
            })
        .each("mean", in -> 9, (in, k) -> k % 4 == 0 ? meanOfDiagonal(in, k / 4) : ZERO)
        .each(
            "variance",
            in -> 9,
            (in, k) -> {
              int i = k / 3;
              Dfp total = shape(in, i, 3).add(HALF.multiply(i));
              if (k % 4 == 0) {
                Dfp square = shape(in, i, 3).divide(total);
                return square.subtract(meanOfDiagonal(in, i).square());
              }
              return k % 3 < i ? total.multiply(2).reciprocal() : ZERO;
            })
        .number(
            "entropy",
            in -> {
              Dfp sum = lkjNormalizer(in, 3);
              for (int i = 1; i < 3; i++) {
                Dfp b = shape(in, i, 3);
                Dfp meanLog = digamma(b).subtract(digamma(b.add(HALF.multiply(i))));
                sum = sum.add(b.subtract(ONE).multiply(meanLog));
              }
              return sum.negate();
            })
        .at("concentration", 1e8, "x", v(1, 0, 0, 0x1p-14, 1, 0, 0x1p-13, 0, 1))
        .at("concentration", 1e-8, "x", v(1, 0, 0, 0.6, 0.8, 0, 0, 0.6, 0.8))
        .at("concentration", 1e4, "x", v(1, 0, 0, 0.6, 0.8, 0, 0, 0.6, 0.8))
        .at("concentration", 0.5, "x", v(1, 0, 0, 1, 0x1p-30, 0, 0, 1, 0x1p-30));
  }
}
