package org.ppl4j.flows;

import ai.djl.ndarray.NDArray;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.ppl4j.constraints.Constraint;
import org.ppl4j.nn.NamedTensors;
import org.ppl4j.nn.TensorSpec;
import org.ppl4j.tensor.Rng;
import org.ppl4j.tensor.Run;
import org.ppl4j.transforms.Bijections;

/** Tensors for modules outside any store: first values, or random ones. */
final class FlowTensors {

  private FlowTensors() {}

  /** The stream of one test. */
  static Rng rng(String name) {
    return Rng.of(20261125, Rng.Purpose.INITIAL, 0, name);
  }

  /** First values. */
  static NamedTensors initial(Run run, List<TensorSpec> specs) {
    Map<String, NDArray> tensors = new LinkedHashMap<>();
    for (TensorSpec spec : specs) {
      tensors.put(spec.name(), spec.initial().create(rng(spec.name()), run));
    }
    return NamedTensors.of(tensors);
  }

  /**
   * Unconstrained parameters of standard deviation {@code scale}, weights of networks divided by
   * the root of their inputs; buffers at their first values.
   */
  static NamedTensors random(Run run, List<TensorSpec> specs, double scale) {
    Map<String, NDArray> tensors = new LinkedHashMap<>();
    for (TensorSpec spec : specs) {
      Rng rng = rng(spec.name());
      NDArray first = spec.initial().create(rng, run);
      tensors.put(
          spec.name(),
          spec.kind() == TensorSpec.Kind.BUFFER ? first : random(run, spec, rng, scale, first));
    }
    return NamedTensors.of(tensors);
  }

  private static NDArray random(Run run, TensorSpec spec, Rng rng, double scale, NDArray first) {
    double size =
        spec.name().endsWith("weight") ? scale / Math.sqrt((double) spec.shape().get(0)) : scale;
    if (spec.constraint().equals(Constraint.REAL)) {
      return rng.split("random").normal(run, spec.shape()).mul(size);
    }
    NDArray u = Bijections.to(spec.constraint()).inverse(first).value();
    NDArray noise = rng.split("random").normal(run, u.getShape()).mul(size);
    return Bijections.to(spec.constraint()).forward(noise).value();
  }
}
