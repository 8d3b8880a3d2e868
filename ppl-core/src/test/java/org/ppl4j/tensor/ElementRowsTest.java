package org.ppl4j.tensor;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.ppl4j.tensor.Both.Outcome;
import org.ppl4j.tensor.internal.engine.PyTorch;
import org.ppl4j.tensor.internal.table.Attributes;
import org.ppl4j.tensor.internal.table.Op;
import org.ppl4j.tensor.internal.table.Row.Promotion;
import org.ppl4j.testing.AcceptancePoint;
import org.ppl4j.testing.LeakCheck;

/**
 * A row of the table means the same by the engine and by a record: of all pairs of special numbers,
 * values, slopes where there is a value, and slopes of what is masked, where 0 must not become NaN.
 */
@ExtendWith(LeakCheck.class)
class ElementRowsTest {

  private static final AcceptancePoint POINT = new AcceptancePoint("sound.1");

  private static final double[] NUMBERS = {
    0.0,
    -0.0,
    1,
    -1,
    0.5,
    -0.5,
    2,
    -2,
    3,
    0.25,
    -1.5,
    2.5,
    -7,
    10.3,
    -10.3,
    40,
    -40,
    1e-3,
    -1e-10,
    1e-30,
    -1e-300,
    Double.MIN_VALUE,
    -Double.MIN_VALUE,
    Float.MIN_VALUE,
    100,
    -700.5,
    750,
    -750,
    1e5,
    -1e10,
    1e16,
    -1e16,
    1e155,
    -1e155,
    1e30,
    -1e30,
    Float.MAX_VALUE,
    Double.MAX_VALUE,
    -Double.MAX_VALUE,
    Double.POSITIVE_INFINITY,
    Double.NEGATIVE_INFINITY,
    Double.NaN,
    0.999999,
    1.000001,
    170.5
  };

  /** Numbers that an operand of a row may be. */
  private enum Domain {
    ANY,
    POSITIVE,
    SHARE,
    MODERATE,
    FINITE;

    boolean has(double x) {
      return switch (this) {
        case ANY -> true;
        case POSITIVE -> !(x <= 0);
        case SHARE -> !(x <= 0) && !(x >= 1);
        case MODERATE -> Math.abs(x) < 11;
        case FINITE -> Double.isFinite(x);
      };
    }
  }

  /** All but those of integrals, whose bounds are in order. */
  static Set<Op> rows() {
    Set<Op> rows = EnumSet.range(Op.NEG, Op.WHERE);
    rows.removeAll(EnumSet.range(Op.LOG_NORMAL_INTEGRAL, Op.NORMAL_INTEGRAL_QUANTILE));
    rows.add(Op.WITH_DERIVATIVE);
    return rows;
  }

  static int operands(Op op) {
    return op.row().operands();
  }

  /** Whether a row is right at all numbers. */
  static boolean isOfAll(Op op) {
    return op != Op.MOD
        && IntStream.range(0, operands(op)).allMatch(i -> domain(op, i) == Domain.ANY);
  }

  /** What a row is for: gamma functions have poles elsewhere, where the engine has some values. */
  private static Domain domain(Op op, int operand) {
    return switch (op) {
      case LGAMMA, DIGAMMA, POLYGAMMA, LOG_FACTORIAL_REST -> Domain.POSITIVE;
      case LOG_GAMMA_HALF_STEP, DIGAMMA_HALF_STEP -> Domain.POSITIVE;
      case EXP_WITHIN -> operand == 1 ? Domain.POSITIVE : Domain.ANY;
      case WITH_DERIVATIVE -> operand == 2 ? Domain.FINITE : Domain.ANY;
      case TILTED_QUANTILE -> operand == 0 ? Domain.SHARE : Domain.ANY;
      case DEVIANCE, DEVIANCE_AND_LOG, DEVIANCE_OF_LOG ->
          operand < 2 ? Domain.POSITIVE : Domain.MODERATE;
      default -> Domain.ANY;
    };
  }

  /**
   * Whether the engine itself has two answers, in vector code and at the end of a vector, or steps
   * of its own overflow.
   */
  private static boolean isOfEngine(Op op, double[] x) {
    return switch (op) {
      case MOD -> Double.isInfinite((float) (x[0] / x[1])) || Math.abs(x[1]) < Float.MIN_NORMAL;
      case SQUARE, LOG_NDTR, LOG_FACTORIAL_REST, LOG_GAMMA_HALF_STEP, DIGAMMA_HALF_STEP ->
          Math.abs(x[0]) == Double.MAX_VALUE;
      case DEVIANCE, DEVIANCE_AND_LOG, DEVIANCE_OF_LOG -> Double.isInfinite(x[0]);
      case XLOG1PY -> Double.isInfinite(x[0]) && Math.abs(x[1]) < Double.MIN_NORMAL;
      default -> false;
    };
  }

  static NDArray apply(Op op, NDArray[] in) {
    RunArray[] operands = Arrays.stream(in).map(RunArray.class::cast).toArray(RunArray[]::new);
    if (op == Op.WHERE) {
      operands[0] = (RunArray) operands[0].gt(0);
    } else if (op.row().promotion() == Promotion.NONE) {
      for (int i = 0; i < operands.length; i++) {
        operands[i] = (RunArray) operands[i].neq(0);
      }
    }
    Attributes attributes = op == Op.POLYGAMMA ? Attributes.of(1) : Attributes.NONE;
    NDArray y = Operations.apply(op, attributes, operands);
    return y.getDataType().isFloating() ? y : Tensors.cast(y, Tensors.run(in[0]).dataType());
  }

