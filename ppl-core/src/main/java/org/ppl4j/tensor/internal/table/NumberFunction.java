package org.ppl4j.tensor.internal.table;

import java.io.Serializable;

/**
 * A function of up to three numbers, of which it has one of the methods. Those of Java are told by
 * what is kept of them as serializable ones which {@link StaticMethod} they are.
 */
public interface NumberFunction {

  /** Of a number. */
  default double of(double x) {
    throw new IllegalArgumentException("function is not one of a number; give it all it takes");
  }

  /** Of a number, where it is the one of an order. */
  default double ofOrder(int order, double x) {
    return of(x);
  }

  /** Of two numbers. */
  default double of(double x, double y) {
    throw new IllegalArgumentException("function is not one of two numbers; give it all it takes");
  }

  /** Of three numbers. */
  default double of(double x, double y, double z) {
    throw new IllegalArgumentException(
        "function is not one of three numbers; give it all it takes");
  }

  /** A function of a number. */
  @FunctionalInterface
  interface One extends NumberFunction, Serializable {
    @Override
    double of(double x);
  }

  /** Functions of a number, one for each order. */
  @FunctionalInterface
  interface Ordered extends NumberFunction, Serializable {
    @Override
    double ofOrder(int order, double x);
  }

  /** A function of two numbers. */
  @FunctionalInterface
  interface Two extends NumberFunction, Serializable {
    @Override
    double of(double x, double y);
  }

  /** A function of three numbers. */
  @FunctionalInterface
  interface Three extends NumberFunction, Serializable {
    @Override
    double of(double x, double y, double z);
  }
}
