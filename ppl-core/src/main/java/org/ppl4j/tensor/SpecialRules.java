package org.ppl4j.tensor;

import org.ppl4j.math.Digamma;
import org.ppl4j.tensor.Spec.Promotion;

/**
 * The rows of the table {@link Op} for functions whose engine forms lose digits or gradients. Each
 * says what was wrong with the engine's own; {@code SpecialTest} holds the values.
 */
final class SpecialRules {

  private static final String ROOT_HALF = "0.7071067811865476";

  private SpecialRules() {}

  /**
   * The engine's gradient is {@code expm1(x) + 1}, which has no digits left at −36. Below −1/2
   * nothing cancels in {@code exp(x) - 1}.
   */
  static Spec expm1() {
    return Spec.scripted(
        "expm1",
        "torch.where(torch.lt(a, -0.5),"
            + " torch.sub(torch.exp(torch.clamp(a, None, 0.)), 1), torch.expm1(a))",
        Math::expm1);
  }

  /** Far out, where the square may overflow, {@code 2 log|x|}. */
  static Spec log1pSquare() {
    return Spec.scripted(
        "log1p_square",
        "torch.where(torch.gt(torch.abs(a), 1e9), torch.mul(torch.log(torch.clamp(torch.abs(a),"
            + " 1e9, None)), 2), torch.log1p(torch.square(torch.clamp(a, -1e9, 1e9))))",
        x -> Math.abs(x) > 1e9 ? 2 * Math.log(Math.abs(x)) : Math.log1p(x * x));
  }

  /** {@code log1p((a - b) / b)} where the two are close, else the difference of logarithms. */
  static Spec logRatio() {
    return Spec.scriptedTwo("log_ratio", "a", Spec.BROADCAST)
        .scripted(
            """
            def log_ratio(self, a: Tensor, b: Tensor) -> Tensor:
              d = torch.sub(a, b)
              near = torch.lt(torch.abs(d), torch.mul(b, 0.5))
              share = torch.div(torch.where(near, d, torch.zeros_like(d)), b)
              x = torch.where(near, torch.ones_like(d), a)
              y = torch.where(near, torch.ones_like(d), b)
              return torch.where(near, torch.log1p(share), torch.sub(torch.log(x), torch.log(y)))
            """)
        .folding(
            (x, y) ->
                Math.abs(x - y) < 0.5 * y ? Math.log1p((x - y) / y) : Math.log(x) - Math.log(y));
  }

  /** An infinite {@code a} has no derivative, where the engine's is NaN. */
  static Spec standardized() {
    return Spec.of(
            (in, a) ->
                EngineHolder.get()
                    .tensor(
                        "standardized",
                        Native.valueFromTensor(in[0]),
                        Native.valueFromTensor(in[1]),
                        Native.valueFromTensor(in[2])),
            Spec.BROADCAST_THREE,
            Promotion.FLOAT)
        .scripted(
            """
            def standardized(self, a: Tensor, loc: Tensor, scale: Tensor) -> Tensor:
              infinite = torch.isinf(a)
              near = torch.div(torch.sub(torch.where(infinite, torch.zeros_like(a), a), loc), scale)
              return torch.where(infinite, torch.detach(a), near)
            """);
  }

  /** As the engine has it. */
  static Spec erfcx() {
    return Spec.scripted("erfcx", "torch.special_erfcx(a)", null);
  }

  /** The engine's is {@code (1 + erf(x / sqrt 2)) / 2}, which is 0 at −9. */
  static Spec ndtr() {
    return Spec.scripted(
        "ndtr", "torch.mul(torch.erfc(torch.mul(a, -" + ROOT_HALF + ")), 0.5)", null);
  }

  /**
   * The engine's gradient cancels terms of {@code x²/2}: infinite at −1e10. Each branch sees only
   * what it is meant for, so that no infinity of the other reaches the gradient.
   */
  static Spec logNdtr() {
    return Spec.scripted("log_ndtr", "a", null)
        .scripted(
            """
            def log_ndtr(self, a: Tensor) -> Tensor:
              low = torch.clamp(a, None, -1.)
              high = torch.clamp(a, -1., None)
              tail = torch.mul(torch.special_erfcx(torch.mul(low, -ROOT_HALF)), 0.5)
              lower = torch.sub(torch.log(tail), torch.mul(torch.square(low), 0.5))
              rest = torch.mul(torch.erfc(torch.mul(high, ROOT_HALF)), -0.5)
              return torch.where(torch.lt(a, -1.), lower, torch.log1p(rest))
            """
                .replace("ROOT_HALF", ROOT_HALF));
  }

