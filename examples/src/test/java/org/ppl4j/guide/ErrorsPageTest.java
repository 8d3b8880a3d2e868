package org.ppl4j.guide;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.ppl4j.Program;
import org.ppl4j.SiteTable;

/** Programs that are wrong say what the page says that they say. */
class ErrorsPageTest {

  private static final double[] Y = {1.5, 0.5, 1};

  private static final List<ThrowingCallable> WRONG =
      List.of(
          ran(ErrorsPage.NO_PLATE),
          ran(ErrorsPage.WRONG_SIZE),
          ran(ErrorsPage.VECTOR_IN_A_PLATE),
          ran(ErrorsPage.SUMMED_FACTOR),
          ran(ErrorsPage.TWICE),
          ran(ErrorsPage.OPEN_PLATE),
          ran(ErrorsPage.NEGATIVE),
          ran(ErrorsPage.OUTSIDE),
          ErrorsPageTest::aCapturedArray,
          ran(ErrorsPage.IN_PLACE),
          () -> ErrorsPage.fitWithAnother(Y),
          () -> ErrorsPage.fitOutside(Y),
          () -> ErrorsPage.guideOfCounts(Y),
          () -> ErrorsPage.afterItsEnd(Y),
          () -> ErrorsPage.unknownName(Y));

  private static ThrowingCallable ran(Program<double[]> program) {
    return () -> program.describe(Y);
  }

  private static SiteTable aCapturedArray() {
    try (NDManager manager = NDManager.newBaseManager()) {
      return ErrorsPage.captured(manager.create(new double[] {1, 2, 3})).describe(Y);
    }
  }

  /** The first line of each; a table of the sites before may follow. */
  @Test
  void messagesAreThoseOfThePage() throws IOException {
    List<String> told =
        Pattern.compile("```text\n(.*?)\n```", Pattern.DOTALL)
            .matcher(Files.readString(Path.of("guide", "errors.md")))
            .results()
            .map(match -> unwrapped(match.group(1)))
            .toList();

    Stream<String> said =
        WRONG.stream()
            .map(wrong -> catchThrowable(wrong).getMessage().lines().findFirst().orElseThrow());

    assertThat(said).containsExactlyElementsOf(told);
  }

  /** Without line breaks, which the page adds. */
  private static String unwrapped(String text) {
    return text.replaceAll("\\s+", " ").strip();
  }
}
