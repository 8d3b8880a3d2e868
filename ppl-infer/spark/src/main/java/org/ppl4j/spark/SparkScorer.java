package org.ppl4j.spark;

import static com.google.common.base.Preconditions.checkArgument;
import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import com.google.common.collect.ImmutableList;
import com.google.common.hash.Hashing;
import java.io.Serializable;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.api.java.UDF1;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.jspecify.annotations.Nullable;
import org.ppl4j.infer.density.ConditionalScorer;
import org.ppl4j.infer.density.PlainInterval;
import org.ppl4j.infer.density.Scorer;

/**
 * What a scorer answers, as columns of a data set that has the columns of the scorer by name:
 *
 * <pre>{@code
 * SparkScorer scorer = SparkScorer.of(spark, ConditionalScorer.load(path));
 * Dataset<Row> scored =
 *     flats
 *         .withColumn("logProb", scorer.logProb())
 *         .withColumn("rent", scorer.interval(0.9))
 *         .withColumn("draw", scorer.sample(7, col("id")));
 * }</pre>
 *
 * <p>It is sent once an executor, in its file's form; executors need no engine and no native
 * library. A row that the scorer refuses, as for a level that it does not know, has null there;
 * {@link #refusal} says why. Bits are those of the scorer, wherever rows are.
 */
public final class SparkScorer {

  private final Broadcast<SentScorer> sent;
  private final SentScorer here;

  private SparkScorer(Broadcast<SentScorer> sent, SentScorer here) {
    this.sent = sent;
    this.here = here;
  }

  /**
   * Of a density of rows.
   *
   * @throws IllegalArgumentException if it was learned of an array, whose columns have no names
   */
  public static SparkScorer of(SparkSession spark, Scorer scorer) {
    return of(spark, SentScorer.of(scorer));
  }

  /** Of a density of columns given others, likewise. */
  public static SparkScorer of(SparkSession spark, ConditionalScorer scorer) {
    return of(spark, SentScorer.of(scorer));
  }

  private static SparkScorer of(SparkSession spark, SentScorer scorer) {
    checkArgument(
        !scorer.answers().names().isEmpty(),
        "scorer was learned of an array, whose columns have no names; learn of a Table");
    return new SparkScorer(Cluster.of(spark).sent(scorer), scorer);
  }

  /** The log-density of a row: a number. */
  public Column logProb() {
    return column(new LogProb(sent), DataTypes.DoubleType, all());
  }

  /** Why the scorer refuses a row: a text, null if it does not. */
  public Column refusal() {
    return column(new Refusal(sent), DataTypes.StringType, all());
  }

  private List<String> all() {
    return Stream.of(here.answers().names(), here.answers().given()).flatMap(List::stream).toList();
  }

  /**
   * Between which numbers the scorer's own column lies, as {@link
   * ConditionalScorer#interval(double, Map)}: a structure of {@code low} and {@code high}, of
   * several columns one for each by its name. The column itself need not be there.
   *
   * @throws IllegalArgumentException if the probability is not between 0 and 1
   */
  public Column interval(double probability) {
    checkArgument(
        probability > 0 && probability < 1,
        "interval is to have probability %s, but it must be between 0 and 1",
        probability);
    DataType ends =
        DataTypes.createStructType(
            Stream.of("low", "high").map(SparkScorer::number).toArray(StructField[]::new));
    ImmutableList<String> names = here.answers().names();
    DataType type =
        names.size() == 1
            ? ends
            : DataTypes.createStructType(
                names.stream()
                    .map(name -> DataTypes.createStructField(name, ends, true))
                    .toArray(StructField[]::new));
    return column(new Interval(sent, probability), type, here.answers().given());
  }

  /**
   * A draw of the scorer's own column given the others: a number, of several columns a structure by
   * their names. Its noise is keyed by the seed and a column of yours, such as a number of the row,
   * so that it is the same wherever the row is.
   *
   * @param key tells rows apart: those that share it have the same noise
   */
  public Column sample(long seed, Column key) {
    requireNonNull(key, "key");
    ImmutableList<String> names = here.answers().names();
    DataType type =
        names.size() == 1
            ? DataTypes.DoubleType
            : DataTypes.createStructType(
                names.stream().map(SparkScorer::number).toArray(StructField[]::new));
    Column cells = cells(here.answers().given());
    Column pair =
        functions.struct(key.cast(DataTypes.StringType).alias("key"), cells.alias("cells"));
    return functions.udf(new Draw(sent, seed), type).apply(pair);
  }

  private static StructField number(String name) {
    return DataTypes.createStructField(name, DataTypes.DoubleType, true);
  }

  private static Column column(UDF1<Row, ?> function, DataType type, List<String> names) {
    return functions.udf(function, type).apply(cells(names));
  }

  /** The cells by name; one of no name, where none is asked for. */
  private static Column cells(List<String> names) {
    return names.isEmpty()
        ? functions.struct(functions.lit(0))
        : functions.struct(names.stream().map(SparkScorer::named).toArray(Column[]::new));
  }

  /** A name may have dots. */
  private static Column named(String name) {
    return functions.col("`" + name.replace("`", "``") + "`").alias(name);
  }

  /** What it has sent. */
  @Override
  public String toString() {
    return here.answers() + " on executors";
  }

  // --- what executors do; null for a row that is refused

  private interface Question<T> extends Serializable {
    T ask(SentScorer.Answers of);
  }

  private static <T> @Nullable T answer(Broadcast<SentScorer> of, Question<T> question) {
    SentScorer.Answers answers = of.value().answers();
    try {
      return question.ask(answers);
    } catch (IllegalArgumentException refused) {
      return null;
    }
  }

  private record LogProb(Broadcast<SentScorer> of) implements UDF1<Row, @Nullable Double> {

    @Override
    public @Nullable Double call(Row cells) {
      return answer(of, scorer -> scorer.logProb(cells));
    }
  }

  private record Refusal(Broadcast<SentScorer> of) implements UDF1<Row, @Nullable String> {

    @Override
    public @Nullable String call(Row cells) {
      SentScorer.Answers answers = of.value().answers();
      try {
        double unused = answers.logProb(cells);
        return null;
      } catch (IllegalArgumentException refused) {
        return refused.getMessage();
      }
    }
  }

  private record Interval(Broadcast<SentScorer> of, double probability)
      implements UDF1<Row, @Nullable Row> {

    @Override
    public @Nullable Row call(Row cells) {
      PlainInterval interval = answer(of, scorer -> scorer.interval(probability, cells));
      if (interval == null) {
        return null;
      }
      int columns = interval.low().length();
      Row[] ends = new Row[columns];
      for (int i = 0; i < columns; i++) {
        ends[i] = RowFactory.create(interval.low().get(i), interval.high().get(i));
      }
      return columns == 1 ? ends[0] : RowFactory.create((Object[]) ends);
    }
  }

  private record Draw(Broadcast<SentScorer> of, long seed) implements UDF1<Row, @Nullable Object> {

    @Override
    public @Nullable Object call(Row keyAndCells) {
      String key = String.valueOf(keyAndCells.getString(0));
      long own = Hashing.sha256().newHasher().putLong(seed).putString(key, UTF_8).hash().asLong();
      double[] draw = answer(of, scorer -> scorer.sample(own, keyAndCells.getStruct(1)));
      if (draw == null) {
        return null;
      }
      return draw.length == 1
          ? (Object) draw[0]
          : RowFactory.create(Arrays.stream(draw).boxed().toArray());
    }
  }
}
