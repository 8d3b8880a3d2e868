package org.ppl4j.tensor.internal.plan;

import static org.objectweb.asm.Opcodes.DADD;
import static org.objectweb.asm.Opcodes.DCONST_0;
import static org.objectweb.asm.Opcodes.FADD;
import static org.objectweb.asm.Opcodes.FCONST_0;

/**
 * The type of the numbers that generated code works on, with the instructions of the virtual
 * machine that are of it.
 */
enum ElementType {
  DOUBLE("D", 2, 0),
  FLOAT("F", 1, FADD - DADD);

  private final String descriptor;
  private final int slots;
  private final int shift;

  ElementType(String descriptor, int slots, int shift) {
    this.descriptor = descriptor;
    this.slots = slots;
    this.shift = shift;
  }

  /** That of registers. */
  static ElementType of(boolean isSingle) {
    return isSingle ? FLOAT : DOUBLE;
  }

  /** That of a buffer, by its number among all. */
  static ElementType ofBuffer(int buffer) {
    return of(Store.isSingle(buffer));
  }

  /** How the virtual machine calls it. */
  String descriptor() {
    return descriptor;
  }

  /** How many local variables a number takes. */
  int slots() {
    return slots;
  }

  /** How many bytes it has. */
  int bytes() {
    return Float.BYTES * slots;
  }

  /** The instruction that does what one of doubles does: arithmetic, loads and stores. */
  int of(int instruction) {
    return instruction + shift;
  }

  /** The instruction that pushes 0. */
  int zero() {
    return this == DOUBLE ? DCONST_0 : FCONST_0;
  }

  /** The type of a method of so many numbers that gives one. */
  String function(int operands) {
    return "(" + descriptor.repeat(operands) + ")" + descriptor;
  }
}
