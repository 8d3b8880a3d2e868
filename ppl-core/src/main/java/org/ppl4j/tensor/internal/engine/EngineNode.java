package org.ppl4j.tensor.internal.engine;

import java.util.Locale;
import java.util.Set;

/**
 * What the engine computes for nodes of a record that are matrices, or batches of them, as those
 * nodes define it: a matrix of which there is no result gives NaN, and nothing is thrown. Results
 * lie row by row.
 */
public enum EngineNode {
  /** Lower Cholesky factors. */
  CHOLESKY(
      """
      a: Tensor) -> Tensor:
        l, info = torch.linalg_cholesky_ex(a)
        known = torch.type_as(torch.eq(info, 0), a)
        none = torch.sub(torch.div(known, known), 1)
        return torch.contiguous(torch.add(l, torch.unsqueeze(torch.unsqueeze(none, -1), -1)))
      """),
  /**
   * What matrices get of the gradients of their factors, made symmetric, block by block from the
   * last one.
   *
   * <p>Source: Murray, "Differentiation of the Cholesky decomposition" (2016), section 4.3.
   */
  CHOLESKY_GRADIENT(
      """
      l: Tensor, g: Tensor) -> Tensor:
        a = torch.tril(g)
        n = torch.size(l, -1)
        end = n
        for block in range(torch.floordiv(torch.add(n, 63), 64)):
          start = ops.prim.max(0, torch.sub(end, 64))
          middle = torch.slice(l, -2, start, end, 1)
          below = torch.slice(l, -2, end, n, 1)
          own = torch.slice(a, -2, start, end, 1)
          rest = torch.slice(a, -2, end, n, 1)
          r = torch.slice(middle, -1, 0, start, 1)
          d = torch.slice(middle, -1, start, end, 1)
          db = torch.slice(own, -1, start, end, 1)
          if torch.lt(end, n):
            c = torch.slice(below, -1, start, end, 1)
            cb = torch.slice(rest, -1, start, end, 1)
            e = torch.linalg_solve_triangular(d, cb, upper=False, left=False)
            _0 = torch.copy_(cb, e)
            _1 = torch.sub_(db, torch.tril(torch.matmul(torch.transpose(e, -2, -1), c)))
            if torch.gt(start, 0):
              _2 = torch.sub_(torch.slice(rest, -1, 0, start, 1), torch.matmul(e, r))
              b = torch.matmul(torch.transpose(e, -2, -1), torch.slice(below, -1, 0, start, 1))
              _3 = torch.sub_(torch.slice(own, -1, 0, start, 1), b)
            else:
              pass
          else:
            pass
          t = torch.transpose(d, -2, -1)
          m = torch.tril(torch.matmul(t, db))
          h = torch.mul(torch.diag_embed(torch.diagonal(m, 0, -2, -1), 0, -2, -1), 0.5)
          s = torch.linalg_solve_triangular(t, torch.sub(m, h), upper=True)
          w = torch.linalg_solve_triangular(d, s, upper=False, left=False)
          both = torch.add(w, torch.transpose(w, -2, -1))
          k = torch.mul(torch.diag_embed(torch.diagonal(both, 0, -2, -1), 0, -2, -1), 0.5)
          _4 = torch.copy_(db, torch.tril(torch.sub(both, k)))
          if torch.gt(start, 0):
            _5 = torch.sub_(torch.slice(own, -1, 0, start, 1), torch.matmul(both, r))
          else:
            pass
          end = start
        return torch.contiguous(torch.mul(torch.add(a, torch.transpose(a, -2, -1)), 0.5))
      """),
  /** Solutions of lower triangular systems. */
  LOWER_SOLUTION(triangular("True")),
  /** Those of upper triangular systems. */
  UPPER_SOLUTION(triangular("False")),
  /** Triangular factors, and behind them with which row each one was exchanged. */
  FACTORS(
      """
      a: Tensor) -> Tensor:
        factors, rows, info = torch.linalg_lu_factor_ex(a)
        return torch.contiguous(torch.cat([factors, torch.unsqueeze(torch.type_as(rows, a), -2)], -2))
      """),
  /** Solutions of linear systems of factors. */
  SOLUTION(solution("False")),
  /** The same of transposed matrices. */
  SOLUTION_ACROSS(solution("True")),
  /** Orthonormal factors of QR decompositions. */
  ORTHONORMAL(
      """
      a: Tensor) -> Tensor:
        q, r = torch.linalg_qr(a, "reduced")
        return torch.contiguous(q)
      """),
  /**
   * Sums over windows of images, weighed by kernels; the integers are the groups of channels, then
   * stride, padding and dilation along both axes.
   */
  CONVOLUTION(
      """
      a: Tensor, b: Tensor, n: List[int]) -> Tensor:
        y = torch.conv2d(a, b, None, [n[1], n[2]], [n[3], n[4]], [n[5], n[6]], n[0])
        return torch.contiguous(y)
      """),
  /**
   * What the images get of the gradient of such sums; then by what they are larger than they must.
   */
  CONVOLUTION_OF_IMAGES(
      """
      b: Tensor, d: Tensor, n: List[int]) -> Tensor:
        more = [n[7], n[8]]
        y = torch.conv_transpose2d(d, b, None, [n[1], n[2]], [n[3], n[4]], more, n[0], [n[5], n[6]])
        return torch.contiguous(y)
      """),
  /** What the kernels get; then their shape. */
  CONVOLUTION_OF_KERNELS(
      """
      a: Tensor, d: Tensor, n: List[int]) -> Tensor:
        like = torch.zeros([n[7], n[8], n[9], n[10]], dtype=ops.prim.dtype(a))
        stride = [n[1], n[2]]
        ends = [n[3], n[4]]
        apart = [n[5], n[6]]
        mask = [False, True, False]
        none = [0, 0]
        x, y, z = torch.convolution_backward(
          d, a, like, None, stride, ends, apart, False, none, n[0], mask)
        return torch.contiguous(y)
      """),
  /** Eigenvalues, and below them orthonormal eigenvectors. */
  EIGEN(
      """
      a: Tensor) -> Tensor:
        parts = self.eigen(a)
        return torch.contiguous(torch.cat([torch.unsqueeze(parts[0], -2), parts[1]], -2))
      """),
  /** Fourier transforms of rows of real numbers. */
  FOURIER(
      """
      a: Tensor) -> Tensor:
        return torch.contiguous(self.rfft(a))
      """),
  /** Their inverse, of so many numbers. */
  INVERSE_FOURIER(
      """
      a: Tensor, n: int) -> Tensor:
        return torch.contiguous(self.irfft(a, n))
      """),
  /** Exponentials. */
  EXPONENTIAL(
      """
      a: Tensor) -> Tensor:
        return torch.contiguous(self.matrix_exp(a))
      """);

