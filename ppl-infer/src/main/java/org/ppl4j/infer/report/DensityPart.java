package org.ppl4j.infer.report;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSet;
import com.google.common.collect.Sets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;
import org.ppl4j.infer.Summary;
import org.ppl4j.infer.density.ColumnType;
import org.ppl4j.infer.density.DensityReport;
import org.ppl4j.infer.density.DensityScores;
import org.ppl4j.infer.density.Table;
import org.ppl4j.infer.report.Finding.Level;
import org.ppl4j.infer.report.Finding.Topic;

/** What a page says of a learned density. */
final class DensityPart {

  private static final int MOST_DOTS = 1500;

  /** Columns that are shown against each other. */
  private static final int MOST_COLUMNS = 5;

  private static final ImmutableSet<ColumnType> NUMBERS =
      Sets.immutableEnumSet(ColumnType.NUMBER, ColumnType.COUNT);

  private DensityPart() {}

  /** What its training says of it. */
  static ImmutableList<Finding> findings(DensityReport report) {
    ImmutableList.Builder<String> merits = ImmutableList.builder();
    if (report.warnings().isEmpty()) {
      merits.add(
          String.format(
              Locale.ROOT,
              "%,d rows that it was not trained on have a mean log-density of %.4g (± %.2g); the"
                  + " %,d that it was trained on %.4g: it does not know them by heart",
              report.validationRows(),
              report.best().logProb(),
              report.standardError(),
              report.rows(),
              report.trainLogProb()));
    }
    return Finding.ofComputation(merits.build(), report.warnings());
  }

  /** What rows say of it. */
  static ImmutableList<Finding> findings(DensityScores scores) {
    ImmutableList.Builder<Finding> findings = ImmutableList.builder();
    scores.warnings().forEach(words -> findings.add(new Finding(Topic.DATA, Level.BAD, words)));
    if (scores.warnings().isEmpty()) {
      findings.add(
          new Finding(
              Topic.DATA,
              Level.GOOD,
              String.format(
                  Locale.ROOT,
                  "of %,d rows its intervals hold as many as they should, and it is no worse than"
                      + " a linear regression",
                  scores.rows())));
    }
    return findings.build();
  }

  /** Losses, and what the rows that were looked at said in between. */
  static ImmutableList<Figure> figures(DensityReport report) {
    ImmutableList.Builder<Figure> figures = ImmutableList.builder();
    figures.add(
        new Figure.Curves(
            "Loss",
            "What training made small, in medians of stretches of steps: it should end level.",
            CurvePicture.losses("loss", report.fit().losses())));
    if (report.looks().size() > 1) {
      double[] steps = report.looks().stream().mapToDouble(DensityReport.Look::step).toArray();
      double[] logProbs =
          report.looks().stream().mapToDouble(DensityReport.Look::logProb).toArray();
      figures.add(
          new Figure.Curves(
              "Rows that it was not trained on",
              "Their mean log-density while it was trained: the best look stands. One that falls"
                  + " again shows rows learned by heart.",
              CurvePicture.of("looks", "step", "mean log-density")
                  .curve("other rows", steps, logProbs)
                  .points(
                      "what stands",
                      new double[] {report.best().step()},
                      new double[] {report.best().logProb()})));
    }
    return figures.build();
  }

  /** How often it is right, column by column. */
  static ImmutableList<Figure> figures(DensityScores scores) {
    ImmutableMap.Builder<String, CurvePicture> coverage = ImmutableMap.builder();
    ImmutableMap.Builder<String, CurvePicture> places = ImmutableMap.builder();
    for (String column : scores.names()) {
      coverage.put(column, CalibrationPicture.coverage(column, scores, column));
      places.put(column, CalibrationPicture.histogram(column, scores, column));
    }
    String first = scores.names().get(0);
    return ImmutableList.of(
        new Figure.Curves(
            "Calibration",
            "How often intervals hold the truth, over what they say: inside the band is right,"
                + " below it the density is too sure.",
            coverage.buildOrThrow(),
            first),
        new Figure.Curves(
            "Places of the data",
            "The probability that the density has of less than each datum: level if it is right; a"
                + " bowl if it is too narrow, a hill if it is too wide.",
            places.buildOrThrow(),
            first));
  }

  /**
   * Data beside draws of the density: of each column, and of pairs of columns.
   *
   * @param draws as many rows as the data, some times over
   */
  static ImmutableList<Figure> figures(Table data, Table draws) {
    ImmutableMap.Builder<String, CurvePicture> densities = ImmutableMap.builder();
    List<String> names = numbers(data, draws);
    for (String column : names) {
      double[] values = data.column(column).numbers();
      double[] drawn = draws.column(column).numbers();
      densities.put(column, PredictiveCheckPicture.suited(column, values, drawn));
    }
    Map<String, CurvePicture> pairs = new LinkedHashMap<>();
    for (int i = 0; i < Math.min(names.size(), MOST_COLUMNS); i++) {
      for (int j = i + 1; j < Math.min(names.size(), MOST_COLUMNS); j++) {
        String name = names.get(i) + ", " + names.get(j);
        pairs.put(name, pair(name, data, draws, names.get(i), names.get(j)));
      }
    }
    ImmutableList.Builder<Figure> figures = ImmutableList.builder();
    if (!names.isEmpty()) {
      figures.add(
          new Figure.Curves(
              "Density over data",
              "The dark line is the data, thin ones are as many rows drawn from the density: the"
                  + " data should be one among them.",
              densities.buildOrThrow(),
              names.get(0)));
    }
    if (!pairs.isEmpty()) {
      figures.add(
          new Figure.Curves(
              "Two columns",
              "Data and as many draws of the density: clouds should be of one shape.",
              ImmutableMap.copyOf(pairs),
              pairs.keySet().iterator().next()));
    }
    return figures.build();
  }

  private static CurvePicture pair(String title, Table data, Table draws, String x, String y) {
    return CurvePicture.of(title, x, y)
        .points("data", some(data, x), some(data, y))
        .points("drawn", some(draws, x), some(draws, y));
  }

  private static double[] some(Table table, String column) {
    return Arrays.stream(table.column(column).numbers()).limit(MOST_DOTS).toArray();
  }

  /** The columns of numbers without empty cells that are drawn; weights are not. */
  private static List<String> numbers(Table table, Table draws) {
    return IntStream.range(0, table.columns())
        .filter(j -> NUMBERS.contains(table.types().get(j)))
        .mapToObj(j -> table.names().get(j))
        .filter(name -> draws.names().contains(name) && table.column(name).missing() == 0)
        .toList();
  }

  /** Of each column the data, and what the density draws. */
  static Summary summary(Table data, Table draws) {
    ImmutableMap.Builder<String, Summary.Row> rows = ImmutableMap.builder();
    for (String column : numbers(data, draws)) {
      rows.put(column + " (data)", Summary.Row.of(data.column(column).numbers()));
      rows.put(column + " (drawn)", Summary.Row.of(draws.column(column).numbers()));
    }
    return new Summary(rows.buildOrThrow());
  }
}
