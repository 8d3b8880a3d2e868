package org.ppl4j.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.ppl4j.infer.Summary;
import org.ppl4j.tensor.FloatType;
import org.ppl4j.testing.AcceptancePoint;
import org.ppl4j.testing.LeakCheck;

/**
 * Every example runs with few steps, in both float types, answers in the names of its reference,
 * and leaves nothing behind. Examples that do the same of many things do each in one of the types;
 * acceptance does all in both.
 */
@ExtendWith(LeakCheck.class)
class ExamplesTest {

  static List<Example> examples() {
    return Examples.ALL;
  }

  @TempDir private Path folder;

  private ExampleResult run(
      Example example, FloatType floatType, int steps, OptionalInt batch, SbiChoice choice)
      throws Exception {
    return example.run(
        new ExampleOptions(
            3,
            OptionalInt.of(steps),
            batch,
            floatType,
            Optional.of(folder),
            true,
            Optional.empty(),
            Optional.empty(),
            choice));
  }

  /** What of an example runs in a float type. */
  private static Example part(Example example, FloatType floatType) {
    if (example instanceof Energies) {
      return new Energies(half(Arrays.asList(Energy.values()), floatType));
    } else if (example instanceof IafGuide) {
      return new IafGuide(
          half(List.of(IafGuide.banana(), IafGuide.centred(), IafGuide.nonCentred()), floatType));
    } else if (example instanceof DensityZoo) {
      return new DensityZoo(half(DensityZoo.FAMILIES, floatType));
    } else if (example instanceof RedWine) {
      List<Integer> folds = IntStream.range(0, RedWineTable.FOLDS).boxed().toList();
      return new RedWine(half(folds, floatType));
    }
    return example;
  }

  /** Every other one, the others in the other type. */
  private static <T> List<T> half(List<T> all, FloatType floatType) {
    return IntStream.range(0, all.size())
        .filter(i -> (i % 2 == 0) == (floatType == FloatType.FLOAT64))
        .mapToObj(all::get)
        .toList();
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
      SbiChoice choice = example.takesTask() ? part(floatType) : SbiChoice.NONE;
      judge(run(part(example, floatType), floatType, 8, OptionalInt.empty(), choice), 8);
    }
    assertThatFilesAreThoseOf(example);
  }

  @ParameterizedTest
  @MethodSource("examples")
  @Tag("acceptance")
  @Tag("trust.9")
  void allOfItRunsWithFewStepsInBothFloatTypes(Example example) throws Exception {
    for (FloatType floatType : FloatType.values()) {
      judge(run(example, floatType, 20, OptionalInt.empty(), SbiChoice.NONE), 20);
    }
    assertThatFilesAreThoseOf(example);
    new AcceptancePoint("trust.9")
        .none("failures of few steps of " + example.name() + " in both float types");
  }

  private static void judge(ExampleResult result, int steps) {
    assertThat(result.parameters().rows()).isNotEmpty();
    assertThat(result.parameters().rows().keySet())
        .containsExactlyElementsOf(result.reference().parameters().keySet());
    for (Summary.Row row : result.parameters().rows().values()) {
      assertThat(row.mean()).isFinite();
      assertThat(row.sd()).isPositive();
      assertThat(row.q05()).isLessThan(row.q50());
      assertThat(row.q50()).isLessThan(row.q95());
    }
    assertThat(result.figures()).containsEntry("steps", (double) steps);
  }

  private void assertThatFilesAreThoseOf(Example example) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      assertThat(files.findAny().isPresent()).isEqualTo(example.writesFiles());
    }
  }

  @Test
  void batchesOfRadonAreSmaller() throws Exception {
    ExampleResult whole =
        run(new Radon(), FloatType.FLOAT64, 20, OptionalInt.empty(), SbiChoice.NONE);
    ExampleResult batched =
        run(new Radon(), FloatType.FLOAT64, 20, OptionalInt.of(16), SbiChoice.NONE);

    assertThat(new Radon().takesBatch()).isTrue();
    assertThat(whole.figures()).containsEntry("houses a step", 919.0);
    assertThat(batched.figures()).containsEntry("houses a step", 16.0);
    assertThat(batched.parameters()).isNotEqualTo(whole.parameters());
  }
}
