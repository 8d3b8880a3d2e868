package org.ppl4j.examples;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.ppl4j.infer.Summary;
import org.ppl4j.tensor.FloatType;

/** Every block of the README is the text of something that compiles and runs. */
class ReadmeTest {

  private static final Path SNIPPETS =
      Path.of("src/test/java/org/ppl4j/examples/ReadmeSnippets.java");

  @TempDir private Path folder;

  @Test
  void javaBlocksAreTheRegionsThatCompile() throws IOException {
    List<String> regions =
        blocks(Files.readString(SNIPPETS), "// region\\n(.*?)\\n *// endregion").stream()
            .map(region -> region.stripIndent().strip())
            .toList();

    assertThat(readme("java").stream().map(ReadmeTest::unwrapped))
        .containsExactlyElementsOf(regions.stream().map(ReadmeTest::unwrapped).toList());
  }

  @Test
  void modelOfTheReadmeFits() {
    Summary summary = ReadmeSnippets.fit();

    // The exact posterior is Beta(16, 14), of mean 0.533 and standard deviation 0.090.
    assertThat(summary.toString()).contains("fairness");
    assertThat(ReadmeSnippets.gpu().device()).isEqualTo(Device.gpu());
    assertThat(ReadmeSnippets.gpu().floatType()).isEqualTo(FloatType.FLOAT32);
  }

  @Test
  void launcherCommandsRun() throws IOException {
    String shell = String.join("\n", readme("sh"));
    List<String> commands = new ArrayList<>(blocks(shell, "-Dexec.args=\"(.*?)\""));
    commands.addAll(blocks(shell, "ppl-examples.jar (.*)"));

    assertThat(commands).hasSize(4);
    for (String command : commands) {
      StringWriter out = new StringWriter();
      StringWriter err = new StringWriter();
      String[] words =
          command.replace("posterior.json", folder.resolve("posterior.json").toString()).split(" ");
      String[] quick =
          words[0].equals("run")
              ? Stream.concat(Stream.of(words), Stream.of("--steps", "50")).toArray(String[]::new)
              : words;

      int status =
          new Launcher(Examples.ALL, new PrintWriter(out, true), new PrintWriter(err, true))
              .execute(quick);

      assertThat(status).as("%s%n%s", command, err).isZero();
    }
    assertThat(folder.resolve("posterior.json")).exists();
  }

  @Test
  void dependenciesHaveTheVersionsOfThePom() throws IOException {
    String pom = Files.readString(Path.of("../pom.xml"));
    String block = String.join("\n", readme("xml"));

    for (String text :
        List.of("<groupId>org.ppl4j</groupId>", "<version>0.1.0-SNAPSHOT</version>")) {
      assertThat(pom).contains(text);
      assertThat(block).contains(text);
    }
    assertThat(block).contains("<artifactId>pytorch-native-cpu</artifactId>");
    assertThat(pom).contains(">2.7.1<");
    assertThat(block).contains("<version>2.7.1</version>");
  }

  private static List<String> readme(String language) throws IOException {
    return blocks(Files.readString(Path.of("../README.md")), "```" + language + "\\n(.*?)\\n```");
  }

  private static List<String> blocks(String text, String pattern) {
    Matcher matcher =
        Pattern.compile(pattern, pattern.contains("\\n") ? Pattern.DOTALL : 0).matcher(text);
    return matcher.results().map(result -> result.group(1)).collect(Collectors.toList());
  }

  /** The text without line breaks, which depend on how far it is indented. */
  private static String unwrapped(String code) {
    return code.replaceAll("\\s+", " ").strip();
  }
}
