package org.ppl4j.tensor.internal.table;

import static org.ppl4j.tensor.internal.table.Expression.number;
import static org.ppl4j.tensor.internal.table.Expression.vector;
import static org.ppl4j.tensor.internal.table.Expression.where;

import java.util.Arrays;
import java.util.stream.DoubleStream;

/**
 * Integrals of {@code f(t) = exp(-c t - t²/2)} from a to b: Gauss–Legendre sums with 28 nodes on
 * each side of 0, over where f is not negligible. All terms are positive, so that nothing cancels
 * however narrow, far out or wide the interval is.
 */
final class NormalIntegrals {

  /** The positive nodes on [−1, 1]. */
  private static final double[] NODES = {
    0.055079289884034266,
    0.16456928213338076,
    0.2720616276351781,
    0.37625151608907875,
    0.4758742249551183,
    0.5697204718114017,
    0.656651094038865,
    0.7356108780136318,
    0.8056413709171792,
    0.8658925225743951,
    0.9156330263921321,
    0.9542592806289382,
    0.9813031653708727,
    0.9964424975739544
  };

  private static final double[] WEIGHTS = {
    0.11004701301647515,
    0.10871119225829412,
    0.10605576592284637,
    0.10211296757806079,
    0.09693065799792991,
    0.09057174439303278,
    0.08311341722890116,
    0.07464621423456883,
    0.06527292396699966,
    0.055107345675716804,
    0.04427293475900416,
    0.03290142778230429,
    0.021132112592771344,
    0.00912428259309462
  };

  /** Those of three on [0, 1]. */
  private static final double[] FEW_NODES = {0.5 - Math.sqrt(0.15), 0.5, 0.5 + Math.sqrt(0.15)};

  private static final double[] FEW_WEIGHTS = {5.0 / 18, 8.0 / 18, 5.0 / 18};

  /** The sum of t/2 times that and t c over which f falls to what is negligible. */
  private static final double NEGLIGIBLE = 40;

  /** The smallest normal number of float32. */
  private static final double LEAST = 1.1754943508222875e-38;

  private static final int NEWTON_STEPS = 8;

  /** Nodes on [0, 1], and their weights. */
  private static final Expression POINTS =
      vector(
          DoubleStream.concat(
                  Arrays.stream(NODES).map(x -> 0.5 - 0.5 * x),
                  Arrays.stream(NODES).map(x -> 0.5 + 0.5 * x))
              .toArray());

  private static final Expression SHARES =
      vector(
          DoubleStream.concat(
                  Arrays.stream(WEIGHTS).map(x -> 0.5 * x),
                  Arrays.stream(WEIGHTS).map(x -> 0.5 * x))
              .toArray());

  private final Expression slope; // c as a column
  private final Expression low;
  private final Expression high;
  private final Expression below; // nodes of [low, 0]
  private final Expression above; // nodes of [0, high]
  private final Expression left; // f times weights there
  private final Expression right;
  private final Expression whole;

  /**
   * The interval, cut where f is negligible.
   *
   * @param still c without a derivative
   */
  private NormalIntegrals(Expression c, Expression still, Expression a, Expression b) {
    Expression reach = reach(still.abs(), still);
    this.slope = c.column();
    this.low = a.max(reach.neg());
    this.high = b.min(reach);
    this.below = low.column().mul(POINTS);
    this.above = high.column().mul(POINTS);
    this.left = f(below).mul(SHARES).mul(low.column().neg());
    this.right = f(above).mul(SHARES).mul(high.column());
    this.whole = left.total().add(right.total());
  }

  /** How far f goes until it is negligible, of its slope and size. */
  private static Expression reach(Expression size, Expression slope) {
    Expression root = slope.hypot(number(Math.sqrt(2 * NEGLIGIBLE)));
    return size.add(root).reciprocal().mul(2 * NEGLIGIBLE);
  }

  private Expression f(Expression t) {
    return f(t, slope);
  }

  private static Expression f(Expression t, Expression slope) {
    return t.mul(t.mul(0.5).add(slope)).neg().exp();
  }

