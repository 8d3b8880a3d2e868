package org.ppl4j.spark;

import static com.google.common.base.Preconditions.checkArgument;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.Streams;
import java.io.Serializable;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.BooleanType;
import org.apache.spark.sql.types.IntegralType;
import org.apache.spark.sql.types.NumericType;
import org.apache.spark.sql.types.StructField;
import org.ppl4j.tensor.Run;
import org.ppl4j.tensor.Tensors;

/** Columns of numbers, read from rows and put together to tensors. */
record NumberColumns(ImmutableList<String> names, ImmutableList<Boolean> areWhole)
    implements Serializable {

  /**
   * Of these fields.
   *
   * @throws IllegalArgumentException if there is none, or one holds no numbers
   */
  static NumberColumns of(List<StructField> fields) {
    checkArgument(!fields.isEmpty(), "rows have no column beside those that group; add one");
    for (StructField field : fields) {
      var type = field.dataType();
      checkArgument(
          type instanceof NumericType || type instanceof BooleanType,
          "column '%s' is of type %s, but models take numbers; leave it out, or make numbers of it",
          field.name(),
          type.simpleString());
    }
    return new NumberColumns(
        fields.stream().map(StructField::name).collect(ImmutableList.toImmutableList()),
        fields.stream()
            .map(field -> isWhole(field.dataType()))
            .collect(ImmutableList.toImmutableList()));
  }

  private static boolean isWhole(org.apache.spark.sql.types.DataType type) {
    return type instanceof IntegralType || type instanceof BooleanType;
  }

  /** Those of a row, in the order of the names; empty where one is missing. */
  double[] read(Row row) {
    double[] values = new double[names.size()];
    for (int i = 0; i < values.length; i++) {
      Object value = row.get(row.fieldIndex(names.get(i)));
      if (value == null) {
        return new double[0];
      }
      values[i] = value instanceof Boolean truth ? (truth ? 1 : 0) : ((Number) value).doubleValue();
    }
    return values;
  }

  /**
   * Tensors (n) by name.
   *
   * @param numbers of n rows, column by column
   */
  NamedColumns in(NDArray numbers) {
    long rows = numbers.size() / names.size();
    ImmutableMap.Builder<String, NDArray> columns = ImmutableMap.builder();
    for (int i = 0; i < names.size(); i++) {
      NDArray column = Tensors.range(numbers, -1, i * rows, (i + 1) * rows);
      columns.put(names.get(i), areWhole.get(i) ? Tensors.cast(column, DataType.INT64) : column);
    }
    return new NamedColumns(columns.buildOrThrow());
  }

  /** The same in a run. */
  NamedColumns in(Run run, RowBlock block) {
    return in(run.create(block.numbers(), new Shape(block.numbers().length)));
  }

  /**
   * Tensors (n) by name, rows in the order of their numbers.
   *
   * @throws IllegalArgumentException if a number is missing
   */
  Map<String, NDArray> sorted(Iterable<double[]> rows) {
    double[][] all = Streams.stream(rows).sorted(Arrays::compare).toArray(double[][]::new);
    long missing = Arrays.stream(all).filter(row -> row.length < names.size()).count();
    checkArgument(
        missing == 0,
        "group has %s rows of %s in which a number is missing; leave them out, or fill them in",
        missing,
        all.length);
    Map<String, NDArray> columns = new LinkedHashMap<>();
    for (int i = 0; i < names.size(); i++) {
      int at = i;
      double[] column = Arrays.stream(all).mapToDouble(row -> row[at]).toArray();
      columns.put(
          names.get(i),
          areWhole.get(i)
              ? Tensors.integers(Arrays.stream(column).mapToLong(x -> (long) x).toArray())
              : Tensors.vector(column));
    }
    return columns;
  }
}
