package org.ppl4j.spark;

import ai.djl.ndarray.NDArray;
import java.nio.file.Path;
import java.util.Map;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.ppl4j.Plate;
import org.ppl4j.Program;
import org.ppl4j.distributions.Normal;
import org.ppl4j.infer.approximation.LaplaceApproximation;
import org.ppl4j.infer.approximation.LaplacePosterior;
import org.ppl4j.infer.density.ConditionalScorer;
import org.ppl4j.infer.mcmc.McmcRun;
import org.ppl4j.infer.mcmc.Nuts;

/** The blocks of serving-and-spark.md on clusters. */
final class ServingAndSparkPage {

  record Houses(NDArray logRadon) {}

  static final Program<Houses> RADON =
      (p, houses) -> {
        NDArray mean = p.sample("mean", Normal.of(0, 10));
        try (Plate rows = p.plate("houses", houses.logRadon().size(0))) {
          p.observe("log_radon", Normal.of(mean, 1), rows.take(houses.logRadon()));
        }
      };

  static final Program<Map<String, NDArray>> SHOP =
      (p, shop) -> RADON.run(p, new Houses(shop.get("sales")));

  private ServingAndSparkPage() {}

  // region
  static void onACluster(
      SparkSession spark, Houses houses, Dataset<Row> sales, Dataset<Row> flats, Path file) {
    try (McmcRun<Houses> run = SparkChains.on(spark).run(Nuts.of(RADON).chains(8), houses)) {
      System.out.println(run.summary()); // eight chains of one posterior
    }
    SparkFits.of(SHOP, FitMethod.nuts()).by("shop").run(sales).show(); // one posterior a shop
    try (SparkLogDensity all = SparkLogDensity.builder(SHOP, "houses").build(sales.drop("shop"));
        LaplacePosterior<Void> found = LaplaceApproximation.of(all).run(null)) {
      System.out.println(found); // one posterior of more rows than a machine has room for
    }
    SparkScorer scorer = SparkScorer.of(spark, ConditionalScorer.load(file));
    flats.withColumn("rent", scorer.interval(0.9)).show(); // without native code
  }
  // endregion
}
