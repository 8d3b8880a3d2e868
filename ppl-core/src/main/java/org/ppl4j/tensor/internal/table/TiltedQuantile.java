package org.ppl4j.tensor.internal.table;

import static org.ppl4j.tensor.internal.table.Expression.where;

/**
 * {@code log1p(a expm1(b)) / b}, the quantile of the density on the unit interval that is in
 * proportion to {@code exp(b x)}.
 */
final class TiltedQuantile {

  /** Beyond it the exponential is about to overflow. */
  private static final double LARGE = 30;

  /** Up to it three cumulants have all digits. */
  private static final double SMALL = 0.00390625;

  private TiltedQuantile() {}

  /**
   * For large b, without overflow, {@code 1 + log(exp(-b) - a expm1(-b)) / b}; near b = 0 the
   * cumulants of a Bernoulli variable.
   */
  static Expression of(Expression a, Expression b) {
    Expression up = b.gt(LARGE);
    Expression small = b.abs().lt(SMALL);
    Expression s = where(small, 1, where(up, b.neg(), b));
    Expression e = a.mul(Op.EXPM1.of(s).by("torch.expm1"));
    Expression moderate = Op.LOG1P.of(where(up, 0, e));
    Expression steep = where(up, s.exp().sub(e), 1).log();
    Expression direct = moderate.add(steep).div(s);
    Expression x = where(small, series(a, b.clamp(-SMALL, SMALL)), direct).clamp(0, 1);
    return where(up, x.from(1), x);
  }

  private static Expression series(Expression a, Expression n) {
    Expression skew = a.mul(2).from(1);
    Expression v = a.mul(a.from(1));
    Expression p3 = skew.mul(v.mul(12).from(1)).mul(1 / 120.0);
    Expression p2 = v.mul(6).from(1).mul(1 / 24.0);
    Expression p1 = p3.mul(n).add(p2).mul(n).add(skew.mul(1 / 6.0));
    Expression p0 = p1.mul(n).add(0.5);
    return p0.mul(n).mul(v).add(a);
  }
}
