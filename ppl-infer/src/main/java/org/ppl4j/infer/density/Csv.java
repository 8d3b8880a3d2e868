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
import org.apache.commons.csv.CSVException;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;
import org.ppl4j.infer.density.Table.Fault;

/** Reads tables from CSV files. */
final class Csv {

  private static final int BYTE_ORDER_MARK = '\uFEFF';

  /** What parts cells: the one of these that the first line has most often. */
  private static final String DELIMITERS = ",;\t";

  private static final ImmutableSet<String> MISSING = ImmutableSet.of("", "na", "nan");

  private Csv() {}

  /** A number with a decimal comma. */
  private static final Pattern DECIMAL_COMMA = Pattern.compile("[-+]?\\d*,\\d+([eE][-+]?\\d+)?");

  /** A number whose thousands are parted. */
  private static final Pattern THOUSANDS =
      Pattern.compile("[-+]?\\d{1,3}([.,'’ \u00a0]\\d{3})+([.,]\\d+)?");

  /** As {@link Table#read}. */
  static Table read(Path file, TableFormat format) {
    String name = "file '" + file + "'";
    try {
      return read(name, file, format);
    } catch (UncheckedIOException e) { // of a record
      throw failure(name, format, requireNonNull(e.getCause()));
    } catch (IOException e) {
      throw failure(name, format, e);
    }
  }

  private static RuntimeException failure(String name, TableFormat format, IOException e) {
    if (e instanceof NoSuchFileException) {
      return new UncheckedIOException(name + " does not exist; pass another path", e);
    }
    if (e instanceof CharacterCodingException) {
      return new IllegalArgumentException(
          name
              + " is not in "
              + format.charset()
              + "; pass its encoding by TableFormat.standard().charset(…), or save it as UTF-8",
          e);
    }
    if (e instanceof CSVException) {
      return new IllegalArgumentException(
          name
              + " has a quoted cell that is not well formed ("
              + e.getMessage()
              + "); close each quote before the next delimiter, and double quotes within a cell",
          e);
    }
    return new UncheckedIOException(name + " cannot be read: " + e.getMessage(), e);
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
    try (BufferedReader reader = open(file, wanted);
        CSVParser parser = format.parse(reader)) {
      PeekingIterator<CSVRecord> records = Iterators.peekingIterator(parser.iterator());
      checkArgument(
          records.hasNext(), "%s is empty; pass one whose first line names the columns", name);
      if (!wanted.names().isEmpty()) {
        return table(name, wanted.names(), 0, records, wanted);
      }
      List<String> cells = List.of(requireNonNull(records.next()).values());
      checkHeader(name, cells, wanted);
      int named = cells.size();
      while (named > 1 && cells.get(named - 1).isEmpty()) {
        named--;
      }
      ImmutableList<String> names = ImmutableList.copyOf(cells.subList(0, named));
      checkNames(name, names);
      return table(name, names, cells.size() - named, records, wanted);
    }
  }

  /** A row may stand where the names should. */
  private static void checkHeader(String name, List<String> cells, TableFormat format) {
    boolean isNumbers =
        cells.stream().allMatch(cell -> isMissing(cell) || isNumber(cell, format))
            && cells.stream().anyMatch(cell -> isNumber(cell, format));
    String fraction = fraction(cells, format);
    checkArgument(
        !isNumbers && fraction.isEmpty(),
        "%s has %s in its first line, %s, which names the columns; if it is a row, pass"
            + " TableFormat.standard().withoutHeader(…) with %s",
        name,
        isNumbers ? "numbers alone" : "the number " + fraction,
        String.join(", ", cells),
        cells.size() == 1 ? "a name" : cells.size() + " names");
  }

  /** The first number that no one takes for a name, as a year is; empty if there is none. */
  private static String fraction(List<String> cells, TableFormat format) {
    char point = format.hasDecimalComma() ? ',' : '.';
    return cells.stream()
        .filter(cell -> cell.indexOf(point) >= 0 && isNumber(cell, format))
        .findFirst()
        .orElse("");
  }

