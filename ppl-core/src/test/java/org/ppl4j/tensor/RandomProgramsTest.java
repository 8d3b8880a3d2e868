package org.ppl4j.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;
import static org.assertj.core.api.Assertions.within;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.GradientCollector;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.ppl4j.tensor.internal.table.Op;

/**
 * Random programs over the whole table of operations agree with the engine's own values and, with
 * garbage collections and reused memory between forward and backward, with finite differences.
 */
class RandomProgramsTest {

  /** A step's value against the plain one on the same operands, relative to 1 + |value|. */
  private static final double VALUE_FLOAT64 = 1e-11;

  private static final double VALUE_FLOAT32 = 3e-5;

  /** A gradient against differences, relative to 1 + the largest of the program. */
  private static final double GRADIENT_FLOAT64 = 1e-6;

  /** A gradient in single precision against that in double, relative likewise. */
  private static final double GRADIENT_FLOAT32 = 2e-3;

  /** A second derivative against differences of the first, relative likewise. */
  private static final double SECOND_DERIVATIVE = 1e-5;

  /** One is right unless the function breaks within it: then a smaller one is. */
  private static final double[] STEPS = {1e-5, 1e-6, 1e-7};

  @Test
  void programsAgreeWithTheEngineAndWithDifferences() {
    assertThat(worstGradientError(30, 10)).isLessThan(GRADIENT_FLOAT64);
  }

  @Tag("acceptance")
  @Tag("floor.3")
  @Test
  void twoHundredProgramsAgreeWithTheEngineAndWithDifferences() {
    double worst = worstGradientError(200, 1);
    int wrong = rawProgramsWithWrongGradients(60);

    System.out.printf(
        Locale.ROOT,
        "floor.3 %.1e %.0e pass (200 programs, both float types; raw DJL arrays: %d of 60 wrong)%n",
        worst,
        GRADIENT_FLOAT64,
        wrong);
    assertThat(wrong).as("raw DJL programs with wrong gradients").isPositive();
  }

  /** The gradient of a weighted sum of the gradients, against differences of that sum. */
  @Test
  void secondDerivativesAgreeWithDifferencesOfTheFirst() {
    Op[] ops = RandomProgram.OPS;
    for (int i = 0; i < 60; i++) {
      RandomProgram program = RandomProgram.make(i, ops[(i * 2 + 1) % ops.length], step -> true);
      List<double[]> second = new ArrayList<>();
      double unused = slope(program, program.leaves(), second);
      double scale = 1 + largest(second);
      for (int leaf = 0; leaf < second.size(); leaf++) {
        for (int element = 0; element < second.get(leaf).length; element++) {
          double best = Double.POSITIVE_INFINITY;
          for (double step : STEPS) {
            double above = slope(program, program.moved(leaf, element, step), List.of());
            double below = slope(program, program.moved(leaf, element, -step), List.of());
            double difference = (above - below) / (2 * step);
            best = Math.min(best, Math.abs(second.get(leaf)[element] - difference) / scale);
            if (best < SECOND_DERIVATIVE) {
              break;
            }
          }
          assertThat(best)
              .as("second derivative in element %s of leaf %s of %s", element, leaf, program)
              .isLessThan(SECOND_DERIVATIVE);
        }
      }
    }
  }

