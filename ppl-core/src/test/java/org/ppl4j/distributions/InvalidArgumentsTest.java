package org.ppl4j.distributions;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.ppl4j.tensor.Rng;
import org.ppl4j.tensor.Run;
import org.ppl4j.tensor.RunConfig;
import org.ppl4j.testing.DistributionCases;
import org.ppl4j.testing.LeakCheck;

/** Every wrong argument and its whole text. */
@ExtendWith(LeakCheck.class)
class InvalidArgumentsTest {

  private static Arguments row(Function<Run, Object> wrong, String text) {
    return Arguments.of(wrong, text);
  }

  private static NDArray vector(Run run, double... values) {
    return run.create(values, new Shape(values.length));
  }

  static Stream<Arguments> ofRows() {
    return DistributionCases.all().stream()
        .flatMap(row -> row.refused().stream())
        .map(refused -> Arguments.of(refused.wrong(), refused.text()));
  }

  static Stream<Arguments> shapes() {
    return Stream.of(
        row(
            run -> Normal.of(run.zeros(new Shape(3)), run.ones(new Shape(4))),
            "parameters of Normal do not broadcast: loc: (3), scale: (4);"
                + " give them equal sizes or size 1 on each dim"),
        row(
            run -> Categorical.probs(run.scalar(1)),
            "parameter 'probs' of Categorical must have at least 1 dims, but has shape ()"),
        row(
            run -> Delta.of(run.zeros(new Shape(3)), 2),
            "parameter 'value' of Delta must have at least 2 dims, but has shape (3)"),
        row(
            run -> Normal.of(run.zeros(new Shape(3)), 1).logProb(run.zeros(new Shape(4))),
            "distribution 'Normal' has batch shape (3) and event shape (), which a value of shape"
                + " (4) does not fit; its rightmost dims must be the event, those before must"
                + " broadcast with the batch"),
        row(
            run ->
                Normal.of(run.zeros(new Shape(3)), 1).toEvent(1).logProb(run.zeros(new Shape(1))),
            "distribution 'Normal' has batch shape () and event shape (3), which a value of shape"
                + " (1) does not fit; its rightmost dims must be the event, those before must"
                + " broadcast with the batch"),
        row(
            run -> Normal.of(run.zeros(new Shape(3)), 1).expand(new Shape(4)),
            "distribution 'Normal' has batch shape (3), which does not expand to (4)"),
        row(
            run -> Normal.of(run.zeros(new Shape(3)), 1).toEvent(2),
            "distribution 'Normal' has batch shape (3), so 2 dims cannot become event dims"));
  }

  static Stream<Arguments> entries() {
    return Stream.of(
        row(
            run -> validated(Normal.of(run.zeros(new Shape(3)), vector(run, 1, -0.5, 2))),
            "parameter 'scale' of Normal must be positive, but its entry 1 is -0.5"),
        row(
            run -> validated(Bernoulli.probs(vector(run, 0.5, Double.NaN)).toEvent(1)),
            "parameter 'probs' of Bernoulli must be in the unit interval, but its entry 1 is NaN"),
        row(
            run -> validated(Categorical.probs(vector(run, 0.5, -1))),
            "parameter 'probs' of Categorical must be non-negative, but its entry 1 is -1.0"));
  }

  private static Object validated(Distribution distribution) {
    distribution.validate();
    return distribution;
  }

  @ParameterizedTest
  @MethodSource({"ofRows", "shapes", "entries"})
  void isRefused(Function<Run, Object> wrong, String text) {
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      assertThatThrownBy(() -> wrong.apply(run))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage(text);
    }
  }

  static Stream<Arguments> missing() {
    return Stream.of(
        row(
            run -> Normal.of(0, 1).enumerateSupport(),
            "distribution 'Normal' has no finite support to enumerate"),
        row(
            run -> Categorical.probs(vector(run, 1, 1)).mean(),
            "distribution 'Categorical' has no mean in closed form"),
        row(
            run -> Categorical.probs(vector(run, 1, 1)).variance(),
            "distribution 'Categorical' has no variance in closed form"),
        row(
            run -> Delta.of(run.scalar(1)).entropy(),
            "distribution 'Delta' has no entropy in closed form"));
  }

  @ParameterizedTest
  @MethodSource("missing")
  void whatDoesNotExistSaysSo(Function<Run, Object> wrong, String text) {
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      assertThatThrownBy(() -> wrong.apply(run))
          .isInstanceOf(UnsupportedOperationException.class)
          .hasMessage(text);
    }
  }

  @Test
  void aDistributionOfPlainNumbersDrawsInARunOnly() {
    assertThatThrownBy(() -> Normal.of(0, 1).draw(Rng.of(0, Rng.Purpose.MODEL, 0, "x")))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage(
            "plain numbers have no run; make them with run.scalar(value), or bring a distribution"
                + " into a run with distribution.on(run)");
  }
}
