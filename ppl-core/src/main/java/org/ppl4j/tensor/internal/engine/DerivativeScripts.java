package org.ppl4j.tensor.internal.engine;

import static com.google.common.collect.Sets.toImmutableEnumSet;

import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.ppl4j.tensor.internal.table.Op;

/** Gradients, and values whose derivatives are given. */
final class DerivativeScripts {

  /**
   * A derivative that is zero everywhere, as that of {@code sign}, comes from the engine as a
   * tensor without memory, which must not be read: it is replaced by one of zeros.
   */
  static final String GRADIENTS =
      """
      def grad(self, y: Tensor, xs: List[Tensor], create: bool) -> List[Tensor]:
        gs = torch.autograd.grad([y], xs, None, True, create, True)
        out = annotate(List[Tensor], [])
        for i in range(torch.len(xs)):
          g = gs[i]
          if torch.__is__(g, None):
            g1 = torch.zeros_like(xs[i])
          else:
            g2 = unchecked_cast(Tensor, g)
            if torch._is_zerotensor(g2):
              g3 = torch.zeros_like(xs[i])
            else:
              g3 = g2
            g1 = g3
          _0 = torch.append(out, g1)
        return out

      def grad_reached(self, y: Tensor, xs: List[Tensor]) -> List[Tensor]:
        gs = torch.autograd.grad([y], xs, None, True, False, True)
        out = annotate(List[Tensor], [])
        for i in range(torch.len(xs)):
          g = gs[i]
          if torch.__is__(g, None):
            g1 = torch.unsqueeze(torch.detach(xs[i]), 0)
          else:
            g2 = unchecked_cast(Tensor, g)
            if torch._is_zerotensor(g2):
              g3 = torch.zeros_like(xs[i])
            else:
              g3 = g2
            g1 = g3
          _0 = torch.append(out, g1)
        return out

      def grad_flat(self, y: Tensor, xs: List[Tensor]) -> Tensor:
        gs = self.grad(y, xs, False)
        out = annotate(List[Tensor], [])
        for i in range(torch.len(xs)):
          g = gs[i]
          if torch.eq(torch.dim(g), 1):
            g1 = g
          else:
            g1 = torch.reshape(g, [-1])
          _0 = torch.append(out, g1)
        return torch.cat(out)
      """;

  private DerivativeScripts() {}

  static List<Script> all() {
    return List.of(given());
  }

  /**
   * Of a row that Java has computed: rows of values, then for each value its derivative in each of
   * the tensors. What is added to the values is 0, also where a tensor is infinite.
   */
  private static Script given() {
    Set<Op> computedInJava =
        Arrays.stream(Op.values()).filter(Op::isComputedInJava).collect(toImmutableEnumSet());
    return Script.of(
        computedInJava,
        """
        def given(self, numbers: Tensor, moved: List[Tensor], count: int) -> List[Tensor]:
          n = torch.len(moved)
          shape = torch.slice(torch.size(numbers), 1)
          if torch.eq(torch.mul(n, count), 1):
            x = moved[0]
            move = torch.nan_to_num(torch.sub(x, torch.detach(x)), 0., 0., 0.)
            out = [torch.addcmul(torch.select(numbers, 0, 0), torch.select(numbers, 0, 1), move)]
          else:
            wide = annotate(List[Tensor], [])
            for i in range(n):
              y = moved[i]
              if torch.eq(torch.size(y), shape):
                z = y
              else:
                z = torch.expand(y, shape)
              _0 = torch.append(wide, z)
            together = torch.stack(wide)
            moves = torch.nan_to_num(torch.sub(together, torch.detach(together)), 0., 0., 0.)
            parts = torch.split_with_sizes(numbers, [count, torch.mul(n, count)])
            slopes = torch.reshape(parts[1], torch.add([count, n], shape))
            sums = torch.add(torch.sum(torch.mul(slopes, moves), [1]), parts[0])
            out = torch.unbind(sums)
          return out
        """);
  }
}
