package org.ppl4j.tensor.internal.plan;

import static org.objectweb.asm.Opcodes.AALOAD;
import static org.objectweb.asm.Opcodes.ACC_PRIVATE;
import static org.objectweb.asm.Opcodes.ACC_PUBLIC;
import static org.objectweb.asm.Opcodes.ACC_STATIC;
import static org.objectweb.asm.Opcodes.ALOAD;
import static org.objectweb.asm.Opcodes.ICONST_0;
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
  }

  private static final String INSTRUCTION = "org/ppl4j/tensor/internal/plan/Instruction";
  private static final String TYPE = "(L" + Code.STORE + ";[[I[L" + INSTRUCTION + ";)V";

  private static final int STORE = 1;
  private static final int TABLES = 2;
  private static final int OTHERS = 3;
  private static final int ROW = 4;
  private static final int FROM = 5;
  private static final int COUNT = 6;

  private final Kernel kernel;
  private final int[][] tables;
  private final Instruction[] others;

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
                  for (int k = 0; k < steps.size(); k++) {
                    if (steps.get(k) instanceof TileStep.Coded coded) {
                      call(run, "step" + k);
                      write(writer, "step" + k, coded, type, tile == length, found);
                    } else {
                      call(run, without.size());
                      without.add((Instruction) steps.get(k));
                    }
                  }
                }));
    Code.end(run);
    this.kernel = (Kernel) Code.made(writer);
    this.tables = found.toArray(int[][]::new);
    this.others = without.toArray(Instruction[]::new);
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
}
