package org.ppl4j.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.ppl4j.infer.Summary;
import org.ppl4j.tensor.FloatType;
import org.ppl4j.testing.LeakCheck;

/**
 * Every example runs with few steps, in both float types, answers in the names of its reference,
 * and leaves nothing behind.
 */
@ExtendWith(LeakCheck.class)
class ExamplesTest {

  static List<Example> examples() {
    return Examples.ALL;
  }

  @TempDir private Path folder;

  private ExampleResult run(Example example, FloatType floatType, OptionalInt batch)
      throws Exception {
    return example.run(
        new ExampleOptions(
            3,
            OptionalInt.of(20),
            batch,
            floatType,
            Optional.of(folder),
            true,
            Optional.empty(),
            Optional.empty(),
            example.takesTask() ? part(floatType) : SbiChoice.NONE));
  }

  /** Of the benchmark of simulators each task and each setting once, in one of the float types. */
  private static SbiChoice part(FloatType floatType) {
    boolean isDouble = floatType == FloatType.FLOAT64;
    return new SbiChoice(
        isDouble ? Optional.empty() : Optional.of(SbiTasks.ALL.get(0)),
        isDouble ? Optional.of(SbiFit.Setting.DEFAULT) : Optional.empty(),
        OptionalInt.of(200),
        OptionalInt.empty(),
        OptionalInt.empty());
  }

  @ParameterizedTest
  @MethodSource("examples")
  void runsWithFewSteps(Example example) throws Exception {
    for (FloatType floatType : FloatType.values()) {
      ExampleResult result = run(example, floatType, OptionalInt.empty());

      assertThat(result.parameters().rows()).isNotEmpty();
      assertThat(result.parameters().rows().keySet())
          .containsExactlyElementsOf(result.reference().parameters().keySet());
      for (Summary.Row row : result.parameters().rows().values()) {
        assertThat(row.mean()).isFinite();
        assertThat(row.sd()).isPositive();
        assertThat(row.q05()).isLessThan(row.q50());
        assertThat(row.q50()).isLessThan(row.q95());
      }
      assertThat(result.figures()).containsEntry("steps", 20.0);
    }
    try (Stream<Path> files = Files.list(folder)) {
      assertThat(files.findAny().isPresent()).isEqualTo(example.writesFiles());
    }
  }

  @Test
  void batchesOfRadonAreSmaller() throws Exception {
    ExampleResult whole = run(new Radon(), FloatType.FLOAT64, OptionalInt.empty());
    ExampleResult batched = run(new Radon(), FloatType.FLOAT64, OptionalInt.of(16));

    assertThat(new Radon().takesBatch()).isTrue();
    assertThat(whole.figures()).containsEntry("houses a step", 919.0);
    assertThat(batched.figures()).containsEntry("houses a step", 16.0);
    assertThat(batched.parameters()).isNotEqualTo(whole.parameters());
  }
}
