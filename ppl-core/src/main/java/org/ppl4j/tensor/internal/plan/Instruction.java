package org.ppl4j.tensor.internal.plan;

import com.google.errorprone.annotations.Immutable;
import java.util.List;
import org.ppl4j.tensor.internal.table.Op;

/**
 * What a loop does with each tile: a function of the elements of up to three operands, a sum, or a
 * step over an index.
 *
 * @param kind what is done
 * @param op the function
 * @param order of a polygamma function; of what the engine computes, the first of the tensors that
 *     operands are copied to; else 0
 * @param to where the results go
 * @param a the first operand; of a choice by runs where they end
 * @param b the second, or the first again; of a gather or scatter the index
 * @param c the third, or the first again
 * @param axis that an index goes along
 * @param isSingle whether registers are in single precision
 */
record Instruction(
    Kind kind,
    Op op,
    int order,
    Operand to,
    Operand a,
    Operand b,
    Operand c,
    Axis axis,
    boolean isSingle)
    implements TileStep {

  /**
   * What is done with the elements. Each is compiled by itself, since it is called by reference:
   * the compiler of the virtual machine makes poor loops of all of them together.
   */
  enum Kind {
    ONE(Tiles::one),
    TWO(Tiles::two),
    THREE(Tiles::three),
    ENGINE_ONE(EngineFunctions::one),
    ENGINE_TWO(EngineFunctions::two),
    ENGINE_AGAIN(EngineFunctions::again), // of the last one's operand
    CHOICE(Moves::choose),
    MOVE(Moves::move),
    SUM(Moves::sum),
    GATHER(Moves::gather),
    SCATTER(Moves::scatter),

    // Of long rows, where they are fused.
    /** a b + c, rounded once where the processor does so. */
    PLUS(Kind::none),
    SCALED(Kind::none),
    EXPONENT(Kind::none),
    FRACTION(Kind::none);

    private final Work work;

    Kind(Work work) {
      this.work = work;
    }

    private static void none(Instruction i, Store store, int row, int from, int n) {
      throw new IllegalStateException(i.kind + " is done in generated loops alone");
    }
  }

  @Immutable
  private interface Work {
    void of(Instruction i, Store store, int row, int from, int n);
  }

  /** Does it for elements of a row, from one on. */
  void run(Store store, int row, int from, int n) {
    kind.work.of(this, store, row, from, n);
  }

  @Override
  public List<Operand> operands() {
    return List.of(a, b, c);
  }

  @Override
  public List<Operand> targets() {
    return List.of(to);
  }

  @Override
  public Instruction in(int[] registers) {
    return new Instruction(
        kind,
        op,
        order,
        to.inRegister(registers),
        a.inRegister(registers),
        b.inRegister(registers),
        c.inRegister(registers),
        axis,
        isSingle);
  }

  /**
   * The same with tensors of the engine.
   *
   * @param tensor the first of those that operands are copied to
   */
  Instruction withTensors(int tensor) {
    return new Instruction(kind, op, tensor, to, a, b, c, axis, isSingle);
  }

  /** The same by the engine, which has the operand already. */
  Instruction again() {
    return new Instruction(Kind.ENGINE_AGAIN, op, order, to, a, b, c, axis, isSingle);
  }

  /** Whether the engine computes it. */
  boolean isEngines() {
    return kind == Kind.ENGINE_ONE || kind == Kind.ENGINE_TWO || kind == Kind.ENGINE_AGAIN;
  }

  /** Whether it is as fast as a product. */
  boolean isArithmetic() {
    return isArithmetic(op);
  }

  static boolean isArithmetic(Op op) {
    return switch (op) {
      case NEG, ABS, SQUARE, RELU, ADD, SUB, MUL, DIV, MAXIMUM, MINIMUM -> true;
      case WHERE, EQ, GT, GTE, LT, LTE, LOGICAL_AND, LOGICAL_NOT, GATHER, COPY -> true;
      default -> false;
    };
  }

  /** Whether it sums all along a row. */
  boolean isWholeSum() {
    return kind == Kind.SUM && to.stride() == 0;
  }

  /**
   * Writes code that does it for one place of a row.
   *
   * @param sum the local number that a sum of all along the row is added to; −1 if it is added
   *     where it belongs
   */
  void write(MethodCode code, int row, int sum) {
    Runnable x = () -> code.read(a, row);
    Runnable y = () -> code.read(b, row);
    Runnable z = () -> code.read(c, row);
    switch (kind) {
      case ONE -> code.write(to, row, () -> code.function(op, order, x));
      case TWO -> code.write(to, row, () -> code.function(op, order, x, y));
      case THREE -> code.write(to, row, () -> code.function(op, order, x, y, z));
      case ENGINE_ONE, ENGINE_TWO, ENGINE_AGAIN, CHOICE, PLUS, SCALED, EXPONENT, FRACTION ->
          throw new IllegalStateException(kind + " has no code");
      case MOVE -> code.write(to, row, x);
      case SUM -> {
        if (sum >= 0) {
          code.addLocal(sum, x);
        } else {
          code.add(to, row, x);
        }
      }
      case GATHER -> code.write(to, row, () -> code.readApart(a, b, axis, row));
      case SCATTER -> code.addApart(to, b, axis, row, x);
    }
  }
}
