package org.ppl4j.tensor.engine;

import java.util.List;
import java.util.Locale;
import org.ppl4j.tensor.table.Op;

/** Rows of linear algebra on the two rightmost dims. */
final class MatrixScripts {

  private MatrixScripts() {}

  /** As sums of exponentials are: where all are −∞, so is the result, with derivatives 0. */
  private static Script logChain() {
    return Script.of(
        Op.LOG_CHAIN,
        """
        def log_chain(self, a: Tensor, v: Tensor, m: Tensor) -> Tensor:
          steps = torch.size(v, 0)
          sizes = [steps, torch.size(m, 1), torch.size(m, 2), torch.size(m, 3)]
          each = torch.expand(m, sizes)
          row = a
          for t in range(steps):
            x = torch.add(torch.unsqueeze(torch.add(row, torch.select(v, 0, t)), -1), torch.select(each, 0, t))
            largest = torch.amax(torch.detach(x), [-2], True)
            infinite = torch.isinf(largest)
            y = torch.where(infinite, torch.zeros_like(x), x)
            above = torch.where(infinite, torch.zeros_like(largest), largest)
            rest = torch.log(torch.sum(torch.exp(torch.sub(y, above)), [-2], True))
            row = torch.squeeze(torch.where(infinite, largest, torch.add(above, rest)), -2)
          return row
        """);
  }

  static List<Script> all() {
    return List.of(
        ofDefined(Op.INVERSE, "torch.linalg_inv"),
        ofDefined(Op.CHOLESKY, "torch.linalg_cholesky"),
        Script.of(
            Op.IS_POSITIVE_DEFINITE,
            """
            def is_positive_definite(self, a: Tensor) -> Tensor:
              l, info = torch.linalg_cholesky_ex(torch.detach(a))
              return torch.eq(info, 0)
            """),
        Script.expression(
            Op.SOLVE_TRIANGULAR,
            "a: Tensor, b: Tensor, upper: bool",
            "torch.linalg_solve_triangular(a, b, upper=upper)"),
        Script.two(Op.CHOLESKY_SOLVE, "torch.cholesky_solve(a, b)"),
        Script.of(
            Op.LOG_ABS_DETERMINANT,
            """
            def log_abs_determinant(self, a: Tensor) -> Tensor:
              sign, result = torch.linalg_slogdet(a)
              return result
            """),
        Script.two(Op.SOLVE, "torch.linalg_solve(a, b)"),
        logChain(),
        exponential(),
        eigen(),
        Script.of(
            Op.QR,
            """
            def qr(self, a: Tensor) -> List[Tensor]:
              q, r = torch.linalg_qr(a, "reduced")
              return [q, r]
            """),
        Script.expression(Op.DIAGONAL_MATRIX, "a: Tensor, n: int", "torch.diag_embed(a, n)"),
        Script.expression(Op.TRIL, "a: Tensor, n: int", "torch.tril(a, n)"),
        Script.expression(Op.TRIU, "a: Tensor, n: int", "torch.triu(a, n)"));
  }

  /**
   * A function of each matrix that fails, or spoils all of the batch, where a matrix has a NaN: it
   * sees the identity there, and the result is NaN.
   */
  private static Script ofDefined(Op op, String function) {
    return Script.of(
        op,
        """
        def %s(self, a: Tensor) -> Tensor:
          d = torch.detach(a)
          total = torch.sum(torch.mul(d, 0.), [-2, -1], True)
          undefined = torch.isnan(total)
          one = torch.diag_embed(torch.ones_like(torch.diagonal(d, 0, -2, -1)), 0, -2, -1)
          return torch.where(undefined, total, %s(torch.where(undefined, one, a)))
        """
            .formatted(op.name().toLowerCase(Locale.ROOT), function));
  }

  /**
   * It sees the identity where the lower triangle has a number that is not finite: NaN comes out.
   */
  private static Script eigen() {
    return Script.of(
        Op.EIGEN,
        """
        def eigen(self, a: Tensor) -> List[Tensor]:
          d = torch.detach(a)
          total = torch.sum(torch.mul(torch.tril(d), 0.), [-2, -1], True)
          one = torch.diag_embed(torch.ones_like(torch.diagonal(d, 0, -2, -1)), 0, -2, -1)
          values, vectors = torch.linalg_eigh(torch.where(torch.isnan(total), one, a), "L")
          return [torch.add(values, torch.squeeze(total, -1)), torch.add(vectors, total)]
        """);
  }

  /**
   * The exponential in float64, by the power series of a fraction that is squared as often as it
   * was halved; NaN for what is not finite. The engine's own has a derivative that halves with the
   * matrix what arrives, and loses the digits of the matrix where that is large.
   *
   * <p>Source: Paterson and Stockmeyer (1973) for the series, to the fifteenth power.
   */
  private static Script exponential() {
    return Script.of(
        Op.MATRIX_EXP,
        """
        def matrix_exp(self, a: Tensor) -> Tensor:
          whole = torch.to(a, 7)
          d = torch.detach(whole)
          sums = torch.sum(torch.abs(d), [-1], True)
          none = torch.zeros_like(torch.sum(sums, [-2], True))
          norm = torch.amax(torch.cat([sums, none], -2), [-2], True)
          defined = torch.isfinite(norm)
          size = torch.clamp(torch.mul(torch.where(defined, norm, none), 2.), 1.)
          halvings = torch.ceil(torch.log2(size))
          scale = torch.where(defined, torch.exp2(torch.neg(halvings)), torch.sub(norm, norm))
          x = torch.mul(whole, scale)
          one = torch.diag_embed(torch.ones_like(torch.diagonal(d, 0, -2, -1)), 0, -2, -1)
          x2 = torch.matmul(x, x)
          x3 = torch.matmul(x2, x)
          x4 = torch.matmul(x2, x2)
          y = torch.zeros_like(x)
          for i in range(4):
            k = torch.sub(12, torch.mul(4, i))
            one_on = torch.div(1., float(torch.add(k, 1)))
            two_on = torch.div(one_on, float(torch.add(k, 2)))
            three_on = torch.div(two_on, float(torch.add(k, 3)))
            y = torch.matmul(y, torch.mul(x4, torch.div(three_on, float(torch.add(k, 4)))))
            y = torch.add(torch.add(y, one), torch.mul(x, one_on))
            y = torch.add(torch.add(y, torch.mul(x2, two_on)), torch.mul(x3, three_on))
          most = torch.max(torch.cat([torch.flatten(halvings), torch.zeros([1], dtype=7)]))
          for j in range(int(most)):
            y = torch.where(torch.gt(halvings, j), torch.matmul(y, y), y)
          return torch.type_as(y, a)
        """);
  }
}
