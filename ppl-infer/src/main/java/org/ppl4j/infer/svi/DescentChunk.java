package org.ppl4j.infer.svi;

import ai.djl.ndarray.NDArray;
import com.google.common.collect.ImmutableList;
import org.jspecify.annotations.Nullable;
import org.ppl4j.infer.optim.Optimizer;
import org.ppl4j.tensor.FlatVector;
import org.ppl4j.tensor.Run;
import org.ppl4j.tensor.RunConfig;
import org.ppl4j.tensor.Tensors;

/** One chunk of a store on its way down a loss, and what is remembered of it. */
final class DescentChunk implements AutoCloseable {

  final FlatVector now;
  final Versions versions;
  final Optimizer optimizer;
  final ImmutableList<FlatVector> state;
  private final Averaging averaging;

  /**
   * A chunk that nothing is remembered of yet.
   *
   * @param optimizer of its parameters
   */
  DescentChunk(FlatVector now, RunConfig config, Optimizer optimizer, Averaging averaging) {
    this.now = now;
    this.versions = new Versions(config, now);
    this.optimizer = optimizer;
    this.averaging = averaging;
    ImmutableList.Builder<FlatVector> vectors = ImmutableList.builder();
    for (int i = 0; i < optimizer.stateVectors(); i++) {
      vectors.add(FlatVector.zeros(config, now.size(), GradientDescent.OWNER));
    }
    this.state = vectors.build();
  }

  void update(Run run, NDArray gradient, @Nullable NDArray reached) {
    int updates = versions.update();
    NDArray before = now.in(run);
    ImmutableList.Builder<NDArray> remembered = ImmutableList.builder();
    for (FlatVector vector : state) {
      remembered.add(vector.in(run));
    }
    ImmutableList<NDArray> memory = remembered.build();
    Optimizer.Update update = optimizer.update(updates, before, gradient, memory);
    for (int i = 0; i < memory.size(); i++) {
      state.get(i).assign(where(reached, update.state().get(i), memory.get(i)));
    }
    now.assign(where(reached, update.parameters(), before));
    versions.average(run, averaging);
  }

  private static NDArray where(@Nullable NDArray reached, NDArray updated, NDArray before) {
    return reached == null ? updated : Tensors.where(reached, updated, before);
  }

  void restore(GradientDescent.Saved saved) {
    for (int i = 0; i < state.size(); i++) {
      state.get(i).assign(0, saved.state().get(i));
    }
    versions.restore(saved.versions());
  }

  @Override
  public void close() {
    state.forEach(FlatVector::close);
    versions.close();
  }
}
