package org.ppl4j.infer.density;

import static com.google.common.base.Preconditions.checkArgument;

import com.google.common.base.Ascii;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSet;
import com.google.common.primitives.ImmutableDoubleArray;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;
import org.ppl4j.infer.density.Table.Fault;

/** Reads tables from CSV files. */
final class Csv {

  private static final String BYTE_ORDER_MARK = "\uFEFF";

  /** What parts cells: the one of these that the first line has most often. */
  private static final String DELIMITERS = ",;\t";

  private static final ImmutableSet<String> MISSING = ImmutableSet.of("", "na", "nan");

  private Csv() {}

  /** As {@link Table#read}. */
  static Table read(Path file) {
    String name = "file '" + file + "'";
    try {
      return read(name, file);
    } catch (NoSuchFileException e) {
      throw new UncheckedIOException(name + " does not exist; pass another path", e);
    } catch (IOException e) {
      throw new UncheckedIOException(name + " cannot be read: " + e.getMessage(), e);
    }
  }

  private static Table read(String name, Path file) throws IOException {
    CSVFormat format =
        CSVFormat.RFC4180.builder().setDelimiter(delimiter(file)).setTrim(true).get();
    try (BufferedReader reader = Files.newBufferedReader(file);
        CSVParser parser = format.parse(reader)) {
      Iterator<CSVRecord> records = parser.iterator();
      checkArgument(
          records.hasNext(), "%s is empty; pass one whose first line names the columns", name);
      List<String> names = withoutMark(List.of(records.next().values()));
      checkNames(name, names);
      return table(name, ImmutableList.copyOf(names), records);
    }
  }

  private static char delimiter(Path file) throws IOException {
    String first;
    try (BufferedReader reader = Files.newBufferedReader(file)) {
      first = reader.readLine();
    }
    String header = first == null ? "" : first;
    char most = DELIMITERS.charAt(0);
    for (int i = 1; i < DELIMITERS.length(); i++) {
      char candidate = DELIMITERS.charAt(i);
      if (count(header, candidate) > count(header, most)) {
        most = candidate;
      }
    }
    return most;
  }

  private static long count(String text, char wanted) {
    return text.chars().filter(c -> c == wanted).count();
  }

  private static List<String> withoutMark(List<String> names) {
    if (!names.get(0).startsWith(BYTE_ORDER_MARK)) {
      return names;
    }
    return ImmutableList.<String>builder()
        .add(names.get(0).substring(1))
        .addAll(names.subList(1, names.size()))
        .build();
  }

  /**
   * Checks that no two columns have one name.
   *
   * @throws IllegalArgumentException if two have
   */
  static void checkNames(String subject, List<String> names) {
    Set<String> seen = new HashSet<>();
    for (String column : names) {
      checkArgument(
          seen.add(column), "%s has column '%s' twice; give each its own name", subject, column);
    }
  }

  private static Table table(
      String name, ImmutableList<String> names, Iterator<CSVRecord> records) {
    ImmutableDoubleArray.Builder values = ImmutableDoubleArray.builder();
    Map<String, Fault> faults = new HashMap<>();
    int row = 0;
    for (; records.hasNext(); row++) {
      CSVRecord record = records.next();
      checkArgument(
          record.size() == names.size(),
          "%s has %s cells in row %s (from 1), but %s columns; quote cells that hold a delimiter,"
              + " and fill short rows",
          name,
          record.size(),
          row + 1,
          names.size());
      for (int j = 0; j < names.size(); j++) {
        String cell = record.get(j);
        double value = number(cell);
        if (Double.isNaN(value)) {
          faults.putIfAbsent(names.get(j), new Fault(row, isMissing(cell) ? "" : cell));
        }
        values.add(value);
      }
    }
    checkArgument(row > 0, "%s has no rows under its columns; pass some", name);
    return Table.ofFile(name, names, values.build().toArray(), ImmutableMap.copyOf(faults));
  }

  private static boolean isMissing(String cell) {
    return MISSING.contains(Ascii.toLowerCase(cell));
  }

  /** NaN if it is none. */
  private static double number(String cell) {
    if (isMissing(cell)) {
      return Double.NaN;
    }
    try {
      return switch (Ascii.toLowerCase(cell)) {
        case "inf", "+inf", "infinity", "+infinity" -> Double.POSITIVE_INFINITY;
        case "-inf", "-infinity" -> Double.NEGATIVE_INFINITY;
        default -> Double.parseDouble(cell);
      };
    } catch (NumberFormatException e) {
      return Double.NaN;
    }
  }
}
