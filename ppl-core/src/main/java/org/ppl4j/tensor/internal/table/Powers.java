package org.ppl4j.tensor.internal.table;

import static org.ppl4j.tensor.internal.table.Expression.where;

/** Powers and remainders, with their edges. */
public final class Powers {

  private Powers() {}

  /** As C has it: 1 to any power is 1, and so is −1 to an infinite one. */
  public static double power(double x, double y) {
    boolean isOne = x == 1 || x == -1 && Double.isInfinite(y);
    return isOne ? 1 : Math.pow(x, y);
  }

  /** In the base: nothing for a power of 0. */
  static Expression inBase(Expression d, Expression z, Expression x, Expression y) {
    Expression slope = y.mul(Op.POW.of(x, y.sub(1)));
    return where(y.eq(0), 0, d.mul(slope));
  }

  /** In the exponent: nothing for a base of 0 to a power that is not negative. */
  static Expression inExponent(Expression d, Expression z, Expression x, Expression y) {
    Expression edge = x.eq(0).and(y.gte(0));
    return where(edge, 0, d.mul(z.mul(where(edge, 1, x).log())));
  }

  /** What is left of x of whole times y, with the sign of y. */
  public static double modulo(double x, double y) {
    double rest = x % y;
    boolean isOtherSide = rest != 0 && rest < 0 != y < 0;
    return isOtherSide ? rest + y : rest;
  }

  /** In y: how often it is in x, of which z is left. */
  static Expression moduloInDivisor(Expression d, Expression z, Expression x, Expression y) {
    Expression below = Op.SIGN.of(x).mul(Op.SIGN.of(y)).lt(0);
    Expression ofInfinite = where(z.isNan(), z, where(below, -1, 0));
    Expression times = where(y.isInfinite(), ofInfinite, Op.ROUND.of(x.sub(z).div(y)));
    return d.mul(times).neg();
  }
}
