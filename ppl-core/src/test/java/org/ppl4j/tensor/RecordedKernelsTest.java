package org.ppl4j.tensor;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import com.google.common.collect.ImmutableMap;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.BiFunction;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.ppl4j.testing.LeakCheck;

/**
 * Products and loops of all sizes at which they are done differently, of operands that lie
 * differently: values and gradients as by the engine.
 */
@ExtendWith(LeakCheck.class)
class RecordedKernelsTest {

  private static final long SEED = 20261127;

  /** Around what is small, vectors, tiles and blocks. */
  private static final List<Integer> SIZES =
      List.of(1, 2, 3, 15, 16, 17, 31, 32, 33, 63, 64, 65, 255, 256, 257, 300, 1025);

  private static final int LARGEST = 400_000;
  private static final double ROUNDING = 1e-12; // of sums of at most a thousand terms
  private static final double SINGLE_ROUNDING = 5e-4; // the same, in the units that a float has

  private final SplittableRandom random = new SplittableRandom(SEED);

  private int size() {
    return SIZES.get(random.nextInt(SIZES.size()));
  }

  private static void check(String what, int size, BiFunction<Run, NDArray, NDArray> function) {
    check(what, RunConfig.defaults(), ROUNDING, size, function);
  }

  private static void check(
      String what,
      RunConfig config,
      double rounding,
      int size,
      BiFunction<Run, NDArray, NDArray> function) {
    double[] at = new SplittableRandom(SEED).doubles(size, -1, 1).map(x -> (float) x).toArray();
    double[][] gradients = new double[2][size];
    double[] values = new double[2];
    for (int i = 0; i < 2; i++) {
      Recording recording = i == 0 ? Recording.OFF : Recording.REQUIRED;
      VectorFunction f = new VectorFunction(what, config.withRecording(recording), function, at);
      values[i] = f.evaluate(at, gradients[i]);
    }
    double largest = Arrays.stream(gradients[0]).map(Math::abs).max().orElse(0);
    double bound = rounding * Math.max(1, Math.max(largest, Math.abs(values[0])));
    assertThat(Math.abs(values[1] - values[0])).as("value of %s", what).isLessThan(bound);
    double apart = 0;
    for (int i = 0; i < size; i++) {
      apart = Math.max(apart, Math.abs(gradients[1][i] - gradients[0][i]));
    }
    assertThat(apart).as("gradient of %s, largest %s", what, largest).isLessThan(bound);
  }

  /** How an operand of a product comes to be. */
  private enum Lie {
    PLAIN,
    TRANSPOSED,
    EVERY_SECOND,
    FIXED,
    FIXED_TRANSPOSED;

    boolean isFixed() {
      return this == FIXED || this == FIXED_TRANSPOSED;
    }

    int numbers(int rows, int columns) {
      return isFixed() ? 0 : this == EVERY_SECOND ? 2 * rows * columns : rows * columns;
    }

    NDArray matrix(Run run, NDArray x, int from, int batch, int rows, int columns) {
      int size = numbers(rows, columns) * batch;
      double[] fixed = new SplittableRandom(rows).doubles((long) batch * rows * columns).toArray();
      NDArray own = isFixed() ? null : Tensors.range(x, -1, from, from + size);
      return switch (this) {
        case PLAIN -> Tensors.reshape(own, new Shape(batch, rows, columns));
        case TRANSPOSED -> Tensors.reshape(own, new Shape(batch, columns, rows)).transpose(0, 2, 1);
        case EVERY_SECOND ->
            Tensors.range(Tensors.reshape(own, new Shape(batch, rows, columns, 2)), -1, 1, 2)
                .squeeze(-1);
        case FIXED -> run.create(fixed, new Shape(batch, rows, columns));
        case FIXED_TRANSPOSED ->
            run.create(fixed, new Shape(batch, columns, rows)).transpose(0, 2, 1);
      };
    }
  }

  @Test
  void productsOfAllSizes() {
    products(RunConfig.defaults(), ROUNDING, 120);
  }

