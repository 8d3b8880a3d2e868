package org.ppl4j.tensor;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.ppl4j.testing.LeakCheck;

/**
 * Programs on many short rows, which are computed with the long axis last: values and gradients as
 * by the engine, of both float types.
 */
@ExtendWith(LeakCheck.class)
class RecordedLayoutTest {

  private static final long SEED = 20261128;

  /** The middle dim of what programs take. */
  static final int MIDDLE = 3;

  /** Rounding of sums of some thousand terms, relative to the largest: the engine's own. */
  private static double rounding(FloatType type) {
    return type == FloatType.FLOAT64 ? 1e-12 : 2e-5;
  }

  /** Of a tensor (rows, {@value #MIDDLE}, bins). */
  static Map<String, UnaryOperator<NDArray>> programs() {
    Map<String, UnaryOperator<NDArray>> programs = new TreeMap<>();
    programs.put("softmax", x -> x.softmax(-1).cumSum(2).sin());
    programs.put("sums along each axis", x -> x.sin().sub(x.sum(new int[] {0}, true)).cos());
    programs.put("middle sums", x -> x.sin().mul(x.sum(new int[] {1}, true).cos()));
    programs.put("running sums along rows", x -> x.cumSum(0).sin());
    programs.put("running sums along the middle", x -> x.cumSum(1).sin());
    programs.put("largest", x -> x.sub(x.max(new int[] {2}, true)).exp());
    programs.put("largest of the rows", x -> x.sin().sub(x.max(new int[] {0}, true)).exp());
    programs.put("axes exchanged", x -> x.sin().transpose(2, 0, 1).cumSum(0).cos());
    programs.put(
        "flattened",
        x -> Tensors.reshape(x.sin(), new Shape(x.getShape().get(0) * MIDDLE, -1)).cumSum(1).cos());
    programs.put("all in a row", x -> Tensors.reshape(x.sin(), new Shape(-1)).cumSum(0).cos());
    programs.put("flipped", x -> x.sin().flip(2).mul(x).flip(0).cos());
    programs.put("parts", x -> Tensors.concat(List.of(Tensors.range(x.sin(), -1, 1, 3), x), -1));
    programs.put("parts of the rows", x -> Tensors.concat(List.of(x.sin(), x.cos()), 0).square());
    programs.put(
        "products",
        x -> {
          NDArray rows = Tensors.reshape(x.sin(), new Shape(x.getShape().get(0), -1));
          NDArray weights = Tensors.range(rows, 0, 0, 70).transpose();
          return Tensors.matMul(rows.tanh(), weights).softmax(-1).sin();
        });
    programs.put(
        "products of long rows",
        x -> {
          NDArray columns =
              Tensors.reshape(x.sin(), new Shape(x.getShape().get(0), -1)).transpose();
          NDArray few = Tensors.range(columns, 0, 2, 7);
          return Tensors.matMul(few, few.cos().transpose()).sin();
        });
    programs.put(
        "products of each row",
        x -> Tensors.matMul(x.sin(), x.cos().transpose(0, 2, 1)).softmax(-1));
    programs.put(
        "picked", x -> x.sin().cumSum(2).gather(x.argMax(2).expandDims(2), 2).mul(x.cos()));
    programs.put(
        "chosen by numbers of all rows",
        x -> {
          NDArray first = Tensors.range(x, 0, 0, 1);
          NDArray one = Tensors.where(first.gt(x), x.sin(), first);
          NDArray two = Tensors.where(x.gt(first), first.sin(), x.cos());
          NDArray three = Tensors.where(first.gte(x), first, x.tanh());
          NDArray four = Tensors.where(first.lt(x), x.exp(), first);
          NDArray five = Tensors.where(first.lte(x), x.square(), x);
          NDArray six = Tensors.where(first.eq(x), first.mul(3), x);
          return one.add(two.mul(three)).add(four.mul(five)).add(six);
        });
    return programs;
  }

  private static double[] evaluated(
      String what,
      RunConfig config,
      Shape shape,
      UnaryOperator<NDArray> program,
      Recording recording,
      double[] at) {
    VectorFunction f =
        new VectorFunction(
            what,
            config.withRecording(recording),
            (run, x) -> {
              NDArray y = program.apply(Tensors.reshape(x, shape));
              double[] weights = new SplittableRandom(3).doubles(y.size(), -1, 1).toArray();
              return y.mul(run.create(weights, y.getShape())).sum();
            },
            at);
    double[] gradient = new double[at.length];
    double value = f.evaluate(at, gradient);
    double[] all = Arrays.copyOf(gradient, at.length + 1);
    all[at.length] = value;
    return all;
  }

  @Test
  void manyShortRows() {
    SplittableRandom random = new SplittableRandom(SEED);
    int judged = 0;
    for (FloatType type : FloatType.values()) {
      RunConfig config = RunConfig.defaults().withFloatType(type);
      for (Map.Entry<String, UnaryOperator<NDArray>> entry : programs().entrySet()) {
        int rows = List.of(128, 200, 513).get(random.nextInt(3));
        Shape shape = new Shape(rows, MIDDLE, List.of(4, 7, 16).get(random.nextInt(3)));
        double[] at = random.doubles(shape.size(), -1, 1).map(x -> (float) x).toArray();
        String what = type + " " + entry.getKey() + " of " + shape;
        double[] engine = evaluated(what, config, shape, entry.getValue(), Recording.OFF, at);
        double[] record = evaluated(what, config, shape, entry.getValue(), Recording.REQUIRED, at);
        double largest = Arrays.stream(engine).map(Math::abs).max().orElseThrow();
        for (int i = 0; i < engine.length; i++) {
          assertThat(Math.abs(record[i] - engine[i]))
              .as("%s, entry %s", what, i)
              .isLessThan(rounding(type) * Math.max(1, largest));
          judged++;
        }
      }
    }
    assertThat(judged).isGreaterThan(100_000);
  }

  /** What products of long sums lose in single precision is no more than what the engine loses. */
  @Test
  void longSumsInSinglePrecision() {
    int terms = 30_000;
    int columns = 16;
    double[] at = new SplittableRandom(SEED).doubles(columns, 0, 1).map(x -> (float) x).toArray();
    double[] data =
        new SplittableRandom(SEED).doubles((long) terms * columns).map(x -> (float) x).toArray();
    Map<Recording, Double> losses = new EnumMap<>(Recording.class);
    for (Recording recording : List.of(Recording.OFF, Recording.REQUIRED)) {
      RunConfig single =
          RunConfig.defaults().withFloatType(FloatType.FLOAT32).withRecording(recording);
      double loss = 0;
      for (int column = 0; column < columns; column++) {
        int c = column;
        VectorFunction f =
            new VectorFunction(
                "sum of " + terms,
                single,
                (run, x) -> {
                  NDArray fixed = run.create(data, new Shape(terms, columns));
                  return Tensors.matMul(fixed.mul(x).transpose(), fixed).get(c).get(0);
                },
                at);
        double exact = 0;
        for (int row = 0; row < terms; row++) {
          exact += (float) (data[row * columns + c] * at[c]) * data[row * columns];
        }
        loss += Math.abs(f.evaluate(at, new double[columns]) / exact - 1) / columns;
      }
      losses.put(recording, loss);
    }
    double half = Math.scalb(1.0, -24); // what rounding the result once may lose
    assertThat(losses.get(Recording.REQUIRED))
        .isLessThanOrEqualTo(Math.max(losses.get(Recording.OFF), 2 * half));
  }
}
