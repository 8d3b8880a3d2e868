package org.ppl4j.flows;

import static java.util.stream.Collectors.toUnmodifiableSet;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.ppl4j.constraints.Constraint;
import org.ppl4j.nn.NamedTensors;
import org.ppl4j.nn.TensorSpec;
import org.ppl4j.tensor.Rng;
import org.ppl4j.tensor.Run;
import org.ppl4j.transforms.Bijections;
import org.ppl4j.transforms.Transform;

/** Tensors for modules outside any store: first values, or random ones. */
final class FlowTensors {

  private static final long SEED = 20261125;

  private FlowTensors() {}

  /** The stream of one test. */
  static Rng rng(String name) {
    return rng(SEED, name);
  }

  private static Rng rng(long seed, String name) {
    return Rng.of(seed, Rng.Purpose.INITIAL, 0, name);
  }

  /** First values. */
  static NamedTensors initial(Run run, List<TensorSpec> specs) {
    Map<String, NDArray> tensors = new LinkedHashMap<>();
    for (TensorSpec spec : specs) {
      tensors.put(spec.name(), spec.initial().create(rng(spec.name()), run));
    }
    return NamedTensors.of(tensors);
  }

  /** {@link #random(Run, List, double, long)} of one seed. */
  static NamedTensors random(Run run, List<TensorSpec> specs, double scale) {
    return random(run, specs, scale, SEED);
  }

  /**
   * Unconstrained parameters of standard deviation {@code scale}, weights of networks and of
   * convolutions divided by the root of their inputs; buffers at their first values.
   */
  static NamedTensors random(Run run, List<TensorSpec> specs, double scale, long seed) {
    Set<String> names = specs.stream().map(TensorSpec::name).collect(toUnmodifiableSet());
    Map<String, NDArray> tensors = new LinkedHashMap<>();
    for (TensorSpec spec : specs) {
      Rng rng = rng(seed, spec.name());
      NDArray first = spec.initial().create(rng, run);
      double size =
          isNetworkWeight(spec, names)
              ? scale / Math.sqrt((double) spec.shape().get(0))
              : isKernel(spec)
                  ? scale / Math.sqrt((double) spec.shape().size() / spec.shape().get(0))
                  : scale;
      tensors.put(
          spec.name(),
          spec.kind() == TensorSpec.Kind.BUFFER
              ? first
              : random(run, spec, rng.split("random"), size, first));
    }
    return NamedTensors.of(tensors);
  }

  /** The weights of a layer {@code (inputs, outputs)} stand beside its bias. */
  private static boolean isNetworkWeight(TensorSpec spec, Set<String> names) {
    String name = spec.name();
    return name.endsWith("weight")
        && names.contains(name.substring(0, name.length() - "weight".length()) + "bias");
  }

  /** Of a convolution: {@code (outputs, inputs, rows, columns)}. */
  private static boolean isKernel(TensorSpec spec) {
    return spec.name().endsWith("kernel") && spec.shape().dimension() == 4;
  }

  private static NDArray random(Run run, TensorSpec spec, Rng rng, double size, NDArray first) {
    if (spec.constraint().equals(Constraint.REAL)) {
      return rng.normal(run, spec.shape()).mul(size);
    }
    Transform bijection = Bijections.to(spec.constraint());
    Shape shape = bijection.inverse(first).value().getShape();
    return bijection.forward(rng.normal(run, shape).mul(size)).value();
  }
}
