package org.ppl4j.params;

import static com.google.common.base.Preconditions.checkArgument;
import static java.util.Objects.requireNonNull;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import com.google.common.collect.ImmutableSortedMap;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.ppl4j.nn.TensorSpec;
import org.ppl4j.tensor.FlatVector;
import org.ppl4j.tensor.Run;
import org.ppl4j.tensor.RunConfig;
import org.ppl4j.tensor.Tensors;

/**
 * What a store knows of its modules apart from their parameters: which tensors they have, and their
 * buffers by name: tensors that are not learned. A step may update some, such as running
 * statistics; most keep their first value, such as masks.
 */
public final class Buffers {

  private final ParamStore params;
  private final Map<String, FlatVector> vectors = new ConcurrentHashMap<>();
  private final Set<String> updated = ConcurrentHashMap.newKeySet();
  private final ModuleStructures structures = new ModuleStructures();

  Buffers(ParamStore params) {
    this.params = params;
  }

  /**
   * Notes what tensors a module has, or compares them with what was noted.
   *
   * @throws IllegalArgumentException if the store has others under its name
   */
  public void checkModule(String module, List<TensorSpec> specs) {
    structures.check(module, specs);
  }

  /** Whether there is a buffer of this name. */
  public boolean has(String name) {
    return vectors.containsKey(name);
  }

  /**
   * The value of a buffer, which is made if there is none.
   *
   * @throws IllegalArgumentException if there is one of another size
   */
  public NDArray get(Run run, String name, TensorSpec spec) {
    RunConfig config = params.configOf(run);
    FlatVector vector = vectors.computeIfAbsent(name, key -> vector(config, first(run, key, spec)));
    checkArgument(
        vector.size() == spec.shape().size(),
        "buffer '%s' exists with %s numbers, but its module wants shape %s; use the module that"
            + " made it, or another name",
        name,
        vector.size(),
        spec.shape());
    return Tensors.reshape(vector.in(run), spec.shape());
  }

  private double[] first(Run run, String name, TensorSpec spec) {
    return Tensors.values(spec.initial().create(params.initialNoise(run, name), run));
  }

  private static FlatVector vector(RunConfig config, double[] values) {
    FlatVector vector = FlatVector.zeros(config, values.length, "parameter store");
    vector.assign(0, values);
    return vector;
  }

  /**
   * Overwrites buffers with what modules found for them in a step. All values are worked out before
   * the first buffer changes, since they may depend on others.
   */
  public synchronized void update(Map<String, NDArray> values) {
    if (values.isEmpty()) {
      return;
    }
    List<NDArray> flat = new ArrayList<>(values.size());
    values.values().forEach(x -> flat.add(Tensors.reshape(x, new Shape(x.size()))));
    NDArray all = Tensors.run(flat.get(0)).withoutGradients(() -> Tensors.concat(flat, -1));
    long offset = 0;
    for (Map.Entry<String, NDArray> entry : values.entrySet()) {
      FlatVector vector = requireNonNull(vectors.get(entry.getKey()));
      vector.assign(Tensors.range(all, -1, offset, offset + vector.size()));
      updated.add(entry.getKey());
      offset += vector.size();
    }
  }

  /** The same of numbers that are known. */
  public synchronized void assign(Map<String, double[]> values) {
    values.forEach(
        (name, numbers) -> {
          requireNonNull(vectors.get(name)).assign(0, numbers);
          updated.add(name);
        });
  }

  /** Whether a buffer has its first value. */
  public boolean isFirst(String name) {
    return !updated.contains(name);
  }

  /** Those that steps have updated, by name. */
  ImmutableSortedMap<String, FlatVector> updated() {
    if (updated.isEmpty()) {
      return ImmutableSortedMap.of(); // at each step
    }
    ImmutableSortedMap.Builder<String, FlatVector> all = ImmutableSortedMap.naturalOrder();
    updated.forEach(name -> all.put(name, requireNonNull(vectors.get(name))));
    return all.buildOrThrow();
  }

  ModuleStructures structures() {
    return structures;
  }

  /** All of them, by name. */
  ImmutableSortedMap<String, FlatVector> all() {
    return ImmutableSortedMap.copyOf(vectors);
  }

  /** Overwrites buffers, or makes them, as a file has them. */
  synchronized void load(
      RunConfig config, Map<String, double[]> values, Collection<String> updated) {
    values.forEach(
        (name, numbers) ->
            vectors
                .computeIfAbsent(
                    name, key -> FlatVector.zeros(config, numbers.length, "parameter store"))
                .assign(0, numbers));
    this.updated.clear();
    this.updated.addAll(updated);
  }

  /** Takes over another's, which then has none. */
  void take(Buffers other) {
    vectors.putAll(other.vectors);
    updated.addAll(other.updated);
    other.vectors.clear();
    other.updated.clear();
    structures.take(other.structures);
  }

  void close() {
    vectors.values().forEach(FlatVector::close);
    vectors.clear();
    updated.clear();
    structures.close();
  }
}
