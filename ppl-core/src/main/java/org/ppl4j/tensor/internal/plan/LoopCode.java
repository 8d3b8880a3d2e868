package org.ppl4j.tensor.internal.plan;

import static org.objectweb.asm.Opcodes.AALOAD;
import static org.objectweb.asm.Opcodes.ACC_PRIVATE;
import static org.objectweb.asm.Opcodes.ACC_PUBLIC;
import static org.objectweb.asm.Opcodes.ACC_STATIC;
import static org.objectweb.asm.Opcodes.ALOAD;
import static org.objectweb.asm.Opcodes.ICONST_0;
import static org.objectweb.asm.Opcodes.ICONST_1;
import static org.objectweb.asm.Opcodes.ILOAD;
import static org.objectweb.asm.Opcodes.INVOKESTATIC;
import static org.objectweb.asm.Opcodes.INVOKEVIRTUAL;
import static org.objectweb.asm.Opcodes.ISTORE;
import static org.objectweb.asm.Opcodes.ISUB;

import java.util.ArrayList;
import java.util.List;
import org.objectweb.asm.ClassWriter;
import org.objectweb.asm.MethodVisitor;

/**
 * The code of a loop over long rows: a method for each step, and one that goes through the rows,
 * tile by tile.
 */
final class LoopCode {

  /** What there is code for. */
  interface Kernel {

    /**
     * Does it.
     *
     * @param tables of places
     * @param others steps that have no code
     */
    void run(Store store, int[][] tables, Instruction[] others);

    /** Does the first element some hundred times, which leaves sums as no run begins with. */
    void rehearse(Store store, int[][] tables, Instruction[] others);
  }

  private static final String INSTRUCTION = "org/ppl4j/tensor/internal/plan/Instruction";
  private static final String TYPE = "(L" + Code.STORE + ";[[I[L" + INSTRUCTION + ";)V";

  private static final int STORE = 1;
  private static final int TABLES = 2;
  private static final int OTHERS = 3;
  private static final int ROW = 4;
  private static final int FROM = 5;
  private static final int COUNT = 6;
  private static final int AGAIN = 7;

  /**
   * After so many calls the virtual machine compiles a method, or after some tens of thousands of
   * elements: those of a long row would be interpreted, a hundred times as slow.
   */
  private static final int REHEARSALS = 250;

  /** Loops that have done fewer elements may be over before they are compiled. */
  private static final int COLD = 1024;

  private final Kernel kernel;
  private final int[][] tables;
  private final Instruction[] others;
  private final int size;
  private long elements; // that it has been done for

  /**
   * Of steps.
   *
   * @param rows how many rows there are
   * @param length of a row
   * @param tile of how many elements a tile is
   */
  LoopCode(List<TileStep> steps, ElementType type, int rows, int length, int tile) {
    ClassWriter writer = Code.begun(Kernel.class);
    MethodVisitor run = writer.visitMethod(ACC_PUBLIC, "run", TYPE, null, null);
    List<int[]> found = new ArrayList<>();
    List<Instruction> without = new ArrayList<>();
    for (int k = 0; k < steps.size(); k++) {
      if (steps.get(k) instanceof TileStep.Coded coded) {
        write(writer, "step" + k, coded, type, tile == length, found);
      } else {
        without.add((Instruction) steps.get(k));
      }
    }
    run.visitCode();
    loop(
        run,
        ROW,
        rows,
        1,
        () ->
            loop(
                run,
                FROM,
                length,
                tile,
                () -> {
                  run.visitLdcInsn(tile);
                  if (length % tile != 0) {
                    run.visitLdcInsn(length);
                    run.visitVarInsn(ILOAD, FROM);
                    run.visitInsn(ISUB);
                    run.visitMethodInsn(INVOKESTATIC, "java/lang/Math", "min", "(II)I", false);
                  }
                  run.visitVarInsn(ISTORE, COUNT);
                  call(run, steps);
                }));
    Code.end(run);
    rehearse(writer.visitMethod(ACC_PUBLIC, "rehearse", TYPE, null, null), steps);
    this.kernel = (Kernel) Code.made(writer);
    this.tables = found.toArray(int[][]::new);
    this.others = without.toArray(Instruction[]::new);
    this.size = rows * length;
  }

  private static void rehearse(MethodVisitor to, List<TileStep> steps) {
    to.visitCode();
    for (int local : new int[] {ROW, FROM}) {
      to.visitInsn(ICONST_0);
      to.visitVarInsn(ISTORE, local);
    }
    to.visitInsn(ICONST_1);
    to.visitVarInsn(ISTORE, COUNT);
    loop(to, AGAIN, REHEARSALS, 1, () -> call(to, steps));
    Code.end(to);
  }

  /** Does all steps for a tile. */
  private static void call(MethodVisitor to, List<TileStep> steps) {
    int others = 0;
    for (int k = 0; k < steps.size(); k++) {
      if (steps.get(k) instanceof TileStep.Coded) {
        call(to, "step" + k);
      } else {
        call(to, others++);
      }
    }
  }

  private static void loop(MethodVisitor to, int counter, int end, int step, Runnable body) {
    to.visitInsn(ICONST_0);
    to.visitVarInsn(ISTORE, counter);
    Code.loop(to, counter, () -> to.visitLdcInsn(end), step, body);
  }

  private static void call(MethodVisitor to, String step) {
    to.visitVarInsn(ALOAD, STORE);
    to.visitVarInsn(ALOAD, TABLES);
    to.visitVarInsn(ILOAD, ROW);
    to.visitVarInsn(ILOAD, FROM);
    to.visitVarInsn(ILOAD, COUNT);
    to.visitMethodInsn(INVOKESTATIC, Code.NAME, step, StepCode.TYPE, false);
  }

  /** Does a step that has no code. */
  private static void call(MethodVisitor to, int other) {
    to.visitVarInsn(ALOAD, OTHERS);
    to.visitLdcInsn(other);
    to.visitInsn(AALOAD);
    to.visitVarInsn(ALOAD, STORE);
    to.visitVarInsn(ILOAD, ROW);
    to.visitVarInsn(ILOAD, FROM);
    to.visitVarInsn(ILOAD, COUNT);
    to.visitMethodInsn(INVOKEVIRTUAL, INSTRUCTION, "run", "(L" + Code.STORE + ";III)V", false);
  }

  private static void write(
      ClassWriter writer,
      String name,
      TileStep.Coded step,
      ElementType type,
      boolean isWhole,
      List<int[]> tables) {
    int access = ACC_PRIVATE | ACC_STATIC;
    MethodVisitor method = writer.visitMethod(access, name, StepCode.TYPE, null, null);
    method.visitCode();
    step.write(new StepCode(method, type, isWhole, tables));
    Code.end(method);
  }

  void run(Store store) {
    kernel.run(store, tables, others);
  }

  /** Before it runs: lets it be compiled if it runs for long; sums are to be zeroed after it. */
  void prepare(Store store) {
    if (elements < COLD) {
      elements += size;
      if (elements >= COLD) {
        kernel.rehearse(store, tables, others);
      }
    }
  }
}
