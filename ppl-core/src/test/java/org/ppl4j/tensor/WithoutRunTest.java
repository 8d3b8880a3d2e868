package org.ppl4j.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.ppl4j.testing.LeakCheck;

/** Tensors without a manager and a run: what they hold, what is done to them, where they go. */
@ExtendWith(LeakCheck.class)
class WithoutRunTest {

  @Test
  void theyHoldWhatTheyAreGiven() {
    NDArray matrix = Tensors.matrix(new double[] {1, 2, 3}, new double[] {4, 5, 6});
    assertThat(matrix.getShape()).isEqualTo(new Shape(2, 3));
    assertThat(matrix.getDataType()).isEqualTo(DataType.FLOAT64);
    assertThat(matrix.toDoubleArray()).containsExactly(1, 2, 3, 4, 5, 6);
    assertThat(matrix.size(0)).isEqualTo(2);
    double[] numbers = {1, 2};
    NDArray vector = Tensors.vector(numbers);
    numbers[0] = 9;
    vector.toDoubleArray()[1] = 9;
    assertThat(vector.toDoubleArray()).containsExactly(1, 2);
    NDArray groups = Tensors.integers(0, 1L << 53, -3);
    assertThat(groups.getDataType()).isEqualTo(DataType.INT64);
    assertThat(groups.toLongArray()).containsExactly(0, 1L << 53, -3);
    assertThat(Tensors.array(new double[] {1, 2, 3, 4}, new Shape(1, 2, 2)).getShape())
        .isEqualTo(new Shape(1, 2, 2));
  }

  @Test
  void operationsGiveWhatTheyGiveInARun() {
    NDArray x = Tensors.matrix(new double[] {1, 2}, new double[] {4, 6});
    NDArray centred = x.sub(x.mean(new int[] {0}));
    assertThat(Tensors.hasRun(centred)).isFalse();
    assertThat(centred.toDoubleArray()).containsExactly(-1.5, -2, 1.5, 2);
    assertThat(Tensors.matMul(x, x).toDoubleArray()).containsExactly(9, 14, 28, 44);
    assertThat(x.gt(1.5).getDataType()).isEqualTo(DataType.BOOLEAN);
    assertThat(Tensors.where(x.gt(1.5), x, 0).toDoubleArray()).containsExactly(0, 2, 4, 6);
    assertThat(Tensors.total(x).getShape().dimension()).isZero();
    assertThat(Tensors.constant(Tensors.total(x))).hasValue(13);
    assertThat(Tensors.pick(Tensors.vector(7, 8, 9), Tensors.integers(2, 0)).toDoubleArray())
        .containsExactly(9, 7);
    assertThat(Tensors.integers(1, 2).add(1).getDataType()).isEqualTo(DataType.INT64);
    assertThat(x.zerosLike().toDoubleArray()).containsExactly(0, 0, 0, 0);
    assertThat(x.onesLike().getShape()).isEqualTo(x.getShape());
    assertThat(Tensors.split(x, 0, 1, 1).get(1).toDoubleArray()).containsExactly(4, 6);
  }

  @ParameterizedTest
  @EnumSource
  void theyTakeTheRunOfWhatTheyMeet(FloatType type) {
    NDArray third = Tensors.vector(1.0 / 3, 1);
    try (Run run = Run.open(RunConfig.defaults().withFloatType(type), 0)) {
      NDArray sum = run.scalar(1).add(third);
      assertThat(Tensors.run(sum)).isSameAs(run);
      assertThat(sum.getDataType()).isEqualTo(run.dataType());
      assertThat(run.bind(Tensors.integers((1L << 40) + 1)).toLongArray())
          .containsExactly((1L << 40) + 1);
      NDArray kept = Tensors.withoutRun(sum);
      assertThat(Tensors.hasRun(kept)).isFalse();
      assertThat(kept.toDoubleArray()).isEqualTo(sum.toDoubleArray());
    }
  }

  /** The state of gradients of the run around is as it was. */
  @Test
  void anOperationOutsideLeavesTheRunAlone() {
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      NDArray x = Autograd.variable(run.create(new double[] {1, 2}, new Shape(2)));
      NDArray y = x.square();
      NDArray outside = Tensors.vector(3, 4).square();
      assertThat(Autograd.grad(y.mul(outside).sum(), List.of(x)).get(0).toDoubleArray())
          .containsExactly(18, 64);
    }
  }

  @Test
  void whatDoesNotFitIsRefused() {
    assertThatThrownBy(() -> Tensors.matrix(new double[2], new double[3]))
        .hasMessage("matrix has rows of 2 and 3 numbers; pass as many in each");
    assertThatThrownBy(Tensors::matrix).hasMessage("matrix has no row; pass at least one");
    assertThatThrownBy(() -> Tensors.array(new double[3], new Shape(2, 2)))
        .hasMessage("array of shape (2, 2) is to hold 3 numbers; pass 4");
    assertThatThrownBy(() -> Tensors.integers((1L << 53) + 1))
        .hasMessage(
            "whole number 9007199254740993 is too large to be kept exactly; pass numbers within"
                + " ±2^53");
    assertThatThrownBy(() -> Tensors.vector(1, 2).getManager())
        .hasMessage(
            "tensor of shape (2) has no run yet; bring it into one with run.bind(x), a distribution"
                + " with distribution.on(run)");
  }
}
