package org.ppl4j.tensor.engine;

import java.util.List;
import java.util.Locale;
import org.ppl4j.tensor.table.Op;

/**
 * The rows that log-probabilities of counts are made of. Each is exact where the logarithms of
 * factorials, which are as large as {@code n log n}, would cancel: what they leave of {@code log
 * n!} is small, and a deviance is 0 where a count is at its mean (Loader 2000) and infinite for an
 * infinite count. No branch sees an argument that is not its own, so that gradients are finite at
 * counts of 0.
 */
final class CountScripts {

  /** The difference of a count and its mean, whether they are near, and its share of the mean. */
  private static final String SHARE =
      """
        d = torch.sub(a, b)
        near = torch.__and__(torch.gt(d, torch.mul(b, -0.75)), torch.lt(d, torch.mul(b, 15.)))
        safe = torch.where(near, b, torch.ones_like(b))
        share = torch.div(torch.where(near, d, torch.zeros_like(d)), safe)
      """;

  private CountScripts() {}

  static List<Script> all() {
    return List.of(
        logFactorialRest(),
        logGammaHalfStep(),
        digammaHalfStep(),
        xlog1py(),
        deviance(),
        devianceAndLog(),
        devianceOfLog());
  }

  private static Script logFactorialRest() {
    return Script.of(
        Op.LOG_FACTORIAL_REST,
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

  /**
   * {@code log Γ(a + 1/2) - log Γ(a) - log(a) / 2}, above 16 by the difference of Stirling's series
   * (DLMF 5.11.8).
   */
  private static Script logGammaHalfStep() {
    return Script.of(
        Op.LOG_GAMMA_HALF_STEP,
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

  /** {@code ψ(a + 1/2) - ψ(a)}, above 16 by the derivative of the same series. */
  private static Script digammaHalfStep() {
    return Script.of(
        Op.DIGAMMA_HALF_STEP,
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
  private static Script xlog1py() {
    return Script.two(
        Op.XLOG1PY,
        "torch.mul(a, torch.log1p(torch.where(torch.__and__(torch.eq(a, 0), torch.eq(b, -1)),"
            + " torch.zeros_like(b), b)))");
  }

  private static Script deviance() {
    return deviance(
        Op.DEVIANCE, "a: Tensor, b: Tensor", "torch.log(torch.where(far, b, torch.ones_like(b)))");
  }

  private static Script devianceOfLog() {
    return deviance(
        Op.DEVIANCE_OF_LOG,
        "a: Tensor, b: Tensor, c: Tensor",
        "torch.where(far, c, torch.zeros_like(c))");
  }

  /** With the logarithm of the mean where the two are far from each other. */
  private static Script deviance(Op op, String parameters, String logMean) {
    return Script.of(
        op,
        "def %s(self, %s) -> Tensor:\n".formatted(op.name().toLowerCase(Locale.ROOT), parameters)
            + SHARE
            + """
              far = torch.__and__(torch.gt(a, 0.), torch.logical_not(near))
              count = torch.where(far, a, torch.ones_like(a))
              log = torch.where(near, torch.log1p(share), torch.sub(torch.log(count), LOG_MEAN))
              zero = torch.zeros_like(log)
              power = torch.mul(a, torch.sub(log, torch.where(near, zero, torch.ones_like(log))))
              return torch.add(power, torch.where(near, torch.neg(d), torch.add(zero, b)))
            """
                .replace("LOG_MEAN", logMean));
  }

  /** At m = 0 it is that of {@code (1 - k) log m}: 0 for k = 1. */
  private static Script devianceAndLog() {
    return Script.of(
        Op.DEVIANCE_AND_LOG,
        "def deviance_and_log(self, a: Tensor, b: Tensor) -> Tensor:\n"
            + SHARE
            + """
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
}
