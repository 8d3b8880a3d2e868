package org.ppl4j.tensor.internal.plan;

import static java.util.Objects.requireNonNull;
import static org.objectweb.asm.Opcodes.AALOAD;
import static org.objectweb.asm.Opcodes.ALOAD;
import static org.objectweb.asm.Opcodes.ASTORE;
import static org.objectweb.asm.Opcodes.BIPUSH;
import static org.objectweb.asm.Opcodes.DADD;
import static org.objectweb.asm.Opcodes.DALOAD;
import static org.objectweb.asm.Opcodes.DASTORE;
import static org.objectweb.asm.Opcodes.DCONST_0;
import static org.objectweb.asm.Opcodes.DLOAD;
import static org.objectweb.asm.Opcodes.DSTORE;
import static org.objectweb.asm.Opcodes.DUP2;
import static org.objectweb.asm.Opcodes.IADD;
import static org.objectweb.asm.Opcodes.ICONST_0;
import static org.objectweb.asm.Opcodes.ILOAD;
import static org.objectweb.asm.Opcodes.IMUL;
import static org.objectweb.asm.Opcodes.INVOKESTATIC;
import static org.objectweb.asm.Opcodes.ISTORE;
import static org.objectweb.asm.Opcodes.SIPUSH;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.objectweb.asm.MethodVisitor;
import org.ppl4j.tensor.internal.table.Op;

/**
 * The code of a static method of buffers, as it is written: arrays and registers are local
 * variables of it.
 */
final class MethodCode {

  private static final String AXIS = "org/ppl4j/tensor/internal/plan/Axis";

  private final MethodVisitor to;
  private final Map<Integer, Integer> arrays = new HashMap<>();
  private final Map<Integer, Integer> registers = new HashMap<>();
  private int next;
  private int counter = -1; // of a loop
  private @Nullable Map<Memory.Place, Integer> numbers; // that are local, where all are

  /** Of a method whose one argument are the buffers. */
  MethodCode(MethodVisitor to) {
    this(to, 1);
  }

  /**
   * Of a method whose first argument are the buffers.
   *
   * @param next the first local variable that nothing else has
   */
  MethodCode(MethodVisitor to, int next) {
    this.to = to;
    this.next = next;
  }

  /** Loads an array that is used later. */
  void open(Memory.Place place) {
    int unused = array(place.buffer());
  }

  /** Pushes an array. */
  void array(Memory.Place place) {
    to.visitVarInsn(ALOAD, array(place.buffer()));
  }

  /** A new local reference. */
  int local() {
    return next++;
  }

  /** From now on each number of the buffers is a local variable. */
  void keepNumbers() {
    numbers = new HashMap<>();
  }

  /** Whether it is so. */
  boolean keepsNumbers() {
    return numbers != null;
  }

  /** Whether a number of the buffers has its local variable. */
  boolean isKept(Memory.Place place) {
    return numbers != null && numbers.containsKey(place);
  }

  /** The local variable of a number of the buffers. */
  int number(Memory.Place place) {
    Integer known = requireNonNull(numbers).get(place);
    if (known == null) {
      known = next;
      next += 2;
      numbers.put(place, known);
    }
    return known;
  }

  /** Loads arrays that are used later, within loops too. */
  void open(Operand... operands) {
    if (numbers != null) {
      return;
    }
    for (Operand operand : operands) {
      if (!operand.isRegister()) {
        int unused = array(operand.buffer());
      }
    }
  }

  private int array(int buffer) {
    Integer known = arrays.get(buffer);
    if (known != null) {
      return known;
    }
    to.visitVarInsn(ALOAD, 0);
    push(buffer);
    to.visitInsn(AALOAD);
    to.visitVarInsn(ASTORE, next);
    arrays.put(buffer, next);
    return next++;
  }

  /** A new local number of 0. */
  int zero() {
    to.visitInsn(DCONST_0);
    to.visitVarInsn(DSTORE, next);
    next += 2;
    return next - 2;
  }

  /** Does something so many times. */
  void loop(int times, Runnable body) {
    counter = next++;
    to.visitInsn(ICONST_0);
    to.visitVarInsn(ISTORE, counter);
    Code.loop(to, counter, () -> push(times), 1, body);
    counter = -1;
  }

  /** Registers are free again. */
  void forget() {
    registers.clear();
  }