  /** By the transposed system, whose result lies row by row as it comes. */
  private static String triangular(String isLower) {
    return """
    a: Tensor, b: Tensor) -> Tensor:
      t = torch.transpose(a, -2, -1)
      s = torch.transpose(b, -2, -1)
      x = torch.linalg_solve_triangular(t, s, upper=%s, left=False)
      return torch.contiguous(torch.transpose(x, -2, -1))
    """
        .formatted(isLower);
  }

  private static String solution(String isAcross) {
    return """
    f: Tensor, b: Tensor) -> Tensor:
      n = torch.size(f, -1)
      factors = torch.slice(f, -2, 0, n, 1)
      rows = torch.to(torch.select(f, -2, n), 3)
      x = torch.linalg_lu_solve(factors, rows, b, left=True, adjoint=%s)
      known = torch.type_as(torch.ne(torch.diagonal(factors, 0, -2, -1), 0), b)
      none = torch.sum(torch.sub(torch.div(known, known), 1), [-1], True)
      return torch.contiguous(torch.add(x, torch.unsqueeze(none, -1)))
    """
        .formatted(isAcross);
  }

  private final Script script;

  EngineNode(String rest) {
    String method = "node_" + name().toLowerCase(Locale.ROOT);
    this.script = Script.of(Set.of(), "def " + method + "(self, " + rest);
  }

  /** Its definition in the engine's script language. */
  Script script() {
    return script;
  }
}
