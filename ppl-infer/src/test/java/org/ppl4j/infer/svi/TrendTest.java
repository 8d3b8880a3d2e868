package org.ppl4j.infer.svi;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import java.util.function.IntToDoubleFunction;
import org.junit.jupiter.api.Test;

class TrendTest {

  private static String warning(int steps, IntToDoubleFunction loss) {
    Losses losses = new Losses();
    for (int step = 1; step <= steps; step++) {
      losses.add(loss.applyAsDouble(step));
    }
    return Trend.of(losses, 0).warning();
  }

  private static IntToDoubleFunction noisy(long seed, IntToDoubleFunction mean) {
    SplittableRandom random = new SplittableRandom(seed);
    return step -> mean.applyAsDouble(step) + random.nextGaussian();
  }

  @Test
  void noiseIsNoTrend() {
    int warned = 0;
    for (long seed = 0; seed < 2000; seed++) {
      warned += warning(1000, noisy(seed, step -> 30)).isEmpty() ? 0 : 1;
    }
    assertThat(warned).isLessThanOrEqualTo(6);
  }

  @Test
  void aDescentIsSeen() {
    for (long seed = 0; seed < 20; seed++) {
      assertThat(warning(1000, noisy(seed, step -> -0.03 * step)))
          .as("seed %s", seed)
          .startsWith("the loss was still falling, by ");
      assertThat(warning(5000, noisy(seed, step -> 0.003 * step)))
          .as("seed %s", seed)
          .startsWith("the loss was rising, by ");
    }
  }

  /** The excess of a jitter that falls with a cosine, or that nobody would wait for. */
  @Test
  void aDescentThatIsOverIsNone() {
    IntToDoubleFunction cosine = step -> 3 * (1 + Math.cos(Math.PI * step / 5000)) / 2;

    assertThat(warning(5000, cosine)).isEmpty();
    assertThat(warning(3000, cosine)).isNotEmpty();
    assertThat(warning(1000, step -> 1e-4 * (1000 - step))).isEmpty();
    assertThat(warning(1000, step -> Math.exp(-step / 100.0))).isEmpty();
  }

  @Test
  void wildAndMissingLossesAreNoTrend() {
    IntToDoubleFunction noise = noisy(1, step -> 5);

    assertThat(warning(1000, step -> step % 50 == 0 ? 1e9 : noise.applyAsDouble(step))).isEmpty();
    assertThat(warning(1000, step -> Double.NaN)).isEmpty();
    assertThat(warning(400, step -> -step)).isEmpty();
  }
}
