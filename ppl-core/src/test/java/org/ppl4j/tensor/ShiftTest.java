package org.ppl4j.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.ppl4j.testing.TensorAssertions.assertClose;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.ppl4j.testing.LeakCheck;

/** Zeros by which tensors are moved, to take gradients there. */
@ExtendWith(LeakCheck.class)
class ShiftTest {

  /** Of exp(x + s)³, 3 y³ at s = 0 and its own derivative in u, where y = exp(x), x = 2 u. */
  @ParameterizedTest
  @EnumSource(FloatType.class)
  void gradientsAreThoseOfWhatIsMoved(FloatType type) {
    double[] at = {-0.5, 0, 0.25};
    double[] first = new double[at.length];
    double[] second = new double[at.length];
    for (int i = 0; i < at.length; i++) {
      first[i] = 3 * Math.exp(6 * at[i]);
      second[i] = 6 * first[i];
    }
    double tolerance = type == FloatType.FLOAT32 ? 1e-4 : 1e-12;
    try (Run run = Run.open(RunConfig.defaults().withFloatType(type), 0)) {
      NDArray u = Autograd.variable(run.create(at, new Shape(at.length)));
      NDArray x = u.mul(2);
      NDArray shift = Autograd.shift(x);
      NDArray cube = x.add(shift).exp().pow(3);
      NDArray slopes = Autograd.grad(cube.sum(), List.of(shift), true).get(0);

      assertClose("zeros", shift, 0, 0, 0, 0);
      assertClose("slopes", slopes, tolerance, first);
      assertClose(
          "slopes of slopes", Autograd.grad(slopes.sum(), List.of(u)).get(0), tolerance, second);
      assertClose(
          "whole gradient", Autograd.grad(cube.sum(), List.of(u)).get(0), tolerance, twice(first));
    }
  }

  private static double[] twice(double[] values) {
    double[] all = values.clone();
    for (int i = 0; i < all.length; i++) {
      all[i] *= 2;
    }
    return all;
  }

  /** Also of what is not a number, so that rows beside it keep theirs. */
  @Test
  void zerosAreZeroEverywhere() {
    double[] at = {Double.NaN, Double.POSITIVE_INFINITY, 2};
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      NDArray x = Autograd.variable(run.create(at, new Shape(3)));
      NDArray shift = Autograd.shift(x);
      NDArray slopes = Autograd.grad(x.add(shift).mul(3).sum(), List.of(shift)).get(0);
      NDArray through = Autograd.grad(x.add(shift).mul(3).sum(), List.of(x)).get(0);

      assertThat(Tensors.values(shift)).containsExactly(0, 0, 0);
      assertThat(Tensors.values(slopes)).containsExactly(3, 3, 3);
      assertThat(Tensors.values(through)).containsExactly(3, 3, 3);
    }
  }
}
