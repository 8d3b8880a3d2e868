package org.ppl4j.tensor.engine;

import static java.util.stream.Collectors.joining;

import java.util.List;
import java.util.stream.DoubleStream;
import org.ppl4j.tensor.table.Op;

/**
 * Rows for integrals of {@code f(t) = exp(-c t - t²/2)} from a to b: Gauss–Legendre sums with 28
 * nodes on each side of 0, over where f is not negligible. All terms are positive, so that nothing
 * cancels however narrow, far out or wide the interval is.
 */
final class NormalIntegralScripts {

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

  /** The sum of t/2 times that and t c over which f falls to what is negligible. */
  private static final double NEGLIGIBLE = 40;

  /** The interval [lo, hi], cut where f is negligible, the nodes of both sides, f times weights. */
  private static final String NODES_OF_INTERVAL =
      """
        reach = torch.mul(torch.reciprocal(torch.add(torch.abs(c0), torch.hypot(c0, torch.full_like(c0, ROOT)))), DEPTH)
        lo = torch.unsqueeze(torch.maximum(a0, torch.neg(reach)), -1)
        hi = torch.unsqueeze(torch.minimum(b0, reach), -1)
        slope = torch.unsqueeze(c, -1)
        s = NODES
        g = WEIGHTS
        x0 = torch.mul(lo, s)
        x1 = torch.mul(hi, s)
        ft = torch.mul(torch.mul(torch.exp(torch.neg(torch.mul(x0, torch.add(torch.mul(x0, 0.5), slope)))), g), torch.neg(lo))
        fu = torch.mul(torch.mul(torch.exp(torch.neg(torch.mul(x1, torch.add(torch.mul(x1, 0.5), slope)))), g), hi)
        whole = torch.add(torch.sum(ft, [-1]), torch.sum(fu, [-1]))
      """
          .replace("ROOT", Double.toString(Math.sqrt(2 * NEGLIGIBLE)))
          .replace("DEPTH", Double.toString(2 * NEGLIGIBLE))
          .replace("NODES", unit(NODES, true))
          .replace("WEIGHTS", unit(WEIGHTS, false));

  private NormalIntegralScripts() {}

  static List<Script> all() {
    return List.of(logIntegral(), mean(), variance(), quantile());
  }

  /** Nodes on [0, 1], or their weights. */
  private static String unit(double[] half, boolean nodes) {
    DoubleStream lower = DoubleStream.of(half).map(x -> nodes ? 0.5 - 0.5 * x : 0.5 * x);
    DoubleStream upper = DoubleStream.of(half).map(x -> nodes ? 0.5 + 0.5 * x : 0.5 * x);
    return vector(DoubleStream.concat(lower, upper).toArray());
  }

  /** Numbers in the float type of c. The engine reads lists as float32: the rest is added. */
  private static String vector(double... values) {
    return "torch.add("
        + list(DoubleStream.of(values).map(x -> (float) x))
        + ", "
        + list(DoubleStream.of(values).map(x -> x - (float) x))
        + ")";
  }

  private static String list(DoubleStream values) {
    return values
        .mapToObj(Double::toString)
        .collect(
            joining(
                ", ", "torch.tensor([", "], dtype=ops.prim.dtype(c), device=ops.prim.device(c))"));
  }

  /**
   * The logarithm of the integral. Nodes stand still under derivatives; what a bound adds by moving
   * is an integral of its own, over nothing, whose derivatives of all orders up to six are right.
   * An integral of 0 is taken as the smallest normal number of float32, so that what is a share of
   * it has the right derivative.
   */
  private static Script logIntegral() {
    return of(
        Op.LOG_NORMAL_INTEGRAL,
        "log_normal_integral",
        """
          c0 = torch.detach(c)
          a0 = torch.detach(a)
          b0 = torch.detach(b)
        """
            + NODES_OF_INTERVAL
            + """
              from0 = torch.where(torch.isinf(a), torch.squeeze(lo, -1), a)
              to0 = torch.where(torch.isinf(b), torch.squeeze(hi, -1), b)
              first = torch.sub(from0, torch.detach(from0))
              last = torch.sub(to0, torch.detach(to0))
              few = FEW_NODES
              w = FEW_WEIGHTS
              x = torch.add(torch.mul(torch.unsqueeze(first, -1), few), torch.unsqueeze(torch.detach(from0), -1))
              y = torch.add(torch.mul(torch.unsqueeze(last, -1), few), torch.unsqueeze(torch.detach(to0), -1))
              fx = torch.exp(torch.neg(torch.mul(x, torch.add(torch.mul(x, 0.5), slope))))
              fy = torch.exp(torch.neg(torch.mul(y, torch.add(torch.mul(y, 0.5), slope))))
              below = torch.mul(first, torch.sum(torch.mul(fx, w), [-1]))
              above = torch.mul(last, torch.sum(torch.mul(fy, w), [-1]))
              sum = torch.add(torch.sub(whole, below), above)
              least = torch.mul(torch.type_as(torch.eq(sum, 0), sum), 1.1754943508222875e-38)
              return torch.log(torch.add(sum, least))
            """
                .replace("FEW_NODES", vector(0.5 - Math.sqrt(0.15), 0.5, 0.5 + Math.sqrt(0.15)))
                .replace("FEW_WEIGHTS", vector(5.0 / 18, 8.0 / 18, 5.0 / 18)));
  }

