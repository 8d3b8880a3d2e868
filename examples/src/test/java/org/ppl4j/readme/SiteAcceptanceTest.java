package org.ppl4j.readme;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.ppl4j.examples.Browser;
import org.ppl4j.testing.AcceptancePoint;

/** The site as the generator makes it, read as files and, where there is one, in a browser. */
@Tag("acceptance")
@Tag("seen.3")
class SiteAcceptanceTest {

  private static final AcceptancePoint POINT = new AcceptancePoint("seen.3");

  private static final Path ROOT = Path.of("..");
  private static final Path SITE = ROOT.resolve("examples/site/target/site");

  private static final Pattern REFERENCE =
      Pattern.compile("<(\\w+)[^<>]*?\\s(?:href|src)=\"([^\"]*)\"");

  /** Of scripts, styles, fonts and pictures. */
  private static final Pattern REQUEST =
      Pattern.compile("(?:url\\(|@import)\\s*[\"']?(?:\\w+:)?//");

  private static final Pattern RESULT = Pattern.compile("<li><a href=\"\\./([^\"]*)\"");

  @TempDir private Path folder;

  @BeforeAll
  static void build(@TempDir Path logs) throws Exception {
    Path log = logs.resolve("log.txt");
    int status =
        new ProcessBuilder("mvn", "-B", "-f", "examples/site", "clean", "site")
            .directory(ROOT.toFile())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start()
            .waitFor();
    assertThat(status).as(Files.readString(log)).isZero();
  }

  @Test
  void everyPageIsThere() throws IOException {
    List<Path> missing =
        SitePages.from(ROOT, Path.of("README.md")).pages().keySet().stream()
            .map(page -> SITE.resolve(page.toString().replaceFirst("\\.md$", ".html")))
            .filter(page -> !Files.exists(page))
            .toList();

    POINT.atLeast("pages of the site", pages().size(), Page.all().size());
    POINT.atMost("pages that are missing", missing.size(), 0);
  }

  @Test
  void linksLeadSomewhere() throws IOException {
    List<String> dead = new ArrayList<>();
    int links = 0;
    for (Path page : pages()) {
      for (MatchResult reference : references(page)) {
        String to = reference.group(2);
        if (!isOutside(to)) {
          links++;
          if (!leadsSomewhere(page, to)) {
            dead.add(page + ": " + to);
          }
        }
      }
    }
    POINT.atLeast("links within the site", links, 1000);
    assertThat(dead).isEmpty();
    POINT.none("links that lead nowhere");
  }

  @Test
  void nothingIsAskedOfOthers() throws IOException {
    List<String> asked = new ArrayList<>();
    try (Stream<Path> files = Files.walk(SITE)) {
      for (Path file : files.filter(path -> path.toString().matches(".*\\.(html|css)")).toList()) {
        references(file).stream()
            .filter(found -> !found.group(1).equals("a") && isOutside(found.group(2)))
            .forEach(found -> asked.add(file + ": " + found.group()));
        if (REQUEST.matcher(Files.readString(file)).find()) {
          asked.add(file.toString());
        }
      }
    }
    assertThat(asked).isEmpty();
    POINT.none("requests to others");
  }

  @ParameterizedTest
  @CsvSource({
    "conformal, examples/guide/conditional-densities.html#the-interval-is-conformal",
    "pathfinder, examples/guide/guides.html#without-a-fit",
    "AutoNormal, examples/guide/guides.html#ready-made-guides",
    "survey measured, examples/guide/flows.html#open-questions-of-the-survey-measured",
    "starter, README.html#a-project-of-yours"
  })
  void searchFinds(String words, String address) throws Exception {
    Browser.assumeThere(POINT);
    String page = SITE.resolve("README.html").toRealPath().toUri() + "?q=" + words;

    String dom = new Browser(folder).run("--dump-dom", page.replace(" ", "+"));

    List<String> found = RESULT.matcher(dom).results().map(result -> result.group(1)).toList();
    assertThat(found).contains(address);
    POINT.atMost("place of what '" + words + "' finds", found.indexOf(address) + 1, 5);
  }

  @ParameterizedTest
  @ValueSource(strings = {"README.html", "examples/guide/flows.html"})
  void pagesFitAPhone(String place) throws Exception {
    Browser.assumeThere(POINT);
    String dom = new Browser(folder).framed(SITE.resolve(place).toRealPath(), 390, "");

    POINT.atMost("width of " + place + " at 390 px", Browser.told("width", dom), 390);
  }

  /** All but those of the API, which the JDK's tool makes and checks. */
  private static List<Path> pages() throws IOException {
    try (Stream<Path> files = Files.walk(SITE)) {
      return files
          .filter(file -> file.toString().endsWith(".html"))
          .filter(file -> !file.startsWith(SITE.resolve("apidocs")))
          .toList();
    }
  }

  private static List<MatchResult> references(Path file) throws IOException {
    return REFERENCE.matcher(Files.readString(file)).results().toList();
  }

  private static boolean isOutside(String reference) {
    return reference.matches("(\\w+:|//).*");
  }

  private static boolean leadsSomewhere(Path page, String reference) throws IOException {
    String[] parts = reference.split("#", 2);
    Path target = parts[0].isEmpty() ? page : page.resolveSibling(parts[0]);
    return Files.isRegularFile(target)
        && (parts.length == 1 || Files.readString(target).contains("id=\"" + parts[1] + "\""));
  }
}
