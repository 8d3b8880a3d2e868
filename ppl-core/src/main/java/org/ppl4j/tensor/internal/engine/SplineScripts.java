package org.ppl4j.tensor.internal.engine;

import java.util.List;
import org.ppl4j.tensor.internal.table.Op;

/** The row that is hot in all rational splines. */
final class SplineScripts {

  private SplineScripts() {}

  static List<Script> all() {
    return List.of(softmaxBin());
  }

  /**
   * Widths come from the shares themselves, since differences of sums lose digits. The bins are the
   * leftmost dim inside: the engine's softmax is slow along a short rightmost one (1.7 ms against
   * 0.1 for 512 × 5 × 2 of 8). Its running sum is slow along any other, forward and backward, and
   * is therefore without gradient; what lies below a bin is the sum of the shares there. It turns
   * matrices fast, and tensors of more dims slowly.
   */
  private static Script softmaxBin() {
    return Script.of(
        Op.SOFTMAX_BIN,
        """
        def softmax_bin(self, raw: Tensor, value: Tensor, grid: Tensor, picks: Tensor, axes: int, bins: int, axis: int, scale: float, least: float, bound: float) -> List[Tensor]:
          size = torch.size(raw, -1)
          batch = annotate(List[int], [])
          wide = [-1]
          for i in range(torch.sub(torch.add(torch.dim(value), 1), torch.dim(raw))):
            _0 = torch.append(batch, 1)
          batch0 = torch.add(batch, torch.slice(torch.size(raw), None, -1))
          for i0 in range(torch.len(batch0)):
            _1 = torch.append(wide, 1)
          columns = torch.contiguous(torch.t(torch.reshape(raw, [-1, size])))
          parts = torch.split_with_sizes(columns, [torch.mul(axes, bins), torch.sub(size, torch.mul(axes, bins))])
          shares = torch.softmax(torch.reshape(parts[0], torch.add([axes, bins], batch0)), 1)
          along = torch.contiguous(torch.movedim(torch.select(torch.detach(shares), 0, axis), 0, -1))
          knots = torch.add(torch.mul(torch.cumsum(along, -1), scale), torch.select(grid, 0, 0))
          index = torch.unsqueeze(torch.sum(torch.ge(torch.unsqueeze(value, -1), knots), [-1]), 0)
          whole = torch.slice(torch.size(index), 1)
          at = torch.expand(index, torch.add([axes], torch.size(index)))
          share = torch.squeeze(torch.gather(torch.expand(shares, torch.add([axes, bins], whole)), 1, at), 1)
          before = torch.type_as(torch.lt(torch.reshape(torch.select(grid, 0, 1), wide), index), shares)
          sums = torch.sum(torch.mul(shares, before), [1])
          low = torch.add(torch.sub(torch.mul(sums, scale), bound), index, alpha=least)
          width = torch.add(torch.mul(share, scale), least)
          if torch.eq(torch.size(parts[1], 0), 0):
            rows = parts[0]
          else:
            rows = parts[1]
          rows0 = torch.reshape(rows, torch.add([torch.size(rows, 0)], batch0))
          rows1 = torch.expand(rows0, torch.add([torch.size(rows, 0)], whole))
          table = torch.reshape(picks, torch.add([3], wide))
          wanted = torch.add(index, torch.select(table, 0, 0))
          kept = torch.clamp(wanted, torch.select(table, 0, 1), torch.select(table, 0, 2))
          picked = torch.mul(torch.gather(rows1, 0, kept), torch.eq(wanted, kept))
          places = torch.add(torch.unbind(low), torch.unbind(width))
          return torch.add(torch.add([torch.squeeze(index, 0)], torch.unbind(picked)), places)
        """);
  }
}