  @Test
  void productsOfAllSizesInSinglePrecision() {
    products(RunConfig.defaults().withFloatType(FloatType.FLOAT32), SINGLE_ROUNDING, 60);
  }

  private void products(RunConfig config, double rounding, int count) {
    Lie[] lies = Lie.values();
    int judged = 0;
    while (judged < count) {
      int m = size();
      int k = size();
      int n = size();
      int batch = random.nextInt(4) == 0 ? 3 : 1;
      Lie left = lies[random.nextInt(lies.length)];
      Lie right = lies[random.nextInt(lies.length)];
      int lefts = left.numbers(m, k) * batch;
      int all = lefts + right.numbers(k, n) * batch;
      if ((long) batch * m * k * n > LARGEST || all == 0) {
        continue;
      }
      String what = "%s (%d, %d, %d) times %s (%d)".formatted(left, batch, m, k, right, n);
      check(
          what,
          config,
          rounding,
          all,
          (run, x) -> {
            NDArray a = left.matrix(run, x, 0, batch, m, k);
            NDArray b = right.matrix(run, x, lefts, batch, k, n);
            return Tensors.matMul(a, b).sin().sum();
          });
      judged++;
    }
  }

  /** A matrix that is the same for a batch of others, as data and parameters of particles are. */
  @Test
  void productsOfOneMatrixWithABatch() {
    for (int columns : List.of(1, 3, 20)) {
      for (boolean isLeft : new boolean[] {false, true}) {
        String what = "(4, 70, 30) times (30, " + columns + "), one " + (isLeft ? "left" : "right");
        check(
            what,
            4 * 30 * columns,
            (run, x) -> {
              double[] data = new SplittableRandom(3).doubles(70 * 30, -1, 1).toArray();
              NDArray fixed = run.create(data, new Shape(70, 30));
              NDArray many = Tensors.reshape(x, new Shape(4, 30, columns));
              return isLeft
                  ? Tensors.matMul(fixed, many).sin().sum()
                  : Tensors.matMul(many.transpose(0, 2, 1), fixed.transpose()).sin().sum();
            });
      }
    }
  }

  /** Vectors of 260 and of 257 are both of four blocks of 65; the last one is not full. */
  @Test
  void productsThatUseTheSameBlocks() {
    check(
        "products over 260 and 257",
        5 * 260,
        (run, x) -> {
          NDArray wide = Tensors.reshape(x, new Shape(5, 260)).sin();
          NDArray narrow = Tensors.range(wide, -1, 3, 260);
          NDArray first = Tensors.matMul(wide, wide.transpose());
          NDArray second = Tensors.matMul(narrow.mul(first.sum()), narrow.cos().transpose());
          return first.sum().add(second.sum());
        });
  }

  @Test
  void loopsOfAllSizes() {
    for (int rows : SIZES) {
      for (int columns : List.of(1, 2, 17, 33, 64, 257)) {
        if (rows * columns <= LARGEST / 10) {
          check(
              "loops of (%d, %d)".formatted(rows, columns),
              rows * (columns + 1),
              loop(rows, columns));
        }
      }
    }
  }

  /**
   * Groups of rows that are data, or computed of them, in order and mixed: what they take, and what
   * they give back, which may depend on data alone.
   */
  @Test
  void groupsOfLongRows() {
    int judged = 0;
    for (int rows : List.of(31, 32, 33, 254, 257, 1024, 1027, 2051)) {
      for (int groups : List.of(1, 5, 85)) {
        for (int apart : new int[] {1, 37}) {
          long[] group = new long[rows];
          Arrays.setAll(group, i -> (long) i * apart % rows * groups / rows);
          double[] weights = new SplittableRandom(rows).doubles(rows, -1, 1).toArray();
          boolean isComputed = judged % 2 == 1;
          check(
              "%d rows of %d groups, %d apart".formatted(rows, groups, apart),
              3 * groups,
              (run, x) -> {
                NDArray given = run.create(group, new Shape(rows));
                NDArray index = isComputed ? given.neg().add(groups - 1) : given;
                NDArray weight = run.create(weights, new Shape(rows));
                NDArray own = Tensors.select(Tensors.range(x, -1, 0, groups), index, 0);
                NDArray table = Tensors.reshape(x, new Shape(groups, 3)).sin();
                NDArray wide = Tensors.select(table, index, 0).sum(new int[] {1});
                NDArray other = Tensors.range(x, -1, groups, 2L * groups);
                NDArray linear = Tensors.select(other, index, 0).mul(weight);
                return own.mul(weight).sin().add(wide.mul(weight)).square().add(linear).sum();
              });
          judged++;
        }
      }
    }
    assertThat(judged).isEqualTo(48);
  }

