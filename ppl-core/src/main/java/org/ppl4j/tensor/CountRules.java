package org.ppl4j.tensor;

import org.ppl4j.math.LogGamma;
import org.ppl4j.math.SaddlePoint;
import org.ppl4j.tensor.Spec.Promotion;

/**
 * The rows of the table {@link Op} that log-probabilities of counts are made of. Each is exact
 * where the logarithms of factorials, which are as large as {@code n log n}, would cancel: what
 * they leave of {@code log n!} is small, and a deviance is 0 where a count is at its mean (Loader
 * 2000) and infinite for an infinite count. No branch sees an argument that is not its own, so that
 * gradients are finite at counts of 0.
 */
final class CountRules {

  /** From here on six terms of Stirling's series (DLMF 5.11.1) have all digits. */
  private static final double SERIES_FROM = 16;

  private static final double HALF_LOG_TWO_PI = 0.9189385332046728;

  private CountRules() {}

  static Spec logFactorialRest() {
    return Spec.scripted("log_factorial_rest", "a", CountRules::logFactorialRest)
        .scripted(
            """
            def log_factorial_rest(self, a: Tensor) -> Tensor:
              large = torch.clamp(a, 16., None)
              r = torch.reciprocal(torch.square(large))
              s = torch.sub(torch.mul(r, 0.0008417508417508417), 0.0005952380952380953)
              s1 = torch.add(torch.mul(r, s), 0.0007936507936507937)
              s2 = torch.sub(torch.mul(r, s1), 0.002777777777777778)
              s3 = torch.add(torch.mul(r, s2), 0.08333333333333333)
              half_log = torch.mul(torch.log(large), 0.5)
              upper = torch.add(torch.add(torch.div(s3, large), half_log), 0.9189385332046728)
              small = torch.clamp(a, None, 16.)
              base = torch.where(torch.gt(small, 0.), small, torch.ones_like(small))
              power = torch.mul(small, torch.sub(torch.log(base), 1))
              lower = torch.sub(torch.lgamma(torch.add(small, 1)), power)
              return torch.where(torch.gt(a, 16.), upper, lower)
            """);
  }

  static double logFactorialRest(double x) {
    if (x > SERIES_FROM) {
      return SaddlePoint.stirlingSeries(x) + 0.5 * Math.log(x) + HALF_LOG_TWO_PI;
    }
    return LogGamma.of(x + 1) - (x == 0 ? 0 : x * (Math.log(x) - 1));
  }

  /**
   * {@code log Γ(a + 1/2) - log Γ(a) - log(a) / 2}, above 16 by the difference of Stirling's series
   * (DLMF 5.11.8).
   */
  static Spec logGammaHalfStep() {
    return Spec.scripted("log_gamma_half_step", "a", CountRules::logGammaHalfStep)
        .scripted(
            """
            def log_gamma_half_step(self, a: Tensor) -> Tensor:
              large = torch.clamp(a, 16., None)
              r = torch.reciprocal(torch.square(large))
              v0 = torch.full_like(large, -0.012819730318509616)
              v1 = torch.add(torch.mul(v0, r), 0.0038341175426136365)
              v2 = torch.add(torch.mul(v1, r), -0.001681857638888889)
              v3 = torch.add(torch.mul(v2, r), 0.0011858258928571428)
              v4 = torch.add(torch.mul(v3, r), -0.0015625)
              v5 = torch.add(torch.mul(v4, r), 0.005208333333333333)
              v6 = torch.add(torch.mul(v5, r), -0.125)
              upper = torch.div(v6, large)
              small = torch.clamp(a, None, 16.)
              step = torch.sub(torch.lgamma(torch.add(small, 0.5)), torch.lgamma(small))
              lower = torch.sub(step, torch.mul(torch.log(small), 0.5))
              return torch.where(torch.gt(a, 16.), upper, lower)
            """);
  }

  private static double logGammaHalfStep(double x) {
    double rest = SaddlePoint.stirlingSeries(x + 0.5) - SaddlePoint.stirlingSeries(x);
    return x > SERIES_FROM
        ? rest + x * Math.log1p(0.5 / x) - 0.5
        : LogGamma.of(x + 0.5) - LogGamma.of(x) - 0.5 * Math.log(x);
  }

