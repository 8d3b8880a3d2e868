package org.ppl4j.tensor;

import static com.google.common.base.Preconditions.checkArgument;

import ai.djl.ndarray.NDArray;
import com.google.common.collect.ImmutableList;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * A loop of a fixed number of rounds, such as a search for a root: one operation with a body, that
 * reads nothing from the device and has no gradient of its own. Where the result has one that is
 * known, {@link Tensors#withDerivative} gives it.
 */
public final class Iteration {

  private Iteration() {}

  /**
   * What becomes of tensors by so many rounds.
   *
   * @param start tensors of one run
   * @param round gives as many, of the same shapes; it does the same each time
   * @throws IllegalArgumentException if a round gives another number of tensors
   */
  public static List<NDArray> of(
      int rounds, List<NDArray> start, UnaryOperator<List<NDArray>> round) {
    Run run = Tensors.run(start.get(0), start.toArray(NDArray[]::new));
    List<NDArray> state = new ArrayList<>(start);
    return run.withoutGradients(
        () -> {
          run.owned()
              .column()
              .repeat(rounds, () -> replace(state, round.apply(List.copyOf(state))));
          return ImmutableList.copyOf(state);
        });
  }

  private static void replace(List<NDArray> state, List<NDArray> next) {
    checkArgument(
        next.size() == state.size(),
        "round of an iteration gives %s tensors for %s; give as many as it takes",
        next.size(),
        state.size());
    for (int i = 0; i < state.size(); i++) {
      state.set(i, next.get(i));
    }
  }
}
