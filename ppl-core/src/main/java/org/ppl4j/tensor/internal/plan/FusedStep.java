package org.ppl4j.tensor.internal.plan;

import static org.objectweb.asm.Opcodes.DADD;
import static org.objectweb.asm.Opcodes.DLOAD;
import static org.objectweb.asm.Opcodes.DSTORE;
import static org.objectweb.asm.Opcodes.IADD;
import static org.objectweb.asm.Opcodes.ICONST_0;
import static org.objectweb.asm.Opcodes.IDIV;
import static org.objectweb.asm.Opcodes.ILOAD;
import static org.objectweb.asm.Opcodes.IMUL;
import static org.objectweb.asm.Opcodes.ISTORE;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.Iterables;
import com.google.common.collect.Lists;
import com.google.common.primitives.ImmutableDoubleArray;
import com.google.common.primitives.ImmutableIntArray;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.objectweb.asm.MethodVisitor;
import org.ppl4j.tensor.internal.plan.Instruction.Kind;
import org.ppl4j.tensor.internal.table.Op;

/**
 * Fused functions of elements: a loop does all for an element before the next, so that what is
 * between them is in registers of the processor.
 *
 * <p>Values are numbered: those of the inputs, then the results of the parts; and numbers that are
 * known from −1 down.
 *
 * @param inputs what is read
 * @param numbers those that are known
 * @param parts in their order
 * @param outputs where results go
 * @param results the values that go there
 */
