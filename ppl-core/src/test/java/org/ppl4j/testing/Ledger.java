package org.ppl4j.testing;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * The file that acceptance tests write their lines to, each with the time and the commit that it
 * was measured on, so that a run which was cut short can go on, and a line can be believed later.
 *
 * @param file where; its folder is made
 * @param commit of the code; with a plus if files differ from it
 */
record Ledger(Path file, String commit) {

  /** The property that names the file. */
  private static final String FILE = "acceptance.ledger";

  private static final String DONE = "done";

  /** The one that the build names; empty if it names none. */
  static Optional<Ledger> ofBuild() {
    return Optional.ofNullable(System.getProperty(FILE))
        .map(file -> new Ledger(Path.of(file), commit(Path.of("").toAbsolutePath())));
  }

  /** The commit of a working tree, {@code unknown} where git does not say. */
  static String commit(Path folder) {
    String head = git(folder, "rev-parse", "--short", "HEAD");
    return head.isEmpty()
        ? "unknown"
        : head + (git(folder, "status", "--porcelain").isEmpty() ? "" : "+");
  }

  private static String git(Path folder, String... words) {
    String[] command = new String[words.length + 1];
    command[0] = "git";
    System.arraycopy(words, 0, command, 1, words.length);
    try {
      Process process = new ProcessBuilder(command).directory(folder.toFile()).start();
      String output = new String(process.getInputStream().readAllBytes(), UTF_8).strip();
      return process.waitFor(10, TimeUnit.SECONDS) && process.exitValue() == 0 ? output : "";
    } catch (IOException e) {
      return "";
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return "";
    }
  }

  /** Adds a line of a point. */
  void add(String line) {
    try {
      Files.createDirectories(file.toAbsolutePath().getParent());
      String time = Instant.now().truncatedTo(ChronoUnit.SECONDS).toString();
      Files.writeString(
          file,
          commit + " " + time + " " + line + "\n",
          StandardOpenOption.CREATE,
          StandardOpenOption.APPEND);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Notes that a test has passed. */
  void done(String test) {
    add(DONE + " " + test);
  }

  /** Whether a test has passed on this very code. */
  boolean isDone(String test) {
    if (commit.endsWith("+") || !Files.exists(file)) {
      return false;
    }
    try {
      return Files.readAllLines(file).stream()
          .anyMatch(
              line -> line.startsWith(commit + " ") && line.endsWith(" " + DONE + " " + test));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
