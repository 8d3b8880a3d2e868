package org.ppl4j.tensor;

import ai.djl.ndarray.NDArray;
import java.util.Arrays;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.ppl4j.tensor.table.Op;

/**
 * What is known of a tensor beside its values, and saves operations: that it stands for {@code
 * factor · base + shift} ({@link Pending}), that it is the exponential of another, that an
 * operation on it alone was done before, and of which data it is a part, of which {@link Facts} are
 * kept.
 *
 * <p>All of it is left out in a run that {@linkplain Run#usesShortcuts uses none}; results are then
 * the same to rounding, by more operations.
 */
final class Shortcuts {

  private Factor factor = Factor.ONE;
  private double shift;
  private @Nullable RunArray logarithm;
  private @Nullable RunArray data;
  private @Nullable Facts facts;
  private @Nullable Derived derived;

  /** The result of an operation on a tensor alone, kept for the next who asks. */
  private record Derived(Op op, RunArray result, @Nullable Derived next) {}

  private Shortcuts() {}

  /** The same of a tensor of the same values. */
  static @Nullable Shortcuts copy(@Nullable Shortcuts known) {
    Shortcuts copy = withoutData(known);
    if (copy != null && known != null) {
      copy.data = known.data; // whose own facts are asked
    }
    return copy;
  }

  /** The same of a tensor of the same values that is no part of data. */
  static @Nullable Shortcuts withoutData(@Nullable Shortcuts known) {
    return known == null ? null : standing(known.factor, known.shift, known.logarithm);
  }

  private static Shortcuts standing(Factor factor, double shift, @Nullable RunArray logarithm) {
    Shortcuts known = new Shortcuts();
    known.factor = factor;
    known.shift = shift;
    known.logarithm = logarithm;
    return known;
  }

  private static Shortcuts of(RunArray a) {
    Shortcuts known = a.shortcuts();
    if (known == null) {
      known = new Shortcuts();
      a.know(known);
    }
    return known;
  }

  // --- numbers put off

  boolean isPending() {
    return !factor.isOne() || shift != 0;
  }

  Factor factor() {
    return factor;
  }

  double shift() {
    return shift;
  }

  /** A tensor that stands for {@code factor · base + shift} of another's base. */
  static RunArray standingFor(RunArray a, Factor factor, double shift) {
    if (factor.equals(a.factor()) && shift == a.shift()) {
      return a;
    }
    Shortcuts known = a.shortcuts();
    RunArray logarithm = known == null ? null : known.logarithm;
    boolean isPlain = factor.isOne() && shift == 0 && logarithm == null;
    return a.with(isPlain ? null : standing(factor, shift, logarithm));
  }

  /** The tensor is what it stood for. */
  static void settle(RunArray a, long handle) {
    Shortcuts known = of(a);
    known.logarithm = knownLogarithm(a);
    known.factor = Factor.ONE;
    known.shift = 0;
    a.settle(handle);
  }

  // --- remembered results

  /** Remembers that a tensor is the exponential of another. */
  static RunArray exponential(RunArray a, RunArray logarithm) {
    Run run = a.requireRun();
    if (run.usesShortcuts() && run.isRecording()) {
      of(a).logarithm = logarithm;
    }
    return a;
  }

  /** The logarithm, if this is a positive multiple of an exponential. */
  static @Nullable RunArray knownLogarithm(RunArray a) {
    Shortcuts known = a.shortcuts();
    RunArray logarithm = known == null ? null : known.logarithm;
    return known == null || logarithm == null || known.shift != 0 || known.factor.value() <= 0
        ? null
        : Operations.apply(Op.ADD, logarithm, a.like(Math.log(known.factor.value())));
  }

  /** What an operation on this tensor alone gave before. */
  static @Nullable RunArray derived(RunArray a, Op op) {
    Shortcuts known = a.shortcuts();
    for (Derived at = known == null ? null : known.derived; at != null; at = at.next) {
      if (at.op == op) {
        return at.result;
      }
    }
    return null;
  }

  /** Remembers what an operation on this tensor alone gives. */
  static RunArray derive(RunArray a, Op op, RunArray result) {
    Shortcuts known = of(a);
    known.derived = new Derived(op, result, known.derived);
    return result;
  }

  // --- facts of data

  /** Marks a tensor as the whole of some data of which facts are kept. */
  static RunArray wholeOf(RunArray a, Facts facts) {
    if (a.requireRun().usesShortcuts()) {
      Shortcuts known = of(a);
      known.facts = facts;
      known.data = a;
    }
    return a;
  }

  /** Marks a result as a part of what an operand is a part of. */
  static RunArray partOf(RunArray result, RunArray operand) {
    Shortcuts known = operand.shortcuts();
    if (known != null && known.data != null) {
      of(result).data = known.data;
    }
    return result;
  }

  /** The data that a tensor is a part of. */
  static @Nullable RunArray data(RunArray a) {
    Shortcuts known = a.shortcuts();
    return known == null ? null : known.data;
  }

  /** The facts of the data that a tensor is a part of. */
  static @Nullable Facts facts(RunArray a) {
    RunArray data = data(a);
    Shortcuts known = data == null ? null : data.shortcuts();
    return known == null ? null : known.facts;
  }

  /** Looks whether a fact holds of every element of the data that a tensor is a part of. */
  static void learn(RunArray x, Object fact, UnaryOperator<NDArray> check) {
    RunArray data = data(x);
    Facts facts = facts(x);
    if (data == null || facts == null || facts.holds(fact)) {
      return;
    }
    double[] truths = Tensors.values(check.apply(data));
    if (Arrays.stream(truths).allMatch(truth -> truth != 0)) {
      facts.add(fact);
    }
  }
}
