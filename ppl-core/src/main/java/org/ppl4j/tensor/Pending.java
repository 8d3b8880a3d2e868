package org.ppl4j.tensor;

import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import org.jspecify.annotations.Nullable;
import org.ppl4j.tensor.engine.HostCopy;
import org.ppl4j.tensor.table.Attributes;
import org.ppl4j.tensor.table.Op;

/**
 * Arithmetic with plain numbers, put off: a float tensor may stand for {@code scale · base +
 * shift}, and sums, differences, products and reshapings work on the base. Log-densities are full
 * of such numbers, and each one kept out of the graph saves an operation forward and one backward.
 *
 * <p>An exponential remembers its argument, so that the logarithm of a positive parameter costs
 * nothing and keeps its digits.
 *
 * <p>The engine sees scale and shift when an operation that is not linear needs the tensor. What a
 * tensor stands for is kept in its {@link Shortcuts}.
 */
final class Pending {

  /**
   * Scales are multiplied together only within this factor, so that what float32 can hold, less
   * three of its 38 decades, neither overflows nor vanishes by the change of order.
   */
  private static final double MOST = 1024;

  private Pending() {}

  private static boolean defers(RunArray a) {
    Run run = a.run();
    boolean isFree = !a.isConstant() && (a.distances() == null || !a.isPending());
    return run != null && run.isRecording() && run.usesShortcuts() && a.isFloat() && isFree;
  }

  private static boolean moderate(double scale) {
    double size = Math.abs(scale);
    return size <= MOST && size >= 1 / MOST;
  }

  /** A difference like x − loc is taken before it is scaled: what cancels there has its digits. */
  private static boolean mayCancel(RunArray a, double factor) {
    boolean isExact = Math.abs(factor) == Math.scalb(1.0, Math.getExponent(factor));
    return Math.abs(a.scale()) == 1 && a.shift() != 0 && !isExact;
  }

  private static @Nullable RunArray scaled(RunArray a, double factor) {
    if (mayCancel(a, factor)) {
      return null;
    }
    double scale = a.scale() * factor;
    double shift = a.shift() * factor;
    return moderate(scale) && Double.isFinite(shift) ? a.standingFor(scale, shift) : null;
  }

  /** Of what a large shift left of x, a small one is not a part of the large one. */
  private static @Nullable RunArray shifted(RunArray a, double by) {
    double shift = a.shift() + by;
    boolean isKept = a.shift() == 0 || Math.abs(shift) <= MOST * Math.abs(by);
    return isKept && Double.isFinite(shift) ? a.standingFor(a.scale(), shift) : null;
  }

  /** The result of an operation on one tensor, or null if the engine must do it. */
  static @Nullable RunArray apply(Op op, RunArray a) {
    if (!defers(a)) {
      return null;
    }
    if (op == Op.NEG) {
      return scaled(a, -1);
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
    double scale = a.scale() * a.scale();
    boolean square = op == Op.SQUARE && a.isPending() && a.shift() == 0 && moderate(scale);
    return square ? Operations.engine(op, Attributes.NONE, a.base()).standingFor(scale, 0) : null;
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
      case MUL -> scaled(a, number);
      case DIV -> scaled(a, 1 / number);
      default -> null;
    };
  }

  private static @Nullable RunArray left(Op op, double number, RunArray b) {
    if (op == Op.ADD) {
      return shifted(b, number);
    }
    if (op == Op.MUL) {
      return scaled(b, number);
    }
    RunArray negative = op == Op.SUB ? scaled(b, -1) : null;
    return negative == null ? null : shifted(negative, number);
  }

  private static @Nullable RunArray both(Op op, RunArray a, RunArray b) {
    if (!a.isPending() && !b.isPending()) {
      return null;
    }
    if (op == Op.ADD || op == Op.SUB) {
      return sum(op, a, b);
    }
    boolean product = op == Op.MUL || op == Op.DIV;
    if (!product || a.shift() != 0 || b.shift() != 0) {
      return null;
    }
    double scale = op == Op.MUL ? a.scale() * b.scale() : a.scale() / b.scale();
    return moderate(scale)
        ? Operations.engine(op, Attributes.NONE, a.base(), b.base()).standingFor(scale, 0)
        : null;
  }