  /** Fills a part of a buffer with a number. */
  void fill(int buffer, int offset, int size, double value) {
    if (numbers != null) {
      to.visitLdcInsn(value);
      to.visitVarInsn(DSTORE, number(new Memory.Place(buffer, offset)));
      return;
    }
    int array = array(buffer);
    if (size <= 4) {
      for (int i = 0; i < size; i++) {
        to.visitVarInsn(ALOAD, array);
        push(offset + i);
        to.visitLdcInsn(value);
        to.visitInsn(DASTORE);
      }
      return;
    }
    to.visitVarInsn(ALOAD, array);
    push(offset);
    push(offset + size);
    to.visitLdcInsn(value);
    call("java/util/Arrays", "fill", "([DIID)V");
  }

  /** Copies a number of one buffer to another, or adds it there. */
  void copy(int fromBuffer, int from, int toBuffer, int place, boolean adds) {
    int source = array(fromBuffer);
    int target = array(toBuffer);
    to.visitVarInsn(ALOAD, target);
    push(place);
    if (adds) {
      to.visitInsn(DUP2);
      to.visitInsn(DALOAD);
    }
    to.visitVarInsn(ALOAD, source);
    push(from);
    to.visitInsn(DALOAD);
    if (adds) {
      to.visitInsn(DADD);
    }
    to.visitInsn(DASTORE);
  }

  /** Pushes the number of an operand in a row, at the counter of the loop if there is one. */
  void read(Operand operand, int row) {
    if (operand.isRegister()) {
      to.visitVarInsn(DLOAD, register(operand));
    } else if (numbers != null) {
      to.visitVarInsn(DLOAD, number(operand.first(row)));
    } else {
      place(operand, row);
      to.visitInsn(DALOAD);
    }
  }

  /** Pushes that of an operand some places further on. */
  void readApart(Operand operand, Operand index, Axis axis, int row) {
    placeApart(operand, index, axis, row);
    to.visitInsn(DALOAD);
  }

  private void place(Operand operand, int row) {
    to.visitVarInsn(ALOAD, array(operand.buffer()));
    int start = operand.first(row).offset();
    if (counter < 0 || operand.stride() == 0) {
      push(start);
      return;
    }
    to.visitVarInsn(ILOAD, counter);
    if (operand.stride() != 1) {
      push(operand.stride());
      to.visitInsn(IMUL);
    }
    push(start);
    to.visitInsn(IADD);
  }

  private void placeApart(Operand operand, Operand index, Axis axis, int row) {
    place(operand, row);
    read(index, row);
    push(axis.size());
    push(axis.apart());
    call(AXIS, "place", "(DII)I");
    to.visitInsn(IADD);
  }

  /** Puts what a body pushes where an operand is. */
  void write(Operand operand, int row, Runnable value) {
    if (operand.isRegister()) {
      value.run();
      to.visitVarInsn(DSTORE, register(operand));
    } else if (numbers != null) {
      value.run();
      to.visitVarInsn(DSTORE, number(operand.first(row)));
    } else {
      place(operand, row);
      value.run();
      to.visitInsn(DASTORE);
    }
  }

  /** Adds what a body pushes. */
  void add(Operand operand, int row, Runnable value) {
    if (numbers != null) {
      addLocal(number(operand.first(row)), value);
      return;
    }
    place(operand, row);
    addThere(value);
  }

  /** Adds it some places further on. */
  void addApart(Operand operand, Operand index, Axis axis, int row, Runnable value) {
    placeApart(operand, index, axis, row);
    addThere(value);
  }

  private void addThere(Runnable value) {
    to.visitInsn(DUP2);
    to.visitInsn(DALOAD);
    value.run();
    to.visitInsn(DADD);
    to.visitInsn(DASTORE);
  }

  /** Adds what a body pushes to a local number. */
  void addLocal(int local, Runnable value) {
    to.visitVarInsn(DLOAD, local);
    value.run();
    to.visitInsn(DADD);
    to.visitVarInsn(DSTORE, local);
  }

  /** Pushes a local number. */
  void local(int local) {
    to.visitVarInsn(DLOAD, local);
  }

  private int register(Operand operand) {
    Integer known = registers.get(operand.buffer());
    if (known == null) {
      known = next;
      next += 2;
      registers.put(operand.buffer(), known);
    }
    return known;
  }

  /** Pushes a function of what operands push. */
  void function(Op op, int order, Runnable... operands) {
    new OperationCode(to, ElementType.DOUBLE).write(op, order, List.of(operands));
  }

  /** A static method. */
  void call(String owner, String name, String type) {
    to.visitMethodInsn(INVOKESTATIC, owner, name, type, false);
  }

  /** A whole number. */
  void push(int number) {
    if (number >= 0 && number <= 5) {
      to.visitInsn(ICONST_0 + number);
    } else if (number == (byte) number) {
      to.visitIntInsn(BIPUSH, number);
    } else if (number == (short) number) {
      to.visitIntInsn(SIPUSH, number);
    } else {
      to.visitLdcInsn(number);
    }
  }
}
