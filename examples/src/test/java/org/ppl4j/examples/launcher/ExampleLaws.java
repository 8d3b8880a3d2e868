package org.ppl4j.examples.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.ppl4j.infer.Summary;
import org.ppl4j.tensor.FloatType;

/**
 * What every example does when it runs with few steps, in both float types: it answers in the names
 * of its reference, with numbers that are finite and a table that can be printed; it tells how many
 * steps it took; and it writes files if it says so. One outside of the library keeps these laws by
 * {@code ExampleLaws.check(example, 8, folder)}.
 */
public final class ExampleLaws {

  private ExampleLaws() {}

  /**
   * Checks an example.
   *
   * @param folder an empty folder
   */
  public static void check(Example example, int steps, Path folder) throws IOException {
    assertThat(example.name()).matches("[a-z0-9]+(-[a-z0-9]+)*");
    assertThat(example.description()).isNotBlank().hasSizeLessThan(90).doesNotEndWith(".");
    for (FloatType floatType : FloatType.values()) {
      check(example, options(steps, floatType, folder));
    }
  }

  /** Checks a run of it, and returns what it found. */
  @CanIgnoreReturnValue
  public static ExampleResult check(Example example, ExampleOptions options) throws IOException {
    ExampleResult result = example.run(options);
    assertThat(result.parameters().rows()).isNotEmpty();
    if (!result.reference().parameters().isEmpty()) {
      assertThat(result.parameters().rows().keySet())
          .containsExactlyElementsOf(result.reference().parameters().keySet());
    }
    for (Summary.Row row : result.parameters().rows().values()) {
      assertThat(row.mean()).isFinite();
      assertThat(row.sd()).isPositive();
      assertThat(row.q05()).isLessThan(row.q50());
      assertThat(row.q50()).isLessThan(row.q95());
    }
    assertThat(result.figures().values()).allSatisfy(figure -> assertThat(figure).isFinite());
    assertThat(result.figures()).containsEntry("steps", (double) options.steps().orElseThrow());
    assertThat(ResultTable.of(result).lines()).hasSizeGreaterThan(1);
    try (Stream<Path> files = Files.list(options.directory().orElseThrow())) {
      assertThat(files.findAny().isPresent()).isEqualTo(example.writesFiles());
    }
    return result;
  }

  /** The options of such a run. */
  public static ExampleOptions options(int steps, FloatType floatType, Path folder) {
    return ExampleOptions.defaults()
        .withSeed(3)
        .withSteps(steps)
        .withFloatType(floatType)
        .withDirectory(folder)
        .quietly();
  }
}