  /** The mean of t by f. */
  private static Script mean() {
    return of(
        Op.NORMAL_INTEGRAL_MEAN,
        "normal_integral_mean",
        """
          c0 = torch.detach(c)
          a0 = a
          b0 = b
        """
            + NODES_OF_INTERVAL
            + """
              return torch.div(torch.add(torch.sum(torch.mul(ft, x0), [-1]), torch.sum(torch.mul(fu, x1), [-1])), whole)
            """);
  }

  /** The variance of t by f, a sum of squares. */
  private static Script variance() {
    return of(
        Op.NORMAL_INTEGRAL_VARIANCE,
        "normal_integral_variance",
        """
          c0 = torch.detach(c)
          a0 = a
          b0 = b
        """
            + NODES_OF_INTERVAL
            + """
              mean = torch.div(torch.add(torch.sum(torch.mul(ft, x0), [-1]), torch.sum(torch.mul(fu, x1), [-1])), whole)
              m = torch.unsqueeze(mean, -1)
              below = torch.mul(ft, torch.square(torch.sub(x0, m)))
              above = torch.mul(fu, torch.square(torch.sub(x1, m)))
              return torch.div(torch.add(torch.sum(below, [-1]), torch.sum(above, [-1])), whole)
            """);
  }

  /**
   * The t below which lies the share p and above which the share q. The side of 0 that it is on has
   * f decreasing by the distance r; there the mass from 0 to r, or that above r if it is smaller,
   * is its target, by Newton steps on logarithms, which are concave, within bounds of the root.
   */
  private static Script quantile() {
    return Script.of(
        Op.NORMAL_INTEGRAL_QUANTILE,
        """
            def normal_integral_quantile(self, c_: Tensor, a_: Tensor, b_: Tensor, p_: Tensor, q_: Tensor) -> Tensor:
              c = torch.detach(c_)
              a0 = torch.detach(a_)
              b0 = torch.detach(b_)
              c0 = c
              p = torch.detach(p_)
              q = torch.detach(q_)
            """
            + NODES_OF_INTERVAL
            + """
                  left = torch.sum(ft, [-1])
                  negative = torch.lt(torch.mul(p, whole), left)
                  k = torch.abs(c)
                  w = torch.where(negative, torch.neg(torch.squeeze(lo, -1)), torch.squeeze(hi, -1))
                  outer = torch.mul(torch.where(negative, p, q), whole)
                  inner = torch.where(negative, torch.sub(left, torch.mul(p, whole)), torch.sub(torch.mul(p, whole), left))
                  lower = torch.le(inner, outer)
                  target = torch.where(lower, inner, outer)
                  log_target = torch.log(target)
                  y = torch.clamp(torch.sub(torch.log(torch.add(inner, outer)), log_target), 0., None)
                  far = torch.div(torch.mul(y, 2.), torch.add(k, torch.sqrt(torch.add(torch.square(k), torch.mul(y, 2.)))))
                  edge = torch.exp(torch.neg(torch.mul(w, torch.add(torch.mul(w, 0.5), k))))
                  most = torch.where(lower, w, torch.sub(w, target))
                  least = torch.where(lower, target, torch.clamp(torch.sub(w, torch.div(target, edge)), 0., None))
                  r = torch.maximum(torch.minimum(torch.where(lower, target, far), most), least)
                  for i in range(8):
                    steep = torch.add(r, k)
                    room = torch.mul(torch.reciprocal(torch.add(steep, torch.hypot(steep, torch.full_like(steep, ROOT)))), DEPTH)
                    start = torch.where(lower, torch.zeros_like(r), r)
                    end = torch.where(lower, r, torch.minimum(w, torch.add(r, room)))
                    size = torch.sub(end, start)
                    at = torch.add(torch.mul(torch.unsqueeze(size, -1), s), torch.unsqueeze(start, -1))
                    f = torch.exp(torch.neg(torch.mul(at, torch.add(torch.mul(at, 0.5), torch.unsqueeze(k, -1)))))
                    mass = torch.mul(torch.sum(torch.mul(f, g), [-1]), size)
                    height = torch.exp(torch.neg(torch.mul(r, torch.add(torch.mul(r, 0.5), k))))
                    step = torch.div(torch.mul(torch.sub(torch.log(mass), log_target), mass), height)
                    next = torch.where(lower, torch.sub(r, step), torch.add(r, step))
                    r0 = torch.maximum(torch.minimum(next, most), least)
                    r = r0
                  t = torch.where(negative, torch.neg(r), r)
                  above = torch.where(torch.le(p, 0.), a0, torch.where(torch.le(q, 0.), b0, t))
                  return torch.where(torch.isnan(torch.add(p, q)), torch.add(p, q), above)
                """
                .replace("ROOT", Double.toString(Math.sqrt(2 * NEGLIGIBLE)))
                .replace("DEPTH", Double.toString(2 * NEGLIGIBLE)));
  }

  private static Script of(Op op, String name, String body) {
    return Script.of(
        op, "def " + name + "(self, c: Tensor, a: Tensor, b: Tensor) -> Tensor:\n" + body);
  }
}
