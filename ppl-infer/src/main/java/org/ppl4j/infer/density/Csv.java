package org.ppl4j.infer.density;

import static com.google.common.base.Preconditions.checkArgument;
import static java.util.Objects.requireNonNull;

import com.google.common.base.Ascii;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSet;
import com.google.common.collect.Iterators;
import com.google.common.collect.PeekingIterator;
import com.google.common.primitives.ImmutableDoubleArray;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
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

  /** A number with a decimal comma. */
  private static final Pattern DECIMAL_COMMA = Pattern.compile("[-+]?\\d*,\\d+([eE][-+]?\\d+)?");

  /** As {@link Table#read}. */
  static Table read(Path file, TableFormat format) {
    String name = "file '" + file + "'";
    try {
      return read(name, file, format);
    } catch (NoSuchFileException e) {
      throw new UncheckedIOException(name + " does not exist; pass another path", e);
    } catch (CharacterCodingException e) {
      throw new IllegalArgumentException(
          name
              + " is not in "
              + format.charset()
              + "; pass its encoding by TableFormat.standard().charset(…), or save it as UTF-8",
          e);
    } catch (IOException e) {
      throw new UncheckedIOException(name + " cannot be read: " + e.getMessage(), e);
    }
  }

  private static Table read(String name, Path file, TableFormat wanted) throws IOException {
    Character between = wanted.delimiter();
    CSVFormat format =
        CSVFormat.RFC4180
            .builder()
            .setDelimiter(between == null ? delimiter(file, wanted) : between)
            .setTrim(true)
            .setIgnoreEmptyLines(true)
            .get();
    try (BufferedReader reader = Files.newBufferedReader(file, wanted.charset());
        CSVParser parser = format.parse(reader)) {
      PeekingIterator<CSVRecord> records = Iterators.peekingIterator(parser.iterator());
      checkArgument(
          records.hasNext(), "%s is empty; pass one whose first line names the columns", name);
      if (!wanted.names().isEmpty()) {
        return table(name, wanted.names(), records, wanted);
      }
      List<String> names = withoutMark(List.of(requireNonNull(records.next()).values()));
      checkArgument(
          !names.stream().allMatch(cell -> !Double.isNaN(number(cell, wanted))),
          "%s has numbers alone in its first line, %s, which names the columns; if it is a row,"
              + " pass TableFormat.standard().withoutHeader(…) with %s",
          name,
          String.join(", ", names),
          names.size() == 1 ? "a name" : names.size() + " names");
      checkNames(name, names);
      return table(name, ImmutableList.copyOf(names), records, wanted);
    }
  }

  private static char delimiter(Path file, TableFormat format) throws IOException {
    String first;
    try (BufferedReader reader = Files.newBufferedReader(file, format.charset())) {
      first = reader.readLine();
    }
    String header = first == null ? "" : first;
    String possible = format.hasDecimalComma() ? DELIMITERS.substring(1) : DELIMITERS;
    char most = possible.charAt(0);
    for (int i = 1; i < possible.length(); i++) {
      char candidate = possible.charAt(i);
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
      String name,
      ImmutableList<String> names,
      PeekingIterator<CSVRecord> records,
      TableFormat format) {
    ImmutableDoubleArray.Builder values = ImmutableDoubleArray.builder();
    Map<String, Fault> faults = new HashMap<>();
    int row = 0;
    for (; records.hasNext(); row++) {
      CSVRecord record = requireNonNull(records.next());
      if (isTrailing(record, records)) {
        break;
      }
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
        double value = number(cell, format);
        if (Double.isNaN(value)) {
          Fault fault = new Fault(row, isMissing(cell) ? "" : cell, isMissing(cell) ? 0 : 1);
          faults.merge(names.get(j), fault, Fault::and);
        }
        values.add(value);
      }
    }
    checkArgument(row > 0, "%s has no rows under its columns; pass some", name);
    return Table.ofFile(name, names, values.build().toArray(), ImmutableMap.copyOf(faults));
  }

  /**
   * Whether it and all records after it have nothing in their cells, as spreadsheets leave them.
   */
  private static boolean isTrailing(CSVRecord record, PeekingIterator<CSVRecord> records) {
    boolean isEmpty = record.size() > 1 && record.stream().allMatch(String::isEmpty);
    while (isEmpty
        && records.hasNext()
        && requireNonNull(records.peek()).stream().allMatch(String::isEmpty)) {
      records.next();
    }
    return isEmpty && !records.hasNext();
  }

  /** Whether a text is a number with a decimal comma. */
  static boolean isDecimalComma(String text) {
    return DECIMAL_COMMA.matcher(text).matches();
  }

  private static boolean isMissing(String cell) {
    return MISSING.contains(Ascii.toLowerCase(cell));
  }

  /** NaN if it is none. */
  private static double number(String cell, TableFormat format) {
    if (isMissing(cell)) {
      return Double.NaN;
    }
    if (format.hasDecimalComma() && isDecimalComma(cell)) {
      return Double.parseDouble(cell.replace(',', '.'));
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
