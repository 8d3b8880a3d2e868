package org.ppl4j.tensor.internal.plan;

import static org.objectweb.asm.Opcodes.IADD;
import static org.objectweb.asm.Opcodes.INVOKESTATIC;

import java.util.List;

/**
 * Puts the elements of a row elsewhere: from memory into a register, or from there.
 *
 * @param to where they go
 * @param from where they are
 */
record MoveStep(Operand to, Operand from) implements TileStep.Coded {

  @Override
  public List<Operand> operands() {
    return List.of(from);
  }

  @Override
  public List<Operand> targets() {
    return List.of(to);
  }

  @Override
  public MoveStep in(int[] registers) {
    return new MoveStep(to.inRegister(registers), from.inRegister(registers));
  }

  @Override
  public void write(StepCode code) {
    code.open(from);
    code.open(to);
    boolean isOfOneType = Store.isSingle(to.buffer()) == Store.isSingle(from.buffer());
    if (isOfOneType && from.isDense() && to.isDense()) {
      code.array(from);
      code.begin(from);
      code.array(to);
      code.begin(to);
      code.count();
      String type = "(Ljava/lang/Object;ILjava/lang/Object;II)V";
      code.to().visitMethodInsn(INVOKESTATIC, "java/lang/System", "arraycopy", type, false);
    } else if (to.isRegister() && from.isNumber()) {
      code.array(to);
      code.begin(to);
      code.begin(to);
      code.count();
      code.to().visitInsn(IADD);
      code.load(from, 0);
      String letter = code.type().descriptor();
      String type = "([" + letter + "II" + letter + ")V";
      code.to().visitMethodInsn(INVOKESTATIC, "java/util/Arrays", "fill", type, false);
    } else {
      code.loop(at -> code.store(to, at, () -> code.load(from, at)));
    }
  }
}