  /** Functions that have vector code, of numbers that come from a layer and go through another. */
  @Test
  void functionsOfLongRows() {
    Map<String, UnaryOperator<NDArray>> functions =
        ImmutableMap.<String, UnaryOperator<NDArray>>builder()
            .put("exp", NDArray::exp)
            .put("expm1", Special::expm1)
            .put("log", x -> x.square().add(0.01).log())
            .put("log1p", x -> Special.log1p(x.mul(0.9)))
            .put("sigmoid", Special::sigmoid)
            .put("logSigmoid", Special::logSigmoid)
            .put("softplus", Special::softplus)
            .put("tanh", NDArray::tanh)
            .buildOrThrow();
    int judged = 0;
    for (Map.Entry<String, UnaryOperator<NDArray>> function : functions.entrySet()) {
      for (int size : List.of(31, 32, 33, 257, 1025)) {
        double[] weights = new SplittableRandom(size).doubles(size, -3, 3).toArray();
        check(
            function.getKey() + " of " + size,
            size,
            (run, x) -> {
              NDArray inner = x.mul(run.create(weights, new Shape(size))).sin();
              NDArray outer = function.getValue().apply(inner);
              return function.getValue().apply(outer.sub(outer.mean()).sin()).square().sum();
            });
        judged++;
      }
    }
    assertThat(judged).isEqualTo(40);
  }

  /**
   * Masks that never change, in short and long runs: of weights, of what is not finite where it is
   * not chosen, and of numbers, as they lie and turned.
   */
  @Test
  void choicesByMasks() {
    int judged = 0;
    for (int rows : List.of(1, 3, 64)) {
      for (int columns : List.of(31, 32, 65, 257, 1025)) {
        for (int apart : List.of(1, 9, 40, 3000)) {
          double[] mask = new double[rows * columns];
          Arrays.setAll(mask, i -> (i + i / columns) / apart % 2);
          check(
              "%d rows of %d, masked in runs of %d".formatted(rows, columns, apart),
              2 * rows * columns,
              (run, x) -> {
                Shape shape = new Shape(rows, columns);
                NDArray chosen = run.create(mask, shape).gt(0);
                NDArray first = Tensors.reshape(Tensors.range(x, -1, 1, 1 + mask.length), shape);
                NDArray second = Tensors.reshape(Tensors.range(x, -1, 0, mask.length), shape);
                NDArray one = run.create(new double[] {1}, new Shape(1));
                NDArray undefined = Tensors.where(chosen, first.sin(), one.mul(Double.NaN));
                NDArray known = Tensors.where(chosen, undefined, 0);
                NDArray either = Tensors.where(chosen, one, second).mul(first.exp());
                NDArray itself = Tensors.where(chosen, chosen.mul(1.0), second.add(first));
                NDArray turned = Tensors.where(chosen.transpose(), second.transpose(), 0);
                NDArray row =
                    Tensors.where(Tensors.range(chosen, 0, rows - 1, rows), first, second.sin());
                return known
                    .add(either)
                    .add(row.square().mul(itself))
                    .sum()
                    .add(turned.cos().sum());
              });
          judged++;
        }
      }
    }
    assertThat(judged).isEqualTo(60);
  }

