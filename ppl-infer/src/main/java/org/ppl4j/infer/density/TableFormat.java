package org.ppl4j.infer.density;

import static com.google.common.base.Preconditions.checkArgument;
import static java.util.Objects.requireNonNull;

import com.google.common.collect.ImmutableList;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How a file writes a table: CSV (RFC 4180) in UTF-8 whose first line names the columns, cells
 * parted by commas, semicolons or tabs, whichever the first line has most of, numbers with a point.
 * Each method makes another format.
 *
 * <pre>{@code
 * TableFormat exported = TableFormat.standard().decimalComma().charset(StandardCharsets.ISO_8859_1);
 * Table table = Table.read(file, exported);
 * }</pre>
 *
 * @param charset of the file
 * @param names of the columns of a file without a header; none if its first line has them
 * @param delimiter between cells; null for what the first line has most of
 * @param hasDecimalComma whether numbers have a comma where others have a point
 */
public record TableFormat(
    Charset charset,
    ImmutableList<String> names,
    @Nullable Character delimiter,
    boolean hasDecimalComma) {

  private static final TableFormat STANDARD =
      new TableFormat(StandardCharsets.UTF_8, ImmutableList.of(), null, false);

  /** Of these. */
  public TableFormat {
    requireNonNull(charset, "charset");
    requireNonNull(names, "names");
  }

  /** What is said above. */
  public static TableFormat standard() {
    return STANDARD;
  }

  /** In another encoding than UTF-8. */
  public TableFormat charset(Charset other) {
    return new TableFormat(other, names, delimiter, hasDecimalComma);
  }

  /**
   * Without a header: the first line is a row.
   *
   * @param columns a name for each column
   * @throws IllegalArgumentException if there is none, or one is there twice
   */
  public TableFormat withoutHeader(String... columns) {
    checkArgument(columns.length > 0, "table format has no names; pass one for each column");
    Csv.checkNames("table format", List.of(columns));
    return new TableFormat(charset, ImmutableList.copyOf(columns), delimiter, hasDecimalComma);
  }

  /** With this between cells. */
  public TableFormat delimiter(char between) {
    return new TableFormat(charset, names, between, hasDecimalComma);
  }

  /** With numbers such as 1,5; cells are parted by something else. */
  public TableFormat decimalComma() {
    return new TableFormat(charset, names, delimiter, true);
  }
}
