package org.ppl4j.tensor.internal.plan;

import ai.djl.ndarray.types.DataType;
import com.google.common.primitives.ImmutableIntArray;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.ppl4j.tensor.internal.engine.EngineTensor;
import org.ppl4j.tensor.internal.graph.Node;
import org.ppl4j.tensor.internal.plan.EngineProductStep.Factor;

/**
 * Makes the steps of products by the engine. What neighbouring ones read is copied for the first of
 * them; copies for others would be in the way in the caches.
 */
final class EngineProducts {

  /** Products that are no more steps apart are neighbours. */
  private static final int NEAR = 8;

  private final Memory memory;
  private final boolean isSingle;
  private final Map<Copy, Deque<Integer>> readers = new HashMap<>(); // the numbers of steps
  private int expected;
  private int made;
  private final Map<Copy, Integer> there = new HashMap<>(); // in which tensor

  /** One matrix of a node, as it is copied. */
  private record Copy(Node base, int offset, int rows, int down, int columns, int right) {}

  /**
   * An operand.
   *
   * @param side where its elements are
   * @param k how many products are summed
   */
  record Operand(Node node, Side side, int k, boolean isLeft) {

    /** Whether the copy of another one is as this one's would be. */
    boolean isSame(Operand other) {
      return copy().equals(other.copy());
    }

    private Copy copy() {
      int offset = node.offset();
      return EngineProductStep.isSummedFirst(side)
          ? new Copy(node.base(), offset, k, side.summedStride(), side.size(), side.stride())
          : new Copy(node.base(), offset, side.size(), side.stride(), k, side.summedStride());
    }
  }

  /**
   * Over memory.
   *
   * @param isSingle whether they are computed in single precision
   */
  EngineProducts(Memory memory, boolean isSingle) {
    this.memory = memory;
    this.isSingle = isSingle;
  }

  /** Looks at a product that there will be a step for, in the order of steps. */
  void expect(Operand left, Operand right) {
    for (Operand operand : List.of(left, right)) {
      readers.computeIfAbsent(operand.copy(), copy -> new ArrayDeque<>()).add(expected);
    }
    expected++;
  }

  /**
   * The step.
   *
   * @param to the buffer of the result
   * @param tos where each matrix of it begins
   */
  EngineProductStep step(Operand left, Operand right, int to, int[] tos) {
    boolean isOne = tos.length == 1;
    Factor one = factor(left, isOne);
    Factor other = factor(right, isOne);
    made++;
    if (isOne) {
      release(left.copy());
      release(right.copy());
    } else {
      memory.tensors.release(one.tensor());
      memory.tensors.release(other.tensor());
    }
    return new EngineProductStep(one, other, to, tos, left.k());
  }

  /** Unless a neighbour reads it. */
  private void release(Copy copy) {
    Deque<Integer> steps = readers.getOrDefault(copy, new ArrayDeque<>());
    while (!steps.isEmpty() && steps.peek() < made) {
      steps.remove();
    }
    if (steps.isEmpty() || steps.peek() >= made + NEAR) {
      Integer tensor = there.remove(copy);
      if (tensor != null) {
        memory.tensors.release(tensor);
      }
    }
  }

  /** Several matrices are copied one after the other to the same. */
  private Factor factor(Operand operand, boolean isOne) {
    Copy copy = operand.copy();
    boolean isAcross = EngineProductStep.isSummedFirst(operand.side()) == operand.isLeft();
    Integer known = isOne ? there.get(copy) : null;
    if (known != null) {
      return new Factor(operand.side(), known, isAcross, true);
    }
    DataType type = isSingle ? DataType.FLOAT32 : DataType.FLOAT64;
    int tensor =
        memory.tensors.take(
            new EngineTensor.Kind(type, ImmutableIntArray.of(copy.rows, copy.columns)));
    if (isOne) {
      there.put(copy, tensor);
    }
    return new Factor(operand.side(), tensor, isAcross, false);
  }
}
