package org.ppl4j.infer.report;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.common.base.Ascii;
import com.google.common.collect.ImmutableMap;
import com.google.common.html.HtmlEscapers;
import com.google.common.io.Resources;
import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URL;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.ppl4j.infer.Summary;
import org.ppl4j.infer.diagnostics.Chains;
import org.ppl4j.infer.diagnostics.Wording;
import org.ppl4j.infer.report.Finding.Level;
import org.ppl4j.infer.report.Finding.Topic;

/**
 * A {@link Report} as one page of HTML that needs nothing else: style, figures' data, the functions
 * that draw them and the library that these use are in it. Whatever comes from a user, such as
 * names of sites, is escaped, in the page as in its data.
 */
final class Page {

  /** The library of pictures (Apache License 2.0), from its WebJar. */
  private static final String ECHARTS =
      "META-INF/resources/webjars/echarts/5.3.1/dist/echarts.min.js";

  /** Escapes what would end a script, which HTML would see before JSON is read. */
  private static final Gson GSON = new GsonBuilder().serializeNulls().create();

  private final Report<?> report;
  private final StringBuilder text = new StringBuilder();

  private Page(Report<?> report) {
    this.report = report;
  }

  static String of(Report<?> report) {
    return new Page(report).written();
  }

  private String written() {
    NumberPool pool = new NumberPool();
    JsonObject data = new JsonObject();
    data.add("numbers", numbers());
    data.add("figures", figures(pool));
    data.add("arrays", pool.json());
    add("<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">");
    add("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">");
    add(
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src"
            + " 'unsafe-inline'; script-src 'unsafe-inline'; img-src data:\">");
    add("<title>" + escaped(report.title()) + "</title>");
    add("<style>" + resource(Page.class.getResource("report.css")) + "</style></head><body>");
    head();
    findings();
    table();
    pictures();
    report.sections().forEach(this::section);
    words();
    add("<footer>" + escaped(report.origin()) + "</footer>");
    add("<script id=\"data\" type=\"application/json\">" + GSON.toJson(data) + "</script>");
    add("<script>" + resource(Page.class.getClassLoader().getResource(ECHARTS)) + "</script>");
    add("<script>" + resource(Page.class.getResource("report.js")) + "</script></body></html>");
    return text.toString();
  }

  // --- words

  private void head() {
    add("<header><h1>" + escaped(report.title()) + "</h1>");
    Level worst = report.level();
    add("<p class=\"verdict " + worst.style() + "\">" + escaped(report.verdict()) + "</p>");
    add("<dl class=\"facts\">");
    report.facts().forEach((name, value) -> add(term(name, value)));
    add("</dl></header>");
  }

  private static String term(String name, String value) {
    return "<dt>" + escaped(name) + "</dt><dd>" + escaped(value) + "</dd>";
  }

  private void findings() {
    for (Topic topic : Topic.values()) {
      List<Finding> all = report.findings().stream().filter(each -> each.topic() == topic).toList();
      if (!all.isEmpty()) {
        add("<section><h2>" + escaped(topic.question()) + "</h2><ul class=\"findings\">");
        for (Level level : List.of(Level.BAD, Level.LOOK, Level.GOOD)) {
          all.stream().filter(each -> each.level() == level).forEach(this::finding);
        }
        add("</ul></section>");
      }
    }
  }

  private void finding(Finding finding) {
    Level level = finding.level();
    add("<li><b class=\"" + level.style() + "\">" + level.mark() + "</b>");
    add("<span>" + escaped(sentence(finding.words())) + "</span></li>");
  }

  private static String sentence(String words) {
    return words.isEmpty() || words.startsWith("R-hat") || words.startsWith("E-BFMI")
        ? words
        : Ascii.toUpperCase(words.charAt(0)) + words.substring(1);
  }

  private void words() {
    if (!report.words().isEmpty()) {
      add("<section><h2>In the run's own words</h2><details><summary>What it printed</summary>");
      add("<pre>" + escaped(report.words()) + "</pre></details></section>");
    }
  }

  private void section(Report.Section section) {
    add("<section><h2>" + escaped(section.title()) + "</h2>");
    section.parts().forEach(this::add);
    add("</section>");
  }

  // --- the table

  private void table() {
    Summary summary = report.summary();
    if (summary.rows().isEmpty()) {
      return;
    }
    boolean hasChains = summary.rows().values().stream().anyMatch(row -> !Double.isNaN(row.rhat()));
    List<String> titles = new ArrayList<>(List.of("number", "mean", "sd"));
    titles.addAll(hasChains ? List.of("MCSE") : List.of());
    titles.addAll(List.of("5%", "50%", "95%"));
    titles.addAll(hasChains ? List.of("R-hat", "bulk ESS", "tail ESS") : List.of());
    add("<section><h2>" + escaped("The numbers") + "</h2><div class=\"tools\">");
    add("<label>find <input id=\"find\" type=\"search\" autocomplete=\"off\"></label>");
    add("<span>A title sorts; a row is shown in all pictures.</span></div>");
    add("<div class=\"scroll tall\"><table class=\"numbers\"><thead><tr>");
    titles.forEach(title -> add("<th scope=\"col\"><button>" + title + "</button></th>"));
    add("</tr></thead><tbody>");
    summary.rows().forEach((name, row) -> row(name, row, hasChains));
    add("</tbody></table></div>");
    if (report.hidden() > 0) {
      add(figure("<p>%,.0f more numbers are not on this page.</p>", report.hidden()));
    }
    add("</section>");
  }

  private void row(String name, Summary.Row row, boolean hasChains) {
    add("<tr data-number=\"" + escaped(name) + "\"><th scope=\"row\" title=\"" + escaped(name));
    add("\">" + escaped(name) + "</th>");
    cell(row.mean(), "", number(row.mean()));
    cell(row.sd(), "", number(row.sd()));
    if (hasChains) {
      cell(row.meanError(), "", number(row.meanError()));
    }
    for (double quantile : new double[] {row.q05(), row.q50(), row.q95()}) {
      cell(quantile, "", number(quantile));
    }
    if (hasChains) {
      boolean isApart = row.rhat() > Chains.LARGEST_RHAT;
      cell(row.rhat(), isApart ? "bad" : "", figure("%.3f", row.rhat()));
      for (double size : new double[] {row.bulkSize(), row.tailSize()}) {
        cell(size, size < Chains.MIN_SIZE ? "bad" : "", figure("%,.0f", size));
      }
    }
    add("</tr>");
  }

  private void cell(double value, String style, String words) {
    add("<td class=\"" + style + "\" data-value=\"" + value + "\">" + words + "</td>");
  }

  /** A figure; a dash for one that there is not. */
  static String figure(String format, double x) {
    return Double.isNaN(x) ? "–" : String.format(Locale.ROOT, format, x);
  }

  /** A number as a summary has it; a dash for one that there is not. */
  static String number(double x) {
    return Double.isNaN(x) ? "–" : Wording.number(x);
  }

  // --- figures

  private void pictures() {
    if (report.figures().isEmpty()) {
      return;
    }
    add("<section><h2>Pictures</h2><p class=\"tools\">Point at a picture for its figures; the");
    add(" frame at its corner zooms, the arrow brings all back.</p><div class=\"pictures\">");
    for (int i = 0; i < report.figures().size(); i++) {
      Figure figure = report.figures().get(i);
      boolean isTall = figure instanceof Figure.Intervals;
      add("<figure id=\"figure" + i + "\"" + (isTall ? " class=\"tall-plot\"" : "") + ">");
      add("<div class=\"head\"><h3>" + escaped(figure.title()) + " <span class=\"printed\">");
      add("</span></h3><span class=\"choices\"></span></div><div class=\"plot\"></div>");
      add("<figcaption>" + escaped(figure.about()) + "</figcaption></figure>");
    }
    add("</div><noscript><p>The pictures need JavaScript.</p></noscript></section>");
  }

  private JsonArray figures(NumberPool pool) {
    JsonArray all = new JsonArray();
    for (int i = 0; i < report.figures().size(); i++) {
      JsonObject json = report.figures().get(i).json(pool);
      json.addProperty("id", "figure" + i);
      json.addProperty("title", report.figures().get(i).title());
      all.add(json);
    }
    return all;
  }

  private JsonArray numbers() {
    JsonArray all = new JsonArray();
    report
        .summary()
        .rows()
        .forEach(
            (name, row) -> {
              JsonObject json = new JsonObject();
              json.addProperty("name", name);
              figures(row).forEach((key, value) -> json.addProperty(key, known(value)));
              all.add(json);
            });
    return all;
  }

  private static ImmutableMap<String, Double> figures(Summary.Row row) {
    return ImmutableMap.<String, Double>builder()
        .put("mean", row.mean())
        .put("sd", row.sd())
        .put("meanError", row.meanError())
        .put("q05", row.q05())
        .put("q50", row.q50())
        .put("q95", row.q95())
        .put("rhat", row.rhat())
        .put("bulkSize", row.bulkSize())
        .put("tailSize", row.tailSize())
        .buildOrThrow();
  }

  /** JSON has no number for what is not finite. */
  private static @Nullable Number known(double x) {
    return Double.isFinite(x) ? x : null;
  }

  // --- text

  private void add(String html) {
    text.append(html);
  }

  static String escaped(String words) {
    return HtmlEscapers.htmlEscaper().escape(words);
  }

  /** A table of words. */
  static String table(List<String> titles, List<List<String>> rows) {
    String head = cells("th", titles);
    return rows.stream()
        .map(row -> "<tr>" + cells("td", row) + "</tr>")
        .collect(
            Collectors.joining(
                "",
                "<div class=\"scroll\"><table class=\"words\"><thead><tr>"
                    + head
                    + "</tr></thead><tbody>",
                "</tbody></table></div>"));
  }

  private static String cells(String tag, List<String> cells) {
    return cells.stream()
        .map(cell -> "<" + tag + ">" + escaped(cell) + "</" + tag + ">")
        .collect(Collectors.joining());
  }

  private static String resource(@Nullable URL url) {
    URL found =
        Optional.ofNullable(url)
            .orElseThrow(
                () ->
                    new IllegalStateException(
                        "report cannot be written, for the library of its pictures, '"
                            + ECHARTS
                            + "', is not on the class path; add org.webjars.npm:echarts:5.3.1"));
    try {
      return Resources.toString(found, UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
