package org.ppl4j.infer.density;

import static com.google.common.base.Preconditions.checkArgument;

import com.google.common.collect.ImmutableList;
import java.time.ZonedDateTime;
import java.time.temporal.Temporal;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One row of cells by the names of their columns, which say what they would say in a file. */
final class RowOfMap {

  /** Of tables of one row. */
  static final String NAME = "row";

  private RowOfMap() {}

  /** As {@link Table#row}. */
  static Table table(Map<String, ?> cells) {
    checkArgument(!cells.isEmpty(), "row has no cells; pass one for each column");
    ImmutableList<String> names = ImmutableList.sortedCopyOf(cells.keySet());
    return Table.of(
        NAME,
        names,
        names.stream().map(column -> written(text(column, cells.get(column))).typed()).toList());
  }

  private static WrittenColumn written(String text) {
    WrittenColumn.Builder cell = new WrittenColumn.Builder(TableFormat.standard());
    cell.add(text);
    return cell.build();
  }

  private static String text(String column, @Nullable Object cell) {
    checkArgument(
        cell == null
            || cell instanceof Number
            || cell instanceof CharSequence
            || cell instanceof Boolean
            || cell instanceof Enum
            || cell instanceof Temporal,
        "row has %s '%s' in column '%s'; pass a number, a text, a boolean, or a date",
        cell == null ? "" : cell.getClass().getSimpleName(),
        cell,
        column);
    if (cell instanceof ZonedDateTime time) {
      return time.toOffsetDateTime().toString(); // without the name of the zone
    }
    return cell == null ? "" : cell.toString().trim();
  }
}
