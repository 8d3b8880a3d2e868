package org.ppl4j.examples.launcher;

import java.util.Locale;
import java.util.Map;
import org.ppl4j.examples.launcher.Reference.Moments;
import org.ppl4j.infer.Summary;

/** What an example found, for a reader: beside the reference where there is one. */
final class ResultTable {

  private ResultTable() {}

  /**
   * A line for each number, the last column of which is how far its mean is off the reference; or
   * the result's own table.
   */
  static String of(ExampleResult result) {
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
    StringBuilder table = new StringBuilder();
    table.append(line(width, "", "mean", "sd", "reference", "its sd", "off by"));
    for (Map.Entry<String, Summary.Row> entry : result.parameters().rows().entrySet()) {
      Summary.Row row = entry.getValue();
      Moments moments = reference.get(entry.getKey());
      table
          .append(System.lineSeparator())
          .append(
              line(
                  width,
                  entry.getKey(),
                  number(row.mean()),
                  number(row.sd()),
                  number(moments.mean()),
                  number(moments.sd()),
                  String.format(
                      Locale.ROOT, "%.2f sd", reference.offset(entry.getKey(), row.mean()))));
    }
    return table.toString();
  }

  /** A single number: whole ones without decimals. */
  static String figure(double value) {
    return value == Math.rint(value) && Math.abs(value) < 1e15
        ? String.format(Locale.ROOT, "%.0f", value)
        : String.format(Locale.ROOT, "%.6g", value);
  }

  private static String line(int width, String name, String... cells) {
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
