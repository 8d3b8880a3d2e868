package org.ppl4j.spark;

import static com.google.common.base.Preconditions.checkArgument;
import static com.google.common.base.Preconditions.checkState;
import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import ai.djl.ndarray.NDArray;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import com.google.common.collect.Streams;
import com.google.common.hash.Hasher;
import com.google.common.hash.Hashing;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;
import org.ppl4j.Parcel;
import org.ppl4j.Program;
import org.ppl4j.infer.InterruptionException;
import org.ppl4j.infer.Summary;
import org.ppl4j.tensor.RunConfig;
import scala.Tuple2;

/**
 * One model a group of rows: of each shop, sensor or test.
 *
 * <pre>{@code
 * Program<Map<String, NDArray>> model = (p, shop) -> {
 *   NDArray mean = p.sample("mean", Normal.of(0, 10));
 *   try (Plate days = p.plate("days", shop.get("sales").size(0))) {
 *     p.observe("sales", Normal.of(mean, 1), shop.get("sales"));
 *   }
 * };
 * Dataset<Row> fits = SparkFits.of(model, FitMethod.nuts()).by("shop").run(rows);
 * }</pre>
 *
 * <p>The model's data are the other columns by name, tensors (n) of the n rows of the group:
 * floating numbers, or int64 of whole numbers and truth values. Rows of a group are in the order of
 * the values of their columns, the first column first, so that it does not matter how they came.
 *
 * <p>A row of the result is a number of a posterior: the columns that group, {@code site}, {@code
 * mean}, {@code sd}, {@code q05}, {@code q50}, {@code q95}, {@code rhat}, {@code khat}, {@code
 * warnings}, {@code failure}; figures that a method does not have are null. A group that fails is
 * one row with its reason in {@code failure}. It is computed when it is asked for, like any data
 * set: cache it.
 *
 * <p>The bits of a group depend on its rows, its key and the seed alone. Immutable: each method
 * makes a new setting.
 */
public final class SparkFits {

  private static final ImmutableList<StructField> FIGURES =
      ImmutableList.of(
          DataTypes.createStructField("site", DataTypes.StringType, true),
          number("mean"),
          number("sd"),
          number("q05"),
          number("q50"),
          number("q95"),
          number("rhat"),
          number("khat"),
          DataTypes.createStructField(
              "warnings", DataTypes.createArrayType(DataTypes.StringType, false), true),
          DataTypes.createStructField("failure", DataTypes.StringType, true));

  private final Method method;
  private final ImmutableList<String> by;
  private final int partitions;

  private SparkFits(Method method, ImmutableList<String> by, int partitions) {
    this.method = method;
    this.by = by;
    this.partitions = partitions;
  }

  /** What is done to each group. */
  private record Method(
      Program<Map<String, NDArray>> model, FitMethod<Map<String, NDArray>> method, RunConfig config)
      implements Serializable {}

  /** Fits a model by a method. */
  public static SparkFits of(
      Program<Map<String, NDArray>> model, FitMethod<Map<String, NDArray>> method) {
    return new SparkFits(
        new Method(
            requireNonNull(model, "model"), requireNonNull(method, "method"), RunConfig.defaults()),
        ImmutableList.of(),
        0);
  }

  /** The columns whose values are those of a group. */
  public SparkFits by(String... columns) {
    checkArgument(columns.length > 0, "fits are by no column; name one at least");
    return new SparkFits(method, ImmutableList.copyOf(columns), partitions);
  }

  /** Seed, float type and recording; the defaults unless set. Each group has a seed of its own. */
  public SparkFits config(RunConfig config) {
    requireNonNull(config, "config");
    return new SparkFits(new Method(method.model, method.method, config), by, partitions);
  }

  /**
   * Of how many tasks a run is; {@code spark.sql.shuffle.partitions} unless set.
   *
   * @throws IllegalArgumentException if it is less than 1
   */
  public SparkFits partitions(int count) {
    checkArgument(count >= 1, "fits have %s partitions, but need at least 1", count);
    return new SparkFits(method, by, count);
  }

