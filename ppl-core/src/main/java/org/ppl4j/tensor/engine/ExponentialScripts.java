package org.ppl4j.tensor.engine;

import java.util.List;
import org.ppl4j.tensor.table.Op;

/**
 * Rows of exponentials that lose their digits when they are put together from others. Where two
 * formulas are joined, each sees only what it is meant for.
 */
final class ExponentialScripts {

  private ExponentialScripts() {}

  static List<Script> all() {
    return List.of(
        logChance(),
        logOtherChance(),
        log1mexp(),
        xlog1mexp(),
        logExprel(),
        expWithin(),
        tiltedQuantile());
  }

  /** The gradient of {@code log(a)} is infinite at 0. */
  private static Script logChance() {
    return Script.of(
        Op.LOG_CHANCE,
        """
        def log_chance(self, a: Tensor) -> Tensor:
          none = torch.eq(a, 0.)
          some = torch.log(torch.where(none, torch.ones_like(a), a))
          return torch.where(none, torch.log(torch.detach(a)), some)
        """);
  }

  private static Script logOtherChance() {
    return Script.of(
        Op.LOG_OTHER_CHANCE,
        """
        def log_other_chance(self, a: Tensor) -> Tensor:
          none = torch.eq(a, 1.)
          some = torch.log1p(torch.neg(torch.where(none, torch.zeros_like(a), a)))
          return torch.where(none, torch.log1p(torch.neg(torch.detach(a))), some)
        """);
  }

  /** {@code log(-expm1(a))} near 0 and {@code log1p(-exp(a))} far from it (Maechler 2012). */
  private static Script log1mexp() {
    return Script.of(
        Op.LOG1MEXP,
        """
        def log1mexp(self, a: Tensor) -> Tensor:
          near = torch.log(torch.neg(torch.expm1(torch.clamp(a, -0.7, None))))
          far = torch.log1p(torch.neg(torch.exp(torch.clamp(a, None, -0.7))))
          return torch.where(torch.gt(a, -0.7), near, far)
        """);
  }

  /** The gradient of {@code a * log1mexp(b)} is NaN at (0, 0). */
  private static Script xlog1mexp() {
    return Script.two(
        Op.XLOG1MEXP,
        "torch.mul(a, self.log1mexp(torch.where(torch.__and__(torch.eq(a, 0), torch.eq(b, 0)),"
            + " torch.full_like(b, -1.), b)))");
  }

  /**
   * Below 1 in size {@code a/2 + log(sinh(a/2) / (a/2))}, whose second part is the series {@code Σ
   * B_2n a^2n / (2n (2n)!)} (DLMF 4.19.7); above {@code max(a, 0) + log(1 - exp(-|a|)) - log|a|}.
   */
  private static Script logExprel() {
    return Script.of(
        Op.LOG_EXPREL,
        """
        def log_exprel(self, a: Tensor) -> Tensor:
          s = torch.square(torch.clamp(a, -1., 1.))
          p10 = torch.mul(s, 2.5040921947091955e-19)
          p9 = torch.mul(torch.add(p10, -1.087434349279031e-17), s)
          p8 = torch.mul(torch.add(p9, 4.770034475709914e-16), s)
          p7 = torch.mul(torch.add(p8, -2.1185501852016142e-14), s)
          p6 = torch.mul(torch.add(p7, 9.55895466477477e-13), s)
          p5 = torch.mul(torch.add(p6, -4.403491782239578e-11), s)
          p4 = torch.mul(torch.add(p5, 2.08767569878681e-09), s)
          p3 = torch.mul(torch.add(p4, -1.033399470899471e-07), s)
          p2 = torch.mul(torch.add(p3, 5.5114638447971785e-06), s)
          p1 = torch.mul(torch.add(p2, -0.00034722222222222224), s)
          series = torch.mul(torch.add(p1, 0.041666666666666664), s)
          b = torch.clamp(torch.abs(a), 1., None)
          slope = torch.log1p(torch.neg(torch.exp(torch.neg(b))))
          far = torch.sub(torch.add(torch.clamp(a, 0., None), slope), torch.log(b))
          near = torch.add(torch.mul(a, 0.5), series)
          return torch.where(torch.lt(torch.abs(a), 1.), near, far)
        """);
  }

  /** {@code exp(a)} with a kept from -b to b; its derivative in a is itself everywhere. */
  private static Script expWithin() {
    return Script.of(
        Op.EXP_WITHIN,
        """
        def exp_within(self, a: Tensor, b: Tensor) -> Tensor:
          d = torch.detach(a)
          return torch.exp(torch.add(torch.clamp(d, torch.neg(b), b), torch.sub(a, d)))
        """);
  }

  /**
   * {@code log1p(a expm1(b)) / b}; for large b, without overflow, {@code 1 + log(exp(-b) - a
   * expm1(-b)) / b}; near b = 0 the cumulants of a Bernoulli variable.
   */
  private static Script tiltedQuantile() {
    return Script.of(
        Op.TILTED_QUANTILE,
        """
        def tilted_quantile(self, a: Tensor, b: Tensor) -> Tensor:
          up = torch.gt(b, 30.)
          small = torch.lt(torch.abs(b), 0.00390625)
          s = torch.where(small, torch.ones_like(b), torch.where(up, torch.neg(b), b))
          e = torch.mul(a, torch.expm1(s))
          moderate = torch.log1p(torch.where(up, torch.zeros_like(e), e))
          steep = torch.log(torch.where(up, torch.sub(torch.exp(s), e), torch.ones_like(e)))
          direct = torch.div(torch.add(moderate, steep), s)
          n = torch.clamp(b, -0.00390625, 0.00390625)
          skew = torch.rsub(torch.mul(a, 2.), 1.)
          v = torch.mul(a, torch.rsub(a, 1.))
          p3 = torch.mul(torch.mul(skew, torch.rsub(torch.mul(v, 12.), 1.)), 0.008333333333333333)
          p2 = torch.mul(torch.rsub(torch.mul(v, 6.), 1.), 0.041666666666666664)
          p1 = torch.add(torch.mul(torch.add(torch.mul(p3, n), p2), n), torch.mul(skew, 0.16666666666666666))
          p0 = torch.add(torch.mul(p1, n), 0.5)
          series = torch.add(torch.mul(torch.mul(p0, n), v), a)
          x = torch.clamp(torch.where(small, series, direct), 0., 1.)
          return torch.where(up, torch.rsub(x, 1.), x)
        """);
  }
}
