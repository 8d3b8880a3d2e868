package org.ppl4j.spark;

import static org.apache.spark.sql.functions.col;
import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.ppl4j.distributions.Uniform;
import org.ppl4j.flows.Flows;
import org.ppl4j.infer.Progress;
import org.ppl4j.infer.density.ConditionalDensity;
import org.ppl4j.infer.density.ConditionalDensityEstimator;
import org.ppl4j.infer.density.ConditionalScorer;
import org.ppl4j.infer.density.Table;
import org.ppl4j.infer.density.Training;
import org.ppl4j.infer.sbi.Npe;
import org.ppl4j.infer.sbi.Simulations;
import org.ppl4j.tensor.Rng;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.testing.AcceptancePoint;

/** Columns and simulations on executors that are processes of their own. */
@Tag("acceptance")
@Tag("spread.4")
class SparkColumnsAcceptanceTest {

  private static final AcceptancePoint POINT = new AcceptancePoint("spread.4");
  private static final int SIMULATIONS = 5000;

  private final SparkSession spark = LocalSpark.of("local-cluster[2,1,1024]");

  @AfterEach
  void stop() {
    spark.stop();
  }

  private static Npe npe() {
    return Npe.of(
            Uniform.of(-3, 3),
            (theta, rng) -> new double[] {theta[0] + rng.nextNormal(), rng.nextNormal()},
            Flows::posterior)
        .progress(Progress.silent());
  }

  private static double[] numbers(Simulations of) {
    try (NDManager manager = NDManager.newBaseManager()) {
      return Tensors.values(of.parameters(manager).concat(of.data(manager), 1));
    }
  }

  @Test
  void simulationsHaveTheBitsOfOneMachine() {
    assertThat(numbers(SparkSimulations.on(spark).simulate(npe(), SIMULATIONS)))
        .containsExactly(numbers(npe().simulate(SIMULATIONS)));
    POINT.none("bits of %,d simulations that differ".formatted(SIMULATIONS));
  }

  /** Prices of flats by area. */
  private static ConditionalScorer learned(Path folder) throws IOException {
    Rng rng = Rng.of(4, Rng.Purpose.MODEL, 0, "flats");
    List<String> lines = new ArrayList<>(List.of("area,price"));
    for (int i = 0; i < 200; i++) {
      double area = 60 + 25 * Math.abs(rng.nextNormal());
      lines.add(area + "," + 2.5 * area * Math.exp(0.1 * rng.nextNormal()));
    }
    Table flats = Table.read(Files.write(folder.resolve("flats.csv"), lines));
    Training quick = Training.standard().steps(40).batch(64).progress(Progress.silent());
    try (ConditionalDensity density =
        ConditionalDensityEstimator.of(Flows::conditional)
            .withoutBaselines()
            .training(quick)
            .fit(flats.columns("price"), flats.columns("area"))) {
      Path file = folder.resolve("flats.scorer");
      density.scorer().save(file);
      return ConditionalScorer.load(file);
    }
  }

  @Test
  void columnsAreWhatTheScorerAnswersHere(@TempDir Path folder) throws IOException {
    ConditionalScorer scorer = learned(folder);
    SparkScorer columns = SparkScorer.of(spark, scorer);
    for (int partitions : List.of(1, 2, 5)) {
      Dataset<Row> flats =
          spark
              .range(100)
              .selectExpr("id", "65.0D + id as area", "150.0D + 3 * id as price")
              .repartition(partitions);

      List<Row> rows =
          flats
              .withColumn("logProb", columns.logProb())
              .withColumn("rent", columns.interval(0.9))
              .withColumn("draw", columns.sample(7, col("id")))
              .collectAsList();

      assertThat(rows).hasSize(100);
      for (Row row : rows) {
        Map<String, Object> given = Map.of("area", row.getDouble(1));
        assertThat(row.<Double>getAs("logProb"))
            .isEqualTo(scorer.logProb(Map.of("price", row.getDouble(2)), given));
        assertThat(row.<Row>getAs("rent").<Double>getAs("low"))
            .isEqualTo(scorer.interval(0.9, given).low().get(0));
      }
      assertThat(rows.stream().map(row -> row.<Double>getAs("draw")).distinct()).hasSize(100);
    }
    POINT.none("bits of columns that differ with 1, 2 and 5 partitions");
  }
}
