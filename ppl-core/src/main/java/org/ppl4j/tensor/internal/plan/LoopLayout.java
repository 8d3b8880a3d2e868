package org.ppl4j.tensor.internal.plan;

import static java.util.Objects.requireNonNull;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.Iterables;
import com.google.common.primitives.ImmutableDoubleArray;
import com.google.common.primitives.ImmutableIntArray;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.ppl4j.tensor.internal.plan.Draft.Access;
import org.ppl4j.tensor.internal.plan.Instruction.Kind;

/** Gives each value a register from where it is computed to where it is read last. */
final class LoopLayout {

  private final List<LoopStep> steps;
  private final Rows rows;
  private final boolean isSingle;
  private final boolean isLong;
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
    this.isLong = rows.length() >= LoopBuilder.LONG;
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
    Map<Access, Integer> values = new HashMap<>();
    ImmutableList.Builder<Operand> inputs = ImmutableList.builder();
    for (Access access : fused.reads()) {
      inputs.add(operand(access, false));
      values.put(access, values.size());
    }
    int next = values.size();
    List<Double> numbers = new ArrayList<>();
    ImmutableList.Builder<FusedStep.Part> parts = ImmutableList.builder();
    Map<Access, Integer> results = new HashMap<>();
    for (Draft d : fused.parts()) {
      for (Access access : d.elements()) {
        Double known = access.known();
        if (known != null) {
          values.computeIfAbsent(access, key -> number(numbers, known));
        }
      }
      int[] in = d.elements().stream().mapToInt(values::get).toArray();
      if (d.kind() == Kind.MOVE) {
        results.put(d.to(), in[0]);
        values.put(d.to(), in[0]);
        continue;
      }
      FusedStep.Part part = part(d, ImmutableIntArray.copyOf(in));
      parts.add(part);
      if (!part.adds()) {
        results.put(d.to(), next);
        values.put(d.to(), next);
      }
      next++;
    }
    release(fused, i);
    ImmutableList.Builder<Operand> outputs = ImmutableList.builder();
    ImmutableIntArray.Builder written = ImmutableIntArray.builder();
    for (Access access : fused.writes()) {
      outputs.add(target(access, false));
      written.add(requireNonNull(results.get(access)));
    }
    instructions.add(
        new FusedStep(
            inputs.build(),
            ImmutableDoubleArray.copyOf(numbers),
            parts.build(),
            outputs.build(),
            written.build()));
  }

  /** Takes up a number that is known; those of values are from 0 on, its own is below. */
  private static int number(List<Double> numbers, double known) {
    numbers.add(known);
    return -numbers.size();
  }

  private FusedStep.Part part(Draft d, ImmutableIntArray in) {
    boolean isKnown = d.known() != null;
    @Nullable Operand indexed =
        switch (d.kind()) {
          case SUM -> operand(d.to(), false);
          case SCATTER -> indexed(d.to(), isKnown);
          case GATHER -> indexed(d.a(), isKnown);
          default -> null;
        };
    return new FusedStep.Part(d.kind(), d.op(), d.order(), in, indexed, d.axis(), d.known());
  }

  /** What is indexed; of an index that is known each place is in a table, from the offset on. */
  private Operand indexed(Access access, boolean isKnown) {
    return isKnown
        ? new Operand(access.buffer(), access.offset(), 0, null, null, 1, false)
        : operand(access, false);
  }

  private void add(Draft d, int i) {
    Operand a =
        d.kind() == Kind.CHOICE ? rows.table(requireNonNull(d.known())) : operand(d.a(), false);
    Operand b = operand(d.b(), false);
    Operand c = operand(d.c(), false);
    release(d, i);
    add(d, target(d.to(), d.kind() == Kind.SUM), a, b, c);
  }

  private void add(Draft d, Operand to, Operand a, Operand b, Operand c) {
    if (isLong && d.kind() == Kind.MOVE) {
      instructions.add(new MoveStep(to, a));
      return;
    }
    if (isLong && d.kind() == Kind.SUM) {
      instructions.add(new SumStep(to, a));
      return;
    }
    Kind kind = kind(d);
    instructions.add(new Instruction(kind, d.op(), d.order(), to, a, b, c, d.axis(), isSingle));
  }

  private Kind kind(Draft d) {
    return switch (d.kind()) {
      case ONE -> isLong ? Kind.ENGINE_ONE : Kind.ONE;
      case TWO -> isLong ? Kind.ENGINE_TWO : Kind.TWO;
      default -> d.kind();
    };
  }

  private Operand target(Access to, boolean isSummed) {
    if (to.isValue()) {
      held.put(to.buffer(), Operand.register(registers.take()));
    }
    return operand(to, isSummed);
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

  /** Where numbers are, each by itself; of sums of neighbours where each run of them goes. */
  private Operand operand(Access access, boolean isSummed) {
    boolean isOfRuns = isSummed && access.strides() != null && rows.step(access.strides()) == 0;
    ImmutableIntArray strides = access.strides();
    return strides == null
        ? requireNonNull(held.get(access.buffer()))
        : new Operand(
            access.buffer(),
            access.offset(),
            rows.inner(strides),
            rows.offsets(strides),
            isOfRuns ? rows.runs(strides) : rows.places(strides),
            isOfRuns ? rows.run(strides) : 1,
            false);
  }
}
