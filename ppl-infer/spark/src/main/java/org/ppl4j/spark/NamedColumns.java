package org.ppl4j.spark;

import ai.djl.ndarray.NDArray;
import com.google.common.collect.ForwardingMap;
import com.google.common.collect.ImmutableMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Columns by name, of which one that is not there is an error. */
final class NamedColumns extends ForwardingMap<String, NDArray> {

  private final ImmutableMap<String, NDArray> columns;

  NamedColumns(ImmutableMap<String, NDArray> columns) {
    this.columns = columns;
  }

  @Override
  protected Map<String, NDArray> delegate() {
    return columns;
  }

  /**
   * A column.
   *
   * @throws IllegalArgumentException if there is none of this name
   */
  @Override
  public NDArray get(@Nullable Object name) {
    NDArray column = columns.get(name);
    if (column == null) {
      throw new IllegalArgumentException(
          "model asks for column '%s', but rows have %s; add it to them, or ask for one of these"
              .formatted(name, columns.keySet()));
    }
    return column;
  }
}
