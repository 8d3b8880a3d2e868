package org.ppl4j.tensor;

import static com.google.common.base.Preconditions.checkState;

import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import java.util.List;
import java.util.function.DoubleBinaryOperator;
import java.util.function.DoubleUnaryOperator;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.ppl4j.tensor.Spec.Call;
import org.ppl4j.tensor.Spec.Many;
import org.ppl4j.tensor.Spec.Promotion;

/** Applies rows of the table {@link Op} to tensors: the one road to the engine. */
final class Operations {

  /** Exact in both float types, and far beyond any tensor. */
  private static final long NO_INDEX = -(1L << 40);

  /** What the engine says of a bad index. */
  private static final Pattern BAD_INDEX =
      Pattern.compile("index .*out of (bounds|range)|Class values must be");

  private Operations() {}

  static RunArray apply(Op op, RunArray a) {
    Spec spec = op.spec();
    if (a.isConstant()) {
      DoubleUnaryOperator fold = spec.foldOne();
      if (fold != null) {
        return a.like(fold.applyAsDouble(a.constant()));
      }
    }
    Run run = a.run();
    if (run == null || !run.isRecording()) {
      return engine(op, Attributes.NONE, a);
    }
    RunArray known = a.derived(op);
    if (known != null) {
      run.check();
      return known;
    }
    RunArray pending = Pending.apply(op, a);
    return a.derive(op, pending != null ? pending : engine(op, Attributes.NONE, a));
  }

  static RunArray apply(Op op, RunArray a, RunArray b) {
    Spec spec = op.spec();
    DoubleBinaryOperator fold = spec.foldTwo();
    if (fold != null) {
      if (a.isConstant() && b.isConstant()) {
        return (a.run() != null ? a : b).like(fold.applyAsDouble(a.constant(), b.constant()));
      }
      RunArray same = identity(op, a, b);
      if (same != null) {
        return same;
      }
      RunArray pending = Pending.apply(op, a, b);
      if (pending != null) {
        return pending;
      }
    }
    return engine(op, Attributes.NONE, a, b);
  }

  /** An operation on one tensor with attributes. */
  static RunArray apply(Op op, Attributes attributes, RunArray a) {
    RunArray pending = Pending.apply(op, attributes, a);
    return pending != null ? pending : engine(op, attributes, a);
  }

  /** An operation on several tensors with attributes. */
  static RunArray apply(Op op, Attributes attributes, RunArray... in) {
    return engine(op, attributes, in);
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

  /** An operation as the engine does it, on what the tensors stand for. */
  static RunArray engine(Op op, Attributes attributes, RunArray... in) {
    Spec spec = op.spec();
    Run run = run(op, in);
    if (run == null) {
      return WithoutRun.apply(op, attributes, in);
    }
    promote(run, spec.promotion(), in);
    Shape shape = op.resultShape(shapes(in), attributes);
    DataType type = op.resultType(in[op == Op.WHERE ? 1 : 0].getDataType());
    Call call = spec.call();
    if (call == null) {
      throw new IllegalStateException("operation " + op + " has several results");
    }
    long handle;
    try {
      handle = call.call(handles(in), attributes);
    } catch (EngineException e) {
      throw failure(op, in, e);
    }
    RunArray result = run.result(op, handle, shape, type, particles(in));
    if (in[0].data() != null && op.takesParts()) {
      result = result.partOf(in[0]);
    }
    LogDistances distances = LogDistances.of(op, attributes, in);
    return distances == null ? result : result.carrying(distances);
  }

  /** An operation with several results whose shapes and types the caller knows. */
  static RunArray[] applyMany(
      Op op, Attributes attributes, Shape[] shapes, DataType[] types, RunArray... in) {
    Run run = run(op, in);
    if (run == null) {
      return WithoutRun.applyMany(op, attributes, shapes, types, in);
    }
    Many many = op.spec().many();
    if (many == null) {
      throw new IllegalStateException("operation " + op + " has one result");
    }
    long[] results;
    try {
      results = many.call(handles(in), attributes);
    } catch (EngineException e) {
      throw failure(op, in, e);
    }
    RunArray[] arrays = new RunArray[results.length];
    for (int i = 0; i < results.length; i++) {
      arrays[i] = run.result(op, results[i], shapes[i], types[i], particles(in));
    }
    return arrays;
  }

  /** The tensor in another type; gradients pass between float types. */
  static RunArray cast(RunArray x, DataType type) {
    DataType from = x.getDataType();
    if (from == type) {
      return x;
    }
    Run run = run(Op.CAST, x);
    if (run == null) {
      return WithoutRun.cast(x, type);
    }
    long handle =
        x.isFloat() && (type == DataType.FLOAT32 || type == DataType.FLOAT64)
            ? OpRules.cast(x.handle(), type == DataType.FLOAT32 ? 6 : 7)
            : Native.to(x.handle(), EngineHolder.number(type), run.engineDevice());
    return run.result(Op.CAST, handle, x.getShape(), type, x.hasParticles());
  }

  /**
   * A tensor as an index. One of floats may hold whole numbers; any other number becomes {@link
   * #NO_INDEX}, which no tensor has, so that the engine refuses it.
   */
  static RunArray index(RunArray x) {
    if (!x.isFloat()) {
      return cast(x, DataType.INT64);
    }
    RunArray floor = apply(Op.FLOOR, x);
    RunArray whole = apply(Op.EQ, x, floor);
    return cast((RunArray) Tensors.where(whole, floor, NO_INDEX), DataType.INT64);
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
        } else if (run != other) {
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
      if (in[i].run() == null) {
        in[i] = in[i].in(run);
      }
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

  private static long[] handles(RunArray... in) {
    long[] handles = new long[in.length];
    for (int i = 0; i < in.length; i++) {
      handles[i] = in[i].handle();
    }
    return handles;
  }

  private static boolean particles(RunArray[] in) {
    for (RunArray array : in) {
      if (array.hasParticles()) {
        return true;
      }
    }
    return false;
  }

  private static RuntimeException failure(Op op, RunArray[] in, EngineException e) {
    String shapes = Arrays.toString(shapes(in));
    // A scripted operation's own error comes last, behind a trace; a native one's comes first.
    List<String> lines = String.valueOf(e.getMessage()).lines().filter(l -> !l.isBlank()).toList();
    String reason =
        lines.stream().filter(line -> line.startsWith("RuntimeError")).findFirst().orElse("");
    if (reason.isEmpty() && !lines.isEmpty()) {
      reason = lines.get(op.script() == null ? 0 : lines.size() - 1);
    }
    if (BAD_INDEX.matcher(reason).find()) {
      return new IllegalArgumentException(
          "operation "
              + op
              + " on shapes "
              + shapes
              + " has an index that is out of range, or no whole number ("
              + reason
              + "); pass whole numbers from 0 to the size less 1",
          e);
    }
    return new IllegalStateException(
        "operation " + op + " failed on shapes " + shapes + ": " + reason, e);
  }
}
