package org.ppl4j.infer.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A file is the old one or the new one, and nothing is left beside it. */
class TextFileTest {

  @TempDir private Path folder;

  private void assertHolds(Path file, String text) throws IOException {
    assertThat(file).hasContent(text);
    try (Stream<Path> files = Files.list(folder)) {
      assertThat(files).containsExactly(file);
    }
  }

  @Test
  void anOlderFileIsReplacedAlsoByAnInterruptedThread() throws IOException {
    Path file = Files.writeString(folder.resolve("a.txt"), "old");

    Thread.currentThread().interrupt();
    TextFile.write("file", file, writer -> writer.write("n\u00e9w"));

    assertThat(Thread.interrupted()).isTrue();
    assertHolds(file, "n\u00e9w");
  }

  @Test
  void whatFailsLeavesTheOldFile() throws IOException {
    Path file = Files.writeString(folder.resolve("a.txt"), "old");

    assertThatThrownBy(
            () ->
                TextFile.write(
                    "letter",
                    file,
                    writer -> {
                      writer.write("new");
                      throw new IOException("no ink");
                    }))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessage("letter '%s' cannot be written: no ink", file);
    assertHolds(file, "old");
  }
}
