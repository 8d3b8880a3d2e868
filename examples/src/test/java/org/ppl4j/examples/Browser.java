package org.ppl4j.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.ppl4j.testing.AcceptancePoint;

/**
 * Chromium without a window.
 *
 * @param folder for what it leaves
 */
public record Browser(Path folder) {

  private static final Path PROGRAM = Path.of("/usr/bin/chromium");

  /** Where there is no browser a point is not run, and says so. */
  public static void assumeThere(AcceptancePoint point) {
    boolean isThere = Files.isExecutable(PROGRAM);
    if (!isThere) {
      System.out.println(point.name() + " not run: there is no " + PROGRAM);
    }
    assumeTrue(isThere, "there is no " + PROGRAM);
  }

  /** What it writes to its output; its console must be silent. */
  public String run(String... arguments) throws IOException, InterruptedException {
    Path out = folder.resolve("out.txt");
    Path log = folder.resolve("log.txt");
    List<String> command = new ArrayList<>();
    command.addAll(
        List.of(
            PROGRAM.toString(),
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--hide-scrollbars",
            "--enable-logging=stderr",
            "--virtual-time-budget=20000",
            "--user-data-dir=" + folder.resolve("browser")));
    command.addAll(List.of(arguments));
    Process process =
        new ProcessBuilder(command)
            .redirectOutput(out.toFile())
            .redirectError(log.toFile())
            .start();
    try {
      assertThat(process.waitFor(3, TimeUnit.MINUTES)).isTrue();
    } finally {
      process.destroyForcibly();
    }
    try (Stream<String> lines = Files.lines(log)) {
      assertThat(lines.filter(line -> line.contains("CONSOLE"))).isEmpty();
    }
    return Files.readString(out);
  }
}