record FusedStep(
    ImmutableList<Operand> inputs,
    ImmutableDoubleArray numbers,
    ImmutableList<Part> parts,
    ImmutableList<Operand> outputs,
    ImmutableIntArray results)
    implements TileStep.Coded {

  /** So many parts of a loop take turns, since what is added to the same place waits. */
  private static final int TURNS = 4;

  /**
   * A function, an element that is taken or added where an index says, or a sum.
   *
   * @param kind what is done
   * @param op the function
   * @param order of a polygamma function
   * @param in the numbers of its operands; else of what is added, then of an index that is not
   *     known
   * @param indexed where elements are taken or added; null for a function
   * @param known where each is, if that never changes
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Part(
      Kind kind,
      Op op,
      int order,
      ImmutableIntArray in,
      @Nullable Operand indexed,
      Axis axis,
      int @Nullable [] known) {

    private Part in(int[] registers) {
      return indexed == null
          ? this
          : new Part(kind, op, order, in, indexed.inRegister(registers), axis, known);
    }

    /** Whether it has no result, but adds to what is in memory. */
    boolean adds() {
      return kind == Kind.SCATTER || kind == Kind.SUM;
    }

    /** Whether it adds all elements of a row to one number. */
    boolean isWholeSum() {
      return kind == Kind.SUM && Objects.requireNonNull(indexed).isNumber();
    }

    /** Whether it may add to a place to which it has just added. */
    boolean waits() {
      return kind == Kind.SCATTER || isWholeSum();
    }
  }

  @Override
  public List<Operand> operands() {
    return inputs;
  }

  @Override
  public List<Operand> targets() {
    return outputs;
  }

  @Override
  public FusedStep in(int[] registers) {
    return new FusedStep(
        ImmutableList.copyOf(Lists.transform(inputs, operand -> operand.inRegister(registers))),
        numbers,
        ImmutableList.copyOf(Lists.transform(parts, part -> part.in(registers))),
        ImmutableList.copyOf(Lists.transform(outputs, operand -> operand.inRegister(registers))),
        results);
  }

  @Override
  public void write(StepCode code) {
    new Writer(code).write();
  }

  /** Writes it. */
  private final class Writer {

    private final StepCode code;
    private final MethodVisitor to;
    private final int[] values = new int[inputs.size() + parts.size()]; // their local variables
    private final Map<Integer, Integer> sums = new HashMap<>();

    Writer(StepCode code) {
      this.code = code;
      this.to = code.to();
      for (int i = 0; i < values.length; i++) {
        values[i] = code.local(code.type().slots());
      }
    }

    void write() {
      for (int i = 0; i < inputs.size(); i++) {
        code.open(inputs.get(i));
        if (inputs.get(i).isNumber()) {
          code.load(inputs.get(i), 0);
          set(i);
        }
      }
      for (Part part : parts) {
        if (part.indexed() != null) {
          code.open(part.indexed());
        }
        if (part.known() != null) {
          int unused = code.table(part.known());
        }
      }
      outputs.forEach(code::open);
      if (parts.stream().noneMatch(Part::waits)) {
        Operand together = together();
        if (together == null) {
          code.loop(at -> element(at, 0));
        } else {
          code.loopAt(together, at -> element(at, 0));
        }
        return;
      }
      for (int k = 0; k < parts.size(); k++) {
        for (int turn = 0; turn < TURNS && parts.get(k).isWholeSum(); turn++) {
          to.visitInsn(code.type().zero());
          to.visitVarInsn(code.type().of(DSTORE), sum(k, turn));
        }
      }
      int[] at = new int[TURNS];
      int end = code.local(1);
      code.count();
      to.visitLdcInsn(TURNS);
      to.visitInsn(IDIV);
      to.visitVarInsn(ISTORE, end);
      for (int turn = 0; turn < TURNS; turn++) {
        at[turn] = code.local(1);
      }
      to.visitInsn(ICONST_0);
      to.visitVarInsn(ISTORE, at[0]);
      code.loop(
          at[0],
          end,
          first -> {
            element(first, 0);
            for (int turn = 1; turn < TURNS; turn++) {
              to.visitVarInsn(ILOAD, at[turn - 1]);
              to.visitVarInsn(ILOAD, end);
              to.visitInsn(IADD);
              to.visitVarInsn(ISTORE, at[turn]);
              element(at[turn], turn);
            }
          });
      to.visitVarInsn(ILOAD, end);
      to.visitLdcInsn(TURNS);
      to.visitInsn(IMUL);
      to.visitVarInsn(ISTORE, at[0]);
      code.loop(at[0], StepCode.COUNT, rest -> element(rest, 0));
      for (int k = 0; k < parts.size(); k++) {
        Part part = parts.get(k);
        if (part.isWholeSum()) {
          int number = k;
          code.add(Objects.requireNonNull(part.indexed()), 0, () -> total(number));
        }
      }
    }

    /** An array in memory with whose indexes all arrays are gone along; null if they differ. */
    private @Nullable Operand together() {
      Operand first = null;
      for (Operand operand : Iterables.concat(inputs, outputs)) {
        if (!operand.isNumber()) {
          first = first == null ? operand : first;
          if (operand.isRegister() || !operand.beginsWith(first)) {
            return null;
          }
        }
      }
      return parts.stream().anyMatch(part -> part.indexed() != null) ? null : first;
    }

    /** The local variable of the sum of a turn. */
    private int sum(int part, int turn) {
      return sums.computeIfAbsent(part * TURNS + turn, key -> code.local(code.type().slots()));
    }

    private void total(int part) {
      to.visitVarInsn(code.type().of(DLOAD), sum(part, 0));
      for (int turn = 1; turn < TURNS; turn++) {
        to.visitVarInsn(code.type().of(DLOAD), sum(part, turn));
        to.visitInsn(code.type().of(DADD));
      }
    }

    private void set(int value) {
      to.visitVarInsn(code.type().of(DSTORE), values[value]);
    }

    private void get(int value) {
      if (value < 0) {
        code.number(numbers.get(-1 - value));
        return;
      }
      to.visitVarInsn(code.type().of(DLOAD), values[value]);
    }

    private void element(int at, int turn) {
      for (int i = 0; i < inputs.size(); i++) {
        if (!inputs.get(i).isNumber()) {
          code.load(inputs.get(i), at);
          set(i);
        }
      }
      OperationCode functions = new OperationCode(to, code.type());
      for (int k = 0; k < parts.size(); k++) {
        Part part = parts.get(k);
        if (part.isWholeSum()) {
          to.visitVarInsn(code.type().of(DLOAD), sum(k, turn));
          get(part.in().get(0));
          to.visitInsn(code.type().of(DADD));
          to.visitVarInsn(code.type().of(DSTORE), sum(k, turn));
          continue;
        }
        if (part.adds()) {
          Operand target = Objects.requireNonNull(part.indexed());
          Runnable value = () -> get(part.in().get(0));
          if (part.kind() == Kind.SUM) {
            code.add(target, at, value);
          } else {
            code.add(target, at, () -> further(part, at), value);
          }
          continue;
        }
        if (part.indexed() != null) {
          code.load(part.indexed(), at, () -> further(part, at));
        } else {
          List<Runnable> operands = new ArrayList<>();
          part.in().forEach(value -> operands.add(() -> get(value)));
          functions.write(part.kind(), part.op(), part.order(), operands);
        }
        set(inputs.size() + k);
      }
      for (int i = 0; i < outputs.size(); i++) {
        int result = results.get(i);
        code.store(outputs.get(i), at, () -> get(result));
      }
    }

    /** Pushes how far an index is from where an operand is. */
    private void further(Part part, int at) {
      if (part.known() != null) {
        code.tableAt(part.known(), at);
      } else {
        code.axis(part.axis(), () -> get(part.in().get(part.in().length() - 1)));
      }
    }
  }
}
