package org.ppl4j.spark;

import static org.apache.spark.sql.functions.col;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.ppl4j.flows.Flows;
import org.ppl4j.infer.Progress;
import org.ppl4j.infer.density.ConditionalDensity;
import org.ppl4j.infer.density.ConditionalDensityEstimator;
import org.ppl4j.infer.density.ConditionalScorer;
import org.ppl4j.infer.density.Density;
import org.ppl4j.infer.density.DensityEstimator;
import org.ppl4j.infer.density.PlainInterval;
import org.ppl4j.infer.density.Scorer;
import org.ppl4j.infer.density.Table;
import org.ppl4j.infer.density.Training;
import org.ppl4j.tensor.Rng;

/** Columns that a scorer answers have the bits of the scorer, wherever rows are. */
@Tag("spread.4")
class SparkScorerTest {

  private static final Training QUICK =
      Training.standard().steps(40).batch(64).progress(Progress.silent());

  private static final StructType SCHEMA =
      new StructType()
          .add("id", DataTypes.LongType)
          .add("area", DataTypes.DoubleType)
          .add("district", DataTypes.StringType)
          .add("price", DataTypes.DoubleType);

  private final SparkSession spark = LocalSpark.ofTests();

  @TempDir private static Path folder;
  private static ConditionalScorer scorer;

  /** Prices of flats by area and district. */
  @BeforeAll
  static void learn() throws IOException {
    Rng rng = Rng.of(4, Rng.Purpose.MODEL, 0, "flats");
    List<String> lines = new ArrayList<>(List.of("area,district,price"));
    for (int i = 0; i < 200; i++) {
      double area = 60 + 25 * Math.abs(rng.nextNormal());
      String district = rng.nextUniform() < 0.5 ? "Leeds" : "York";
      double price = 2.5 * area + (district.equals("York") ? 40 : 0);
      lines.add(area + "," + district + "," + price * Math.exp(0.1 * rng.nextNormal()));
    }
    Table flats = Table.read(Files.write(folder.resolve("flats.csv"), lines));
    try (ConditionalDensity density =
        ConditionalDensityEstimator.of(Flows::conditional)
            .withoutBaselines()
            .training(QUICK)
            .fit(flats.columns("price"), flats.columns("area", "district"))) {
      Path file = folder.resolve("flats.scorer");
      density.scorer().save(file);
      scorer = ConditionalScorer.load(file);
    }
  }

  private static List<Row> flats() {
    List<Row> rows = new ArrayList<>();
    for (long i = 0; i < 20; i++) {
      rows.add(RowFactory.create(i, 65.0 + 3 * i, i % 2 == 0 ? "Leeds" : "York", 200.0 + 10 * i));
    }
    rows.add(RowFactory.create(20L, 80.0, "Hull", 200.0));
    return rows;
  }

  private static Map<String, Object> given(Row flat) {
    Map<String, Object> given = new HashMap<>();
    given.put("area", flat.getDouble(1));
    given.put("district", flat.getString(2));
    return given;
  }

  private List<Row> scored(int partitions) {
    SparkScorer columns = SparkScorer.of(spark, scorer);
    Dataset<Row> flats = spark.createDataFrame(flats(), SCHEMA).repartition(partitions);
    return flats
        .withColumn("logProb", columns.logProb())
        .withColumn("rent", columns.interval(0.9))
        .withColumn("draw", columns.sample(7, col("id")))
        .withColumn("why", columns.refusal())
        .orderBy("id")
        .collectAsList();
  }

  @Test
  void columnsAreWhatTheScorerAnswers() {
    List<Row> rows = scored(2);

    for (Row row : rows.subList(0, 20)) {
      Map<String, Object> given = given(row);
      double logProb = scorer.logProb(Map.of("price", row.getDouble(3)), given);
      PlainInterval interval = scorer.interval(0.9, given);
      assertThat(row.<Double>getAs("logProb")).isEqualTo(logProb);
      assertThat(row.getStruct(5).getDouble(0)).isEqualTo(interval.low().get(0));
      assertThat(row.<Row>getAs("rent").<Double>getAs("high")).isEqualTo(interval.high().get(0));
      assertThat(row.<String>getAs("why")).isNull();
    }
    assertThat(rows.stream().limit(20).map(row -> row.<Double>getAs("draw")).distinct())
        .hasSize(20);
    Row hull = rows.get(20);
    assertThat(hull.isNullAt(4) && hull.isNullAt(5) && hull.isNullAt(6)).isTrue();
    assertThat(hull.<String>getAs("why")).contains("Hull");
  }

  @Test
  void bitsAreTheSameOfAnyNumberOfPartitions() {
    List<Row> once = scored(1);

    assertThat(scored(2)).isEqualTo(once);
    assertThat(scored(5)).isEqualTo(once);
  }

  @Test
  void aDensityOfRowsAnswersToo() {
    try (NDManager manager = NDManager.newBaseManager()) {
      Rng rng = Rng.of(3, Rng.Purpose.MODEL, 0, "rows");
      double[] values = new double[400];
      Arrays.setAll(values, i -> i % 2 == 0 ? rng.nextNormal() : 2 + rng.nextNormal());
      NDArray array = manager.create(values, new Shape(200, 2));
      Dataset<Row> rows =
          spark.createDataFrame(
              Stream.of(0.5, 1.0).map(x -> RowFactory.create(x, 2 * x)).toList(),
              new StructType().add("x", DataTypes.DoubleType).add("a.b", DataTypes.DoubleType));
      DensityEstimator estimator =
          DensityEstimator.of(Flows::density).withoutBaselines().training(QUICK);
      try (Density named = estimator.fit(Table.of(array, "x", "a.b"));
          Density unnamed = estimator.fit(array)) {
        Scorer ofNames = named.scorer();
        SparkScorer columns = SparkScorer.of(spark, ofNames);

        List<Row> scored =
            rows.withColumn("logProb", columns.logProb())
                .withColumn("draw", columns.sample(3, col("x")))
                .withColumn("ends", columns.interval(0.5))
                .collectAsList();

        for (Row row : scored) {
          assertThat(row.<Double>getAs("logProb"))
              .isEqualTo(ofNames.logProb(Map.of("x", row.getDouble(0), "a.b", row.getDouble(1))));
          assertThat(row.getStruct(3).schema().fieldNames()).containsExactly("x", "a.b");
          assertThat(row.getStruct(4).getStruct(1).getDouble(0))
              .isEqualTo(ofNames.interval(0.5).low().get(1));
        }
        assertThatThrownBy(() -> SparkScorer.of(spark, unnamed.scorer()))
            .isInstanceOf(IllegalArgumentException.class)
            .hasMessage(
                "scorer was learned of an array, whose columns have no names; learn of a Table");
        assertThatThrownBy(() -> columns.interval(1))
            .isInstanceOf(IllegalArgumentException.class)
            .hasMessage("interval is to have probability 1.0, but it must be between 0 and 1");
      }
    }
  }
}
