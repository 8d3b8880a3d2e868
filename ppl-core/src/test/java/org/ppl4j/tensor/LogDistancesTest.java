package org.ppl4j.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

class LogDistancesTest {

  private static final double X = 0.7;

  /** Of the logarithm of how far something made of x is from 0, in x. */
  private static double slope(UnaryOperator<NDArray> made, boolean isAskedBefore) {
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      NDArray x = Autograd.variable(run.create(new double[] {X}, new Shape(1)));
      NDArray y = made.apply(x);
      if (isAskedBefore) {
        double value = run.withoutGradients(() -> LogDistances.of(y, 0).sum()).getDouble();
        assertThat(value).isFinite();
      }
      NDArray log = LogDistances.of(y, 0);
      return Autograd.grad(log.sum(), List.of(x)).get(0).getDouble(0);
    }
  }

  /** Who asks without gradients leaves them to who asks later. */
  @Test
  void gradientsStayWhoeverAskedBefore() {
    double less = 1 / (1 + Math.exp(X));
    for (boolean isAskedBefore : new boolean[] {false, true}) {
      assertThat(slope(LogDistances::sigmoid, isAskedBefore)).isEqualTo(less, within(1e-12));
      assertThat(slope(LogDistances::exp, isAskedBefore)).isEqualTo(1, within(1e-12));
      assertThat(slope(x -> LogDistances.sigmoid(x).reshape(1, 1), isAskedBefore))
          .isEqualTo(less, within(1e-12));
    }
  }
}