  /**
   * The fits of all groups.
   *
   * @throws IllegalArgumentException if there is no such column, one that does not group holds no
   *     numbers, or model or method hold something that cannot travel: the message names it
   * @throws IllegalStateException if {@link #by} was not called
   */
  public Dataset<Row> run(Dataset<Row> rows) {
    checkState(!by.isEmpty(), "fits are of no groups; say by which columns");
    StructType schema = rows.schema();
    ImmutableSet<String> known = ImmutableSet.copyOf(schema.fieldNames());
    by.forEach(
        name ->
            checkArgument(known.contains(name), "rows have no column '%s', but %s", name, known));
    NumberColumns columns =
        NumberColumns.of(
            Arrays.stream(schema.fields())
                .filter(field -> !by.contains(field.name()))
                .collect(ImmutableList.toImmutableList()));
    SparkSession spark = rows.sparkSession();
    Broadcast<Parcel<Method>> sent = Cluster.of(spark).sent(Parcel.ofCode(method));
    List<StructField> fields = new ArrayList<>();
    by.forEach(name -> fields.add(schema.apply(name)));
    fields.addAll(FIGURES);
    ImmutableList<String> keys = by;
    int tasks =
        partitions > 0
            ? partitions
            : Integer.parseInt(spark.conf().get("spark.sql.shuffle.partitions"));
    JavaRDD<Row> fits =
        rows.javaRDD()
            .mapToPair(row -> new Tuple2<>(key(row, keys), columns.read(row)))
            .groupByKey(tasks)
            .mapPartitions(new Groups(sent, columns));
    return spark.createDataFrame(fits, DataTypes.createStructType(fields));
  }

  private static StructField number(String name) {
    return DataTypes.createStructField(name, DataTypes.DoubleType, true);
  }

  private static List<@Nullable Object> key(Row row, List<String> by) {
    List<@Nullable Object> key = new ArrayList<>();
    by.forEach(name -> key.add(row.get(row.fieldIndex(name))));
    return key;
  }

  /** The settings of a group: the seed is its own. */
  static RunConfig config(RunConfig of, List<@Nullable Object> key) {
    Hasher hasher = Hashing.sha256().newHasher().putLong(of.seed());
    return of.withSeed(hasher.putString(key.toString(), UTF_8).hash().asLong());
  }

  /** What a task does to its groups, one after the other. */
  private record Groups(Broadcast<Parcel<Method>> sent, NumberColumns columns)
      implements FlatMapFunction<
          Iterator<Tuple2<List<@Nullable Object>, Iterable<double[]>>>, Row> {

    @Override
    public Iterator<Row> call(Iterator<Tuple2<List<@Nullable Object>, Iterable<double[]>>> groups) {
      Method method = sent.value().open();
      return Streams.stream(groups)
          .flatMap(group -> fits(method, group._1(), group._2()).stream())
          .iterator();
    }

    private List<Row> fits(Method method, List<@Nullable Object> key, Iterable<double[]> numbers) {
      List<Row> rows = new ArrayList<>();
      try {
        RunConfig own = config(method.config, key);
        FitMethod.Fitted fitted = method.method.fit(method.model, columns.sorted(numbers), own);
        fitted.summary().rows().forEach((site, row) -> rows.add(fit(key, site, row, fitted)));
      } catch (InterruptionException stopped) { // the task is, and may be run again
        throw stopped;
      } catch (RuntimeException e) {
        rows.add(failure(key, e));
      }
      return rows;
    }

    private static Row fit(
        List<@Nullable Object> key, String site, Summary.Row row, FitMethod.Fitted of) {
      List<@Nullable Object> cells = new ArrayList<>(key);
      cells.add(site);
      for (double figure :
          new double[] {
            row.mean(), row.sd(), row.q05(), row.q50(), row.q95(), row.rhat(), of.khat()
          }) {
        cells.add(Double.isNaN(figure) ? null : figure);
      }
      cells.add(of.summary().warnings().toArray(new String[0]));
      cells.add(null);
      return RowFactory.create(cells.toArray());
    }

    private static Row failure(List<@Nullable Object> key, RuntimeException e) {
      @Nullable Object[] cells = Arrays.copyOf(key.toArray(), key.size() + FIGURES.size());
      String message = e.getMessage();
      cells[cells.length - 1] = message == null ? e.toString() : message;
      return RowFactory.create(cells);
    }
  }
}
