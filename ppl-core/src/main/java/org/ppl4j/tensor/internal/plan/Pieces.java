package org.ppl4j.tensor.internal.plan;

import com.google.common.primitives.ImmutableIntArray;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.ppl4j.tensor.internal.graph.Dims;
import org.ppl4j.tensor.internal.graph.Form;
import org.ppl4j.tensor.internal.graph.Node;

/**
 * Which nodes are computed where an assembly of them lies, so that they are not copied there: those
 * whose elements are neighbours in it, and which nothing else reads; or large ones, which are moved
 * to registers anyway, in an assembly that is there to the end.
 */
final class Pieces {

  /** Where a node lies in another, from an offset on. */
  record Part(Node whole, int offset) {}

  private Pieces() {}

  /**
   * The nodes of a schedule that are.
   *
   * @param outputs nodes that are read when all is computed
   * @param singles nodes that are kept in single precision
   */
  static Map<Node, Part> of(Schedule schedule, Set<Node> outputs, Set<Node> singles) {
    Map<Node, Integer> readers = new HashMap<>();
    for (Node node : schedule.live()) {
      if (Schedule.isComputed(node)) {
        node.form().operands().forEach(read -> readers.merge(read.base(), 1, Integer::sum));
      }
    }
    Map<Node, Part> parts = new HashMap<>();
    for (Node whole : schedule.live()) {
      if (whole.varies() && whole.form() instanceof Form.Assembly of && isOnce(whole, of)) {
        for (Form.Piece piece : of.pieces()) {
          Node node = piece.node().base();
          boolean isOfOneType = singles.contains(node) == singles.contains(whole);
          boolean staysReadable = outputs.contains(whole) && node.size() > Loop.LARGE_TILE;
          boolean isFree =
              !outputs.contains(node) && (staysReadable || readers.getOrDefault(node, 0) == 1);
          if (isOfOneType && isFree && hasMemory(node) && areNeighbours(piece)) {
            parts.putIfAbsent(node, new Part(whole, piece.offset()));
          }
        }
      }
    }
    return parts;
  }

  /** Whether each element of an assembly is one of one piece. */
  private static boolean isOnce(Node whole, Form.Assembly of) {
    BitSet there = new BitSet(whole.size());
    int count = 0;
    for (Form.Piece piece : of.pieces()) {
      int[] shape = piece.node().shape().toArray();
      for (int at :
          new Elements(0, piece.offset(), shape, piece.strides().toArray()).starts(shape)) {
        there.set(at);
        count++;
      }
    }
    return count == whole.size() && there.cardinality() == count;
  }

  /** Whether a node has memory of its own, where its step puts it. */
  private static boolean hasMemory(Node node) {
    Form form = node.form();
    boolean isAnywhere =
        IterationSpace.isLooped(node)
            || form instanceof Form.Product
            || form instanceof Form.Assembly;
    return isAnywhere && node.varies() && node.size() > Memory.SMALL;
  }

  /** Whether a piece is all of a node, and goes where its elements are neighbours too. */
  private static boolean areNeighbours(Form.Piece piece) {
    Node node = piece.node();
    ImmutableIntArray dense = Dims.rowMajor(node.shape());
    boolean areNeighbours = node.isWhole();
    for (int axis = 0; axis < dense.length(); axis++) {
      areNeighbours &= node.shape().get(axis) == 1 || piece.strides().get(axis) == dense.get(axis);
    }
    return areNeighbours;
  }
}
