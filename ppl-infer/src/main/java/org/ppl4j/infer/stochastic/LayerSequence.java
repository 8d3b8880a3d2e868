package org.ppl4j.infer.stochastic;

import ai.djl.ndarray.NDArray;
import com.google.common.collect.ImmutableList;
import java.util.List;
import java.util.stream.Collectors;
import org.ppl4j.tensor.Rng;
import org.ppl4j.tensor.Tensors;

/** Layers one after the other: the weight of a path is the product of its steps'. */
record LayerSequence(ImmutableList<StochasticModule> modules) implements StochasticModule {

  @Override
  public StochasticLayer between(Target base, Target target) {
    Target from = LatestSlope.of(base);
    Target to = LatestSlope.of(target);
    return inOrder(modules.stream().map(module -> module.between(from, to)).toList());
  }

  /** As one layer. */
  static StochasticLayer inOrder(List<StochasticLayer> layers) {
    return (x, rng) -> move(layers, x, rng);
  }

  private static Moved move(List<StochasticLayer> layers, NDArray x, Rng rng) {
    NDArray value = x;
    NDArray logWeight = Tensors.number(0);
    for (int i = 0; i < layers.size(); i++) {
      Moved moved = layers.get(i).move(value, rng.split(i));
      value = moved.value();
      logWeight = i == 0 ? moved.logWeight() : logWeight.add(moved.logWeight());
    }
    return new Moved(value, logWeight);
  }

  @Override
  public String toString() {
    return modules.stream()
        .map(StochasticModule::toString)
        .collect(Collectors.joining(".then(", "", ")".repeat(modules.size() - 1)));
  }
}
