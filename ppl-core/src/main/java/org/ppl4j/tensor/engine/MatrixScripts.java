package org.ppl4j.tensor.engine;

import java.util.List;
import java.util.Locale;
import org.ppl4j.tensor.table.Op;

/** Rows of linear algebra on the two rightmost dims. */
final class MatrixScripts {

  private MatrixScripts() {}

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
        // In float64: the engine's series for float32 are cut off too early for small matrices. Of
        // permuted batches, which it refuses, a copy.
        Script.one(
            Op.MATRIX_EXP, "torch.type_as(torch.matrix_exp(torch.contiguous(torch.to(a, 7))), a)"),
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
}
