package org.ppl4j.tensor.internal.plan;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class BitsTest {

  private static final double[] NUMBERS = {
    0,
    -0.0,
    1,
    -1,
    0.5,
    Float.MIN_VALUE,
    -Float.MIN_VALUE,
    Double.MIN_VALUE,
    Double.MAX_VALUE,
    Double.POSITIVE_INFINITY,
    Double.NEGATIVE_INFINITY,
    Double.NaN
  };

  @Test
  void choiceIsThatOfAJump() {
    int judged = 0;
    for (double number : NUMBERS) {
      for (double one : NUMBERS) {
        for (double other : NUMBERS) {
          assertThat(Double.doubleToRawLongBits(Bits.chosen(number, one, other)))
              .as("%s ? %s : %s", number, one, other)
              .isEqualTo(Double.doubleToRawLongBits(number != 0 ? one : other));
          float single = (float) number;
          assertThat(Float.floatToRawIntBits(Bits.chosen(single, (float) one, (float) other)))
              .as("%s ? %s : %s", single, one, other)
              .isEqualTo(Float.floatToRawIntBits(single != 0 ? (float) one : (float) other));
          judged++;
        }
      }
    }
    assertThat(judged).isEqualTo(12 * 12 * 12);
  }
}
