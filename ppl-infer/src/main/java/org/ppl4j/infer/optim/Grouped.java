package org.ppl4j.infer.optim;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import com.google.common.collect.ImmutableList;
import java.util.ArrayList;
import java.util.List;
import org.ppl4j.tensor.Run;
import org.ppl4j.tensor.Tensors;

/**
 * Several optimizers on one vector, each with elements of its own. Each updates the whole vector,
 * and its elements are taken from that: few operations, whatever the number of parameters.
 */
record Grouped(ImmutableList<Group> groups, Clipping clipping) implements Optimizer {

  /** An optimizer and, for each element of the vector, whether it is one of its own. */
  @SuppressWarnings("ArrayRecordComponent") // compared by nobody
  record Group(Optimizer optimizer, boolean[] mask) {}

  @Override
  public int stateVectors() {
    return groups.stream().mapToInt(group -> group.optimizer().stateVectors()).max().orElse(0);
  }

  @Override
  public Update update(
      int step, NDArray parameters, NDArray gradient, ImmutableList<NDArray> state) {
    Run run = Tensors.run(parameters, gradient);
    NDArray next = parameters;
    List<NDArray> memory = new ArrayList<>(state);
    for (Group group : groups) {
      Optimizer optimizer = group.optimizer();
      NDArray mask = run.create(group.mask(), new Shape(group.mask().length));
      ImmutableList<NDArray> own = state.subList(0, optimizer.stateVectors());
      Update update = optimizer.update(step, parameters, gradient, own);
      next = Tensors.where(mask, update.parameters(), next);
      for (int i = 0; i < own.size(); i++) {
        memory.set(i, Tensors.where(mask, update.state().get(i), memory.get(i)));
      }
    }
    return new Update(next, ImmutableList.copyOf(memory));
  }
}
