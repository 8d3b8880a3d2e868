package org.ppl4j.infer.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.ppl4j.Plate;
import org.ppl4j.Program;
import org.ppl4j.distributions.HalfNormal;
import org.ppl4j.distributions.Normal;
import org.ppl4j.infer.Progress;
import org.ppl4j.infer.Summary;
import org.ppl4j.infer.mcmc.McmcRun;
import org.ppl4j.infer.mcmc.Nuts;

/** A page holds what the run says, and nothing of it can break the page. */
class ReportTest {

  private static final String HOSTILE = "</script><img src=x onerror=alert(1)>&\"'";

  private static final double[] Y = {0.3, -1.2, 0.9, 2.1, -0.4, 1.3, 0.2, 0.8};

  private static final Program<double[]> MODEL =
      (p, y) -> {
        NDArray mu = p.sample(HOSTILE, Normal.of(0, 5));
        NDArray sigma = p.sample("sigma", HalfNormal.of(2));
        try (Plate rows = p.plate("rows<b>", y.length)) {
          p.observe("y<i>", Normal.of(mu, sigma), rows.take(y));
        }
      };

  private static McmcRun<double[]> run;
  private static Report<double[]> report;
  private static String html;

  @TempDir private Path folder;

  @BeforeAll
  @SuppressWarnings("MustBeClosedChecker") // below
  static void fit() {
    run =
        Nuts.of(MODEL)
            .asWritten()
            .chains(4)
            .warmup(300)
            .draws(300)
            .progress(Progress.silent())
            .run(Y);
    report = Report.of(run).model(MODEL, Y).title(HOSTILE);
    html = report.html();
  }

  @AfterAll
  static void close() {
    run.close();
  }

  private static JsonObject data() {
    String open = "<script id=\"data\" type=\"application/json\">";
    int from = html.indexOf(open) + open.length();
    return JsonParser.parseString(html.substring(from, html.indexOf("</script>", from)))
        .getAsJsonObject();
  }

  /** The page before the library of pictures. */
  private static String words() {
    return html.substring(0, html.indexOf("<script>"));
  }

  @Test
  void namesThatLookLikeTagsAreText() {
    assertThat(words()).doesNotContain("<img").doesNotContain("y<i>").doesNotContain("rows<b>");
    assertThat(html.split("</script>", -1).length - 1).isEqualTo(3); // data, library, functions
    assertThat(words())
        .contains("&lt;/script&gt;&lt;img src=x onerror=alert(1)&gt;&amp;&quot;&#39;");
    assertThat(data().getAsJsonArray("numbers").get(0).getAsJsonObject().get("name").getAsString())
        .isEqualTo(HOSTILE);
  }

  @Test
  void nothingIsFetched() {
    Pattern address = Pattern.compile("(?i)\\b(src|href)\\s*=\\s*[\"']?\\s*(https?:)?//");
    assertThat(address.matcher(html).find()).isFalse();
    assertThat(html.contains("<link") || html.contains("@import")).isFalse();
    assertThat(words()).contains("default-src 'none'");
  }

  @Test
  void itIsNoLargerThanThreeMegabytes() {
    assertThat(html.length()).isBetween(1_000_000, 3_000_000);
  }

  @Test
  void numbersAreThoseOfTheSummary() {
    int count = 0;
    for (var each : data().getAsJsonArray("numbers")) {
      JsonObject number = each.getAsJsonObject();
      Summary.Row row = run.summary().get(number.get("name").getAsString());
      assertThat(number.get("mean").getAsDouble()).isEqualTo(row.mean());
      assertThat(number.get("sd").getAsDouble()).isEqualTo(row.sd());
      assertThat(number.get("meanError").getAsDouble()).isEqualTo(row.meanError());
      assertThat(number.get("q05").getAsDouble()).isEqualTo(row.q05());
      assertThat(number.get("q50").getAsDouble()).isEqualTo(row.q50());
      assertThat(number.get("q95").getAsDouble()).isEqualTo(row.q95());
      assertThat(number.get("rhat").getAsDouble()).isEqualTo(row.rhat());
      assertThat(number.get("bulkSize").getAsDouble()).isEqualTo(row.bulkSize());
      assertThat(number.get("tailSize").getAsDouble()).isEqualTo(row.tailSize());
      count++;
    }
    assertThat(count).isEqualTo(2);
  }

  @Test
  void whatTheRunWarnsOfStandsOnThePage() {
    assertThat(report.findings().stream().map(Finding::words))
        .containsAll(run.report().warnings())
        .containsAll(run.summary().merits())
        .containsAll(run.report().merits());
  }

  @Test
  void aFolderIsNoFile() {
    assertThatThrownBy(() -> report.save(folder))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageStartingWith("report '" + folder + "' cannot be written: ");
  }

  /** Also by a thread that is interrupted, as after a fit that was. */
  @Test
  void whatIsSavedIsThePage() throws Exception {
    Path file = folder.resolve("page.html");

    Thread.currentThread().interrupt();
    report.save(file);
    assertThat(Thread.interrupted()).isTrue();

    String made = "; made "; // the minute may have changed
    assertThat(Files.readString(file).split(made, 2)[0]).isEqualTo(html.split(made, 2)[0]);
  }
}
