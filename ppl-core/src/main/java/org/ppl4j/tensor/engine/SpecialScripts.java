package org.ppl4j.tensor.engine;

import java.util.List;
import org.ppl4j.tensor.table.Op;

/**
 * Rows of special functions whose engine forms lose digits or gradients. Each says what was wrong
 * with the engine's own; {@code SpecialTest} holds the values.
 */
final class SpecialScripts {

  private static final String ROOT_HALF = "0.7071067811865476";

  private SpecialScripts() {}

  static List<Script> all() {
    return List.of(
        expm1(),
        log1pSquare(),
        logRatio(),
        standardized(),
        erfcx(),
        ndtr(),
        logNdtr(),
        ndtriExp(),
        digamma(),
        polygamma(),
        xlogy(),
        logAddExp(),
        logSumExp());
  }

  /**
   * The engine's gradient is {@code expm1(x) + 1}, which has no digits left at −36. Below −1/2
   * nothing cancels in {@code exp(x) - 1}.
   */
  private static Script expm1() {
    return Script.one(
        Op.EXPM1,
        "torch.where(torch.lt(a, -0.5),"
            + " torch.sub(torch.exp(torch.clamp(a, None, 0.)), 1), torch.expm1(a))");
  }

  /** Far out, where the square may overflow, {@code 2 log|x|}. */
  private static Script log1pSquare() {
    return Script.one(
        Op.LOG1P_SQUARE,
        "torch.where(torch.gt(torch.abs(a), 1e9), torch.mul(torch.log(torch.clamp(torch.abs(a),"
            + " 1e9, None)), 2), torch.log1p(torch.square(torch.clamp(a, -1e9, 1e9))))");
  }

  /** {@code log1p((a - b) / b)} where the two are close, else the difference of logarithms. */
  private static Script logRatio() {
    return Script.of(
        Op.LOG_RATIO,
        """
        def log_ratio(self, a: Tensor, b: Tensor) -> Tensor:
          d = torch.sub(a, b)
          near = torch.lt(torch.abs(d), torch.mul(b, 0.5))
          ones = torch.ones_like(d)
          share = torch.div(torch.where(near, d, torch.zeros_like(d)), torch.where(near, b, ones))
          x = torch.where(near, ones, a)
          y = torch.where(near, ones, b)
          return torch.where(near, torch.log1p(share), torch.sub(torch.log(x), torch.log(y)))
        """);
  }

  /** An infinite {@code a} has no derivative, where the engine's is NaN. */
  private static Script standardized() {
    return Script.of(
        Op.STANDARDIZED,
        """
        def standardized(self, a: Tensor, loc: Tensor, scale: Tensor) -> Tensor:
          infinite = torch.isinf(a)
          near = torch.div(torch.sub(torch.where(infinite, torch.zeros_like(a), a), loc), scale)
          return torch.where(infinite, torch.detach(a), near)
        """);
  }

  /** Far out the first term of its expansion: there the engine's gradient is what cancels. */
  private static Script erfcx() {
    return Script.one(
        Op.ERFCX,
        "torch.where(torch.gt(a, 1000000000.), torch.div(torch.full_like(a, 0.5641895835477563),"
            + " torch.clamp(a, 1000000000., None)),"
            + " torch.special_erfcx(torch.where(torch.gt(a, 1000000000.),"
            + " torch.ones_like(a), a)))");
  }

  /** The engine's is {@code (1 + erf(x / sqrt 2)) / 2}, which is 0 at −9. */
  private static Script ndtr() {
    return Script.one(Op.NDTR, "torch.mul(torch.erfc(torch.mul(a, -" + ROOT_HALF + ")), 0.5)");
  }

  /**
   * The engine's gradient cancels terms of {@code x²/2}: infinite at −1e10. Each branch sees only
   * what it is meant for, so that no infinity of the other reaches the gradient.
   */
  private static Script logNdtr() {
    return Script.of(
        Op.LOG_NDTR,
        """
        def log_ndtr(self, a: Tensor) -> Tensor:
          low = torch.clamp(a, None, -1.)
          high = torch.clamp(a, -1., None)
          tail = torch.mul(self.erfcx(torch.mul(low, -ROOT_HALF)), 0.5)
          lower = torch.sub(torch.log(tail), torch.mul(torch.square(low), 0.5))
          rest = torch.mul(torch.erfc(torch.mul(high, ROOT_HALF)), -0.5)
          return torch.where(torch.lt(a, -1.), lower, torch.log1p(rest))
        """
            .replace("ROOT_HALF", ROOT_HALF));
  }

