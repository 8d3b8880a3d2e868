package org.ppl4j.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.ppl4j.infer.Summary;
import org.ppl4j.tensor.FloatType;
import org.ppl4j.testing.LeakCheck;

/** Every example runs with few steps, in both float types, and leaves nothing behind. */
@ExtendWith(LeakCheck.class)
class ExamplesTest {

  static List<Example> examples() {
    return Examples.ALL;
  }

  private static ExampleResult run(Example example, FloatType floatType) throws Exception {
    return example.run(
        new ExampleOptions(3, OptionalInt.of(20), floatType, Optional.empty(), true));
  }

  @ParameterizedTest
  @MethodSource("examples")
  void runsWithFewSteps(Example example) throws Exception {
    for (FloatType floatType : FloatType.values()) {
      ExampleResult result = run(example, floatType);

      assertThat(result.parameters().rows()).isNotEmpty();
      for (Summary.Row row : result.parameters().rows().values()) {
        assertThat(row.mean()).isFinite();
        assertThat(row.sd()).isPositive();
        assertThat(row.q05()).isLessThan(row.q50());
        assertThat(row.q50()).isLessThan(row.q95());
      }
      assertThat(result.figures()).containsEntry("steps", 20.0);
    }
  }

  @Test
  void eightSchoolsAnswersInTheNamesOfItsReference() throws Exception {
    ExampleResult result = run(new EightSchools(), FloatType.FLOAT64);

    assertThat(result.parameters().rows().keySet())
        .containsExactlyElementsOf(EightSchools.reference().keySet());
  }
}
