package org.ppl4j.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.ppl4j.testing.AcceptancePoint;

/**
 * Chromium without a window.
 *
 * @param folder for what it leaves
 */
public record Browser(Path folder) {

  private static final Path PROGRAM = Path.of("/usr/bin/chromium");

  /** Tells the page around it how wide it is, and more. */
  private static final String RULER =
      "<script>addEventListener('load', () => setTimeout(() => parent.postMessage({width:"
          + " document.documentElement.scrollWidth%s}, '*'), 500));</script>";

  /** A page around it of any width, which a window has not. */
  private static final String AROUND =
      "<!DOCTYPE html><html><body><script>addEventListener('message', e =>"
          + " Object.assign(document.body.dataset, e.data));</script><iframe src=\"measured.html\""
          + " style=\"width:%dpx;height:1000px;border:0\"></iframe></body></html>";

  /** Where there is no browser a point is not run, and says so. */
  public static void assumeThere(AcceptancePoint point) {
    boolean isThere = Files.isExecutable(PROGRAM);
    if (!isThere) {
      System.out.println(point.name() + " not run: there is no " + PROGRAM);
    }
    assumeTrue(isThere, "there is no " + PROGRAM);
  }

  /**
   * A page in a frame: the document around it, whose body has {@code data-width} of what is in the
   * frame, and the same of more.
   *
   * @param width of the frame, in pixels
   * @param more measures of the page, each as {@code , name: expression} of JavaScript
   */
  public String framed(Path page, int width, String more) throws IOException, InterruptedException {
    Path measured = page.resolveSibling("measured.html");
    Path around = page.resolveSibling("around.html");
    String html = Files.readString(page);
    int end = html.lastIndexOf("</body>");
    Files.writeString(
        measured, html.substring(0, end) + RULER.formatted(more) + html.substring(end));
    Files.writeString(around, AROUND.formatted(width));
    try {
      return run("--window-size=1600,1200", "--dump-dom", around.toUri().toString());
    } finally {
      Files.delete(around);
      Files.delete(measured);
    }
  }

  /** What a framed page told of itself. */
  public static int told(String name, String document) {
    Matcher number = Pattern.compile("data-" + name + "=\"(\\d+)\"").matcher(document);
    assertThat(number.find()).as(name).isTrue();
    return Integer.parseInt(number.group(1));
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
