package org.ppl4j.tensor.engine;

import java.util.List;
import org.ppl4j.tensor.table.Op;

/** Rows of which the engine's own say nothing of equal elements, or of those for one place. */
final class OrderScripts {

  private OrderScripts() {}

  static List<Script> all() {
    return List.of(
        Script.of(
            Op.SORT,
            """
            def sort(self, a: Tensor, n: int) -> Tensor:
              values, places = torch.sort(a, stable=True, dim=n, descending=False)
              return values
            """),
        Script.of(
            Op.ARG_SORT,
            """
            def arg_sort(self, a: Tensor, n: int, down: int) -> Tensor:
              values, places = torch.sort(a, stable=True, dim=n, descending=torch.eq(down, 1))
              return places
            """),
        Script.of(
            Op.TOP_K,
            """
            def top_k(self, a: Tensor, k: int, n: int, largest: int, in_order: int) -> List[Tensor]:
              values, places = torch.sort(a, stable=True, dim=n, descending=torch.eq(largest, 1))
              return [torch.narrow(values, n, 0, k), torch.narrow(places, n, 0, k)]
            """),
        // The last element for a place is there, and no other has a gradient.
        Script.of(
            Op.SCATTER,
            """
            def scatter(self, a: Tensor, index: Tensor, b: Tensor, n: int) -> Tensor:
              order = torch.cumsum(torch.ones_like(index), n)
              last = torch.scatter(torch.zeros_like(a, dtype=4), n, index, order)
              mine = torch.eq(torch.gather(last, n, index), order)
              return torch.scatter(a, n, index, torch.where(mine, b, torch.detach(b)))
            """));
  }
}
