package org.ppl4j.examples;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.ppl4j.testing.AcceptancePoint;

/**
 * The README's two commands on a clean clone with an empty Maven repository, then again offline,
 * and so on each further JDK that {@code -Dacceptance.jdks=home:home} names.
 */
@Tag("acceptance")
class CleanCloneTest {

  /** Minutes that {@code mvn verify} may take on two cores. */
  private static final double MOST_MINUTES = 15;

  private static final List<String> JOB =
      List.of("-B", "test-compile", "exec:java", "-Dexec.args=run coin");
  private static final List<String> TESTS = List.of("-B", "verify");

  @TempDir private Path folder;

  @Test
  @Tag("floor.1")
  @Tag("distributions.9")
  void readmeCommandsRunOnACleanCloneOnlineAndOffline() throws Exception {
    run(folder, "", List.of("git", "clone", "-q", root().toString(), checkout().toString()));

    assertThat(maven("", JOB)).contains("fairness");
    final long start = System.nanoTime();
    assertThat(maven("", TESTS)).contains("BUILD SUCCESS");
    final double minutes = (System.nanoTime() - start) / 60e9;
    assertThat(maven("", offline(JOB))).contains("fairness");
    assertThat(maven("", offline(TESTS))).contains("BUILD SUCCESS");
    int passed = 4;
    for (String home : jdks()) {
      maven(home, offline(List.of("-q", "-B", "clean")));
      assertThat(maven(home, offline(JOB))).as(home).contains("fairness");
      assertThat(maven(home, offline(TESTS))).as(home).contains("BUILD SUCCESS");
      passed += 2;
    }

    new AcceptancePoint("floor.1").atLeast("commands", passed, 4 + 2 * jdks().size());
    new AcceptancePoint("distributions.9").below("minutes of mvn verify", minutes, MOST_MINUTES);
  }

  private Path checkout() {
    return folder.resolve("clone");
  }

  private static List<String> offline(List<String> arguments) {
    List<String> all = new ArrayList<>(arguments);
    all.add("-o");
    return all;
  }

  private static List<String> jdks() {
    return Stream.of(System.getProperty("acceptance.jdks", "").split(File.pathSeparator))
        .filter(home -> !home.isEmpty())
        .toList();
  }

  /** The root of the repository that this test is of. */
  private static Path root() {
    Path here = Path.of("").toAbsolutePath();
    while (!Files.exists(here.resolve("LICENSE"))) {
      here = here.getParent();
    }
    return here;
  }

  @CanIgnoreReturnValue
  private String maven(String javaHome, List<String> arguments) throws Exception {
    List<String> command =
        new ArrayList<>(List.of("mvn", "-Dmaven.repo.local=" + folder.resolve("repository")));
    command.addAll(arguments);
    return run(checkout(), javaHome, command);
  }

  @CanIgnoreReturnValue
  private String run(Path where, String javaHome, List<String> command) throws Exception {
    Path log = folder.resolve("log.txt");
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(where.toFile())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile());
    if (!javaHome.isEmpty()) {
      builder.environment().put("JAVA_HOME", javaHome);
    }
    int status = builder.start().waitFor();
    String output = Files.readString(log);
    assertThat(status).as("%s%n%s", String.join(" ", command), output).isZero();
    return output;
  }
}
