package org.ppl4j.readme;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.spi.ToolProvider;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.ppl4j.testing.AcceptancePoint;

/**
 * The pages of the public API, as the JDK's tool makes them: without an error or a warning of HTML,
 * links and syntax. The compiler checks the same of all comments with every build; whether a tag is
 * wanted beside a sentence is a matter of style.
 */
@Tag("acceptance")
class JavadocAcceptanceTest {

  /** Makes pages, and returns what the tool says of the sources. */
  private static String said(List<Path> sources, Path folder) {
    StringWriter text = new StringWriter();
    PrintWriter out = new PrintWriter(text, true);
    Stream<String> options =
        Stream.of(
            "-quiet",
            "-Xdoclint:all,-missing",
            "-d",
            folder.toString(),
            "-cp",
            System.getProperty("java.class.path"));
    int code =
        ToolProvider.findFirst("javadoc")
            .orElseThrow()
            .run(
                out,
                out,
                Stream.concat(options, sources.stream().map(Path::toString))
                    .toArray(String[]::new));
    return code == 0 ? text.toString() : text + "javadoc ended with " + code;
  }

  @Test
  @Tag("open.6")
  void pagesAreMadeWithoutWarning(@TempDir Path folder) throws IOException {
    AcceptancePoint point = new AcceptancePoint("open.6");
    for (String module : List.of("ppl-core", "ppl-flows", "ppl-infer")) {
      Path root = Path.of("..", module, "src", "main", "java");
      try (Stream<Path> files = Files.walk(root)) {
        List<Path> sources = files.filter(file -> file.toString().endsWith(".java")).toList();
        String said = said(sources, folder.resolve(module));

        point.atLeast("sources of " + module, sources.size(), 50);
        point.atMost("lines that javadoc says of " + module, said.lines().count(), 0);
        assertThat(said).isEmpty();
      }
    }
  }

  @Test
  @Tag("open.6")
  void aPlantedFaultIsSeen(@TempDir Path folder) throws IOException {
    Path planted =
        Files.writeString(
            folder.resolve("Planted.java"), "/** Where x < 1. */ public class Planted {}");

    assertThat(said(List.of(planted), folder.resolve("pages"))).contains("malformed HTML");
  }
}
