package org.ppl4j.tensor;

import static com.google.common.base.Preconditions.checkState;

import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.ppl4j.tensor.internal.engine.PyTorch;
import org.ppl4j.tensor.internal.table.Attributes;
import org.ppl4j.tensor.internal.table.IndexOutOfRange;
import org.ppl4j.tensor.internal.table.NumberFunction;
import org.ppl4j.tensor.internal.table.Op;
import org.ppl4j.tensor.internal.table.Row.Derivative;
import org.ppl4j.tensor.internal.table.Row.Promotion;
import org.ppl4j.tensor.internal.table.Row.ShapesRule;

/** Applies rows of the table {@link Op} to tensors: the one road to the engine. */
final class Operations {

  private Operations() {}

  static RunArray apply(Op op, RunArray a) {
    if (a.isConstant()) {
      NumberFunction function = folded(op);
      if (function != null) {
        return a.like(function.of(a.constant()));
      }
    }
    RunArray exponent = op == Op.LOG ? a.exponent() : null;
    if (exponent != null) {
      return exponent;
    }
    RunArray result = apply(op, Attributes.NONE, a);
    return op == Op.EXP ? result.exponentialOf(a, 0) : result;
  }

  static RunArray apply(Op op, RunArray a, RunArray b) {
    NumberFunction function = folded(op);
    if (function != null) {
      if (a.isConstant() && b.isConstant()) {
        return (a.run() != null ? a : b).like(function.of(a.constant(), b.constant()));
      }
      RunArray same = identity(op, a, b);
      if (same != null) {
        return same;
      }
    }
    RunArray result = apply(op, Attributes.NONE, a, b);
    if (op == Op.MUL && a.isConstant()) {
      return result.multipleOf(b, Math.log(a.constant()));
    }
    if (b.isConstant() && (op == Op.MUL || op == Op.DIV)) {
      double log = Math.log(b.constant());
      return result.multipleOf(a, op == Op.MUL ? log : -log);
    }
    return result;
  }

  /** What a row does to numbers, if that gives a number of the type of its operands. */
  private static @Nullable NumberFunction folded(Op op) {
    return op.row().result() == null ? op.row().function() : null;
  }

  /** The operand that a neutral number leaves as it is, if it has one. */
  private static @Nullable RunArray identity(Op op, RunArray a, RunArray b) {
    if (b.isConstant() && a.isFloat() && a.run() != null) {
      double value = b.constant();
      boolean neutral =
          switch (op) {
            case ADD, SUB -> value == 0;
            case MUL, DIV, POW -> value == 1;
            default -> false;
          };
      if (neutral) {
        return a;
      }
      if (op == Op.POW && value == 2) {
        return apply(Op.SQUARE, a);
      }
    }
    if (a.isConstant() && b.isFloat() && b.run() != null) {
      double value = a.constant();
      if (op == Op.ADD && value == 0 || op == Op.MUL && value == 1) {
        return b;
      }
      if (op == Op.SUB && value == 0) {
        return apply(Op.NEG, b);
      }
    }
    return null;
  }

  /** An operation as the engine does it. */
  static RunArray apply(Op op, Attributes attributes, RunArray... in) {
    Run run = run(op, in);
    if (run == null) {
      return WithoutRun.apply(op, attributes, in);
    }
    promote(run, op.row().promotion(), in);
    int traits = traits(in);
    if (has(traits, RunArray.HIDES)) {
      return HiddenDimRules.apply(op, attributes, in);
    }
    Shape[] shapes = shapes(in);
    Shape shape = resultShape(op, attributes, shapes, in);
    DataType type = op.resultType(in[op == Op.WHERE ? 1 : 0].getDataType());
    RunArray result = computed(op, attributes, run, shape, type, traits, shapes, in);
    LogDistances distances = LogDistances.of(op, attributes, in);
    return distances == null ? result : result.carrying(distances);
  }

