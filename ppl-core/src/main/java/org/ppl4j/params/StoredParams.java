package org.ppl4j.params;

import ai.djl.ndarray.NDArray;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.ppl4j.tensor.FlatVector;
import org.ppl4j.tensor.Run;
import org.ppl4j.tensor.RunConfig;

/**
 * The parameters of a store, by name and in the order of their creation, and the chunks of memory
 * that hold them. Parameters that were added since the last packing have none yet. Threads may find
 * parameters by name at any time; for all else the store locks.
 */
final class StoredParams {

  private final Map<String, StoredParam> byName = new ConcurrentHashMap<>();
  private final List<StoredParam> order = new ArrayList<>();
  private final List<Chunk> chunks = new ArrayList<>();
  private ImmutableList<FlatVector> vectors = ImmutableList.of(); // of the chunks
  private int packed;

  boolean isEmpty() {
    return order.isEmpty();
  }

  ImmutableSet<String> names() {
    return order.stream().map(StoredParam::name).collect(ImmutableSet.toImmutableSet());
  }

  /** The parameter of this name; null if there is none. */
  @Nullable StoredParam find(String name) {
    return byName.get(name);
  }

  void add(StoredParam param) {
    order.add(param);
    byName.put(param.name(), param);
  }

  /** Gives all parameters that have none a chunk together. */
  void pack(RunConfig config) {
    if (packed == order.size()) {
      return;
    }
    add(Chunk.of(config, chunks.size(), order.subList(packed, order.size())));
    packed = order.size();
  }

  private void add(Chunk chunk) {
    chunks.add(chunk);
    vectors = chunks.stream().map(Chunk::vector).collect(ImmutableList.toImmutableList());
  }

  /** Those of the chunks, in their order: the same list until there is one more. */
  ImmutableList<FlatVector> vectors() {
    return vectors;
  }

  List<ParamSlot> slots() {
    return order.stream().map(StoredParam::slot).toList();
  }

  /**
   * The tensors that all parameters are made of in a run, in their order: a chunk's variable, or
   * what the parameters are if this run has created one of them.
   */
  List<NDArray> variables(Run run) {
    ImmutableList.Builder<NDArray> variables = ImmutableList.builder();
    for (Chunk chunk : chunks) {
      if (chunk.params().stream().anyMatch(param -> param.isOf(run))) {
        chunk.params().forEach(param -> variables.add(param.leaf(run)));
      } else {
        variables.add(chunk.vector().variable(run));
      }
    }
    return variables.build();
  }

  /** Takes over another's, which then has none. */
  void take(StoredParams other) {
    byName.putAll(other.byName);
    order.addAll(other.order);
    other.chunks.forEach(this::add);
    packed = other.packed;
    other.forget();
  }

  private void forget() {
    byName.clear();
    order.clear();
    chunks.clear();
    vectors = ImmutableList.of();
    packed = 0;
  }

  void close() {
    chunks.forEach(Chunk::close);
    forget();
  }
}
