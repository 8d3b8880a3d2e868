package org.ppl4j.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.ppl4j.internal.math.DifferentiableFunction;
import org.ppl4j.tensor.internal.engine.PyTorch;
import org.ppl4j.tensor.internal.plan.PlanReplay;
import org.ppl4j.testing.LeakCheck;

/** A fault of recording leaves a program to the engine; one of the program itself is thrown. */
@ExtendWith(LeakCheck.class)
class RecordingFaultsTest {

  private static final double[] AT = {1, 2, 3};
  private static final double SQUARES = 14;

  /** The square, which fails where a record asks what the engine does not. */
  private static class Square implements DifferentiableFunction {

    private final boolean failsWhenNoted;
    private final boolean failsWhenReplayed;

    Square(boolean failsWhenNoted, boolean failsWhenReplayed) {
      this.failsWhenNoted = failsWhenNoted;
      this.failsWhenReplayed = failsWhenReplayed;
    }

    @Override
    public double value(double[] x) {
      boolean isReplayed =
          StackWalker.getInstance()
              .walk(
                  frames ->
                      frames.anyMatch(
                          frame -> frame.getClassName().equals(PlanReplay.class.getName())));
      if (isReplayed && failsWhenReplayed) {
        throw new ArithmeticException("a planted fault");
      }
      return x[0] * x[0];
    }

    @Override
    public void slopes(double[] x, double value, double[] slopes) {
      slopes[0] = 2 * x[0];
    }

    @Override
    public boolean equals(@Nullable Object other) {
      return other instanceof Square;
    }

    @Override
    public int hashCode() {
      if (failsWhenNoted) {
        throw new ArithmeticException("a planted fault");
      }
      return 1;
    }
  }

  private static BiFunction<Run, NDArray, NDArray> sum(Square square) {
    return (run, x) -> HostFunction.apply(square, x).sum();
  }

  private static VectorFunction function(Recording recording, Square square) {
    RunConfig config = RunConfig.defaults().withRecording(recording);
    return new VectorFunction("squares", config, sum(square), AT);
  }

  private static void runsByTheEngine(Square square) {
    double[] gradient = new double[3];
    VectorFunction function = function(Recording.WHERE_POSSIBLE, square);

    assertThat(function.evaluate(AT, gradient)).isEqualTo(SQUARES);
    assertThat(gradient).containsExactly(2, 4, 6);
    assertThat(function.isRecorded()).isFalse();
    assertThat(function.whyNot().orElseThrow())
        .contains(
            "a step of recording that failed, java.lang.ArithmeticException: a planted fault");
    assertThatThrownBy(() -> function(Recording.REQUIRED, square))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("squares cannot be recorded")
        .hasRootCauseInstanceOf(ArithmeticException.class);
  }

  @Test
  void whileAProgramIsNotedOrReplayed() {
    runsByTheEngine(new Square(true, false));
    runsByTheEngine(new Square(false, true));
  }

  /** What a program throws where a record reads its numbers is no fault of the record. */
  @Test
  void aProgramsOwnNumberThrows() {
    boolean[] fails = new boolean[1];
    VectorFunction function =
        new VectorFunction(
            "halves",
            RunConfig.defaults().withRecording(Recording.REQUIRED),
            (run, x) ->
                x.mul(
                        GivenNumbers.number(
                            run,
                            "half",
                            () -> {
                              if (fails[0]) {
                                throw new IllegalArgumentException("the number's own");
                              }
                              return 0.5;
                            }))
                    .sum(),
            AT);
    double[] gradient = new double[3];
    fails[0] = true;
    assertThatThrownBy(() -> function.evaluate(AT, gradient))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("the number's own");
    fails[0] = false;
    assertThat(function.evaluate(AT, gradient)).isEqualTo(3);
    assertThat(function.isRecorded()).isTrue();
  }

  @Test
  void aProgramsOwnErrorIsThrown() {
    BiFunction<Run, NDArray, NDArray> wrong =
        (run, x) -> {
          if (PyTorch.get().column() instanceof Recorder) {
            throw new IllegalArgumentException("the program's own");
          }
          return x.sum();
        };
    assertThatThrownBy(
            () ->
                new VectorFunction(
                    "wrong",
                    RunConfig.defaults().withRecording(Recording.WHERE_POSSIBLE),
                    wrong,
                    AT))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("the program's own");
  }
}
