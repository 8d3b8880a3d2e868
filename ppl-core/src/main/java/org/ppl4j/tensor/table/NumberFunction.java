package org.ppl4j.tensor.table;

/** A function of up to three numbers, of which it has one of the methods. */
public interface NumberFunction {

  /** Of a number. */
  default double of(double x) {
    throw new IllegalArgumentException("function is not one of a number; give it all it takes");
  }

  /** Of a number, where it is the one of an order. */
  default double of(int order, double x) {
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
  interface One extends NumberFunction {
    @Override
    double of(double x);
  }

  /** Functions of a number, one for each order. */
  @FunctionalInterface
  interface Ordered extends NumberFunction {
    @Override
    double of(int order, double x);
  }

  /** A function of two numbers. */
  @FunctionalInterface
  interface Two extends NumberFunction {
    @Override
    double of(double x, double y);
  }

  /** A function of three numbers. */
  @FunctionalInterface
  interface Three extends NumberFunction {
    @Override
    double of(double x, double y, double z);
  }
}
