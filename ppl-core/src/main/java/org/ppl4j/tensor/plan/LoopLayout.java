package org.ppl4j.tensor.plan;

import static java.util.Objects.requireNonNull;

import com.google.common.collect.Iterables;
import com.google.common.primitives.ImmutableIntArray;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.ppl4j.tensor.plan.Draft.Access;
import org.ppl4j.tensor.plan.Instruction.Kind;

/** Gives each value a register from where it is computed to where it is read last. */
final class LoopLayout {

  private final List<LoopStep> steps;
  private final Rows rows;
  private final boolean isSingle;
  private final int[] last;
  private int count;
  private final Registers registers = new Registers(() -> count++);
  private final Map<Integer, Operand> held = new HashMap<>();
  private final List<TileStep> instructions = new ArrayList<>();

  /**
   * Nothing yet.
   *
   * @param values how many values steps have
   * @param isSingle whether registers are in single precision
   */
  LoopLayout(List<LoopStep> steps, int values, Rows rows, boolean isSingle) {
    this.steps = steps;
    this.rows = rows;
    this.isSingle = isSingle;
    this.last = new int[values];
    for (int i = 0; i < steps.size(); i++) {
      for (Access access : Iterables.concat(steps.get(i).reads(), steps.get(i).writes())) {
        if (access.isValue()) {
          last[access.buffer()] = i;
        }
      }
    }
  }

  /** How many registers there are. */
  int count() {
    return count;
  }

  List<TileStep> instructions() {
    for (int i = 0; i < steps.size(); i++) {
      LoopStep step = steps.get(i);
      if (step instanceof LoopStep.Fused fused) {
        add(fused, i);
      } else {
        add((Draft) step, i);
      }
      for (Access access : step.writes()) {
        if (access.isValue() && last[access.buffer()] == i) {
          free(access);
        }
      }
    }
    return instructions;
  }

  private void add(LoopStep.Fused fused, int i) {
    List<Operand> arrays = new ArrayList<>();
    fused.arrays().forEach(access -> arrays.add(operand(access, false)));
    List<Operand> numbers = fused.numbers().stream().map(access -> operand(access, false)).toList();
    release(fused, i);
    fused.writes().forEach(access -> arrays.add(target(access, false)));
    instructions.add(new FusedInstruction(fused.body(), arrays, numbers));
  }

  private void add(Draft d, int i) {
    Operand a =
        d.kind() == Kind.CHOICE
            ? rows.table(requireNonNull(d.known()))
            : operand(d.a(), d.kind() == Kind.GATHER);
    boolean isLong = rows.length() >= LoopBuilder.LONG;
    if (isLong && d.kind() == Kind.ONE && Exponentials.has(d.op())) {
      addWithRoom(d, i, a);
    } else {
      Operand b = second(d);
      Operand c = operand(d.c(), false);
      release(d, i);
      add(d, target(d.to(), d.kind() == Kind.SCATTER), a, b, c);
    }
  }

  private Operand second(Draft d) {
    return d.known() != null && d.kind() != Kind.CHOICE
        ? Operand.known(d.b().buffer(), d.known())
        : operand(d.b(), false);
  }

  /** With two registers to work in, and results that do not overwrite the operand. */
  private void addWithRoom(Draft d, int i, Operand a) {
    Operand to = target(d.to(), false);
    int one = registers.take();
    int other = registers.take();
    add(d, to, a, Operand.register(one), Operand.register(other));
    registers.giveBack(other);
    registers.giveBack(one);
    release(d, i);
  }

  private void add(Draft d, Operand to, Operand a, Operand b, Operand c) {
    Kind kind = kind(d, to, a);
    instructions.add(new Instruction(kind, d.op(), d.order(), to, a, b, c, d.axis(), isSingle));
  }

  private Kind kind(Draft d, Operand to, Operand a) {
    boolean isLong = rows.length() >= LoopBuilder.LONG;
    return switch (d.kind()) {
      case ONE ->
          !isLong ? Kind.ONE : Exponentials.has(d.op()) ? Kind.EXPONENTIAL : Kind.ENGINE_ONE;
      case TWO -> isLong ? Kind.ENGINE_TWO : Kind.TWO;
      case MOVE -> isSingle(to) == isSingle(a) ? Kind.MOVE : isSingle(to) ? Kind.ROUND : Kind.WIDEN;
      default -> d.kind();
    };
  }

  private boolean isSingle(Operand operand) {
    return operand.isRegister() ? isSingle : Store.isSingle(operand.buffer());
  }

  private Operand target(Access to, boolean isIndexed) {
    if (to.isValue()) {
      held.put(to.buffer(), Operand.register(registers.take()));
    }
    return operand(to, isIndexed);
  }

  /** Gives back what is read for the last time. */
  private void release(LoopStep step, int i) {
    for (Access access : step.reads()) {
      if (access.isValue() && last[access.buffer()] == i) {
        free(access);
      }
    }
  }

  private void free(Access value) {
    Operand free = held.remove(value.buffer());
    if (free != null) {
      registers.giveBack(free.buffer());
    }
  }

  /** Where numbers are, each by itself if they are indexed. */
  private Operand operand(Access access, boolean isIndexed) {
    ImmutableIntArray strides = access.strides();
    return strides == null
        ? requireNonNull(held.get(access.buffer()))
        : new Operand(
            access.buffer(),
            access.offset(),
            rows.inner(strides),
            rows.offsets(strides),
            isIndexed ? rows.places(strides) : rows.runs(strides),
            isIndexed ? 1 : rows.run(strides),
            isIndexed ? 0 : rows.step(strides),
            false);
  }
}