  /**
   * Far in the tail, where {@code exp(a)} vanishes, three Newton steps from the leading terms of
   * the asymptotic expansion (DLMF 7.17.3), whose last one carries the derivative.
   */
  static Spec ndtriExp() {
    return Spec.scripted("ndtri_exp", "a", null)
        .scripted(
            """
            def ndtri_exp(self, a: Tensor) -> Tensor:
              middle = torch.special_ndtri(torch.exp(torch.clamp(a, -8., -0.2)))
              upper = torch.neg(torch.special_ndtri(torch.neg(torch.expm1(torch.clamp(a, -0.2, None)))))
              y = torch.clamp(a, None, -8.)
              t = torch.mul(torch.detach(y), -2)
              z0 = torch.sqrt(torch.sub(torch.sub(t, 1.8378770664093453), torch.log(torch.sub(t, torch.log(t)))))
              z = torch.neg(z0)
              for i in range(3):
                at = torch.detach(z)
                tail = torch.mul(torch.special_erfcx(torch.mul(at, -ROOT_HALF)), 0.5)
                excess = torch.sub(torch.sub(torch.log(tail), torch.mul(torch.square(at), 0.5)), y)
                next = torch.sub(at, torch.mul(torch.mul(excess, tail), 2.5066282746310002))
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
  static Spec digamma() {
    return Spec.scripted(
        "digamma",
        "torch.sub(torch.digamma(torch.add(a, 16)), torch.sum(torch.reciprocal(torch.add("
            + "torch.unsqueeze(a, -1),"
            + " torch.arange(16, dtype=4, layout=None, device=ops.prim.device(a)))), [-1]))",
        Digamma::of);
  }

  /** For {@code n >= 1}, {@code (-1)^(n+1) n! ζ(n+1, x)} (DLMF 25.11.12); see {@link #digamma}. */
  static Spec polygamma() {
    return Spec.of(
            (in, a) ->
                EngineHolder.get()
                    .tensor(
                        "polygamma",
                        Native.valueFromTensor(in[0]),
                        Native.valueFromLong(a.first())),
            Spec.FIRST,
            Promotion.FLOAT)
        .scripted(
            """
            def polygamma(self, a: Tensor, n: int) -> Tensor:
              factor = -1.
              for i in range(n):
                next = torch.mul(factor, float(torch.neg(torch.add(i, 1))))
                factor = next
              return torch.mul(torch.special_zeta(torch.add(n, 1), a), factor)
            """);
  }

  /** The engine's gradient in {@code y} is NaN at (0, 0). */
  static Spec xlogy() {
    return Spec.scriptedTwo(
            "xlogy",
            "torch.xlogy(a, torch.where(torch.__and__(torch.eq(a, 0), torch.eq(b, 0)),"
                + " torch.ones_like(b), b))",
            Spec.BROADCAST)
        .folding((x, y) -> x == 0 && !Double.isNaN(y) ? 0 : x * Math.log(y));
  }

  /** The engine's gradients are NaN where both operands are the same infinity. */
  static Spec logAddExp() {
    return Spec.of(
            (in, a) ->
                EngineHolder.get()
                    .tensor(
                        "log_add_exp",
                        Native.valueFromTensor(in[0]),
                        Native.valueFromTensor(in[1])),
            Spec.BROADCAST,
            Promotion.FLOAT)
        .scripted(
            """
            def log_add_exp(self, a: Tensor, b: Tensor) -> Tensor:
              same = torch.__and__(torch.eq(a, b), torch.isinf(a))
              x = torch.where(same, torch.zeros_like(a), a)
              y = torch.where(same, torch.zeros_like(b), b)
              return torch.where(same, torch.detach(a), torch.logaddexp(x, y))
            """);
  }

  /**
   * The engine's gradients are NaN where the largest element is infinite, and are shares that do
   * not add up to 1 where it is large.
   */
  static Spec logSumExp() {
    return Spec.of(
            (in, a) ->
                EngineHolder.get()
                    .tensor(
                        "log_sum_exp",
                        Native.valueFromTensor(in[0]),
                        Native.valueFromLongs(a.longs()),
                        Native.valueFromBoolean(a.flag())),
            Spec.REDUCED,
            Promotion.FLOAT)
        .scripted(
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
