package org.ppl4j.transforms;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvFileSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.ppl4j.distributions.Cauchy;
import org.ppl4j.distributions.CdfTransform;
import org.ppl4j.distributions.Logistic;
import org.ppl4j.distributions.Normal;
import org.ppl4j.distributions.Poisson;
import org.ppl4j.tensor.FloatType;
import org.ppl4j.tensor.Run;
import org.ppl4j.tensor.RunConfig;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.testing.LeakCheck;

/** The fixed maps of numbers in both directions, in the tails too, against long arithmetic. */
@ExtendWith(LeakCheck.class)
class ElementwiseValuesTest {

  /** A few dozen roundings of numbers of 1 or of the size of the result. */
  private static final int ROUNDINGS = 32;

  private static Transform of(String map, double first, double second) {
    return switch (map) {
      case "tanh" -> Bijections.tanh();
      case "leaky ReLU" -> Bijections.leakyRelu(first);
      case "ELU" -> Bijections.elu(first);
      case "power" -> Bijections.power(first);
      case "sinh-arcsinh" -> Bijections.sinhArcsinh(first, second);
      case "tails" -> Bijections.tails(first, second);
      case "log-tanh" -> Bijections.logTanh(first);
      case "soft clip" -> Bijections.softClip(first);
      case "Normal" -> CdfTransform.of(Normal.of(first, second));
      case "Logistic" -> CdfTransform.of(Logistic.of(first, second));
      case "Cauchy" -> CdfTransform.of(Cauchy.of(first, second));
      default -> throw new IllegalArgumentException(map);
    };
  }

  @ParameterizedTest
  @CsvFileSource(resources = "elementwise.csv", numLinesToSkip = 1)
  void agree(String map, double first, double second, double x, double y, double logDerivative) {
    for (FloatType type : FloatType.values()) {
      double rounding = ROUNDINGS * (type == FloatType.FLOAT64 ? 0x1.0p-53 : 0x1.0p-24);
      double least = 0x1.0p-126;
      try (Run run = Run.open(RunConfig.defaults().withFloatType(type), 0)) {
        Transform transform = of(map, first, second).withParameters(run::bind);

        Mapped forward = transform.forward(run.scalar(x));
        Mapped inverse = transform.inverse(run.scalar(y));

        assertThat(Tensors.values(forward.value())[0])
            .as("value in %s", type)
            .isCloseTo(y, within(rounding * Math.abs(y) + least));
        assertThat(Tensors.values(forward.logDet())[0])
            .as("log-derivative in %s", type)
            .isCloseTo(logDerivative, within(rounding * Math.max(1, Math.abs(logDerivative))));
        double moved = Math.abs(x) + Math.abs(y) * Math.exp(-logDerivative);
        boolean isNumber = type == FloatType.FLOAT64 || Math.abs(y) >= least;
        if (isNumber && moved < 1 / rounding) {
          assertThat(Tensors.values(inverse.value())[0])
              .as("inverse in %s", type)
              .isCloseTo(x, within(rounding * moved));
        }
      }
    }
  }

  static Stream<Arguments> wrong() {
    return Stream.of(
        wrong(
            () -> Bijections.leakyRelu(0),
            "parameter 'slope' of leaky ReLU must be positive and finite, but is 0.0"),
        wrong(
            () -> Bijections.elu(-1),
            "parameter 'alpha' of ELU must be positive and finite, but is -1.0"),
        wrong(
            () -> Bijections.power(0),
            "parameter 'exponent' of power must be finite and not 0, but is 0.0"),
        wrong(
            () -> Bijections.sinhArcsinh(Double.NaN, 1),
            "parameter 'skewness' of sinh-arcsinh must be finite, but is NaN"),
        wrong(
            () -> Bijections.sinhArcsinh(0, 0),
            "parameter 'tailWeight' of sinh-arcsinh must be positive and finite, but is 0.0"),
        wrong(
            () -> Bijections.tails(-2, 1),
            "parameter 'lower' of tails must be from -1.5 to 1.5, but is -2.0"),
        wrong(
            () -> Bijections.tails(0, Double.NaN),
            "parameter 'upper' of tails must be from -1.5 to 1.5, but is NaN"),
        wrong(
            () -> Bijections.logTanh(11),
            "parameter 'cut' of log-tanh must be positive and at most 10.0, but is 11.0"),
        wrong(
            () -> Bijections.softClip(-5),
            "parameter 'bound' of soft clip must be positive and finite, but is -5.0"),
        wrong(
            () -> CdfTransform.of(Normal.standard(3).toEvent(1)),
            "cdf of 'Normal' is no map of numbers: its draws have shape (3); use toEvent after the"
                + " map"),
        wrong(
            () -> CdfTransform.of(Poisson.of(2)),
            "cdf of 'Poisson' is a step function, which is no bijection; take a continuous"
                + " distribution"));
  }

  private static Arguments wrong(Supplier<Object> made, String text) {
    return Arguments.of(made, text);
  }

  @ParameterizedTest
  @MethodSource("wrong")
  void wrongParametersAreRefused(Supplier<Object> made, String text) {
    assertThatThrownBy(made::get).isInstanceOf(IllegalArgumentException.class).hasMessage(text);
  }
}
