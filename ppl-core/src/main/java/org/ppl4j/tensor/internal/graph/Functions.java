package org.ppl4j.tensor.internal.graph;

import org.ppl4j.tensor.internal.table.NumberFunction;
import org.ppl4j.tensor.internal.table.Op;

/** What the functions of elements do to numbers, as the rows of the table have it. */
public final class Functions {

  private Functions() {}

  /** Of numbers. */
  static double of(Op op, int order, double... x) {
    return switch (x.length) {
      case 1 -> of(op, order, x[0]);
      case 2 -> of(op, x[0], x[1]);
      default -> of(op, x[0], x[1], x[2]);
    };
  }

  /** Of three numbers. */
  public static double of(Op op, double x, double y, double z) {
    return function(op).of(x, y, z);
  }

  /** Of a number. */
  public static double of(Op op, int order, double x) {
    return function(op).ofOrder(order, x);
  }

  /** Of two numbers. */
  public static double of(Op op, double x, double y) {
    return function(op).of(x, y);
  }

  private static NumberFunction function(Op op) {
    NumberFunction function = op.row().function();
    if (function == null) {
      throw new IllegalArgumentException("operation " + op + " is no function of numbers");
    }
    return function;
  }
}
