package org.ppl4j.examples;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.collect.ImmutableList;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.ppl4j.examples.launcher.Launcher;
import org.ppl4j.testing.AcceptancePoint;

/**
 * Reports of examples in a browser, at the widths of a phone, a tablet and a screen, and printed:
 * all pictures are drawn, nothing is wider than the page, and the console is silent. Without
 * Chromium the point is not run, and says so.
 */
@Tag("acceptance")
@Tag("seen.1")
class ReportsAcceptanceTest {

  private static final AcceptancePoint POINT = new AcceptancePoint("seen.1");

  private static final ImmutableList<Integer> WIDTHS = ImmutableList.of(390, 900, 1400);

  private static final int LARGEST = 3_000_000;

  private static final Pattern FIGURE = Pattern.compile("<figure ");

  private static final String DRAWN =
      ", drawn: document.querySelectorAll('figure[data-drawn=\"yes\"] svg').length";

  @TempDir private Path folder;

  @BeforeAll
  static void browser() {
    Browser.assumeThere(POINT);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "radon --method nuts",
        "radon",
        "two-moons-sbi",
        "csv",
        "mixture",
        "model-comparison"
      })
  void everyPictureIsDrawnAtEveryWidth(String example) throws Exception {
    Browser browser = new Browser(folder);
    Path page = folder.resolve("report.html");
    run(example, page);
    String html = Files.readString(page);
    POINT.atMost(example + ": bytes", Files.size(page), LARGEST);
    int figures = count(FIGURE, html);
    POINT.atLeast(example + ": pictures", figures, 1);
    for (int width : WIDTHS) {
      String dom = browser.framed(page, width, DRAWN);

      POINT.atLeast(example + ": drawn at " + width + " px", Browser.told("drawn", dom), figures);
      POINT.atMost(example + ": width at " + width + " px", Browser.told("width", dom), width);
    }
    Path pdf = folder.resolve("report.pdf");
    String unused = browser.run("--print-to-pdf=" + pdf, uri(page));
    assertThat(Files.readAllBytes(pdf)).startsWith("%PDF".getBytes(UTF_8));
    POINT.atLeast(example + ": bytes of paper", Files.size(pdf), 30_000);
  }

  private static void run(String example, Path page) {
    StringWriter err = new StringWriter();
    Launcher launcher =
        new Launcher(Examples.ALL, new PrintWriter(new StringWriter()), new PrintWriter(err));
    List<String> arguments = new ArrayList<>(List.of("run"));
    arguments.addAll(List.of(example.split(" ")));
    arguments.addAll(List.of("--quiet", "--report", page.toString()));
    int status = launcher.execute(arguments.toArray(String[]::new));
    assertThat(status).as(err.toString()).isZero();
  }

  private static String uri(Path file) {
    return file.toUri().toString();
  }

  private static int count(Pattern pattern, String text) {
    return Math.toIntExact(pattern.matcher(text).results().count());
  }
}
