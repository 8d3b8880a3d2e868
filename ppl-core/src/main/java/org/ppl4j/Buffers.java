package org.ppl4j;

import ai.djl.ndarray.NDArray;
import com.google.common.collect.ImmutableSortedMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.ppl4j.nn.TensorSpec;
import org.ppl4j.tensor.FlatVector;
import org.ppl4j.tensor.Run;
import org.ppl4j.tensor.RunConfig;
import org.ppl4j.tensor.Tensors;

/**
 * The buffers of a store's modules by name: tensors that belong to a module and are not learned.
 */
final class Buffers {

  private final Map<String, FlatVector> vectors = new ConcurrentHashMap<>();

  /** The value of a buffer of a module, which is made if there is none. */
  NDArray get(ParamStore params, Run run, String module, TensorSpec spec) {
    String name = module + "." + spec.name();
    RunConfig config = params.settle(run);
    FlatVector vector =
        vectors.computeIfAbsent(
            name, key -> vector(config, Tensors.values(params.initial(run, name, spec))));
    return Tensors.reshape(vector.in(run), spec.shape());
  }

  private static FlatVector vector(RunConfig config, double[] values) {
    FlatVector vector = FlatVector.zeros(config, values.length);
    vector.assign(0, values);
    return vector;
  }

  /** Overwrites a buffer, or makes it. */
  void set(RunConfig config, String name, double[] values) {
    vectors.computeIfAbsent(name, key -> FlatVector.zeros(config, values.length)).assign(0, values);
  }

  /** All of them, by name. */
  Map<String, FlatVector> all() {
    return ImmutableSortedMap.copyOf(vectors);
  }

  /** Takes over another's, which then has none. */
  void take(Buffers other) {
    vectors.putAll(other.vectors);
    other.vectors.clear();
  }

  void close() {
    vectors.values().forEach(FlatVector::close);
    vectors.clear();
  }
}