  /**
   * Far in the tail, where {@code exp(a)} vanishes, four Newton steps from the leading terms of the
   * asymptotic expansion (DLMF 7.17.3), which have no derivative: each step adds an order.
   */
  private static Script ndtriExp() {
    return Script.of(
        Op.NDTRI_EXP,
        """
        def ndtri_exp(self, a: Tensor) -> Tensor:
          middle = torch.special_ndtri(torch.exp(torch.clamp(a, -8., -0.2)))
          upper = torch.neg(torch.special_ndtri(torch.neg(torch.expm1(torch.clamp(a, -0.2, None)))))
          y = torch.clamp(a, None, -8.)
          t = torch.mul(torch.detach(y), -2)
          z0 = torch.sqrt(torch.sub(torch.sub(t, 1.8378770664093453), torch.log(torch.sub(t, torch.log(t)))))
          z = torch.neg(z0)
          for i in range(4):
            tail = torch.mul(torch.special_erfcx(torch.mul(z, -ROOT_HALF)), 0.5)
            excess = torch.sub(torch.sub(torch.log(tail), torch.mul(torch.square(z), 0.5)), y)
            next = torch.sub(z, torch.mul(torch.mul(excess, tail), 2.5066282746310002))
            z = next
          low = torch.where(torch.lt(a, -8.), z, middle)
          return torch.where(torch.gt(a, -0.2), upper, low)
        """
            .replace("ROOT_HALF", ROOT_HALF));
  }

  /**
   * The engine's gradient is its trigamma, which has nine digits at 1. Sixteen steps up by {@code
   * ψ(x) = ψ(x + 1) - 1/x} lead to where it has all.
   */
  private static Script digamma() {
    return Script.one(
        Op.DIGAMMA,
        "torch.sub(torch.digamma(torch.add(a, 16)), torch.sum(torch.reciprocal(torch.add("
            + "torch.unsqueeze(a, -1),"
            + " torch.arange(16, dtype=4, layout=None, device=ops.prim.device(a)))), [-1]))");
  }

  /** For {@code n >= 1}, {@code (-1)^(n+1) n! ζ(n+1, x)} (DLMF 25.11.12); see {@link #digamma}. */
  private static Script polygamma() {
    return Script.of(
        Op.POLYGAMMA,
        """
        def polygamma(self, a: Tensor, n: int) -> Tensor:
          factor = -1.
          for i in range(n):
            next = torch.mul(factor, float(torch.neg(torch.add(i, 1))))
            factor = next
          far = torch.__and__(torch.isinf(a), torch.gt(a, 0))
          near = torch.where(far, torch.ones_like(a), a)
          zeta = torch.special_zeta(torch.add(n, 1), near)
          return torch.mul(torch.where(far, torch.zeros_like(a), zeta), factor)
        """);
  }

  /** The engine's gradients are NaN or infinite where a is 0 and b is 0 or negative. */
  private static Script xlogy() {
    return Script.of(
        Op.XLOGY,
        """
        def xlogy(self, a: Tensor, b: Tensor) -> Tensor:
          none = torch.eq(a, 0)
          edge = torch.__and__(none, torch.__and__(torch.isinf(b), torch.gt(b, 0)))
          safe = torch.where(torch.__or__(edge, torch.__and__(none, torch.le(b, 0))), torch.ones_like(b), b)
          far = torch.xlogy(a, torch.detach(torch.where(edge, b, torch.ones_like(b))))
          return torch.where(edge, far, torch.mul(a, torch.log(safe)))
        """);
  }

  /** The engine's gradients are NaN where both operands are the same infinity. */
  private static Script logAddExp() {
    return Script.of(
        Op.LOG_ADD_EXP,
        """
        def log_add_exp(self, a: Tensor, b: Tensor) -> Tensor:
          none = torch.__or__(torch.isnan(a), torch.isnan(b))
          same = torch.__or__(torch.__and__(torch.eq(a, b), torch.isinf(a)), none)
          x = torch.where(same, torch.zeros_like(a), a)
          y = torch.where(same, torch.zeros_like(b), b)
          return torch.where(same, torch.detach(torch.add(a, b)), torch.logaddexp(x, y))
        """);
  }

  /**
   * The engine's gradients are NaN where the largest element is infinite, and are shares that do
   * not add up to 1 where it is large.
   */
  private static Script logSumExp() {
    return Script.of(
        Op.LOG_SUM_EXP,
        """
        def log_sum_exp(self, a: Tensor, axes: List[int], keep: bool) -> Tensor:
          largest = torch.amax(torch.detach(a), axes, True)
          infinite = torch.isinf(largest)
          x = torch.where(infinite, torch.zeros_like(a), a)
          above = torch.where(infinite, torch.zeros_like(largest), largest)
          rest = torch.log(torch.sum(torch.exp(torch.sub(x, above)), axes, True))
          return torch.sum(torch.where(infinite, largest, torch.add(above, rest)), axes, keep)
        """);
  }
}
