package org.ppl4j.infer.report;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import java.util.List;
import java.util.Locale;
import org.ppl4j.infer.diagnostics.Estimate;
import org.ppl4j.infer.diagnostics.Loo;
import org.ppl4j.infer.diagnostics.LooComparison;
import org.ppl4j.infer.report.Finding.Level;
import org.ppl4j.infer.report.Finding.Topic;

/** What a page says of models beside each other. */
final class ComparisonPart {

  /** Differences are told from so many standard errors on. */
  private static final double CLEAR = 2;

  private ComparisonPart() {}

  static ImmutableList<Finding> findings(LooComparison comparison) {
    ImmutableList.Builder<Finding> findings = ImmutableList.builder();
    String best = comparison.rows().get(0).name();
    for (LooComparison.Row row : comparison.rows()) {
      row.loo()
          .warning()
          .ifPresent(
              words ->
                  findings.add(
                      new Finding(Topic.DATA, Level.LOOK, "'" + row.name() + "': " + words)));
      if (row.loo().warning().isEmpty()) {
        findings.add(
            new Finding(
                Topic.DATA,
                Level.GOOD,
                String.format(
                    Locale.ROOT,
                    "'%s': k-hat of no observation is above %.2f, so that its figure holds",
                    row.name(),
                    row.loo().threshold())));
      }
      if (!row.name().equals(best)) {
        Estimate difference = row.difference();
        double errors = -difference.value() / difference.standardError();
        findings.add(
            new Finding(
                Topic.DATA,
                errors > CLEAR ? Level.GOOD : Level.LOOK,
                String.format(
                    Locale.ROOT,
                    "'%s' predicts %s than '%s': by %.1f ± %.1f, %.1f standard errors",
                    row.name(),
                    errors > CLEAR ? "worse" : "hardly worse",
                    best,
                    -difference.value(),
                    difference.standardError(),
                    errors)));
      }
    }
    return findings.build();
  }

  static ImmutableList<Figure> figures(LooComparison comparison) {
    ImmutableList.Builder<Figure.Interval> estimates = ImmutableList.builder();
    ImmutableMap.Builder<String, CurvePicture> khats = ImmutableMap.builder();
    for (LooComparison.Row row : comparison.rows()) {
      double elpd = row.loo().elpd().value();
      double error = row.loo().elpd().standardError();
      estimates.add(new Figure.Interval(row.name(), elpd - error, elpd, elpd + error));
      khats.put(row.name(), ModelPart.khats(row.loo()));
    }
    return ImmutableList.of(
        new Figure.Intervals(
            "How well each predicts",
            "The expected log predictive density of data that it has not seen: more is better. The"
                + " error of a difference is less than these, since it is of the same"
                + " observations.",
            "elpd_loo, with its standard error to either side",
            ImmutableMap.of("", estimates.build())),
        ModelPart.khats(khats.buildOrThrow()));
  }

  static Report.Section section(LooComparison comparison) {
    return new Report.Section(
        "The comparison",
        ImmutableList.of(
            Page.table(
                List.of(
                    "model", "elpd_loo", "± ", "p_loo", "less than the best", "± ", "bad k-hat"),
                comparison.rows().stream().map(ComparisonPart::cells).toList())));
  }

  private static List<String> cells(LooComparison.Row row) {
    Loo loo = row.loo();
    return List.of(
        row.name(),
        Page.figure("%.1f", loo.elpd().value()),
        Page.figure("%.1f", loo.elpd().standardError()),
        Page.figure("%.1f", loo.parameters().value()),
        Page.figure("%.1f", Math.abs(row.difference().value())),
        Page.figure("%.1f", row.difference().standardError()),
        loo.bad().size() + " of " + loo.pointwise().size());
  }
}