  private static @Nullable RunArray sum(Op op, RunArray a, RunArray b) {
    double shift = op == Op.ADD ? a.shift() + b.shift() : a.shift() - b.shift();
    if (!Double.isFinite(shift)) {
      return null;
    }
    if (a.scale() == b.scale()) {
      RunArray base = Operations.engine(op, Attributes.NONE, a.base(), b.base());
      return base.standingFor(a.scale(), shift);
    }
    if (a.scale() == -b.scale()) {
      Op opposite = op == Op.ADD ? Op.SUB : Op.ADD;
      RunArray base = Operations.engine(opposite, Attributes.NONE, a.base(), b.base());
      return base.standingFor(a.scale(), shift);
    }
    RunArray left = a.standingFor(a.scale(), 0);
    RunArray right = b.standingFor(b.scale(), 0);
    return Operations.engine(op, Attributes.NONE, left, right).standingFor(1, shift);
  }

  /** The result of an operation with attributes, or null if the engine must do it. */
  static @Nullable RunArray apply(Op op, Attributes attributes, RunArray a) {
    if (!a.isPending() || !defers(a)) {
      return null;
    }
    return switch (op) {
      case SUM_ALL, SUM -> total(op, attributes, a);
      case RESHAPE, EXPAND, PERMUTE, SLICE, STOP_GRADIENT ->
          Operations.engine(op, attributes, a.base()).standingFor(a.scale(), a.shift());
      default -> null;
    };
  }

  /** The choice between a tensor and an infinity or NaN, which scale and shift leave as it is. */
  static @Nullable RunArray where(RunArray condition, RunArray a, RunArray b) {
    if (isDeferred(a) && isNotFinite(b)) {
      return Operations.engine(Op.WHERE, Attributes.NONE, condition, a.base(), unscaled(b, a))
          .standingFor(a.scale(), a.shift());
    }
    if (isDeferred(b) && isNotFinite(a)) {
      return Operations.engine(Op.WHERE, Attributes.NONE, condition, unscaled(a, b), b.base())
          .standingFor(b.scale(), b.shift());
    }
    return null;
  }

  private static boolean isDeferred(RunArray a) {
    return a.isPending() && defers(a);
  }

  private static boolean isNotFinite(RunArray number) {
    return number.isConstant() && !Double.isFinite(number.constant());
  }

  /** What an infinity is before the scale of another tensor; NaN stays NaN. */
  private static RunArray unscaled(RunArray number, RunArray other) {
    return other.like(number.constant() * Math.signum(other.scale()));
  }

  private static @Nullable RunArray total(Op op, Attributes attributes, RunArray a) {
    Shape shape = op.resultShape(new Shape[] {a.getShape()}, attributes);
    double shift = a.shift();
    if (shift != 0) {
      long parts = shape.size();
      shift *= parts == 0 ? 0 : (double) a.getShape().size() / parts;
    }
    return Double.isFinite(shift)
        ? Operations.engine(op, attributes, a.base()).standingFor(a.scale(), shift)
        : null;
  }

  /** The tensor itself, or what it stands for, computed by the engine. */
  static RunArray settled(RunArray a) {
    if (!a.isPending()) {
      return a;
    }
    Run run = a.requireRun();
    RunArray result = a.base();
    if (a.scale() != 1) {
      result = Operations.engine(Op.MUL, Attributes.NONE, result, RunArray.number(run, a.scale()));
    }
    if (a.shift() != 0) {
      result = Operations.engine(Op.ADD, Attributes.NONE, result, RunArray.number(run, a.shift()));
    }
    if (run.isRecording() && run.usesShortcuts()) {
      Shortcuts.settle(a, result.handle());
    }
    return result;
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
      double element = a.scale() * into[i] + a.shift();
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