  private static RunArray computed(
      Op op,
      Attributes attributes,
      Run run,
      Shape shape,
      DataType type,
      int traits,
      Shape[] shapes,
      RunArray... in) {
    long handle;
    try {
      handle = run.owned().column().apply(op, attributes, handles(in));
    } catch (EngineException e) {
      throw failure(op, attributes, in, e);
    }
    boolean gradient = type.isFloating() && moves(run, op, traits);
    boolean particles = has(traits, RunArray.PARTICLES);
    RunArray result = run.result(op, handle, shape, type, particles, gradient);
    return has(traits, RunArray.NAMED) ? result.madeOf(in, shapes) : result;
  }

  /** An operation with several results whose types the caller knows. */
  static RunArray[] applyMany(Op op, Attributes attributes, DataType[] types, RunArray... in) {
    Run run = run(op, in);
    if (run == null) {
      return WithoutRun.applyMany(op, attributes, types, in);
    }
    if (has(traits(in), RunArray.HIDES)) {
      return HiddenDimRules.applyMany(op, attributes, types, in);
    }
    return computed(op, attributes, run, resultShapes(op, attributes, in), types, in);
  }

  /** The same in a run, with the shapes of the results. */
  static RunArray[] computed(
      Op op, Attributes attributes, Run run, Shape[] shapes, DataType[] types, RunArray... in) {
    long[] results;
    try {
      results = run.owned().column().applyMany(op, attributes, handles(in));
    } catch (EngineException e) {
      throw failure(op, attributes, in, e);
    }
    int traits = traits(in);
    boolean gradient = moves(run, op, traits);
    boolean particles = has(traits, RunArray.PARTICLES);
    Shape[] given = shapes(in);
    RunArray[] arrays = new RunArray[results.length];
    for (int i = 0; i < results.length; i++) {
      boolean moving = gradient && types[i].isFloating();
      RunArray result = run.result(op, results[i], shapes[i], types[i], particles, moving);
      arrays[i] = has(traits, RunArray.NAMED) ? result.madeOf(in, given) : result;
    }
    return arrays;
  }

  private static Shape resultShape(Op op, Attributes attributes, Shape[] shapes, RunArray... in) {
    try {
      return op.resultShape(shapes, attributes);
    } catch (IllegalArgumentException e) {
      throw Named.explained(e, in);
    }
  }

  static Shape[] resultShapes(Op op, Attributes attributes, RunArray... in) {
    ShapesRule rule = op.row().shapes();
    if (rule == null) {
      throw new IllegalStateException("operation " + op + " has one result");
    }
    try {
      return rule.of(shapes(in), attributes);
    } catch (IllegalArgumentException e) {
      throw Named.explained(e, in);
    }
  }

  /** Whether the result of operands of such traits moves with a variable. */
  static boolean moves(Run run, Op op, int traits) {
    return has(traits, RunArray.MOVES)
        && run.isRecording()
        && op.row().derivative() != Derivative.NONE;
  }

  /** The tensor in another type; gradients pass between float types. */
  @SuppressWarnings("EnumOrdinal") // what the row says
  static RunArray cast(RunArray x, DataType type) {
    if (x.getDataType() == type) {
      return x;
    }
    RunArray[] in = {x};
    Run run = run(Op.CAST, in);
    if (!x.choices().isEmpty()) {
      return cast(x.shown(), type).hiding(x.choices(), x.itself());
    }
    return run == null
        ? WithoutRun.cast(x, type)
        : computed(
            Op.CAST,
            Attributes.of(type.ordinal()),
            run,
            x.getShape(),
            type,
            traits(in),
            shapes(in),
            in);
  }

  /**
   * A tensor as an index. One of floats may hold whole numbers; any other number becomes {@link
   * Op#NO_INDEX}, which no tensor has, so that the engine refuses it.
   */
  static RunArray index(RunArray x) {
    if (!x.isFloat() || x.itself() != null) {
      return cast(x, DataType.INT64);
    }
    RunArray floor = apply(Op.FLOOR, x);
    RunArray whole = apply(Op.EQ, x, floor);
    return cast((RunArray) Tensors.where(whole, floor, Op.NO_INDEX), DataType.INT64);
  }

