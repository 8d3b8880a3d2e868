package org.ppl4j.tensor.plan;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.ppl4j.tensor.table.Op;

class TwosTest {

  private static final int SIZE = 100;

  /** 49 by 49 is 1, whose reciprocal taken 49 times is less: what is counted by it would be off. */
  @Test
  void quotientsAreRoundedOnce() {
    for (int y = 1; y <= 1000; y++) {
      double[] multiples = new double[SIZE];
      float[] singles = new float[SIZE];
      for (int k = 0; k < SIZE; k++) {
        multiples[k] = (double) y * k;
        singles[k] = y * k;
      }
      double[] to = new double[SIZE];
      float[] toSingles = new float[SIZE];

      assertThat(Twos.left(Op.DIV, SIZE, to, multiples, y)).isTrue();
      assertThat(SingleTwos.left(Op.DIV, SIZE, toSingles, singles, y)).isTrue();

      assertThat(to).as("by %s", y).containsExactly(whole());
      for (int k = 0; k < SIZE; k++) {
        assertThat(toSingles[k]).as("%s by %s", k * y, y).isEqualTo(k);
      }
    }
  }

  private static double[] whole() {
    return IntStream.range(0, SIZE).asDoubleStream().toArray();
  }

  @Test
  void comparisonsWithNoNumberAreFalse() {
    double[] a = {Double.NaN, 1, Double.NaN, Double.POSITIVE_INFINITY, -0.0};
    double[] b = {1, Double.NaN, Double.NaN, Double.POSITIVE_INFINITY, 0};
    double[] to = new double[a.length];
    for (Op op : new Op[] {Op.GT, Op.LT}) {
      assertThat(Twos.dense(op, a.length, to, a, b)).isTrue();
      assertThat(Arrays.stream(to).sum()).as("%s", op).isZero();
    }
    for (Op op : new Op[] {Op.EQ, Op.GTE, Op.LTE}) {
      assertThat(Twos.dense(op, a.length, to, a, b)).isTrue();
      assertThat(to).as("%s", op).containsExactly(0, 0, 0, 1, 1);
    }
  }
}
