package org.ppl4j.tensor.plan;

import com.google.common.collect.ImmutableList;
import java.util.List;
import org.ppl4j.tensor.plan.Draft.Access;

/** What a loop does, before rows are laid out: one thing, or several that are fused. */
sealed interface LoopStep permits Draft, LoopStep.Fused {

  /** Where it takes numbers from. */
  List<Access> reads();

  /** Where it puts them. */
  List<Access> writes();

  /**
   * Functions of elements.
   *
   * @param arrays what is read an element at a time
   * @param numbers what is the same all along a row
   * @param writes where results go
   */
  record Fused(
      FusedBody body,
      ImmutableList<Access> arrays,
      ImmutableList<Access> numbers,
      ImmutableList<Access> writes)
      implements LoopStep {

    @Override
    public List<Access> reads() {
      return ImmutableList.<Access>builder().addAll(arrays).addAll(numbers).build();
    }
  }
}