  /** The engine gives the second derivative of an absolute value no memory. */
  @Test
  void aSecondDerivativeThatIsZeroEverywhereIsZero() {
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      NDArray x = Autograd.variable(run.create(new double[] {-1, 2}, new Shape(2)));
      NDArray slope = Autograd.grad(x.abs().sum(), List.of(x), true).get(0);

      assertThat(slope.toDoubleArray()).containsExactly(-1, 1);
      assertThat(Autograd.grad(slope.sum(), List.of(x)).get(0).toDoubleArray())
          .containsExactly(new double[] {0, 0}, within(0.0));
      assertThat(Autograd.flatGrad(slope.sum(), List.of(x)).toDoubleArray())
          .containsExactly(new double[] {0, 0}, within(0.0));
    }
  }

  /** The weighted sum of all gradients; adds its own gradients to a list that is not immutable. */
  private static double slope(RandomProgram program, List<double[]> values, List<double[]> second) {
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      Backend backend = Backend.of(run);
      NDArray[] leaves = program.leavesOn(backend, values);
      for (int i = 0; i < leaves.length; i++) {
        leaves[i] = Autograd.variable(leaves[i]);
      }
      NDArray loss = program.loss(backend, program.run(backend, leaves, true));
      for (NDArray leaf : leaves) {
        loss = loss.add(leaf.square().sum()); // a linear program has no second derivative at all
      }
      NDArray sum = program.loss(backend, Autograd.grad(loss, List.of(leaves), true));
      if (second instanceof ArrayList) {
        for (NDArray gradient : Autograd.grad(sum, List.of(leaves))) {
          second.add(gradient.toDoubleArray());
        }
      }
      return sum.toDoubleArray()[0];
    }
  }

  /** Returns the largest error of a gradient in float64. */
  private static double worstGradientError(int programs, int collectEach) {
    Op[] ops = RandomProgram.OPS;
    Set<Op> used = EnumSet.noneOf(Op.class);
    double worst = 0;
    for (int i = 0; i < programs; i++) {
      Op first = ops[(int) ((long) i * ops.length * 7 / 5 % ops.length)];
      RandomProgram program = RandomProgram.make(i, first, step -> true);
      used.addAll(program.used());
      boolean collect = i % collectEach == 0;
      List<double[]> doubles = ours(program, FloatType.FLOAT64, collect);
      worst = Math.max(worst, againstDifferences(program, doubles));
      List<double[]> singles = ours(program, FloatType.FLOAT32, collect);
      assertThat(distance(singles, doubles))
          .as("float32 gradient of %s", program)
          .isLessThan(GRADIENT_FLOAT32);
    }
    if (programs >= ops.length) {
      assertThat(used).containsExactlyInAnyOrder(ops);
    }
    return worst;
  }

  private static List<double[]> ours(RandomProgram program, FloatType type, boolean collect) {
    try (Run run = Run.open(RunConfig.defaults().withFloatType(type), 0);
        NDManager plain = NDManager.newBaseManager("PyTorch")) {
      Backend backend = Backend.of(run);
      NDArray[] leaves = program.leavesOn(backend, program.leaves());
      for (int i = 0; i < leaves.length; i++) {
        leaves[i] = Autograd.variable(leaves[i]);
      }
      List<NDArray> results = program.run(backend, leaves, true);
      NDArray loss = program.loss(backend, results);
      if (collect) {
        reuseMemory();
      }
      List<double[]> gradients =
          Autograd.grad(loss, List.of(leaves)).stream().map(NDArray::toDoubleArray).toList();
      compareWithEngine(program, Backend.of(plain, run.dataType()), leaves, results);
      return gradients;
    }
  }

  /** Each step's value against what plain arrays give for the same operands. */
  private static void compareWithEngine(
      RandomProgram program, Backend plain, NDArray[] leaves, List<NDArray> results) {
    double tolerance = plain.floatType() == DataType.FLOAT32 ? VALUE_FLOAT32 : VALUE_FLOAT64;
    List<NDArray> before = new ArrayList<>();
    for (NDArray leaf : leaves) {
      before.add(plain.floats(leaf.toDoubleArray(), leaf.getShape()));
    }
    for (int step = 0; step < results.size(); step++) {
      NDArray actual = results.get(step);
      NDArray expected = program.runPlain(step, plain, before);
      assertThat(actual.getShape())
          .as("shape of step %s (%s) of %s", step, program.op(step), program)
          .isEqualTo(expected.getShape());
      assertThat(actual.getDataType()).isEqualTo(plain.floatType());
      double[] a = actual.toDoubleArray();
      double[] b = Backend.host(expected);
      for (int i = 0; i < a.length; i++) {
        double error = Math.abs(a[i] - b[i]) / (1 + Math.abs(b[i]));
        assertThat(error)
            .as("step %s (%s): %s for %s in %s", step, program.op(step), a[i], b[i], program)
            .isLessThan(tolerance);
      }
      before.add(plain.floats(a, actual.getShape()));
    }
  }

  /** Collects garbage and overwrites the memory that it freed. */
  private static void reuseMemory() {
    System.gc();
    List<ByteBuffer> churn = new ArrayList<>();
    for (int i = 0; i < 2_000; i++) {
      ByteBuffer buffer = ByteBuffer.allocateDirect(8 * (1 + i % 60));
      while (buffer.hasRemaining()) {
        buffer.put((byte) 0x41);
      }
      churn.add(buffer);
    }
    assertThat(churn).hasSize(2_000);
  }

  private static double againstDifferences(RandomProgram program, List<double[]> gradients) {
    double scale = 1 + largest(gradients);
    double worst = 0;
    for (int leaf = 0; leaf < gradients.size(); leaf++) {
      for (int i = 0; i < gradients.get(leaf).length; i++) {
        double best = Double.POSITIVE_INFINITY;
        for (double step : STEPS) {
          double difference = difference(program, leaf, i, step);
          best = Math.min(best, Math.abs(gradients.get(leaf)[i] - difference) / scale);
          if (best < GRADIENT_FLOAT64) {
            break;
          }
        }
        if (!(best < GRADIENT_FLOAT64)) {
          fail("gradient of element %s of leaf %s is off by %s in %s", i, leaf, best, program);
        }
        worst = Math.max(worst, best);
      }
    }
    return worst;
  }

  private static double difference(RandomProgram program, int leaf, int element, double step) {
    return (8 * (loss(program, leaf, element, step) - loss(program, leaf, element, -step))
            - loss(program, leaf, element, 2 * step)
            + loss(program, leaf, element, -2 * step))
        / (12 * step);
  }

  private static double loss(RandomProgram program, int leaf, int element, double shift) {
    List<double[]> values = program.moved(leaf, element, shift);
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      Backend backend = Backend.of(run);
      NDArray[] leaves = program.leavesOn(backend, values);
      return program.loss(backend, program.run(backend, leaves, true)).toDoubleArray()[0];
    }
  }

  private static double largest(List<double[]> gradients) {
    double largest = 0;
    for (double[] gradient : gradients) {
      for (double x : gradient) {
        largest = Math.max(largest, Math.abs(x));
      }
    }
    return largest;
  }

  private static double distance(List<double[]> actual, List<double[]> expected) {
    double scale = 1 + largest(expected);
    double worst = 0;
    for (int i = 0; i < actual.size(); i++) {
      for (int j = 0; j < actual.get(i).length; j++) {
        double error = Math.abs(actual.get(i)[j] - expected.get(i)[j]) / scale;
        worst = error <= worst ? worst : error; // NaN counts
      }
    }
    return worst;
  }

  /** Programs of operations that DJL has, on raw DJL arrays, whose gradients are not ours. */
  private static int rawProgramsWithWrongGradients(int programs) {
    int wrong = 0;
    for (int i = 0; i < programs; i++) {
      RandomProgram program = RandomProgram.make(i, Op.MUL, Use.Step::isSame);
      List<double[]> right = ours(program, FloatType.FLOAT64, false);
      if (!(distance(raw(program), right) < GRADIENT_FLOAT64)) {
        wrong++;
      }
    }
    return wrong;
  }

  private static List<double[]> raw(RandomProgram program) {
    try (NDManager manager = NDManager.newBaseManager("PyTorch");
        GradientCollector collector = Engine.getEngine("PyTorch").newGradientCollector()) {
      Backend backend = Backend.of(manager, DataType.FLOAT64);
      NDArray[] leaves = program.leavesOn(backend, program.leaves());
      for (NDArray leaf : leaves) {
        leaf.setRequiresGradient(true);
      }
      NDArray loss = program.loss(backend, program.run(backend, leaves, false));
      reuseMemory();
      collector.backward(loss);
      List<double[]> gradients = new ArrayList<>();
      for (NDArray leaf : leaves) {
        gradients.add(Backend.host(leaf.getGradient()));
      }
      return gradients;
    }
  }
}
