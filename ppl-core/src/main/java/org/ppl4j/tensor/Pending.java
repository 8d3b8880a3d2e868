package org.ppl4j.tensor;

import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import org.jspecify.annotations.Nullable;
import org.ppl4j.tensor.engine.HostCopy;
import org.ppl4j.tensor.table.Attributes;
import org.ppl4j.tensor.table.Op;

/**
 * Arithmetic with plain numbers, put off: a float tensor may stand for {@code factor · base +
 * shift}, and sums, differences, products and reshapings work on the base. Log-densities are full
 * of such numbers, and each one kept out of the graph saves an operation forward and one backward.
 *
 * <p>An exponential remembers its argument, so that the logarithm of a positive parameter costs
 * nothing and keeps its digits.
 *
 * <p>The engine sees {@linkplain Factor factor} and shift when an operation that is not linear
 * needs the tensor. What a tensor stands for is kept in its {@link Shortcuts}.
 */
final class Pending {

  /** So much larger than what is added a shift may be. */
  private static final double MOST = 1024;

  private Pending() {}

  private static boolean defers(RunArray a) {
    Run run = a.run();
    boolean isFree = !a.isConstant() && (a.distances() == null || !a.isPending());
    return run != null && run.isRecording() && run.usesShortcuts() && a.isFloat() && isFree;
  }

  /** A difference like x − loc is taken before it is scaled: what cancels there has its digits. */
  private static boolean mayCancel(RunArray a, Factor factor) {
    return Math.abs(a.factor().value()) == 1 && a.shift() != 0 && !factor.isExact();
  }

  private static @Nullable RunArray scaled(RunArray a, Factor factor) {
    if (mayCancel(a, factor)) {
      return null;
    }
    Factor all = a.factor().times(factor);
    double shift = factor.of(a.shift());
    return all.isModerate() && Double.isFinite(shift) ? a.standingFor(all, shift) : null;
  }

  /** Of what a large shift left of x, a small one is not a part of the large one. */
  private static @Nullable RunArray shifted(RunArray a, double by) {
    double shift = a.shift() + by;
    boolean isKept = a.shift() == 0 || Math.abs(shift) <= MOST * Math.abs(by);
    return isKept && Double.isFinite(shift) ? a.standingFor(a.factor(), shift) : null;
  }

  /** The result of an operation on one tensor, or null if the engine must do it. */
  static @Nullable RunArray apply(Op op, RunArray a) {
    if (!defers(a)) {
      return null;
    }
    if (op == Op.NEG) {
      return scaled(a, Factor.of(-1, 1));
    }
    if (op == Op.EXP) {
      return Shortcuts.exponential(Operations.engine(op, Attributes.NONE, a), a);
    }
    if (op == Op.IS_NAN && a.isPending()) {
      return Operations.engine(op, Attributes.NONE, a.base());
    }
    if (op == Op.LOG) {
      return Shortcuts.knownLogarithm(a);
    }
    Factor factor = a.factor().times(a.factor());
    boolean square = op == Op.SQUARE && a.isPending() && a.shift() == 0 && factor.isModerate();
    return square ? Operations.engine(op, Attributes.NONE, a.base()).standingFor(factor, 0) : null;
  }

  /** The result of an operation on two tensors, or null if the engine must do it. */
  static @Nullable RunArray apply(Op op, RunArray a, RunArray b) {
    if (defers(a)) {
      return b.isConstant() ? right(op, a, b.constant()) : defers(b) ? both(op, a, b) : null;
    }
    return a.isConstant() && defers(b) ? left(op, a.constant(), b) : null;
  }

  private static @Nullable RunArray right(Op op, RunArray a, double number) {
    return switch (op) {
      case ADD -> shifted(a, number);
      case SUB -> shifted(a, -number);
      case MUL -> scaled(a, Factor.of(number, 1));
      case DIV -> scaled(a, Factor.of(1, number));
      default -> null;
    };
  }

  private static @Nullable RunArray left(Op op, double number, RunArray b) {
    if (op == Op.ADD) {
      return shifted(b, number);
    }
    if (op == Op.MUL) {
      return scaled(b, Factor.of(number, 1));
    }
    RunArray negative = op == Op.SUB ? scaled(b, Factor.of(-1, 1)) : null;
    return negative == null ? null : shifted(negative, number);
  }

  private static @Nullable RunArray both(Op op, RunArray a, RunArray b) {
    if (!a.isPending() && !b.isPending()) {
      return null;
    }
    if (op == Op.ADD || op == Op.SUB) {
      return sum(op, a, b);
    }
    boolean isKept = a.shift() == 0 && b.shift() == 0;
    boolean isProduct = op == Op.MUL;
    boolean isQuotient = op == Op.DIV && a.factor().isExact() && b.factor().isExact();
    if (!isKept || !isProduct && !isQuotient) {
      return null;
    }
    Factor factor = isProduct ? a.factor().times(b.factor()) : a.factor().by(b.factor().value());
    return factor.isModerate()
        ? Operations.engine(op, Attributes.NONE, a.base(), b.base()).standingFor(factor, 0)
        : null;
  }

