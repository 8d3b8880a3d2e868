package org.ppl4j.tensor.internal.plan;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.ppl4j.tensor.internal.graph.Node;
import org.ppl4j.tensor.internal.plan.Draft.Access;
import org.ppl4j.tensor.internal.plan.Instruction.Kind;

/**
 * What a loop does with nodes that have a buffer of their own.
 *
 * @param size how many elements it is about
 * @param isLarge whether it is about more than one tile, in long rows, and adds few numbers to each
 *     place that an index says
 * @param moved those whose elements it moves to registers or from there, one a move
 * @param others how many more moves there are, or would be if registers were in single precision
 * @param indexed those that it takes from, or adds to, where an index says
 * @param numbers those that it reads where they lie, as numbers that a row shares
 * @param inPlace all others that it works on where they lie
 * @param gain what an element takes less in single precision, in nanoseconds, moves apart
 */
record LoopUse(
    int size,
    boolean isLarge,
    List<Node> moved,
    int others,
    Set<Node> indexed,
    Set<Node> numbers,
    Set<Node> inPlace,
    double gain) {

  /** Nothing. */
  static final LoopUse NONE = new LoopUse(0, false, List.of(), 0, Set.of(), Set.of(), Set.of(), 0);

  /** What an element takes to be rounded or widened, in nanoseconds. */
  static final double CONVERSION = 0.4;

  /** So many numbers at most are added to a place in single precision, on the average. */
  private static final int ADDED = 4;

  /** What arithmetic takes in double precision more than in single, an element. */
  private static final double OF_ARITHMETIC = 0.01;

  /** The same of functions that vector code computes. */
  private static final double OF_FUNCTIONS = 1;

  /**
   * Of a loop.
   *
   * @param bases nodes by their buffer
   */
  static LoopUse of(Rows rows, List<Draft> drafts, Map<Integer, Node> bases) {
    int size = rows.count() * rows.length();
    boolean isLong = rows.length() >= LoopBuilder.LONG;
    boolean isLarge = isLong && size > Loop.LARGE_TILE;
    List<Node> moved = new ArrayList<>();
    int others = 0;
    Set<Node> indexed = new HashSet<>();
    Set<Node> numbers = new HashSet<>();
    Set<Node> inPlace = new HashSet<>();
    double gain = 0;
    for (Draft draft : drafts) {
      boolean isMove = draft.kind() == Kind.MOVE && isLong;
      for (Access access : Set.copyOf(draft.accesses())) {
        Node node = access.isValue() ? null : bases.get(access.buffer());
        if (node != null && !isMove) {
          boolean isNumber = isLong && rows.isNumber(access) && !access.equals(draft.to());
          boolean isIndexed = isIndexed(draft, access);
          (isIndexed ? indexed : isNumber ? numbers : inPlace).add(node);
          others += isLong && !isIndexed && !isNumber && draft.elements().contains(access) ? 1 : 0;
        }
      }
      if (isMove) {
        Node node = moved(draft, bases);
        if (node == null) {
          others++;
        } else {
          moved.add(node);
        }
      }
      if (draft.kind() == Kind.SCATTER) {
        Node target = bases.get(draft.to().buffer());
        isLarge &= target != null && (long) ADDED * target.size() >= size;
      }
      gain += gain(draft);
    }
    return new LoopUse(size, isLarge, moved, others, indexed, numbers, inPlace, gain);
  }

  private static @Nullable Node moved(Draft draft, Map<Integer, Node> bases) {
    Access there = draft.to().isValue() ? draft.a() : draft.to();
    return bases.get(there.buffer());
  }

  private static boolean isIndexed(Draft draft, Access access) {
    return draft.kind() == Kind.GATHER && access.equals(draft.a())
        || draft.kind() == Kind.SCATTER && access.equals(draft.to());
  }

  private static double gain(Draft draft) {
    return switch (draft.kind()) {
      case SCALED, EXPONENT -> OF_FUNCTIONS;
      case PLUS -> OF_ARITHMETIC;
      case ONE, TWO, THREE, CHOICE ->
          EngineFunctions.has(draft.op())
              ? OF_FUNCTIONS
              : Instruction.isArithmetic(draft.op()) ? OF_ARITHMETIC : 0;
      default -> 0;
    };
  }

  /** Whether it takes no more time in single precision, where some nodes are kept so. */
  boolean isWorth(Set<Node> kept) {
    return isLarge && kept.containsAll(indexed) && cost(true, kept) <= cost(false, kept);
  }

  /** Those of the nodes that are kept which it moves, or takes by an index. */
  Set<Node> kept(Set<Node> kept) {
    Set<Node> own = new HashSet<>(moved);
    own.addAll(indexed);
    own.retainAll(kept);
    return own;
  }

  /**
   * What of its time depends on precision, in nanoseconds.
   *
   * @param isSingle whether it computes in single precision
   * @param kept the nodes that are kept so
   */
  double cost(boolean isSingle, Set<Node> kept) {
    long converted = moved.stream().filter(node -> kept.contains(node) != isSingle).count();
    return size * (CONVERSION * (converted + (isSingle ? others : 0)) - (isSingle ? gain : 0));
  }
}
