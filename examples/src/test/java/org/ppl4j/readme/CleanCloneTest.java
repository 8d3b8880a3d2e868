package org.ppl4j.readme;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.collect.Maps;
import com.google.common.hash.HashCode;
import com.google.common.hash.Hashing;
import com.google.common.io.MoreFiles;
import com.google.errorprone.annotations.CanIgnoreReturnValue;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
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
@Tag("alone")
class CleanCloneTest {

  /** Minutes that {@code mvn verify} may take on two cores with nothing beside it. */
  private static final double MOST_MINUTES = 8;

  private static final double MOST_PROCESSOR_MINUTES = 15;

  private static final List<String> JOB =
      List.of("-B", "-pl", "examples", "-am", "test-compile", "exec:java", "-Dexec.args=run coin");
  private static final List<String> TESTS = List.of("-B", "verify");

  /** What the tests of blocks need beside README's dependencies. */
  private static final String OF_TESTS =
      """
          <dependency>
            <groupId>org.assertj</groupId>
            <artifactId>assertj-core</artifactId>
            <version>3.27.7</version>
            <scope>test</scope>
          </dependency>
          <dependency>
            <groupId>org.hipparchus</groupId>
            <artifactId>hipparchus-stat</artifactId>
            <version>4.0.2</version>
            <scope>test</scope>
          </dependency>
      """;

  private static final String MODULE =
      """
      open module com.example.starter {
        requires ai.djl.api;
        requires org.ppl4j.core;
        requires org.ppl4j.flows;
        requires org.ppl4j.infer;
      }
      """;

  /** Data are taken apart across modules, and records run in them. */
  private static final String TEST_OF_MODULE =
      """
      package com.example;

      import static org.junit.jupiter.api.Assertions.assertEquals;

      import org.junit.jupiter.api.Test;
      import org.ppl4j.Program;
      import org.ppl4j.distributions.Normal;
      import org.ppl4j.flows.Flows;
      import org.ppl4j.infer.mcmc.Nuts;

      class ModuleTest {

        record Seen(double value) {}

        static final Program<Seen> MODEL =
            (p, seen) -> p.observe("y", Normal.of(p.sample("x", Normal.of(0, 1)), 1), p.scalar(seen.value()));

        @Test
        void jarsAreModules() {
          assertEquals("com.example.starter", Coin.class.getModule().getName());
          assertEquals("org.ppl4j.core", Program.class.getModule().getName());
          assertEquals("org.ppl4j.infer", Nuts.class.getModule().getName());
          assertEquals("org.ppl4j.flows", Flows.class.getModule().getName());
          try (var run = Nuts.of(MODEL).run(new Seen(1))) {
            assertEquals(0.5, run.summary().get("x").mean(), 0.1);
          }
        }
      }
      """;

  @TempDir private Path folder;

  @Test
  @Tag("floor.1")
  @Tag("distributions.9")
  @Tag("trust.9")
  void readmeCommandsRunOnACleanCloneOnlineAndOffline() throws Exception {
    run(folder, "", List.of("git", "clone", "-q", root().toString(), checkout().toString()));

    assertThat(maven("", JOB)).contains("fairness");
    assertThat(maven("", TESTS)).contains("BUILD SUCCESS");
    assertThat(maven("", offline(JOB))).contains("fairness");
    maven("", offline(List.of("-q", "-B", "clean")));
    String timed = maven("", offline(TESTS));
    assertThat(timed).contains("BUILD SUCCESS");
    int passed = 4;
    for (String home : jdks()) {
      maven(home, offline(List.of("-q", "-B", "clean")));
      assertThat(maven(home, offline(JOB))).as(home).contains("fairness");
      assertThat(maven(home, offline(TESTS))).as(home).contains("BUILD SUCCESS");
      passed += 2;
    }

    new AcceptancePoint("floor.1").atLeast("commands", passed, 4 + 2 * jdks().size());
    AcceptancePoint time = new AcceptancePoint("trust.9");
    time.below("minutes of mvn verify", minutes(timed, "real"), MOST_MINUTES);
    time.below(
        "processor minutes of mvn verify",
        minutes(timed, "user") + minutes(timed, "sys"),
        MOST_PROCESSOR_MINUTES);
  }

