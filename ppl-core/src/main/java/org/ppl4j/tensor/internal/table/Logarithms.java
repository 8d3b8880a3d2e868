package org.ppl4j.tensor.internal.table;

import static org.ppl4j.tensor.internal.table.Expression.number;
import static org.ppl4j.tensor.internal.table.Expression.where;

/**
 * Logarithms and exponentials that lose their digits, or the digits of their gradients, when they
 * are put together from others.
 */
public final class Logarithms {

  /** Where {@code log(1 - exp(a))} changes its form (Maechler 2012). */
  private static final double HALF = -0.7;

  /** Beyond half of it the hyperbolic tangent is 1. */
  private static final double SATURATED = 80;

  /** Makes 1 or more of what is large enough that its exponential is not 1. */
  private static final double STEEP = 1e30;

  /** Beyond it 1 is nothing beside the square. */
  private static final double LARGE = 1e9;

  /** {@code B_2n / (2n (2n)!)} for n from 10 down to 1 (DLMF 4.19.7). */
  private static final double[] LOG_SINH = {
    2.5040921947091955e-19,
    -1.087434349279031e-17,
    4.770034475709914e-16,
    -2.1185501852016142e-14,
    9.55895466477477e-13,
    -4.403491782239578e-11,
    2.08767569878681e-09,
    -1.033399470899471e-07,
    5.5114638447971785e-06,
    -0.00034722222222222224,
    0.041666666666666664
  };

  private Logarithms() {}

  /** {@code (exp(2 a) - 1) / (exp(2 a) + 1)}. */
  static Expression tanh(Expression a) {
    Expression less = Op.EXPM1.of(a.mul(2).min(SATURATED));
    return less.div(less.add(2));
  }

  /** {@code 1 / (1 + exp(-a))}, below 0 by {@code exp(a)}, which overflows nowhere. */
  static Expression sigmoid(Expression a) {
    Expression small = a.abs().neg().exp();
    Expression above = small.max(a.mul(STEEP).min(1));
    return above.div(small.add(1));
  }

  /** The gradient of {@code log(a)} is infinite at 0. */
  static Expression logChance(Expression a) {
    Expression none = a.eq(0);
    return where(none, a.detach().log(), where(none, 1, a).log());
  }

  /** Likewise that of {@code log(1 - a)} at 1. */
  static Expression logOtherChance(Expression a) {
    Expression none = a.eq(1);
    return where(none, Op.LOG1P.of(a.detach().neg()), Op.LOG1P.of(where(none, 0, a).neg()));
  }

  /** Far out, where the square may overflow, {@code 2 log|a|}. */
  static Expression log1pSquare(Expression a) {
    Expression far = a.abs().atLeast(LARGE).log().mul(2);
    return where(a.abs().gt(LARGE), far, Op.LOG1P.of(a.clamp(-LARGE, LARGE).square()));
  }

  /** {@code log(1 + a²)} to a rounding of 1; an infinite a does not move it. */
  static Expression logSquaredHypot(Expression a) {
    Expression near = where(a.isInfinite(), 1, a).hypot(number(1)).log().mul(2);
    return where(a.isInfinite(), a.detach().abs(), near);
  }

  /** {@code log(-expm1(a))} near 0 and {@code log1p(-exp(a))} far from it (Maechler 2012). */
  static Expression log1mexp(Expression a) {
    Expression near = Op.EXPM1.of(a.atLeast(HALF)).by("torch.expm1").neg().log();
    Expression far = Op.LOG1P.of(a.atMost(HALF).exp().neg());
    return where(a.gt(HALF), near, far);
  }

  /** The gradient of {@code a * log1mexp(b)} is NaN at (0, 0). */
  static Expression xlog1mexp(Expression a, Expression b) {
    return a.mul(Op.LOG1MEXP.of(where(a.eq(0).and(b.eq(0)), -1, b)));
  }

