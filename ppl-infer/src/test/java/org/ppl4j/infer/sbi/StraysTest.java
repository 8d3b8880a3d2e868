package org.ppl4j.infer.sbi;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Draws that are too far out are told from those that chance alone puts there. */
class StraysTest {

  private static final int COLUMNS = 3;

  /** A posterior whose location and scale are others for each simulation. */
  private enum Law implements ToDoubleFunction<Random> {
    NORMAL(Random::nextGaussian),
    HEAVY_TAILED(random -> Math.tan(Math.PI * (random.nextDouble() - 0.5))),
    TWO_PLACES(random -> random.nextInt(2) + 0.01 * random.nextGaussian());

    private final ToDoubleFunction<Random> numbers;

    Law(ToDoubleFunction<Random> numbers) {
      this.numbers = numbers;
    }

    @Override
    public double applyAsDouble(Random random) {
      return numbers.applyAsDouble(random);
    }
  }

  /** With a share of draws that are farther out by a factor. */
  private static boolean areMany(Law law, int simulations, double share, double factor, long seed) {
    Random random = new Random(seed);
    double[] parameters = new double[simulations * COLUMNS];
    double[] draws = new double[Strays.DRAWS * parameters.length];
    for (int i = 0; i < parameters.length; i++) {
      double loc = 100 * random.nextGaussian();
      double scale = Math.exp(3 * random.nextGaussian());
      parameters[i] = loc + scale * law.applyAsDouble(random);
      for (int k = 0; k < Strays.DRAWS; k++) {
        double far = random.nextDouble() < share ? factor : 1;
        draws[k * parameters.length + i] = loc + far * scale * law.applyAsDouble(random);
      }
    }
    return Strays.areMany(parameters, draws, COLUMNS);
  }

  @ParameterizedTest
  @EnumSource(Law.class)
  void drawsOfPosteriorsThatAreRightAreHardlyEverTooFar(Law law) {
    long wrong = IntStream.range(0, 300).filter(seed -> areMany(law, 100, 0, 1, seed)).count();
    // exp(−5) of 300 is 2; more than 9 is one in 10,000.
    assertThat(wrong).isLessThan(10);
    assertThat(areMany(law, Strays.MOST_SIMULATIONS, 0, 1, 1)).isFalse();
  }

  @ParameterizedTest
  @EnumSource(value = Law.class, names = "HEAVY_TAILED", mode = EnumSource.Mode.EXCLUDE)
  void oneDrawInTwoHundredThatIsFarOutIsTooMany(Law law) {
    for (long seed = 0; seed < 5; seed++) {
      assertThat(areMany(law, Strays.MOST_SIMULATIONS, 0.005, 1000, seed)).isTrue();
    }
  }
}
