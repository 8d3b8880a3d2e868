package org.ppl4j.infer.diagnostics;

import static com.google.common.base.Preconditions.checkArgument;

import com.google.common.collect.ImmutableList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Models of the same data by how well they predict, the best first.
 *
 * @param rows one a model
 */
public record LooComparison(ImmutableList<Row> rows) {

  /** Differences below this say little, whatever their error (Sivula et al. 2020). */
  private static final double SMALL = 4;

  /**
   * One model.
   *
   * @param name of the model
   * @param loo its cross-validation
   * @param difference its expected log predictive density less that of the best model, and the
   *     standard error of the difference, observation by observation (Vehtari, Gelman and Gabry
   *     2017, equation 24)
   */
  public record Row(String name, Loo loo, Estimate difference) {

    private Stream<String> warning() {
      return loo.warning().stream().map(warning -> "'" + name + "': " + warning);
    }
  }

  static LooComparison of(Map<String, Loo> models) {
    checkArgument(!models.isEmpty(), "there are no models to compare; pass at least one");
    List<Map.Entry<String, Loo>> order =
        models.entrySet().stream()
            .sorted(
                Comparator.comparingDouble(
                    (Map.Entry<String, Loo> model) -> -model.getValue().elpd().value()))
            .toList();
    Map.Entry<String, Loo> best = order.get(0);
    ImmutableList.Builder<Row> rows = ImmutableList.builder();
    for (Map.Entry<String, Loo> model : order) {
      checkSame(best, model);
      rows.add(
          new Row(model.getKey(), model.getValue(), difference(model.getValue(), best.getValue())));
    }
    return new LooComparison(rows.build());
  }

  private static void checkSame(Map.Entry<String, Loo> best, Map.Entry<String, Loo> model) {
    List<String> here = names(model.getValue());
    List<String> there = names(best.getValue());
    checkArgument(
        here.equals(there),
        "models '%s' and '%s' are of %s and %s observations, or of others; compare models of the"
            + " same data",
        best.getKey(),
        model.getKey(),
        there.size(),
        here.size());
  }

  private static List<String> names(Loo loo) {
    return loo.pointwise().stream().map(Loo.Observation::name).toList();
  }

  private static Estimate difference(Loo model, Loo best) {
    double[] differences = new double[model.pointwise().size()];
    for (int i = 0; i < differences.length; i++) {
      differences[i] = model.pointwise().get(i).elpd() - best.pointwise().get(i).elpd();
    }
    return Estimate.ofSum(differences);
  }

  /** A table, then which of it is not to be trusted. */
  @Override
  public String toString() {
    int width = rows.stream().mapToInt(row -> Math.max(1, row.name().length())).max().orElse(1);
    StringBuilder text = new StringBuilder();
    text.append(
        String.format(
            "%-" + width + "s%11s%11s%11s%11s", "", "elpd_loo", "p_loo", "difference", "error"));
    for (Row row : rows) {
      Estimate difference = row.difference();
      text.append(
          String.format(
              Locale.ROOT,
              "%n%-" + width + "s%11.2f%11.2f%11.2f%11.2f",
              row.name(),
              row.loo().elpd().value(),
              row.loo().parameters().value(),
              difference.value(),
              difference.standardError()));
    }
    if (rows.stream().skip(1).anyMatch(row -> -row.difference().value() < SMALL)) {
      text.append(
          String.format(
              Locale.ROOT,
              "%na difference below %.0f is too small to tell models apart, whatever its error",
              SMALL));
    }
    text.append(Wording.warnings(rows.stream().flatMap(Row::warning).toList()));
    return text.toString();
  }
}