  /** Behind the byte order mark, if there is one. */
  private static BufferedReader open(Path file, TableFormat format) throws IOException {
    BufferedReader reader = Files.newBufferedReader(file, format.charset());
    reader.mark(1);
    if (reader.read() != BYTE_ORDER_MARK) {
      reader.reset();
    }
    return reader;
  }

  private static char delimiter(Path file, TableFormat format) throws IOException {
    String header = firstLine(file, format);
    // Where numbers have a comma, it parts cells only if nothing else does.
    boolean withoutComma =
        format.hasDecimalComma() && (count(header, ';') + count(header, '\t') > 0);
    String possible = withoutComma ? DELIMITERS.substring(1) : DELIMITERS;
    char best = possible.charAt(0);
    for (int i = 1; i < possible.length(); i++) {
      char candidate = possible.charAt(i);
      if (count(header, candidate) > count(header, best)) {
        best = candidate;
      }
    }
    return best;
  }

  /** The first line that is not empty; empty if there is none. */
  private static String firstLine(Path file, TableFormat format) throws IOException {
    try (BufferedReader reader = open(file, format)) {
      String line = reader.readLine();
      while (line != null && line.isBlank()) {
        line = reader.readLine();
      }
      if (line != null && line.indexOf(0) >= 0) {
        throw new CharacterCodingException(); // UTF-16 that is read as UTF-8, or no text at all
      }
      return line == null ? "" : line;
    }
  }

  /** How often it is outside of quotes. */
  private static int count(String text, char wanted) {
    int count = 0;
    boolean isQuoted = false;
    for (int i = 0; i < text.length(); i++) {
      isQuoted ^= text.charAt(i) == '"';
      count += !isQuoted && text.charAt(i) == wanted ? 1 : 0;
    }
    return count;
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

  /** Behind the columns there may be some without a name, if there is nothing in them. */
  private static Table table(
      String name,
      ImmutableList<String> names,
      int unnamed,
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
          record.size() == names.size() + unnamed,
          "%s has %s cells in row %s (from 1), but %s columns; quote cells that hold a delimiter,"
              + " and fill short rows",
          name,
          record.size(),
          row + 1,
          names.size() + unnamed);
      for (int j = names.size(); j < record.size(); j++) {
        checkArgument(
            record.get(j).isEmpty(),
            "%s has '%s' in row %s (from 1) of column %s, which has no name; give it one",
            name,
            record.get(j),
            row + 1,
            j + 1);
      }
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

  /** Whether a text is a number with a decimal point. */
  static boolean isDecimalPoint(String text) {
    return isDecimalComma(text.replace('.', ',')) && text.indexOf('.') >= 0;
  }

  /** Whether a text is a number some of whose marks part thousands, or may do so. */
  static boolean hasThousands(String text) {
    return THOUSANDS.matcher(text).matches();
  }

  private static boolean isMissing(String cell) {
    return MISSING.contains(Ascii.toLowerCase(cell));
  }

  /** Whether only Java takes it for a number, as 5d and 0x1p3. */
  private static boolean isOfJava(String cell) {
    return cell.indexOf('x') >= 0
        || cell.indexOf('X') >= 0
        || Character.isLetter(cell.charAt(cell.length() - 1));
  }

  private static boolean isNumber(String cell, TableFormat format) {
    return !Double.isNaN(number(cell, format));
  }

  /** NaN if it is none. */
  private static double number(String cell, TableFormat format) {
    if (isMissing(cell)) {
      return Double.NaN;
    }
    if (format.hasDecimalComma()) {
      if (isDecimalComma(cell)) {
        return Double.parseDouble(cell.replace(',', '.'));
      }
      if (cell.indexOf('.') >= 0) { // of thousands, or decimal all the same
        return Double.NaN;
      }
    }
    try {
      return switch (Ascii.toLowerCase(cell)) {
        case "inf", "+inf", "infinity", "+infinity" -> Double.POSITIVE_INFINITY;
        case "-inf", "-infinity" -> Double.NEGATIVE_INFINITY;
        default -> isOfJava(cell) ? Double.NaN : Double.parseDouble(cell);
      };
    } catch (NumberFormatException e) {
      return Double.NaN;
    }
  }
}