  /** Matrices that a mask makes 0 in parts: triangles, empty columns, as good as nothing. */
  @Test
  void productsOfMaskedMatricesInSinglePrecision() {
    RunConfig single = RunConfig.defaults().withFloatType(FloatType.FLOAT32);
    int judged = 0;
    for (int batch : List.of(64, 1025)) {
      for (int inputs : List.of(3, 33, 300)) {
        for (int units : List.of(9, 30, 64)) {
          double[] mask = new double[inputs * units];
          int kind = (judged + judged / 3) % 3;
          Arrays.setAll(
              mask,
              i -> {
                int unit = i % units;
                boolean isAfter = i / units * units > unit * inputs;
                return kind == 0 && isAfter || kind == 1 && unit % 3 == 0 || i == units + 5 ? 1 : 0;
              });
          double[] infinite = new double[inputs * batch];
          infinite[1] = kind == 1 ? 0 : Double.POSITIVE_INFINITY; // of what all are masked from
          String what = "%d rows of %d times masked (%d)".formatted(batch, inputs, units);
          check(
              what,
              single,
              SINGLE_ROUNDING,
              (batch + units) * inputs,
              (run, x) -> {
                long all = (long) batch * inputs;
                NDArray rows = Tensors.reshape(Tensors.range(x, -1, 0, all), new Shape(inputs, -1));
                Shape shape = new Shape(inputs, units);
                NDArray own = Tensors.reshape(Tensors.range(x, -1, all, x.size()), shape);
                NDArray weights = Tensors.where(run.create(mask, shape).gt(0), own, 0);
                NDArray left = Tensors.matMul(weights.transpose(), rows).sin();
                NDArray right = Tensors.matMul(rows.transpose(), weights).cos();
                NDArray beside =
                    Tensors.matMul(
                        run.create(infinite, new Shape(inputs, batch)).transpose(), weights);
                NDArray defined = Tensors.where(beside.isNaN(), run.scalar(2), beside);
                return left.sum().add(right.sum()).add(defined.sum());
              });
          judged++;
        }
      }
    }
    assertThat(judged).isEqualTo(18);
  }

  /** Layers for one vector, whose weights have the product of a column and a row as gradient. */
  @Test
  void layersOfOneVector() {
    for (int inputs : List.of(1, 5, 70)) {
      for (int units : List.of(1, 16, 130)) {
        for (int batch : List.of(1, 3)) {
          check(
              "%d times (1, %d) times (%d, %d)".formatted(batch, inputs, inputs, units),
              batch * inputs * (1 + units),
              (run, x) -> {
                int all = batch * inputs;
                NDArray vectors =
                    Tensors.reshape(Tensors.range(x, -1, 0, all), new Shape(batch, 1, inputs));
                NDArray weights =
                    Tensors.reshape(
                        Tensors.range(x, -1, all, all * (1L + units)),
                        new Shape(batch, inputs, units));
                return Tensors.matMul(vectors.sin(), weights).tanh().square().sum();
              });
        }
      }
    }
  }

  /** Rows and columns that broadcast, sums over each, choices, quotients by a number, a gather. */
  private static BiFunction<Run, NDArray, NDArray> loop(int rows, int columns) {
    return (run, x) -> {
      NDArray matrix =
          Tensors.reshape(Tensors.range(x, -1, 0, (long) rows * columns), new Shape(rows, columns));
      NDArray column =
          Tensors.reshape(
              Tensors.range(x, -1, (long) rows * columns, (long) rows * (columns + 1)),
              new Shape(rows, 1));
      NDArray row = matrix.sum(new int[] {0}, true);
      NDArray scaled = matrix.sub(column).div(column.square().sum().add(2)).mul(row);
      NDArray chosen = Tensors.where(scaled.gt(0), scaled.exp(), Special.softplus(matrix));
      NDArray sums = chosen.sum(new int[] {1}).tanh();
      long[] places = new long[rows];
      Arrays.setAll(places, i -> (i * 7L) % rows);
      NDArray taken = Tensors.select(sums, run.create(places, new Shape(rows)), 0);
      NDArray backwards = chosen.transpose().maximum(0.3).sum(new int[] {0});
      return taken.mul(backwards).sum().add(scaled.sqrt().square().isNaN().sum());
    };
  }
}