  /**
   * The starter as it is, and every block of README and the guide in it, from the library that was
   * installed; offline after one resolution. Of the blocks on Spark their own module's test says
   * it.
   */
  @Test
  @Tag("trust.9")
  @Tag("seen.3")
  void everyBlockRunsInTheStarter() throws Exception {
    run(folder, "", List.of("git", "clone", "-q", root().toString(), checkout().toString()));
    maven("", List.of("-q", "-B", "-DskipTests", "install"));
    Path starter = checkout().resolve("examples/starter");
    assertThat(maven(starter, "", List.of("-q", "-B", "compile", "exec:java")))
        .contains("fairness");
    maven(starter, "", List.of("-q", "-B", "test"));
    runAsAModule(starter);

    Path blocks = starter.resolve("src/test/java/org/ppl4j/guide");
    Files.createDirectories(blocks);
    int pages = 0;
    try (Stream<Path> files =
        Files.list(checkout().resolve("examples/src/test/java/org/ppl4j/guide"))) {
      for (Path file : files.filter(CleanCloneTest::isOfThePages).toList()) {
        Files.copy(file, blocks.resolve(file.getFileName()));
        pages += file.toString().endsWith("Page.java") ? 1 : 0;
      }
    }
    Path chapters = checkout().resolve("examples/guide"); // whose texts some tests read
    Path copies = Files.createDirectory(starter.resolve("guide"));
    try (Stream<Path> files = Files.list(chapters)) {
      for (Path file : files.toList()) {
        Files.copy(file, copies.resolve(file.getFileName()));
      }
    }
    Path pom = starter.resolve("pom.xml");
    Files.writeString(
        pom, Files.readString(pom).replaceFirst(" *</dependencies>", OF_TESTS + "$0"));
    maven(starter, "", List.of("-q", "-B", "test-compile"));
    int run = 0;
    for (String home : Stream.concat(Stream.of(""), jdks().stream()).toList()) {
      String output = maven(starter, home, offline(List.of("-B", "test")));
      assertThat(output).as(home).contains("BUILD SUCCESS");
      run += testsRun(output);
    }

    AcceptancePoint point = new AcceptancePoint("seen.3");
    point.atLeast("chapters whose blocks run in the starter", pages, 16);
    point.atLeast("tests of blocks", run, pages * (1 + jdks().size()));
    new AcceptancePoint("trust.9").none("what the README's project lacks");
  }

  /** The starter with a {@code module-info}, whose tests run on the module path. */
  private void runAsAModule(Path starter) throws Exception {
    Path module = folder.resolve("module");
    for (String file :
        List.of(
            "pom.xml",
            "src/main/java/com/example/Coin.java",
            "src/test/java/com/example/CoinTest.java")) {
      Files.createDirectories(module.resolve(file).getParent());
      Files.copy(starter.resolve(file), module.resolve(file));
    }
    Files.writeString(module.resolve("src/main/java/module-info.java"), MODULE);
    Files.writeString(module.resolve("src/test/java/com/example/ModuleTest.java"), TEST_OF_MODULE);

    String output = maven(module, "", offline(List.of("-B", "test")));

    new AcceptancePoint("seen.3").atLeast("tests of the starter as a module", testsRun(output), 2);
  }

  /** In folders of their own. */
  @Test
  @Tag("seen.4")
  void twoBuildsOfACommitGiveTheSameJars() throws Exception {
    List<Map<String, HashCode>> builds = new ArrayList<>();
    for (String name : List.of("one", "other")) {
      Path clone = folder.resolve(name);
      run(folder, "", List.of("git", "clone", "-q", root().toString(), clone.toString()));
      maven(clone, "", List.of("-q", "-B", "-DskipTests", "package"));
      builds.add(jars(clone));
    }

    AcceptancePoint point = new AcceptancePoint("seen.4");
    point.atLeast("jars", builds.get(0).size(), 7);
    point.atMost(
        "jars that differ",
        Maps.difference(builds.get(0), builds.get(1)).entriesDiffering().size(),
        0);
    assertThat(builds.get(1)).isEqualTo(builds.get(0));
  }

