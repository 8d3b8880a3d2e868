package org.ppl4j.tensor.internal.plan;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import org.ppl4j.tensor.internal.engine.EngineTensor;
import org.ppl4j.tensor.internal.graph.Form;
import org.ppl4j.tensor.internal.graph.Node;
import org.ppl4j.tensor.internal.table.JavaKernel;

/**
 * Where the numbers of nodes lie: small nodes together in one buffer, others in buffers of their
 * own, which others of about the same size have after them. What is computed once lies apart from
 * what each replay has for itself, and some large nodes are in single precision.
 */
final class Memory {

  /** Nodes of no more elements lie together. */
  static final int SMALL = 64;

  /** The buffer of small nodes that each replay has for itself. */
  static final int OWN = 0;

  private static final int SHARED = 1;

  /** A node's place; buffers in single precision have {@linkplain Store negative numbers}. */
  record Place(int buffer, int offset) {}

  private final Map<Node, Place> places = new HashMap<>();
  private final NavigableMap<Integer, Deque<Integer>> free = new TreeMap<>(); // by length
  private final NavigableMap<Integer, Deque<Integer>> freeSingles = new TreeMap<>();
  private final Set<Node> kept = new HashSet<>(); // in single precision
  private final Map<Node, Pieces.Part> parts = new HashMap<>(); // nodes that lie in others
  private final Map<Integer, Registers> registers = new HashMap<>();
  private final Map<Integer, Registers> singleRegisters = new HashMap<>();

  /** Buffers. */
  final Slots buffers = new Slots();

  /** Those in single precision. */
  final Slots singles = new Slots();

  /** Tensors that the engine computes with. */
  final TensorSlots tensors = new TensorSlots();

  private final boolean hasEngine;

  /**
   * Of nothing yet.
   *
   * @param hasEngine whether the engine may compute, where it takes less time
   */
  Memory(boolean hasEngine) {
    this.hasEngine = hasEngine;
    int own = buffers.add(0, false);
    int shared = buffers.add(0, true);
    if (own != OWN || shared != SHARED) {
      throw new IllegalStateException("buffers of small nodes are not the first ones");
    }
  }

  /** Whether the engine may compute, where it takes less time. */
  boolean hasEngine() {
    return hasEngine;
  }

  /** Keeps nodes, which are large and vary, in single precision. */
  void keepSingle(Set<Node> nodes) {
    kept.addAll(nodes);
  }

  /** Lets nodes lie in others. */
  void keepInside(Map<Node, Pieces.Part> nodes) {
    parts.putAll(nodes);
  }

  /** The place of a node that is no view. */
  Place of(Node node) {
    Place known = places.get(node);
    if (known == null) {
      known = make(node);
      places.put(node, known);
    }
    return known;
  }

  private Place make(Node node) {
    Pieces.Part part = parts.get(node);
    if (part != null) {
      Place whole = of(part.whole());
      return new Place(whole.buffer(), whole.offset() + part.offset());
    }
    if (kept.contains(node)) {
      return new Place(Store.ofSingle(reused(singles, freeSingles, node.size())), 0);
    }
    if (node.size() > SMALL) {
      boolean varies = node.varies();
      int size = node.size();
      return new Place(varies ? reused(buffers, free, size) : buffers.add(size, true), 0);
    }
    int buffer = node.varies() ? OWN : SHARED;
    int offset = buffers.length(buffer);
    buffers.lengthen(buffer, node.size());
    return new Place(buffer, offset);
  }

  /** A buffer of a node that is no more, if there is one of that size or up to twice as large. */
  private static int reused(Slots slots, NavigableMap<Integer, Deque<Integer>> free, int size) {
    for (Deque<Integer> left : free.subMap(size, true, 2 * size, true).values()) {
      if (!left.isEmpty()) {
        return left.pop();
      }
    }
    return slots.add(size, false);
  }

  /** A node is read no more, so that what is computed from now on may lie where it does. */
  void release(Node node) {
    Place place = places.get(node);
    boolean isOwn = node.size() > SMALL && node.varies() && !parts.containsKey(node);
    if (place != null && isOwn) {
      boolean isSingle = Store.isSingle(place.buffer());
      int number = isSingle ? Store.ofSingle(place.buffer()) : place.buffer();
      int size = (isSingle ? singles : buffers).length(number);
      (isSingle ? freeSingles : free).computeIfAbsent(size, key -> new ArrayDeque<>()).push(number);
    }
  }

  /** Gives a node a buffer of another size, of its own. */
  void put(Node node, int size) {
    places.put(node, new Place(scratch(size), 0));
  }

  /** The buffers of a type. */
  Slots slots(ElementType type) {
    return type == ElementType.FLOAT ? singles : buffers;
  }

  /** A buffer that each replay has for itself. */
  int scratch(int size) {
    return buffers.add(size, false);
  }

  /** Registers of a size, which loops use one after the other. */
  Registers registers(int size) {
    return registers.computeIfAbsent(size, key -> new Registers(() -> scratch(key)));
  }

  /** The same in single precision. */
  Registers singleRegisters(int size) {
    return singleRegisters.computeIfAbsent(
        size, key -> new Registers(() -> Store.ofSingle(singles.add(key, false))));
  }

  /** All arrays, with what is known beforehand, for what is computed once. */
  Store store(JavaKernel[] kernels) {
    double[][] doubles = new double[buffers.count()][];
    for (int i = 0; i < doubles.length; i++) {
      doubles[i] = Slots.doubles(buffers.length(i));
    }
    float[][] others = new float[singles.count()][];
    for (int i = 0; i < others.length; i++) {
      others[i] = Slots.singles(singles.length(i));
    }
    places.forEach(
        (node, place) -> {
          if (node.form() instanceof Form.Scalar number) {
            doubles[place.buffer()][place.offset()] = number.value();
          } else if (node.form() instanceof Form.Constant constant) {
            double[] values = constant.values().toArray();
            System.arraycopy(values, 0, doubles[place.buffer()], place.offset(), values.length);
          }
        });
    EngineTensor[] own = new Workspace().tensors(tensors.kinds());
    return new Store(doubles, others, own, kernels, new Bodies());
  }
}
