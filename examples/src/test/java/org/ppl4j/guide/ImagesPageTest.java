package org.ppl4j.guide;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.ppl4j.tensor.Tensors;

/** A network follows a wave. */
class ImagesPageTest {

  @Test
  void aWaveIsLearned() {
    double[] x = IntStream.range(0, 60).mapToDouble(i -> i / 30.0 - 1).toArray();
    double[] y = Arrays.stream(x).map(at -> Math.sin(3 * at)).toArray();

    double loss = ImagesPage.learn(new ImagesPage.Curve(Tensors.vector(x), Tensors.vector(y)));

    // Of no error it is n (log 0.1 + log √(2 π)); of errors of 0.1 half a row more.
    double least = 60 * (Math.log(0.1) + 0.5 * Math.log(2 * Math.PI));
    assertThat(loss).isBetween(least, least + 30);
  }
}
