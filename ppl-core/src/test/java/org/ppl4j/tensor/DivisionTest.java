package org.ppl4j.tensor;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import java.util.function.DoubleFunction;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.ppl4j.testing.AcceptancePoint;
import org.ppl4j.testing.LeakCheck;

/**
 * Quotients are rounded once: a multiple of a number, divided by it, is whole, by the engine and by
 * a record, where operands are plain numbers, tensors, and what was scaled before.
 */
@ExtendWith(LeakCheck.class)
class DivisionTest {

  private static final int MULTIPLES = 50;
  private static final int DIVISORS = 199;

  @Test
  void quotientsOfMultiplesAreWhole() {
    int[] judgedAndOff = judgeAll();
    assertThat(judgedAndOff[0]).isEqualTo(4 * 4 * MULTIPLES * DIVISORS);
    assertThat(judgedAndOff[1]).isZero();
  }

  @Tag("acceptance")
  @Tag("sound.1")
  @Test
  void quotientsAreRoundedOnce() {
    int[] judgedAndOff = judgeAll();
    AcceptancePoint point = new AcceptancePoint("sound.1");
    point.atLeast("quotients of multiples judged", judgedAndOff[0], 4 * 4 * MULTIPLES * DIVISORS);
    point.atMost("quotients that are not whole", judgedAndOff[1], 0);
  }

  private static int[] judgeAll() {
    int[] judgedAndOff = new int[2];
    judge(d -> x -> x.div(d), judgedAndOff);
    judge(d -> x -> x.div(x.stopGradient().mul(0).add(d)), judgedAndOff);
    judge(d -> x -> x.mul(3).div(3 * d), judgedAndOff);
    judge(d -> x -> x.div(x.stopGradient().mul(0).add(1).mul(d)), judgedAndOff);
    return judgedAndOff;
  }

  /** The law is of something: a product with a reciprocal breaks it. */
  @Test
  void productsWithReciprocalsAreNot() {
    int[] judgedAndOff = new int[2];
    judge(d -> x -> x.mul(1 / d), judgedAndOff);
    assertThat(judgedAndOff[1]).isPositive();
  }

  private static void judge(DoubleFunction<UnaryOperator<NDArray>> quotient, int[] judgedAndOff) {
    for (FloatType type : FloatType.values()) {
      for (Recording recording : new Recording[] {Recording.OFF, Recording.REQUIRED}) {
        RunConfig config = RunConfig.defaults().withFloatType(type).withRecording(recording);
        for (int d = 1; d <= DIVISORS; d++) {
          int divisor = d;
          UnaryOperator<NDArray> by = quotient.apply(d);
          double[] x = new double[MULTIPLES];
          double[] places = new double[MULTIPLES];
          Arrays.setAll(x, k -> (k + 1.0) * divisor);
          Arrays.setAll(places, k -> k + 1);
          VectorFunction off =
              new VectorFunction(
                  "quotients",
                  config,
                  (run, v) -> {
                    NDArray whole = run.create(places, new Shape(MULTIPLES));
                    return by.apply(v).floor().neq(whole).sum().add(v.sum().mul(0));
                  },
                  x);
          judgedAndOff[0] += MULTIPLES;
          judgedAndOff[1] += (int) off.evaluate(x, new double[MULTIPLES]);
        }
      }
    }
  }
}
