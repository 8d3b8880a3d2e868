package org.ppl4j.tensor.internal.plan;

import com.google.common.collect.ImmutableList;
import java.util.List;
import org.ppl4j.tensor.internal.plan.Draft.Access;

/** What a loop does, before rows are laid out: one thing, or several that are fused. */
sealed interface LoopStep permits Draft, LoopStep.Fused {

  /** Where it takes numbers from. */
  List<Access> reads();

  /** Where it puts them. */
  List<Access> writes();

  /**
   * Functions of elements, and elements that are taken or added where an index says.
   *
   * @param parts in their order; one part reads what another has put
   * @param reads what none of them has put
   * @param writes what others need
   */
  record Fused(
      ImmutableList<Draft> parts, ImmutableList<Access> reads, ImmutableList<Access> writes)
      implements LoopStep {}
}
