package org.ppl4j.tensor.internal.plan;

import org.ppl4j.tensor.internal.engine.EngineTensor;
import org.ppl4j.tensor.internal.engine.EngineTensor.Reader;
import org.ppl4j.tensor.internal.table.Op;

/**
 * Functions of elements that the engine computes for a tile, on memory that it shares: those for
 * which it has vector code, and this library has not. It always computes a whole tile, so that the
 * bits of an element do not depend on how many there are.
 */
final class EngineFunctions {

  /** Bytes of a tile of a loop that has such functions: calls take long. */
  private static final int BYTES = 1 << 16;

  /** Elements that vector code takes as they are, many times over. */
  private static final int EVEN = 64;

  /** What a call takes beside arithmetic, in nanoseconds. */
  private static final double CALL = 1200;

  /** What an element of an operand or result takes to be copied. */
  private static final double COPIED = 0.15;

  private EngineFunctions() {}

  /** Elements of a tile of a row: all are about as long. */
  static int tile(int length, boolean isSingle) {
    int most = BYTES / (isSingle ? Float.BYTES : Double.BYTES);
    if (length <= most) {
      return length;
    }
    int tiles = (length + most - 1) / most;
    int each = (length + tiles - 1) / tiles;
    return (each + EVEN - 1) / EVEN * EVEN;
  }

  /** Whether the engine has better code for a function. */
  static boolean has(Op op) {
    return own(op) > 0;
  }

  /** Whether the engine takes less time for a function of rows, the last tile of which is whole. */
  static boolean isCheaper(Op op, int length, boolean isSingle) {
    int tile = tile(length, isSingle);
    double each = engine(op) * (isSingle ? 0.6 : 1) + 3 * COPIED;
    double tiles = Math.ceil(length / (double) tile);
    return tiles * (CALL + each * tile) < own(op) * length;
  }

  /** What an element takes by this library, in nanoseconds; 0 if the engine has no better code. */
  private static double own(Op op) {
    return switch (op) {
      case SIN, COS, LOG10 -> 9;
      case POW, ACOSH -> 11;
      case TAN, LOG2 -> 12;
      case ATAN, ATAN2, ATANH, SINH, COSH -> 17;
      case LOGIT, ASINH -> 22;
      case LGAMMA -> 26;
      case ERF, ERFC, ERFCX, ERFINV -> 38;
      case ASIN, ACOS -> 100;
      default -> 0;
    };
  }

  private static double engine(Op op) {
    return switch (op) {
      case SINH, COSH, LOG2, LOG10, LOGIT, ATAN2 -> 2;
      case SIN, COS, ERF, ACOSH, ATANH -> 2.5;
      case POW, ASIN, ACOS -> 3.5;
      case TAN, ATAN, ERFC, ERFINV -> 4.5;
      case LGAMMA -> 11.5;
      case ASINH -> 16;
      case ERFCX -> 20;
      default -> Double.POSITIVE_INFINITY;
    };
  }

  /** Computes a function of one operand. */
  static void one(Instruction i, Store store, int row, int from, int n) {
    EngineTensor a = store.tensors()[i.order()];
    write(a, i.a(), store, row, from, n);
    compute(i, store, row, from, n, a);
  }

  /** Computes a function of the operand that was copied last. */
  static void again(Instruction i, Store store, int row, int from, int n) {
    compute(i, store, row, from, n, store.tensors()[i.order()]);
  }

  /** Computes a function of two. */
  static void two(Instruction i, Store store, int row, int from, int n) {
    EngineTensor a = store.tensors()[i.order()];
    EngineTensor b = store.tensors()[i.order() + 1];
    write(a, i.a(), store, row, from, n);
    write(b, i.b(), store, row, from, n);
    compute(i, store, row, from, n, a, b);
  }

  private static void compute(
      Instruction i, Store store, int row, int from, int n, EngineTensor... in) {
    int to = i.to().buffer();
    int at = i.to().at(row, from);
    Reader reader =
        Store.isSingle(to)
            ? elements -> elements.read(0, store.single(to), at, n)
            : elements -> elements.read(0, store.doubles()[to], at, n);
    EngineTensor.compute(i.op(), in, reader);
  }

  private static void write(EngineTensor to, Operand from, Store store, int row, int first, int n) {
    int at = from.at(row, first);
    if (Store.isSingle(from.buffer())) {
      to.elements().write(0, store.single(from.buffer()), at, 1, n);
    } else {
      to.elements().write(0, store.doubles()[from.buffer()], at, n);
    }
  }
}