  private static @Nullable RunArray sum(Op op, RunArray a, RunArray b) {
    double shift = op == Op.ADD ? a.shift() + b.shift() : a.shift() - b.shift();
    if (!Double.isFinite(shift)) {
      return null;
    }
    if (a.factor().equals(b.factor())) {
      RunArray base = Operations.engine(op, Attributes.NONE, a.base(), b.base());
      return base.standingFor(a.factor(), shift);
    }
    if (a.factor().isOpposite(b.factor())) {
      Op opposite = op == Op.ADD ? Op.SUB : Op.ADD;
      RunArray base = Operations.engine(opposite, Attributes.NONE, a.base(), b.base());
      return base.standingFor(a.factor(), shift);
    }
    RunArray left = a.standingFor(a.factor(), 0);
    RunArray right = b.standingFor(b.factor(), 0);
    return Operations.engine(op, Attributes.NONE, left, right).standingFor(Factor.ONE, shift);
  }

  /** The result of an operation with attributes, or null if the engine must do it. */
  static @Nullable RunArray apply(Op op, Attributes attributes, RunArray a) {
    if (!a.isPending() || !defers(a)) {
      return null;
    }
    return switch (op) {
      case SUM_ALL, SUM -> total(op, attributes, a);
      case RESHAPE, EXPAND, PERMUTE, SLICE, STOP_GRADIENT ->
          Operations.engine(op, attributes, a.base()).standingFor(a.factor(), a.shift());
      default -> null;
    };
  }

  /** The choice between a tensor and an infinity or NaN, which factor and shift leave as it is. */
  static @Nullable RunArray where(RunArray condition, RunArray a, RunArray b) {
    if (isDeferred(a) && isNotFinite(b)) {
      return Operations.engine(Op.WHERE, Attributes.NONE, condition, a.base(), unscaled(b, a))
          .standingFor(a.factor(), a.shift());
    }
    if (isDeferred(b) && isNotFinite(a)) {
      return Operations.engine(Op.WHERE, Attributes.NONE, condition, unscaled(a, b), b.base())
          .standingFor(b.factor(), b.shift());
    }
    return null;
  }

  private static boolean isDeferred(RunArray a) {
    return a.isPending() && defers(a);
  }

  private static boolean isNotFinite(RunArray number) {
    return number.isConstant() && !Double.isFinite(number.constant());
  }

  /** What an infinity is before the factor of another tensor; NaN stays NaN. */
  private static RunArray unscaled(RunArray number, RunArray other) {
    return other.like(number.constant() * Math.signum(other.factor().value()));
  }

  private static @Nullable RunArray total(Op op, Attributes attributes, RunArray a) {
    Shape shape = op.resultShape(new Shape[] {a.getShape()}, attributes);
    double shift = a.shift();
    if (shift != 0) {
      long parts = shape.size();
      shift *= parts == 0 ? 0 : (double) a.getShape().size() / parts;
    }
    return Double.isFinite(shift)
        ? Operations.engine(op, attributes, a.base()).standingFor(a.factor(), shift)
        : null;
  }

  /** The tensor itself, or what it stands for, computed by the engine. */
  static RunArray settled(RunArray a) {
    if (!a.isPending()) {
      return a;
    }
    Run run = a.requireRun();
    RunArray result = a.base();
    Factor factor = a.factor();
    if (factor.times() != 1) {
      result = settled(Op.MUL, result, factor.times());
    }
    if (factor.by() != 1) {
      result = settled(Op.DIV, result, factor.by());
    }
    if (a.shift() != 0) {
      result = settled(Op.ADD, result, a.shift());
    }
    if (run.isRecording() && run.usesShortcuts()) {
      Shortcuts.settle(a, result.handle());
    }
    return result;
  }

  private static RunArray settled(Op op, RunArray a, double number) {
    return Operations.engine(op, Attributes.NONE, a, RunArray.number(a.requireRun(), number));
  }

  /** The elements of a tensor of a run, row by row; the numbers put off are done in Java. */
  static double[] values(RunArray a, @Nullable Op of) {
    double[] values = new double[Math.toIntExact(a.size())];
    read(a, of, values);
    return values;
  }

  /** The same, written into an array of as many elements. */
  static void read(RunArray a, @Nullable Op of, double[] into) {
    a.requireRun().owned().column().read(of, a.base().handle());
    copy(a, into);
  }

  /**
   * The elements of a tensor of a run for a trial, row by row: what is tried with them goes into no
   * result, so that nobody has read them.
   */
  static double[] forTrial(RunArray a) {
    double[] values = new double[Math.toIntExact(a.size())];
    copy(a, values);
    return values;
  }

  private static void copy(RunArray a, double[] into) {
    long handle = a.base().handle();
    HostCopy.doubles(handle, a.getDataType(), a.getDevice(), into);
    for (int i = 0; a.isPending() && i < into.length; i++) {
      double element = a.factor().of(into[i]) + a.shift();
      into[i] = a.getDataType() == DataType.FLOAT32 ? (float) element : element;
    }
  }

  /** The elements of a tensor of int64 of a run, row by row. */
  static long[] integers(RunArray a) {
    long handle = a.handle();
    a.requireRun().owned().column().read(null, handle);
    return HostCopy.longs(handle, a.size(), a.getDevice());
  }
}