  /** Beside a release that was never made. */
  @Test
  @Tag("seen.4")
  void whatAReleaseTakesAwayIsNamed() throws Exception {
    run(folder, "", List.of("git", "clone", "-q", root().toString(), checkout().toString()));
    maven("", List.of("-q", "-B", "-DskipTests", "-pl", "ppl-flows", "-am", "install"));
    Path jar = checkout().resolve("ppl-flows/target/ppl-flows-0.1.0-SNAPSHOT.jar");
    String release = "-Dpackaging=jar -DgroupId=org.ppl4j -DartifactId=ppl-flows -Dversion=0.0.1";
    List<String> install = new ArrayList<>(List.of(release.split(" ")));
    install.addAll(List.of("-q", "-B", "install:install-file", "-Dfile=" + jar));
    maven("", install);
    List<String> compare =
        List.of(
            "-B", "-Prelease", "-Dapi.baseline=0.0.1", "-DskipTests", "-pl", "ppl-flows", "verify");
    assertThat(maven("", compare)).contains("japicmp").contains("BUILD SUCCESS");
    Path source = checkout().resolve("ppl-flows/src/main/java/org/ppl4j/flows/Flows.java");
    String hidden = "static ConditionalTransformModule regression(";
    Files.writeString(source, Files.readString(source).replace("public " + hidden, hidden));

    assertThatThrownBy(() -> maven("", compare))
        .hasMessageContaining("org.ppl4j.flows.Flows.regression(int,int)");
    new AcceptancePoint("seen.4").none("methods that are gone and not named");
  }

  /** What a build left, by its place in the clone. */
  private static Map<String, HashCode> jars(Path clone) throws IOException {
    Map<String, HashCode> jars = new TreeMap<>();
    try (Stream<Path> files = Files.walk(clone)) {
      for (Path file : files.filter(path -> path.toString().endsWith(".jar")).toList()) {
        HashCode hash = MoreFiles.asByteSource(file).hash(Hashing.sha256());
        jars.put(clone.relativize(file).toString(), hash);
      }
    }
    return jars;
  }

  private static boolean isOfThePages(Path file) {
    return file.toString().matches(".*(Page|PageTest|Data)\\.java");
  }

  private static int testsRun(String output) {
    List<String> found =
        Pattern.compile("Tests run: (\\d+),.*Skipped: 0\\R")
            .matcher(output)
            .results()
            .map(match -> match.group(1))
            .toList();
    return Integer.parseInt(found.get(found.size() - 1));
  }

  private Path checkout() {
    return folder.resolve("clone");
  }

  private static List<String> offline(List<String> arguments) {
    List<String> all = new ArrayList<>(arguments);
    all.add("-o");
    return all;
  }

  /** Of a kind, as the shell timed a command at the end of its output. */
  private static double minutes(String output, String kind) {
    List<String> found =
        Pattern.compile(kind + " ([0-9.]+)\\s")
            .matcher(output)
            .results()
            .map(match -> match.group(1))
            .toList();
    assertThat(found).as(kind).isNotEmpty();
    return Double.parseDouble(found.get(found.size() - 1)) / 60;
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
    return maven(checkout(), javaHome, arguments);
  }

  @CanIgnoreReturnValue
  private String maven(Path where, String javaHome, List<String> arguments) throws Exception {
    List<String> command = new ArrayList<>(List.of("bash", "-c", "time -p mvn \"$@\"", "mvn"));
    command.add("-Dmaven.repo.local=" + folder.resolve("repository"));
    command.addAll(arguments);
    return run(where, javaHome, command);
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
