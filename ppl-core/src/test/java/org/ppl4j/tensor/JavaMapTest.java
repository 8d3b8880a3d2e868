package org.ppl4j.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.ppl4j.testing.LeakCheck;

/** Maps that are computed in Java, their second derivatives, and many vectors at once. */
@ExtendWith(LeakCheck.class)
class JavaMapTest {

  private static final double[] AT = {0.3, -0.7};

  /** {@code (x₀² x₁, sin x₀)}, of closed derivatives. */
  private static class Closed implements JavaMap {

    final List<Integer> asked = new ArrayList<>();

    @Override
    public void compute(double[] x, double[] y, double @Nullable [][] jacobian) {
      y[0] = x[0] * x[0] * x[1];
      y[1] = Math.sin(x[0]);
      if (jacobian != null) {
        jacobian[0][0] = 2 * x[0] * x[1];
        jacobian[0][1] = x[0] * x[0];
        jacobian[1][0] = Math.cos(x[0]);
      }
    }

    @Override
    public void computeAll(double[][] x, double[][] y, double @Nullable [][][] jacobians) {
      asked.add(x.length);
      JavaMap.super.computeAll(x, y, jacobians);
    }

    @Override
    public double[][] curvatures(double[] x) {
      return new double[][] {
        {2 * x[1], 2 * x[0], 2 * x[0], 0}, {-Math.sin(x[0]), 0, 0, 0},
      };
    }
  }

  /** The second derivatives of {@code exp(x₀) + 3 y₀ + 5 y₁ + y₀ y₁}. */
  private static double[] expected(double[] x) {
    double y0 = x[0] * x[0] * x[1];
    double sin = Math.sin(x[0]);
    double cos = Math.cos(x[0]);
    double mixed = (3 + sin) * 2 * x[0] + x[0] * x[0] * cos;
    return new double[] {
      Math.exp(x[0]) + (3 + sin) * 2 * x[1] - (5 + y0) * sin + 2 * 2 * x[0] * x[1] * cos,
      mixed,
      mixed,
      0
    };
  }

  private static NDArray number(NDArray x) {
    NDArray y = JavaMap.apply(new Closed(), 2, x);
    NDArray first = Tensors.range(y, -1, 0, 1);
    NDArray second = Tensors.range(y, -1, 1, 2);
    NDArray own = Tensors.range(x, -1, 0, 1).exp();
    return Tensors.total(own.add(first.mul(3)).add(second.mul(5)).add(first.mul(second)));
  }

  @Test
  void secondDerivativesAreThoseOfTheFormula() {
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      double[] matrix =
          run.withSecondDerivatives(
              () -> {
                NDArray x = Autograd.variable(run.create(AT, new Shape(2)));
                return Autograd.hessian(number(x), x);
              });

      assertThat(matrix).containsExactly(expected(AT), within(1e-13));
    }
  }

  @Test
  void valuesAndGradientsAreTheSameWhereSecondDerivativesAreWanted() {
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      NDArray x = Autograd.variable(run.create(AT, new Shape(2)));
      NDArray plain = number(x);
      NDArray curved = run.withSecondDerivatives(() -> number(x));

      assertThat(Tensors.values(curved)).containsExactly(Tensors.values(plain));
      assertThat(Tensors.values(Autograd.grad(curved, List.of(x)).get(0)))
          .containsExactly(Tensors.values(Autograd.grad(plain, List.of(x)).get(0)));
    }
  }

  @Test
  void manyVectorsAreAskedAtOnce() {
    Closed map = new Closed();
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      NDArray x = run.create(new double[] {1, 2, 3, 4, 5, 6}, new Shape(3, 1, 2));
      NDArray y = JavaMap.apply(map, 2, x);

      assertThat(y.getShape()).isEqualTo(new Shape(3, 1, 2));
      assertThat(Tensors.values(y))
          .containsExactly(2, Math.sin(1), 36, Math.sin(3), 150, Math.sin(5));
      assertThat(map.asked).containsExactly(3);
    }
  }

  @Test
  void aProgramWithAMapThatTakesManyIsNotRecorded() {
    JavaMap many =
        new Closed() {
          @Override
          public boolean takesMany() {
            return true;
          }
        };
    VectorFunction f =
        new VectorFunction(
            "f", RunConfig.defaults(), (run, x) -> Tensors.total(JavaMap.apply(many, 2, x)), AT);

    assertThat(f.whyNot()).contains("it has a map that is computed at many vectors at once");
    double[] gradient = new double[2];
    assertThat(f.evaluate(AT, gradient)).isEqualTo(0.3 * 0.3 * -0.7 + Math.sin(0.3));
  }
}