  /** An operand: a tensor as it is, a plain array as data of the run. */
  static RunArray operand(@Nullable Run run, NDArray array) {
    if (array instanceof RunArray tensor) {
      return tensor;
    }
    checkState(
        run != null,
        "plain array of shape %s meets a number that has no run yet; bind it first with"
            + " run.bind(x) or p.constant(x)",
        array.getShape());
    return Plain.bind(run, array);
  }

  /** The one run of the operands, checked; numbers adopt it in place. Null if none has one. */
  private static @Nullable Run run(Op op, RunArray... in) {
    Run run = null;
    for (RunArray array : in) {
      Run other = array.run();
      if (other != null) {
        if (run == null) {
          run = other;
        } else if (Captures.isWithin(other, run)) {
          run = other;
        } else if (run != other && !Captures.isWithin(run, other)) {
          other.check();
          run.check();
          throw new IllegalStateException(
              "operation "
                  + op
                  + " mixes tensors of two runs, "
                  + run.counter()
                  + " and "
                  + other.counter()
                  + "; pass values between runs, or Tensors.copy(x, manager) and bind the copy");
        }
      }
    }
    if (run == null) {
      return null;
    }
    run.check();
    for (int i = 0; i < in.length; i++) {
      in[i] = in[i].in(run);
    }
    return run;
  }

  private static void promote(Run run, Promotion promotion, RunArray[] in) {
    if (promotion == Promotion.NONE) {
      return;
    }
    DataType floats = run.dataType();
    boolean toFloat = promotion == Promotion.FLOAT;
    if (!toFloat) {
      for (RunArray array : in) {
        toFloat |= array.getDataType() != DataType.INT64;
      }
    }
    if (toFloat) {
      for (int i = 0; i < in.length; i++) {
        if (in[i].getDataType() != floats) {
          in[i] = cast(in[i], floats);
        }
      }
    }
  }

  private static Shape[] shapes(RunArray... in) {
    Shape[] shapes = new Shape[in.length];
    for (int i = 0; i < in.length; i++) {
      shapes[i] = in[i].getShape();
    }
    return shapes;
  }

  /** The native tensors. */
  static long[] handles(RunArray... in) {
    long[] handles = new long[in.length];
    for (int i = 0; i < in.length; i++) {
      handles[i] = in[i].handle();
    }
    return handles;
  }

  /** The traits that an operand has, of all. */
  static int traits(RunArray... in) {
    int traits = 0;
    for (RunArray array : in) {
      traits |= array.traits();
    }
    return traits;
  }

  static boolean has(int traits, int trait) {
    return (traits & trait) != 0;
  }

  private static RuntimeException failure(
      Op op, Attributes attributes, RunArray[] in, EngineException e) {
    String shapes = Arrays.toString(shapes(in));
    if (op.index() >= 0) {
      long size = op.indexed(shapes(in), attributes);
      for (long index : in[op.index()].toLongArray()) {
        if (index < 0 || index >= size) {
          return new IndexOutOfRange("operation " + op + " on shapes " + shapes, index, size);
        }
      }
    }
    // A scripted operation's own error comes last, behind a trace; a native one's comes first.
    List<String> lines = String.valueOf(e.getMessage()).lines().filter(l -> !l.isBlank()).toList();
    String reason =
        lines.stream().filter(line -> line.startsWith("RuntimeError")).findFirst().orElse("");
    if (reason.isEmpty() && !lines.isEmpty()) {
      reason = lines.get(PyTorch.get().isScripted(op) ? lines.size() - 1 : 0);
    }
    return new IllegalStateException(
        "operation " + op + " failed on shapes " + shapes + ": " + reason, e);
  }
}