  /** {@code ψ(a + 1/2) - ψ(a)}, above 16 by the derivative of the same series. */
  static Spec digammaHalfStep() {
    return Spec.scripted("digamma_half_step", "a", null)
        .scripted(
            """
            def digamma_half_step(self, a: Tensor) -> Tensor:
              large = torch.clamp(a, 16., None)
              r = torch.reciprocal(torch.square(large))
              d0 = torch.full_like(large, 0.166656494140625)
              d1 = torch.add(torch.mul(d0, r), -0.04217529296875)
              d2 = torch.add(torch.mul(d1, r), 0.01513671875)
              d3 = torch.add(torch.mul(d2, r), -0.00830078125)
              d4 = torch.add(torch.mul(d3, r), 0.0078125)
              d5 = torch.add(torch.mul(d4, r), -0.015625)
              d6 = torch.add(torch.mul(d5, r), 0.125)
              upper = torch.add(torch.mul(d6, r), torch.div(torch.full_like(large, 0.5), large))
              small = torch.clamp(a, None, 16.)
              lower = torch.sub(self.digamma(torch.add(small, 0.5)), self.digamma(small))
              return torch.where(torch.gt(a, 16.), upper, lower)
            """);
  }

  /** The gradient of {@code x * log1p(y)} is NaN at (0, -1). */
  static Spec xlog1py() {
    return Spec.scriptedTwo(
            "xlog1py",
            "torch.mul(a, torch.log1p(torch.where(torch.__and__(torch.eq(a, 0), torch.eq(b, -1)),"
                + " torch.zeros_like(b), b)))",
            Spec.BROADCAST)
        .folding((x, y) -> x == 0 && y == -1 ? 0 : x * Math.log1p(y));
  }

  static Spec deviance() {
    return Spec.scriptedTwo("deviance", "a", Spec.BROADCAST)
        .scripted(
            """
            def deviance(self, a: Tensor, b: Tensor) -> Tensor:
              d = torch.sub(a, b)
              near = torch.__and__(torch.gt(d, torch.mul(b, -0.75)), torch.lt(d, torch.mul(b, 15.)))
              safe = torch.where(near, b, torch.ones_like(b))
              share = torch.div(torch.where(near, d, torch.zeros_like(d)), safe)
              far = torch.__and__(torch.gt(a, 0.), torch.logical_not(near))
              count = torch.where(far, a, torch.ones_like(a))
              mean = torch.where(far, b, torch.ones_like(b))
              log = torch.where(near, torch.log1p(share), torch.sub(torch.log(count), torch.log(mean)))
              zero = torch.zeros_like(log)
              power = torch.mul(a, torch.sub(log, torch.where(near, zero, torch.ones_like(log))))
              return torch.add(power, torch.where(near, torch.neg(d), torch.add(zero, b)))
            """);
  }

  /** At m = 0 it is that of {@code (1 - k) log m}: 0 for k = 1. */
  static Spec devianceAndLog() {
    return Spec.scriptedTwo("deviance_and_log", "a", Spec.BROADCAST)
        .scripted(
            """
            def deviance_and_log(self, a: Tensor, b: Tensor) -> Tensor:
              d = torch.sub(a, b)
              near = torch.__and__(torch.gt(d, torch.mul(b, -0.75)), torch.lt(d, torch.mul(b, 15.)))
              safe = torch.where(near, b, torch.ones_like(b))
              share = torch.div(torch.where(near, d, torch.zeros_like(d)), safe)
              close = torch.add(torch.mul(a, torch.log1p(share)), torch.log(safe))
              ones = torch.ones_like(d)
              count = torch.where(near, ones, torch.mul(a, ones))
              edge = torch.__and__(torch.eq(b, 0.), torch.eq(a, 1.))
              mean = torch.where(torch.__or__(near, edge), ones, torch.mul(b, ones))
              power = torch.mul(torch.sub(count, 1), torch.log(mean))
              apart = torch.sub(torch.mul(count, torch.log(count)), power)
              return torch.sub(torch.where(near, close, apart), d)
            """);
  }

  static Spec devianceOfLog() {
    return Spec.of(
            (in, a) ->
                EngineHolder.get()
                    .tensor(
                        "deviance_of_log",
                        Native.valueFromTensor(in[0]),
                        Native.valueFromTensor(in[1]),
                        Native.valueFromTensor(in[2])),
            (in, a) -> Shapes.broadcast(in[0], in[1], in[2]),
            Promotion.FLOAT)
        .scripted(
            """
            def deviance_of_log(self, a: Tensor, b: Tensor, c: Tensor) -> Tensor:
              d = torch.sub(a, b)
              near = torch.__and__(torch.gt(d, torch.mul(b, -0.75)), torch.lt(d, torch.mul(b, 15.)))
              safe = torch.where(near, b, torch.ones_like(b))
              share = torch.div(torch.where(near, d, torch.zeros_like(d)), safe)
              far = torch.__and__(torch.gt(a, 0.), torch.logical_not(near))
              count = torch.where(far, a, torch.ones_like(a))
              mean = torch.where(far, c, torch.zeros_like(c))
              log = torch.where(near, torch.log1p(share), torch.sub(torch.log(count), mean))
              zero = torch.zeros_like(log)
              power = torch.mul(a, torch.sub(log, torch.where(near, zero, torch.ones_like(log))))
              return torch.add(power, torch.where(near, torch.neg(d), torch.add(zero, b)))
            """);
  }
}
