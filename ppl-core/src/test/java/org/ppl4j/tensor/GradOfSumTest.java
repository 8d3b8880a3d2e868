package org.ppl4j.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.ppl4j.testing.LeakCheck;

/** The gradient of a function that may be the same everywhere. */
@ExtendWith(LeakCheck.class)
class GradOfSumTest {

  @Test
  void gradientIsThatOfTheSum() {
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      NDArray x = Autograd.variable(run.create(new double[] {1, 2, 3}, new Shape(3)));
      assertThat(Tensors.values(Autograd.gradOfSum(x.square(), x))).containsExactly(2, 4, 6);
    }
  }

  @Test
  void constantHasZeros() {
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      NDArray x = Autograd.variable(run.create(new double[] {1, 2}, new Shape(2)));
      assertThat(Tensors.values(Autograd.gradOfSum(run.ones(new Shape(3)), x)))
          .containsExactly(0, 0);
      assertThat(Tensors.values(Autograd.gradOfSum(Tensors.number(3), x))).containsExactly(0, 0);
    }
  }

  @Test
  void otherFailuresStay() {
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      NDArray x = run.create(new double[] {1, 2}, new Shape(2));
      NDArray y = Autograd.variable(x);
      assertThatThrownBy(() -> Autograd.gradOfSum(y.square(), Tensors.number(1)))
          .isInstanceOf(RuntimeException.class);
    }
  }
}
