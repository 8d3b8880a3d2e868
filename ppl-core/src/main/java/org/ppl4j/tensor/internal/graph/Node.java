package org.ppl4j.tensor.internal.graph;

import com.google.common.primitives.ImmutableIntArray;

/** A node of a graph, which is kept once: two are the same if they are one object. */
public final class Node {

  private final int id;
  private final Form form;
  private final ImmutableIntArray shape;
  private final boolean moves;
  private final boolean varies;
  private final int level;

  Node(int id, Form form, ImmutableIntArray shape, boolean moves, boolean varies) {
    this.id = id;
    this.form = form;
    this.shape = shape;
    this.moves = moves;
    this.varies = varies;
    this.level =
        form instanceof Form.Slot slot
            ? slot.level()
            : form.operands().stream().mapToInt(Node::level).max().orElse(0);
  }

  /** Its place in the graph, after those of what it is computed of. */
  public int id() {
    return id;
  }

  /** What it computes. */
  public Form form() {
    return form;
  }

  /** The shape of its value. */
  public ImmutableIntArray shape() {
    return shape;
  }

  /** How many elements it has. */
  public int size() {
    return Dims.size(shape);
  }

  /** Whether it has a derivative in a variable. */
  public boolean moves() {
    return moves;
  }

  /** Whether it depends on an input, so that it is computed at each replay. */
  public boolean varies() {
    return varies;
  }

  /** In how many scans it is another at each step of the innermost; 0 if it is of no step. */
  public int level() {
    return level;
  }

  /** The node whose elements these are: the base of a view, else itself. */
  public Node base() {
    return form instanceof Form.View view ? view.base() : this;
  }

  /** Where the first element is in the base. */
  public int offset() {
    return form instanceof Form.View view ? view.offset() : 0;
  }

  /** How far neighbours along each axis are apart in the base. */
  public ImmutableIntArray strides() {
    return form instanceof Form.View view ? view.strides() : Dims.rowMajor(shape);
  }

  /** Whether its elements are all of its base, one after the other. */
  public boolean isWhole() {
    return offset() == 0 && size() == base().size() && strides().equals(Dims.rowMajor(shape));
  }

  /** Whether all elements are the same number, known or not. */
  boolean isEven() {
    return base().size() == 1;
  }

  /** Whether it is a number everywhere. */
  boolean isNumber() {
    return base().form() instanceof Form.Scalar;
  }

  /** The number that it is everywhere; NaN if it is none. */
  double number() {
    return base().form() instanceof Form.Scalar number ? number.value() : Double.NaN;
  }

  boolean is(double value) {
    return isNumber() && Double.compare(number(), value) == 0;
  }

  @Override
  public String toString() {
    return "%" + id;
  }
}
