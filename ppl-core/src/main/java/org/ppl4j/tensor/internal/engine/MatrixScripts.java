package org.ppl4j.tensor.internal.engine;

import java.util.List;
import org.ppl4j.tensor.internal.table.Op;

/** Rows of linear algebra on the two rightmost dims. */
final class MatrixScripts {

  private MatrixScripts() {}

  /**
   * By products of scaled rows, or by logarithms where numbers may be lost, as sums of exponentials
   * are: where all are −∞, so is the result, with derivatives 0.
   */
  private static Script logChain() {
    return Script.of(
        Op.LOG_CHAIN,
        """
        def log_chain(self, a: Tensor, v: Tensor, m: Tensor) -> Tensor:
          steps = torch.size(v, 0)
          many = int(torch.gt(torch.size(m, 0), 1))
          most = torch.detach(torch.amax(v, [-1], True))
          of = torch.detach(torch.amax(m, [-2, -1], True))
          first = torch.detach(torch.amax(a, [-1], True))
          each = torch.unbind(torch.exp(torch.sub(m, of)), 0)
          u = torch.unbind(torch.unsqueeze(torch.exp(torch.sub(v, most)), -2), 0)
          p = torch.unsqueeze(torch.exp(torch.sub(a, first)), -2)
          sums = annotate(List[Tensor], [])
          least = annotate(List[Tensor], [])
          for t in range(steps):
            q = torch.mul(p, u[t])
            s = torch.matmul(q, each[torch.mul(t, many)])
            c = torch.sum(s, [-1], True)
            _0 = torch.append(sums, c)
            _1 = torch.append(least, torch.sum(torch.detach(q), [-1], True))
            p = torch.div(s, c)
          all = torch.stack(sums)
          before = torch.stack(least)
          lost = torch.__or__(torch.lt(torch.min(torch.detach(all)), 1e-200), torch.lt(torch.min(before), 1e-200))
          end = torch.lt(torch.min(torch.detach(p)), 1e-200)
          bad = torch.__or__(torch.__or__(lost, end), torch.isnan(torch.sum(torch.detach(p))))
          shift = torch.add(torch.add(first, torch.sum(most, [0])), torch.sum(torch.expand(torch.squeeze(of, -1), [steps, torch.size(of, 1), 1]), [0]))
          row = torch.add(torch.add(torch.squeeze(torch.log(p), -2), torch.squeeze(torch.sum(torch.log(all), [0]), -2)), shift)
          if bool(bad):
            row0 = a
            vectors = torch.unbind(v, 0)
            matrices = torch.unbind(m, 0)
            for t0 in range(steps):
              x = torch.add(torch.unsqueeze(torch.add(row0, vectors[t0]), -1), matrices[torch.mul(t0, many)])
              largest = torch.amax(torch.detach(x), [-2], True)
              infinite = torch.isinf(largest)
              y = torch.where(infinite, torch.zeros_like(x), x)
              above = torch.where(infinite, torch.zeros_like(largest), largest)
              rest = torch.log(torch.sum(torch.exp(torch.sub(y, above)), [-2], True))
              row0 = torch.squeeze(torch.where(infinite, largest, torch.add(above, rest)), -2)
            row1 = row0
          else:
            row1 = row
          return row1
        """);
  }

  static List<Script> all() {
    return List.of(logChain(), exponential(), eigen());
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
