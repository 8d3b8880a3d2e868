package org.ppl4j.infer.internal;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.UUID;
import org.apache.commons.csv.CSVFormat;

/** Files of text that are whole: whoever reads finds the old one or the new one. */
public final class TextFile {

  private TextFile() {}

  /** Writes a text. */
  @FunctionalInterface
  public interface Text {
    /** Writes it all. */
    void writeTo(Writer writer) throws IOException;
  }

  /**
   * Writes a file in UTF-8 beside its place, and moves it there when it is complete, over an older
   * one.
   *
   * @param what it is, for the error
   * @throws UncheckedIOException if that fails; the old file is as it was
   */
  public static void write(String what, Path file, Text text) {
    try {
      writeThrough(file, text);
    } catch (IOException e) {
      throw new UncheckedIOException(
          "%s '%s' cannot be written: %s".formatted(what, file, e.getMessage()), e);
    }
  }

  /** Writes a line of a CSV file (RFC 4180). */
  public static void writeLine(Writer writer, Object... cells) throws IOException {
    writer.write(CSVFormat.RFC4180.format(cells));
    writer.write(CSVFormat.RFC4180.getRecordSeparator());
  }

  private static void writeThrough(Path file, Text text) throws IOException {
    Path part = file.resolveSibling("." + file.getFileName() + "." + UUID.randomUUID() + ".tmp");
    try {
      try (Writer writer = Files.newBufferedWriter(part, UTF_8)) {
        text.writeTo(writer);
      }
      move(part, file);
    } finally {
      Files.deleteIfExists(part);
    }
  }

  private static void move(Path part, Path file) throws IOException {
    try {
      Files.move(part, file, StandardCopyOption.ATOMIC_MOVE);
    } catch (AtomicMoveNotSupportedException e) {
      Files.move(part, file, StandardCopyOption.REPLACE_EXISTING);
    }
  }
}
