package org.ppl4j.examples.launcher;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.ppl4j.examples.launcher.Reference.Moments;
import org.ppl4j.infer.Summary;

/** What an example found, for a reader: beside the reference where there is one. */
final class ResultTable {

  private ResultTable() {}

  /**
   * The report, if there is one. Then a line for each number, the last column of which is how far
   * its mean is off the reference, with R-hat and effective sizes if it is of chains; or the
   * result's own table.
   */
  static String of(ExampleResult result) {
    String table = table(result);
    return result.report().isEmpty() ? table : result.report() + System.lineSeparator() + table;
  }

  private static String table(ExampleResult result) {
    if (!result.table().isEmpty()) {
      return result.table();
    }
    Reference reference = result.reference();
    if (reference.parameters().isEmpty()) {
      return result.parameters().toString();
    }
    int width = 4;
    for (String name : result.parameters().rows().keySet()) {
      width = Math.max(width, name.length());
    }
    boolean hasChains =
        result.parameters().rows().values().stream().anyMatch(row -> !Double.isNaN(row.rhat()));
    StringBuilder table = new StringBuilder();
    List<String> titles = new ArrayList<>(List.of("mean", "sd"));
    titles.addAll(hasChains ? List.of("R-hat", "bulk ESS", "tail ESS") : List.of());
    titles.addAll(List.of("reference", "its sd", "off by"));
    table.append(line(width, "", titles));
    for (Map.Entry<String, Summary.Row> entry : result.parameters().rows().entrySet()) {
      String name = entry.getKey();
      table
          .append(System.lineSeparator())
          .append(line(width, name, cells(name, entry.getValue(), hasChains, reference)));
    }
    return table.toString();
  }

  private static List<String> cells(
      String name, Summary.Row row, boolean hasChains, Reference reference) {
    List<String> cells = new ArrayList<>(List.of(number(row.mean()), number(row.sd())));
    if (hasChains) {
      cells.add(String.format(Locale.ROOT, "%.3f", row.rhat()));
      cells.add(String.format(Locale.ROOT, "%.0f", row.bulkSize()));
      cells.add(String.format(Locale.ROOT, "%.0f", row.tailSize()));
    }
    Moments moments = reference.get(name);
    cells.add(number(moments.mean()));
    cells.add(number(moments.sd()));
    cells.add(String.format(Locale.ROOT, "%.2f sd", reference.offset(name, row.mean())));
    return cells;
  }

  /** A single number: whole ones without decimals. */
  static String figure(double value) {
    return value == Math.rint(value) && Math.abs(value) < 1e15
        ? String.format(Locale.ROOT, "%.0f", value)
        : String.format(Locale.ROOT, "%.6g", value);
  }

  private static String line(int width, String name, List<String> cells) {
    StringBuilder line = new StringBuilder(String.format("%-" + width + "s", name));
    for (String cell : cells) {
      line.append(String.format("%12s", cell));
    }
    return line.toString();
  }

  private static String number(double x) {
    return String.format(Locale.ROOT, "%.5g", x);
  }
}
