package org.ppl4j.infer.density;

import static com.google.common.base.Preconditions.checkArgument;
import static java.util.Objects.requireNonNull;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.Iterators;
import com.google.common.collect.PeekingIterator;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.commons.csv.CSVException;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;

/** Reads tables from CSV files. */
final class Csv {

  private static final int BYTE_ORDER_MARK = '\uFEFF';

  /** What parts cells: the one of these that the first line has most often. */
  private static final String DELIMITERS = ",;\t";

  private Csv() {}

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
        cells.stream().allMatch(cell -> CellText.isMissing(cell) || CellText.isNumber(cell, format))
            && cells.stream().anyMatch(cell -> CellText.isNumber(cell, format));
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
        .filter(cell -> cell.indexOf(point) >= 0 && CellText.isNumber(cell, format))
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
    // Where numbers have a comma, it parts cells only if nothing else does and it parts names.
    boolean withoutComma =
        format.hasDecimalComma()
            && (count(header, ';') + count(header, '\t') > 0 || count(header, ',') == 0);
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
    List<WrittenColumn.Builder> columns =
        Stream.generate(() -> new WrittenColumn.Builder(format)).limit(names.size()).toList();
    int row = 0;
    for (; records.hasNext(); row++) {
      CSVRecord record = requireNonNull(records.next());
      if (isTrailing(record, records)) {
        break;
      }
      checkWidth(name, names, unnamed, record, row);
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
        columns.get(j).add(record.get(j));
      }
    }
    checkArgument(row > 0, "%s has no rows under its columns; pass some", name);
    return Table.of(name, names, columns.stream().map(column -> column.build().typed()).toList());
  }

  /** A cell for each column, also those without a name. */
  private static void checkWidth(
      String name, ImmutableList<String> names, int unnamed, CSVRecord record, int row) {
    int cells = record.size();
    int columns = names.size() + unnamed;
    checkArgument(
        cells == columns,
        "%s has %s cells in row %s (from 1), but %s columns: %s; quote cells that hold a delimiter,"
            + " and fill short rows",
        name,
        cells,
        row + 1,
        columns,
        cells < names.size()
            ? "column '%s' has none".formatted(names.get(cells))
            : "the one in column %s is '%s'".formatted(cells, record.get(cells - 1)));
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
}
