package org.ppl4j.tensor.internal.plan;

import static org.objectweb.asm.Opcodes.DADD;
import static org.objectweb.asm.Opcodes.DALOAD;
import static org.objectweb.asm.Opcodes.DASTORE;
import static org.objectweb.asm.Opcodes.DUP2;
import static org.objectweb.asm.Opcodes.INVOKESTATIC;

import java.util.List;
import java.util.Objects;

/**
 * Adds the elements of a register to sums in memory, which are of doubles.
 *
 * @param to the sums: one of the whole row, one of each run of neighbours, or as many as elements
 * @param from the register, or memory of the same type where neighbours are next to each other
 */
record SumStep(Operand to, Operand from) implements TileStep.Coded {

  private static final String SUMS = "org/ppl4j/tensor/internal/plan/Sums";

  @Override
  public List<Operand> operands() {
    return List.of(from);
  }

  @Override
  public List<Operand> targets() {
    return List.of(to);
  }

  @Override
  public SumStep in(int[] registers) {
    return new SumStep(to.inRegister(registers), from.inRegister(registers));
  }

  @Override
  public void write(StepCode code) {
    code.open(from);
    code.open(to);
    String array = "[" + code.type().descriptor();
    if (to.places() != null) {
      code.array(to);
      code.begin(to);
      code.array(from);
      code.begin(from);
      code.tables(Objects.requireNonNull(to.places()));
      code.from();
      code.count();
      code.to().visitLdcInsn(to.run());
      String type = "([DI" + array + "I[IIII)V";
      code.to().visitMethodInsn(INVOKESTATIC, SUMS, "runs", type, false);
    } else if (to.isNumber()) {
      code.array(to);
      code.begin(to);
      code.to().visitInsn(DUP2);
      code.to().visitInsn(DALOAD);
      code.count();
      code.array(from);
      code.begin(from);
      code.to().visitMethodInsn(INVOKESTATIC, SUMS, "of", "(I" + array + "I)D", false);
      code.to().visitInsn(DADD);
      code.to().visitInsn(DASTORE);
    } else {
      code.loop(at -> code.add(to, at, () -> code.load(from, at)));
    }
  }
}
