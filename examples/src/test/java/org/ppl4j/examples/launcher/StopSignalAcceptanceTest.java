package org.ppl4j.examples.launcher;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.ppl4j.examples.Examples;
import org.ppl4j.examples.Main;
import org.ppl4j.testing.AcceptancePoint;

/** {@code kill -INT} at a random moment of each example, as Ctrl-C does it. */
@Tag("acceptance")
@Tag("seen.5")
class StopSignalAcceptanceTest {

  private static final AcceptancePoint POINT = new AcceptancePoint("seen.5");

  /** Milliseconds from the start of the JVM on. */
  private static final int EARLIEST = 2000;

  private static final int LATEST = 12_000;

  private static final int MOST_SECONDS = 5;
  private static final int PATIENCE = 120; // seconds
  private static final int STOPPED = 130;

  @TempDir private Path folder;

  static List<Example> examples() {
    return Examples.ALL;
  }

  /** A process that is started without a terminal may be told to ignore it, and so are its own. */
  private static boolean isHeard() throws IOException {
    for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
      if (line.startsWith("SigIgn:")) {
        return (Long.parseUnsignedLong(line.substring("SigIgn:".length()).strip(), 16) & 2) == 0;
      }
    }
    return false;
  }

  private Process start(Example example, Path log) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-Xmx2g", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"));
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), Main.class.getName()));
    command.addAll(List.of("run", example.name(), "--json", folder.resolve("r.json").toString()));
    command.addAll(List.of("--out", folder.toString()));
    return new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(log.toFile())
        .start();
  }

  @ParameterizedTest
  @MethodSource("examples")
  void endsSoonAndKeepsWhatThereIs(Example example) throws IOException, InterruptedException {
    assumeThat(isHeard()).as("SIGINT is not ignored here").isTrue();
    int wait = new SplittableRandom(example.name().hashCode()).nextInt(EARLIEST, LATEST);
    Path log = folder.resolve("log");
    Process process = start(example, log);
    try {
      if (process.waitFor(wait, TimeUnit.MILLISECONDS)) {
        assertThat(process.exitValue()).as(Files.readString(log)).isZero();
        return; // before it was told
      }
      long told = System.nanoTime();
      new ProcessBuilder("kill", "-INT", Long.toString(process.pid())).start().waitFor();
      boolean hasEnded = process.waitFor(PATIENCE, TimeUnit.SECONDS);
      double seconds = (System.nanoTime() - told) * 1e-9;

      String text = Files.readString(log, UTF_8);
      POINT.shown("of " + example.name() + ", milliseconds until it was told", wait);
      POINT.atMost("seconds until it ended", seconds, MOST_SECONDS);
      assertThat(hasEnded).isTrue();
      assertThat(process.exitValue()).as(text).isIn(0, STOPPED);
      boolean hasNothing = text.isBlank() || text.contains("stopped before there was a result");
      assertThat(Files.exists(folder.resolve("r.json"))).as(text).isNotEqualTo(hasNothing);
    } finally {
      process.destroyForcibly();
    }
  }
}
