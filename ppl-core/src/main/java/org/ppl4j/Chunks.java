package org.ppl4j;

import com.google.common.collect.ImmutableSet;
import java.util.ArrayList;
import java.util.List;
import org.ppl4j.tensor.FlatVector;
import org.ppl4j.tensor.RunConfig;

/**
 * The parameters of a store in the order of their creation, and the chunks of memory that hold
 * them. Parameters that were added since the last packing have none yet. Not safe for several
 * threads: the store locks.
 */
final class Chunks {

  private final List<StoredParam> order = new ArrayList<>();
  private final List<FlatVector> vectors = new ArrayList<>();
  private int packed;

  boolean isEmpty() {
    return order.isEmpty();
  }

  ImmutableSet<String> names() {
    return order.stream().map(StoredParam::name).collect(ImmutableSet.toImmutableSet());
  }

  void add(StoredParam param) {
    order.add(param);
  }

  /** Gives all parameters that have none a chunk together. */
  void pack(RunConfig config) {
    if (packed == order.size()) {
      return;
    }
    List<StoredParam> fresh = order.subList(packed, order.size());
    long size = fresh.stream().mapToLong(StoredParam::size).sum();
    FlatVector vector = FlatVector.zeros(config, size);
    long offset = 0;
    for (StoredParam param : fresh) {
      offset = param.moveTo(vector, vectors.size(), offset);
    }
    vectors.add(vector);
    packed = order.size();
  }

  List<FlatVector> vectors() {
    return List.copyOf(vectors);
  }

  List<ParamStore.Slot> slots() {
    return order.stream().map(StoredParam::slot).toList();
  }

  /** Takes over another's, which then has none. */
  void take(Chunks other) {
    order.addAll(other.order);
    vectors.addAll(other.vectors);
    packed = other.packed;
    other.forget();
  }

  private void forget() {
    order.clear();
    vectors.clear();
    packed = 0;
  }

  void close() {
    vectors.forEach(FlatVector::close);
    forget();
  }
}
