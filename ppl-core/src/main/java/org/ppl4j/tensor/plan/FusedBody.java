package org.ppl4j.tensor.plan;

import static org.objectweb.asm.Opcodes.AALOAD;
import static org.objectweb.asm.Opcodes.ALOAD;
import static org.objectweb.asm.Opcodes.ASTORE;
import static org.objectweb.asm.Opcodes.D2F;
import static org.objectweb.asm.Opcodes.DALOAD;
import static org.objectweb.asm.Opcodes.DASTORE;
import static org.objectweb.asm.Opcodes.DLOAD;
import static org.objectweb.asm.Opcodes.DSTORE;
import static org.objectweb.asm.Opcodes.GOTO;
import static org.objectweb.asm.Opcodes.IALOAD;
import static org.objectweb.asm.Opcodes.ICONST_0;
import static org.objectweb.asm.Opcodes.IF_ICMPGE;
import static org.objectweb.asm.Opcodes.ILOAD;
import static org.objectweb.asm.Opcodes.INVOKEVIRTUAL;
import static org.objectweb.asm.Opcodes.ISTORE;

import com.google.common.collect.ImmutableList;
import com.google.common.primitives.ImmutableIntArray;
import java.util.List;
import java.util.stream.IntStream;
import org.objectweb.asm.Label;
import org.objectweb.asm.MethodVisitor;
import org.ppl4j.tensor.engine.PyTorch;
import org.ppl4j.tensor.table.Op;

/**
 * Functions of the same elements of several arrays, one after the other: a loop over them does all
 * for an element before the next, so that what is between them is in registers of the processor.
 * Equal bodies have the same code, which is compiled once.
 *
 * <p>Values are numbered: those of arrays, then numbers that are the same for all elements, then
 * the results of the parts.
 *
 * @param type of the numbers
 * @param arrays how many arrays it reads
 * @param numbers how many numbers it reads
 * @param parts in their order
 * @param results the values that it writes, an array each
 */
record FusedBody(
    ElementType type,
    int arrays,
    int numbers,
    ImmutableList<Part> parts,
    ImmutableIntArray results) {

  /**
   * A function.
   *
   * @param order of a polygamma function
   * @param operands the numbers of values
   */
  record Part(Op op, int order, ImmutableIntArray operands) {}

  /** The code of a body. */
  @FunctionalInterface
  interface Kernel {

    /**
     * Does it for the first elements of arrays.
     *
     * @param buffers which of the store's, of the type: those that are read, then those written
     */
    void run(Store store, int[] buffers, double[] numbers, int n);
  }

  /** Its code. */
  Kernel kernel() {
    return (Kernel) PyTorch.get().shared(this, () -> Code.kernel(this));
  }

  // --- the local variables of the method

  private static final int STORE = 1;
  private static final int BUFFERS = 2;
  private static final int NUMBERS = 3;
  private static final int COUNT = 4;
  private static final int ALL = 5;
  private static final int AT = 6;
  private static final int FIRST = 7;

  private int array(int number) {
    return FIRST + number;
  }

  private int local(int value) {
    return FIRST + arrays + results.length() + value * type.slots();
  }

  /** Writes the code of {@link Kernel#run}. */
  void write(MethodVisitor to) {
    String rows = "[[" + type.descriptor();
    to.visitVarInsn(ALOAD, STORE);
    String name = type == ElementType.DOUBLE ? "doubles" : "singles";
    to.visitMethodInsn(INVOKEVIRTUAL, Code.STORE, name, "()" + rows, false);
    to.visitVarInsn(ASTORE, ALL);
    for (int i = 0; i < arrays + results.length(); i++) {
      to.visitVarInsn(ALOAD, ALL);
      to.visitVarInsn(ALOAD, BUFFERS);
      to.visitLdcInsn(i);
      to.visitInsn(IALOAD);
      to.visitInsn(AALOAD);
      to.visitVarInsn(ASTORE, array(i));
    }
    for (int i = 0; i < numbers; i++) {
      to.visitVarInsn(ALOAD, NUMBERS);
      to.visitLdcInsn(i);
      to.visitInsn(DALOAD);
      if (type == ElementType.FLOAT) {
        to.visitInsn(D2F);
      }
      to.visitVarInsn(type.of(DSTORE), local(arrays + i));
    }
    Label begin = new Label();
    Label end = new Label();
    to.visitInsn(ICONST_0);
    to.visitVarInsn(ISTORE, AT);
    to.visitLabel(begin);
    to.visitVarInsn(ILOAD, AT);
    to.visitVarInsn(ILOAD, COUNT);
    to.visitJumpInsn(IF_ICMPGE, end);
    writeElement(to);
    to.visitIincInsn(AT, 1);
    to.visitJumpInsn(GOTO, begin);
    to.visitLabel(end);
  }

  private void writeElement(MethodVisitor to) {
    for (int i = 0; i < arrays; i++) {
      to.visitVarInsn(ALOAD, array(i));
      to.visitVarInsn(ILOAD, AT);
      to.visitInsn(type.of(DALOAD));
      to.visitVarInsn(type.of(DSTORE), local(i));
    }
    OperationCode code = new OperationCode(to, type);
    for (int k = 0; k < parts.size(); k++) {
      Part part = parts.get(k);
      List<Runnable> operands =
          IntStream.of(part.operands().toArray())
              .<Runnable>mapToObj(value -> () -> to.visitVarInsn(type.of(DLOAD), local(value)))
              .toList();
      code.write(part.op(), part.order(), operands);
      to.visitVarInsn(type.of(DSTORE), local(arrays + numbers + k));
    }
    for (int i = 0; i < results.length(); i++) {
      to.visitVarInsn(ALOAD, array(arrays + i));
      to.visitVarInsn(ILOAD, AT);
      to.visitVarInsn(type.of(DLOAD), local(results.get(i)));
      to.visitInsn(type.of(DASTORE));
    }
  }
}
