package org.ppl4j.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.collect.ImmutableSet;
import java.util.Arrays;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.ppl4j.tensor.FloatType;
import org.ppl4j.tensor.Recording;
import org.ppl4j.tensor.VectorFunction;
import org.ppl4j.testing.LeakCheck;

/** Loops by hand compute what the record of the same array case does. */
@ExtendWith(LeakCheck.class)
class HandWrittenArraysTest {

  static ImmutableSet<String> names() {
    return HandWrittenArrays.names();
  }

  @ParameterizedTest
  @MethodSource("names")
  void areTheRecord(String name) {
    double[] x = ArrayCases.start(name);
    double[] gradient = new double[x.length];
    double[] byHand = new double[x.length];
    float[] single = new float[x.length];
    HandWrittenArrays.Loop loop = HandWrittenArrays.of(name);
    VectorFunction function = ArrayCases.function(name, FloatType.FLOAT64, Recording.REQUIRED);
    double value = function.evaluate(x, gradient);

    assertThat(loop.at(x, byHand)).isCloseTo(value, Percentage.withPercentage(1e-8));
    assertThat(apart(gradient, byHand)).isLessThan(1e-10);
    assertThat(loop.at(HandWrittenArrays.single(x), single))
        .isCloseTo(value, Percentage.withPercentage(0.01));
    assertThat(apart(gradient, doubles(single))).isLessThan(1e-4);
  }

  /** Where single precision takes less time than its conversions, records are in it. */
  @ParameterizedTest
  @ValueSource(strings = {"pointwise", "softmax"})
  void recordsAreInTheirFloatType(String name) {
    double[] x = ArrayCases.start(name);
    double[] gradient = new double[x.length];
    VectorFunction function = ArrayCases.function(name, FloatType.FLOAT32, Recording.REQUIRED);

    assertThat(function.evaluate(x, gradient)).isFinite();
    assertThat(gradient).isEqualTo(doubles(HandWrittenArrays.single(gradient)));
  }

  private static double[] doubles(float[] numbers) {
    double[] doubles = new double[numbers.length];
    Arrays.setAll(doubles, i -> numbers[i]);
    return doubles;
  }

  /** The largest difference as a share of the largest number. */
  private static double apart(double[] a, double[] b) {
    double apart = 0;
    double largest = 0;
    for (int i = 0; i < a.length; i++) {
      apart = Math.max(apart, Math.abs(a[i] - b[i]));
      largest = Math.max(largest, Math.abs(a[i]));
    }
    return apart / largest;
  }
}
