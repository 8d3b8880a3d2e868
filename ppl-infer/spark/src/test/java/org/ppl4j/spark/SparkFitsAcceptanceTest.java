package org.ppl4j.spark;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.ppl4j.Plate;
import org.ppl4j.Program;
import org.ppl4j.distributions.HalfNormal;
import org.ppl4j.distributions.Normal;
import org.ppl4j.testing.AcceptancePoint;

/** Thousands of small models on executors that are processes of their own. */
@Tag("acceptance")
@Tag("spread.4")
class SparkFitsAcceptanceTest {

  private static final AcceptancePoint POINT = new AcceptancePoint("spread.4");
  private static final int GROUPS = 10_000;
  private static final int FEW = 500;
  private static final int ROWS = 20;

  /** A line through the points of a group. */
  private static final Program<Map<String, NDArray>> LINE =
      (p, group) -> {
        NDArray x = group.get("x");
        NDArray sigma = p.sample("sigma", HalfNormal.of(2));
        NDArray start = p.sample("start", Normal.of(0, 5));
        NDArray slope = p.sample("slope", Normal.of(0, 5));
        try (Plate rows = p.plate("rows", x.size(0))) {
          p.observe("y", Normal.of(start.add(slope.mul(x)), sigma), group.get("y"));
        }
      };

  private static Dataset<Row> points(SparkSession spark, int groups) {
    return spark
        .range((long) groups * ROWS)
        .selectExpr(
            "cast(id / %d as int) as sensor".formatted(ROWS),
            "cast(id %% %d as double) / %d as x".formatted(ROWS, ROWS),
            "sin(id) + 0.001 * id %% %d as y".formatted(ROWS));
  }

  private static List<String> lines(Dataset<Row> fits) {
    return fits.collectAsList().stream().map(Row::toString).sorted().toList();
  }

  private static List<String> fitted(int executors, int groups) {
    SparkFits fits = SparkFits.of(LINE, FitMethod.laplace(200)).by("sensor").partitions(20);
    SparkSession spark = LocalSpark.of("local-cluster[%d,1,1024]".formatted(executors));
    long unused = fits.run(points(spark, 40)).count(); // executors are warm
    long began = System.nanoTime();
    Dataset<Row> all = fits.run(points(spark, groups)).cache();
    assertThat(all.filter(functions.col("failure").isNotNull()).count()).isZero();
    POINT.shown(
        "%,d fits on %d executors, seconds".formatted(groups, executors),
        (System.nanoTime() - began) * 1e-9);
    List<String> lines = lines(all.filter(functions.col("sensor").lt(FEW)));
    assertThat(all.count()).isEqualTo(3L * groups);
    spark.stop();
    return lines;
  }

  @Test
  void tenThousandSmallFitsHaveTheBitsOfFewerOnOneExecutor() {
    assertThat(fitted(2, GROUPS)).hasSize(3 * FEW).isEqualTo(fitted(1, FEW));
    POINT.none("bits of fits that differ");
  }
}
