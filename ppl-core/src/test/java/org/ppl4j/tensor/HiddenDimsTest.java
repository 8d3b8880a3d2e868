package org.ppl4j.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import com.google.common.collect.ImmutableList;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.ppl4j.tensor.internal.table.Op;
import org.ppl4j.tensor.internal.table.Shapes;
import org.ppl4j.testing.LeakCheck;

/** Each operation does for each value of a choice what it does without choices. */
@ExtendWith(LeakCheck.class)
class HiddenDimsTest {

  private static final List<Shape> SHAPES =
      List.of(new Shape(2, 3), new Shape(3, 3), new Shape(2, 1, 3), new Shape(4));

  /** Of which choices each operand depends, by bits. */
  private static final int[][] PATTERNS = {{1, 2}, {1, 0}, {0, 1}, {3, 1}, {2, 3}};

  static Stream<Op> operations() {
    return Stream.of(RandomProgram.OPS);
  }

  @ParameterizedTest
  @MethodSource("operations")
  void isAsEachValueAlone(Op op) {
    int judged = 0;
    for (Use use : RandomProgram.USES) {
      for (Shape shape : use.op() == op ? SHAPES : List.<Shape>of()) {
        for (int[] pattern : PATTERNS) {
          judged += judged(use, shape, pattern, new SplittableRandom(judged));
        }
      }
    }

    assertThat(judged).isPositive();
  }

  private static int judged(Use use, Shape shape, int[] pattern, SplittableRandom random) {
    Shape[] shapes = new Shape[use.operands()];
    Arrays.fill(shapes, shape);
    Use.Step step = use.maker().make(shapes, random);
    if (step == null) {
      return 0;
    }
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      ImmutableList<Choice> choices =
          ImmutableList.of(Choice.of(run, "a", 2), Choice.of(run, "b", 3));
      NDArray[] operands = new NDArray[shapes.length];
      List<NDArray> variables = new ArrayList<>();
      for (int i = 0; i < operands.length; i++) {
        int bits = pattern[i % pattern.length];
        List<Choice> own =
            choices.stream().filter(c -> (bits >> choices.indexOf(c) & 1) == 1).toList();
        Shape full = Shapes.concat(HiddenDims.sizes(own), shape);
        double[] values = random.doubles(full.size(), -1.5, 1.5).toArray();
        NDArray variable = Autograd.variable(run.create(values, full));
        variables.add(variable);
        operands[i] = HiddenDims.hidden(variable, own);
      }
      NDArray together = step.ours().of(Backend.of(run), operands);
      NDArray total = run.scalar(0);
      int judged = 0;
      for (int a = 0; a < 2; a++) {
        for (int b = 0; b < 3; b++) {
          NDArray[] alone = new NDArray[operands.length];
          for (int i = 0; i < alone.length; i++) {
            alone[i] = at(operands[i], choices, a, b);
          }
          NDArray one = step.ours().of(Backend.of(run), alone);
          NDArray same = at(together, choices, a, b);
          String what = use.op() + " of " + Arrays.toString(pattern) + " at " + shape;
          assertThat(same.getShape()).as(what).isEqualTo(one.getShape());
          assertThat(Tensors.values(same))
              .as(what)
              .usingComparatorWithPrecision(1e-12)
              .containsExactly(Tensors.values(one));
          if (one.getDataType().isFloating()) {
            total = total.add(Tensors.total(one.sin()).sub(Tensors.total(same.sin())));
          }
          judged++;
        }
      }
      // The difference is 0, and so are its slopes.
      NDArray moving = total;
      for (NDArray variable : variables) {
        moving = moving.add(Tensors.total(variable));
      }
      for (NDArray gradient : Autograd.grad(moving, variables)) {
        assertThat(Arrays.stream(Tensors.values(gradient)))
            .as("%s", use.op())
            .allMatch(x -> Math.abs(x - 1) < 1e-9);
      }
      return judged;
    }
  }

  private static NDArray at(NDArray x, List<Choice> choices, int a, int b) {
    return HiddenDims.at(HiddenDims.at(x, choices.get(0), a), choices.get(1), b);
  }

  /** Places of a choice are not looked up one by one, and may stand anywhere. */
  @Test
  void placesPickWhatIsChosen() {
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      Choice z = Choice.of(run, "z", 3);
      NDArray place = HiddenDims.enumerated(z, run.arange(3), new Shape(2));
      NDArray table =
          run.create(new double[] {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12}, new Shape(4, 3));
      NDArray first =
          Tensors.pick(Tensors.reshape(Tensors.range(table, 0, 0, 1), new Shape(3)), place);
      NDArray row = Tensors.pick(table.swapAxes(0, 1), place, 1);
      NDArray square = run.create(new double[] {1, 2, 3, 4, 5, 6, 7, 8, 9}, new Shape(3, 3));
      NDArray twice =
          Tensors.pick(Tensors.pick(square, place, 1), place.expandDims(-1)).squeeze(-1);

      assertThat(first.getShape()).isEqualTo(new Shape(2));
      assertThat(HiddenDims.numbers(first)).containsExactly(1, 1, 2, 2, 3, 3);
      assertThat(row.getShape()).isEqualTo(new Shape(2, 4));
      assertThat(Arrays.copyOf(HiddenDims.numbers(row), 8))
          .containsExactly(1, 4, 7, 10, 1, 4, 7, 10);
      assertThat(HiddenDims.of(twice)).containsExactly(z);
      assertThat(HiddenDims.numbers(twice)).containsExactly(1, 1, 5, 5, 9, 9);
      assertThatThrownBy(() -> Tensors.pick(Tensors.range(table, 1, 0, 2), place))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void whatIsLeftOfAChoiceIsSaid() {
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      Choice z = Choice.of(run, "z", 2);
      NDArray x =
          HiddenDims.hidden(run.create(new double[] {0, 1, 2, 5}, new Shape(2, 2)), List.of(z));

      assertThat(HiddenDims.numbers(HiddenDims.max(x, z))).containsExactly(2, 5);
      assertThat(HiddenDims.numbers(HiddenDims.argMax(x, z))).containsExactly(1, 1);
      assertThat(HiddenDims.numbers(HiddenDims.logSumExp(x, z)))
          .usingComparatorWithPrecision(1e-14)
          .containsExactly(Math.log(1 + Math.exp(2)), Math.log(Math.E + Math.exp(5)));
      assertThat(
              HiddenDims.numbers(HiddenDims.at(x, z, run.create(new long[] {1, 0}, new Shape(2)))))
          .containsExactly(2, 1);
      assertThat(x).hasToString("Tensor(2) float64 for each [z of 2]");
      assertThatThrownBy(x::toDoubleArray)
          .isInstanceOf(IllegalStateException.class)
          .hasMessage(
              "a value that depends on the choice of 'z' is read in Java, but it has no one value:"
                  + " all are summed over; choose by Tensors.where(condition, a, b) or"
                  + " p.pick(values, index) instead of an if, or have the site sampled by"
                  + " InferConfig");
    }
  }
}