  /** All of a row's operands, of each of these in the places of the others. */
  private static List<double[]> grid(Op op, FloatType type, int most) {
    List<double[]> places = new ArrayList<>();
    SplittableRandom random = new SplittableRandom(op.name().hashCode());
    int n = operands(op);
    int all = (int) Math.pow(NUMBERS.length, n);
    int count = Math.min(all, most);
    for (int i = 0; i < count; i++) {
      int rest = count < all ? random.nextInt(all) : i;
      double[] x = new double[n];
      boolean isMeant = true;
      for (int k = 0; k < n; k++) {
        double number = NUMBERS[rest % NUMBERS.length];
        x[k] = type == FloatType.FLOAT32 ? (float) number : number;
        rest /= NUMBERS.length;
        isMeant &= domain(op, k).has(x[k]);
      }
      if (isMeant && !isOfEngine(op, x)) {
        places.add(x);
      }
    }
    List<double[]> operands = new ArrayList<>();
    for (int k = 0; k < n; k++) {
      int operand = k;
      operands.add(places.stream().mapToDouble(x -> x[operand]).toArray());
    }
    return operands;
  }

  @Test
  void meanTheSameByEngineAndRecord() {
    Law law = judged(300);
    assertThat(law.faults).isEmpty();
    assertThat(law.rows).isEqualTo(rows());
  }

  @Tag("acceptance")
  @Tag("sound.1")
  @Test
  void meanTheSameAtAllPairsOfNumbers() {
    Law law = judged(5000);
    POINT.atLeast("rows of elements judged", law.rows.size(), rows().size());
    POINT.atLeast("values and slopes of rows judged", law.judged, 800_000);
    POINT.atMost("rows that differ: " + law.faults, law.faults.size(), 0);
    POINT.atLeast("the same where a record has another rectifier", planted().faults.size(), 1);
  }

  private static Law judged(int most) {
    Law law = new Law();
    for (Op op : rows()) {
      for (FloatType type : FloatType.values()) {
        law.judge(op, type, most, in -> apply(op, in));
      }
    }
    return law;
  }

  /** A rectifier that is another function while it is recorded, at one number. */
  private static Law planted() {
    Law law = new Law();
    law.judge(
        Op.RELU,
        FloatType.FLOAT64,
        100,
        in -> {
          NDArray y = apply(Op.RELU, in);
          boolean isRecorded = PyTorch.get().column() instanceof Recorder;
          return isRecorded ? Tensors.where(in[0].eq(2.5), y.mul(1 + 1e-8), y) : y;
        });
    return law;
  }

  @Test
  void aRowThatDiffersAtOneNumberIsCaught() {
    assertThat(planted().faults).isNotEmpty();
  }

  private static final class Law {

    private long judged;
    private final Set<Op> rows = EnumSet.noneOf(Op.class);
    private final List<String> faults = new ArrayList<>();

    void judge(Op op, FloatType type, int most, Function<NDArray[], NDArray> row) {
      rows.add(op);
      List<double[]> at = grid(op, type, most);
      int n = at.size();
      int size = at.get(0).length;
      List<Shape> shapes = Collections.nCopies(n, new Shape(size));
      judge(op, type, at, shapes, "slope", (run, in) -> row.apply(in));
      judge(
          op,
          type,
          at,
          shapes,
          "masked slope",
          (run, in) -> {
            NDArray still = in[0].stopGradient();
            return Tensors.where(still.gt(still), row.apply(in), 0);
          });
    }

    private void judge(
        Op op,
        FloatType type,
        List<double[]> at,
        List<Shape> shapes,
        String what,
        BiFunction<Run, NDArray[], NDArray> function) {
      RunConfig config = RunConfig.defaults().withFloatType(type);
      Both both = new Both(config, shapes, at, function);
      List<Outcome> engine = new ArrayList<>(List.of(both.engine(at)));
      if (type == FloatType.FLOAT32) {
        engine.add(both.engine(FloatType.FLOAT64, at));
      }
      Outcome record = both.record(at);
      compare(op, "value", type, at, engine, record, -1);
      for (int i = 0; i < at.size(); i++) {
        compare(op, what, type, at, engine, record, i);
      }
    }

    private void compare(
        Op op,
        String what,
        FloatType type,
        List<double[]> at,
        List<Outcome> engine,
        Outcome record,
        int slope) {
      boolean isMasked = what.contains("masked");
      double[] actual = slope < 0 ? record.values() : record.slopes().get(slope);
      int count = 0;
      StringBuilder text = new StringBuilder();
      for (int i = 0; i < actual.length; i++) {
        boolean same = slope >= 0 && Double.isNaN(engine.get(0).values()[i]) && !isMasked;
        same |=
            slope == 0 && op == Op.XLOGY && isMasked; // 0 times infinity is left out by the engine
        for (Outcome one : engine) {
          double expected = slope < 0 ? one.values()[i] : one.slopes().get(slope)[i];
          same |= isSame(expected, actual[i], type);
        }
        judged++;
        if (!same && count++ < 5) {
          for (double[] x : at) {
            text.append(x[i]).append(' ');
          }
          for (Outcome one : engine) {
            text.append(": ").append(slope < 0 ? one.values()[i] : one.slopes().get(slope)[i]);
          }
          text.append(" record ").append(actual[i]).append("   ");
        }
      }
      if (count > 0) {
        faults.add("%s %s %s by %s, %s: %s".formatted(op, what, slope, type, count, text));
      }
    }

    private static boolean isSame(double expected, double actual, FloatType type) {
      if (Double.compare(expected, actual) == 0 || expected == actual) {
        return true;
      }
      boolean isSingle = type == FloatType.FLOAT32;
      double size = Math.max(Math.abs(expected), Math.abs(actual));
      return Math.abs(expected - actual) <= (isSingle ? 1e-4 * size + 1e-6 : 1e-9 * size + 4e-15)
          && Double.isFinite(size);
    }
  }
}