  /**
   * The logarithm of the integral. Nodes stand still under derivatives; what a bound adds by moving
   * is an integral of its own, over nothing, whose derivatives of all orders up to six are right.
   * An integral of 0 is taken as the smallest normal number of float32, so that what is a share of
   * it has the right derivative.
   */
  static Expression log(Expression... in) {
    Expression c = in[0];
    Expression a = in[1];
    Expression b = in[2];
    NormalIntegrals of = new NormalIntegrals(c, c.detach(), a.detach(), b.detach());
    Expression less = of.moved(where(a.isInfinite(), of.low, a));
    Expression more = of.moved(where(b.isInfinite(), of.high, b));
    Expression sum = of.whole.sub(less).add(more);
    return where(sum.eq(0), sum.add(LEAST), sum).log();
  }

  /** The integral from where a bound is to where it moves. */
  private Expression moved(Expression bound) {
    Expression by = bound.sub(bound.detach());
    Expression t = by.column().mul(vector(FEW_NODES)).add(bound.detach().column());
    return by.mul(f(t).mul(vector(FEW_WEIGHTS)).total());
  }

  /** The mean of t by f. */
  static Expression mean(Expression... in) {
    return new NormalIntegrals(in[0], in[0].detach(), in[1], in[2]).mean();
  }

  private Expression mean() {
    return left.mul(below).total().add(right.mul(above).total()).div(whole);
  }

  /** The variance of t by f, a sum of squares. */
  static Expression variance(Expression... in) {
    NormalIntegrals of = new NormalIntegrals(in[0], in[0].detach(), in[1], in[2]);
    Expression mean = of.mean().column();
    Expression below = of.left.mul(of.below.sub(mean).square());
    Expression above = of.right.mul(of.above.sub(mean).square());
    return below.total().add(above.total()).div(of.whole);
  }

  /**
   * The t below which lies the share p and above which the share q, without derivatives. The side
   * of 0 that it is on has f decreasing by the distance r; there the mass from 0 to r, or that
   * above r if it is smaller, is its target, by Newton steps on logarithms, which are concave,
   * within bounds of the root.
   *
   * @param in c, a, b, p and q
   */
  static Expression quantile(Expression... in) {
    Expression c = in[0].detach();
    Expression a = in[1].detach();
    Expression b = in[2].detach();
    Expression p = in[3].detach();
    Expression q = in[4].detach();
    NormalIntegrals of = new NormalIntegrals(c, c, a, b);
    Expression left = of.left.total();
    Expression isNegative = p.mul(of.whole).lt(left);
    Expression k = c.abs();
    Expression w = where(isNegative, of.low.neg(), of.high);
    Expression outer = where(isNegative, p, q).mul(of.whole);
    Expression inner = where(isNegative, left.sub(p.mul(of.whole)), p.mul(of.whole).sub(left));
    Expression isLower = inner.lte(outer);
    Expression target = where(isLower, inner, outer);
    Expression logTarget = target.log();
    Expression y = inner.add(outer).log().sub(logTarget).atLeast(0);
    Expression far = y.mul(2).div(k.add(k.square().add(y.mul(2)).sqrt()));
    Expression most = where(isLower, w, w.sub(target));
    Expression least = where(isLower, target, w.sub(target.div(f(w, k))).atLeast(0));
    Expression r = where(isLower, target, far).min(most).max(least);
    for (int i = 0; i < NEWTON_STEPS; i++) {
      Expression steep = r.add(k);
      Expression start = where(isLower, 0, r);
      Expression end = where(isLower, r, w.min(r.add(reach(steep, steep))));
      Expression size = end.sub(start);
      Expression at = size.column().mul(POINTS).add(start.column());
      Expression mass = f(at, k.column()).mul(SHARES).total().mul(size);
      Expression step = mass.log().sub(logTarget).mul(mass).div(f(r, k));
      r = where(isLower, r.sub(step), r.add(step)).min(most).max(least);
    }
    Expression t = where(isNegative, r.neg(), r);
    Expression of01 = where(p.lte(0), a, where(q.lte(0), b, t));
    return where(p.add(q).isNan(), p.add(q), of01);
  }
}
