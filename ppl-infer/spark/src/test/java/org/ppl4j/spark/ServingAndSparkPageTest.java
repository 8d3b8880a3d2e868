package org.ppl4j.spark;

import static org.assertj.core.api.Assertions.assertThatCode;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.ppl4j.flows.Flows;
import org.ppl4j.infer.Progress;
import org.ppl4j.infer.density.ConditionalDensity;
import org.ppl4j.infer.density.ConditionalDensityEstimator;
import org.ppl4j.infer.density.Table;
import org.ppl4j.infer.density.Training;
import org.ppl4j.tensor.Tensors;

/** The block of the guide runs on a session of this machine. */
@Tag("acceptance")
@Tag("seen.3")
class ServingAndSparkPageTest {

  @TempDir private Path folder;

  @Test
  void theBlockRuns() {
    Path file = folder.resolve("rent.scorer");
    double[][] rows = new double[100][];
    Arrays.setAll(rows, i -> new double[] {40 + i, 700 + 10 * i + i % 7});
    Table flats = Table.of(Tensors.matrix(rows), "area", "rent");
    try (ConditionalDensity density =
        ConditionalDensityEstimator.of(Flows::conditional)
            .training(Training.standard().steps(20).progress(Progress.silent()))
            .fit(flats.columns("rent"), flats.columns("area"))) {
      density.scorer().save(file);
    }
    SparkSession spark = LocalSpark.ofTests();
    List<Row> sales = List.of(RowFactory.create("Bath", 1.0), RowFactory.create("Hull", 2.0));
    StructType ofSales =
        new StructType().add("shop", DataTypes.StringType).add("sales", DataTypes.DoubleType);
    StructType ofFlats = new StructType().add("area", DataTypes.DoubleType);

    assertThatCode(
            () ->
                ServingAndSparkPage.onACluster(
                    spark,
                    new ServingAndSparkPage.Houses(Tensors.vector(0.5, 1.2, 0.9)),
                    spark.createDataFrame(sales, ofSales),
                    spark.createDataFrame(List.of(RowFactory.create(80.0)), ofFlats),
                    file))
        .doesNotThrowAnyException();
  }
}