  /** The gradient of {@code a * log1p(b)} is NaN at (0, −1). */
  static Expression xlog1py(Expression a, Expression b) {
    return a.mul(Op.LOG1P.of(where(a.eq(0).and(b.eq(-1)), 0, b)));
  }

  /** The gradients of {@code a * log(b)} are NaN or infinite where a is 0 and b not positive. */
  static Expression xlogy(Expression a, Expression b) {
    Expression none = a.eq(0);
    Expression edge = none.and(b.isInfinite().and(b.gt(0)));
    Expression safe = where(edge.or(none.and(b.lte(0))), 1, b);
    return where(edge, edgeOfXlogy(a, where(edge, b, 1).detach()), a.mul(safe.log()));
  }

  /** At a = 0 for a b that may be infinite: a moves it without bounds. */
  private static Expression edgeOfXlogy(Expression a, Expression b) {
    Expression slope = where(b.isInfinite(), Double.POSITIVE_INFINITY, 0);
    return Expression.known("torch.xlogy", Op.WITH_DERIVATIVE.of(number(0), a, slope), a, b);
  }

  /**
   * Below 1 in size {@code a/2 + log(sinh(a/2) / (a/2))}, whose second part is the series {@code Σ
   * B_2n a^2n / (2n (2n)!)} (DLMF 4.19.7); above {@code max(a, 0) + log(1 - exp(-|a|)) - log|a|}.
   */
  static Expression logExprel(Expression a) {
    Expression s = a.clamp(-1, 1).square();
    Expression series = s.mul(LOG_SINH[0]);
    for (int i = 1; i < LOG_SINH.length; i++) {
      series = series.add(LOG_SINH[i]).mul(s);
    }
    Expression b = a.abs().atLeast(1);
    Expression rest = Op.LOG1P.of(b.neg().exp().neg());
    Expression far = a.atLeast(0).add(rest).sub(b.log());
    return where(a.abs().lt(1), a.mul(0.5).add(series), far);
  }

  /** {@code log1p((a - b) / b)} where the two are close, else the difference of logarithms. */
  static Expression logRatio(Expression a, Expression b) {
    Expression d = a.sub(b);
    Expression near = d.abs().lt(b.mul(0.5));
    Expression share = where(near, d, 0).div(where(near, b, 1));
    Expression apart = where(near, 1, a).log().sub(where(near, 1, b).log());
    return where(near, Op.LOG1P.of(share), apart);
  }

  /** The same of numbers, for which only one of the two is computed. */
  public static double logRatio(double x, double y) {
    return Math.abs(x - y) < 0.5 * y ? Math.log1p((x - y) / y) : Math.log(x) - Math.log(y);
  }

  /** Where both are the same infinity the gradients of {@code log(exp(a) + exp(b))} are NaN. */
  static Expression logAddExp(Expression a, Expression b) {
    Expression none = a.isNan().or(b.isNan());
    Expression same = a.eq(b).and(a.isInfinite()).or(none);
    Expression x = where(same, 0, a);
    Expression y = where(same, 0, b);
    Expression sum = x.max(y).add(Op.LOG1P.of(x.sub(y).abs().neg().exp()));
    return where(same, a.add(b).detach(), Expression.known("torch.logaddexp", sum, x, y));
  }

  /**
   * Along axes. Where the largest is infinite it is the result, without a derivative: that of the
   * engine is NaN there, and where the largest is large its shares do not add up to 1.
   */
  static Expression logSumExp(Expression a) {
    Expression largest = a.largest();
    Expression infinite = largest.isInfinite();
    Expression above = where(infinite, 0, largest);
    Expression rest = where(infinite, 0, a).sub(above).exp().sum().log();
    return where(infinite, largest, above.add(rest));
  }

  /** {@code exp(a)} with a kept from −b to b; its derivative in a is itself everywhere. */
  static Expression expWithin(Expression a, Expression b) {
    Expression d = a.detach();
    return d.clamp(b.neg(), b).add(a.sub(d)).exp();
  }
}
