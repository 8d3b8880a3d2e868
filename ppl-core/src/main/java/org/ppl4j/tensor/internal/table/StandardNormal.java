package org.ppl4j.tensor.internal.table;

import static org.ppl4j.tensor.internal.table.Expression.where;

/** The standard normal's distribution function, its logarithm, and the inverse of that. */
final class StandardNormal {

  private static final double ROOT_HALF = 0.7071067811865476;

  private static final double ROOT_TWO_PI = 2.5066282746310002;

  private static final double LOG_TWO_PI = 1.8378770664093453;

  /** The logarithm of a share from which on the quantile has no digits to lose. */
  private static final double FAR = -8;

  private static final double NEAR = -0.2;

  /** Each adds an order to the asymptotic expansion. */
  private static final int NEWTON_STEPS = 4;

  private StandardNormal() {}

  /** {@code (1 + erf(x / √2)) / 2} is 0 at −9; the complement is not. */
  static Expression ndtr(Expression x) {
    return Op.ERFC.of(x.mul(-ROOT_HALF)).mul(0.5);
  }

  /**
   * Below −1 by the scaled complement, whose terms of {@code x²/2} cancel nowhere, in the gradient
   * neither.
   */
  static Expression logNdtr(Expression x) {
    Expression low = x.atMost(-1);
    Expression tail = Op.ERFCX.of(low.mul(-ROOT_HALF)).mul(0.5);
    Expression lower = tail.log().sub(low.square().mul(0.5));
    Expression rest = Op.ERFC.of(x.atLeast(-1).mul(ROOT_HALF)).mul(-0.5);
    return where(x.lt(-1), lower, Op.LOG1P.of(rest));
  }

  /**
   * Far in the tail, where {@code exp(y)} vanishes, Newton steps from the leading terms of the
   * asymptotic expansion (DLMF 7.17.3), which have no derivative: each step adds an order.
   */
  static Expression ndtriExp(Expression y) {
    Expression middle = Op.NDTRI.of(y.clamp(FAR, NEAR).exp());
    Expression share = Op.EXPM1.of(y.atLeast(NEAR)).by("torch.expm1").neg();
    Expression upper = Op.NDTRI.of(share).neg();
    return where(y.gt(NEAR), upper, where(y.lt(FAR), farQuantile(y.atMost(FAR)), middle));
  }

  private static Expression farQuantile(Expression y) {
    Expression t = y.detach().mul(-2);
    Expression z = t.sub(LOG_TWO_PI).sub(t.sub(t.log()).log()).sqrt().neg();
    for (int i = 0; i < NEWTON_STEPS; i++) {
      Expression tail = Op.ERFCX.of(z.mul(-ROOT_HALF)).by("torch.special_erfcx").mul(0.5);
      Expression excess = tail.log().sub(z.square().mul(0.5)).sub(y);
      z = z.sub(excess.mul(tail).mul(ROOT_TWO_PI));
    }
    return z;
  }
}
