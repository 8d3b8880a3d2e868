package org.ppl4j.spark;

import java.util.Map;
import org.apache.spark.sql.SparkSession;

/** Sessions for tests, without a page of Spark's and without ports of other machines. */
final class LocalSpark {

  private LocalSpark() {}

  /** The session that all tests of a process share: two tasks at a time, each tried three times. */
  static SparkSession ofTests() {
    return of("local[2, 3]");
  }

  /** That there is, or a new one; whoever asks for one of their own stops it. */
  static SparkSession of(String master) {
    return of(master, Map.of());
  }

  /** The same with further settings. */
  static SparkSession of(String master, Map<String, Object> settings) {
    return SparkSession.builder()
        .master(master)
        .appName("ppl-spark")
        .config("spark.ui.enabled", false)
        .config("spark.driver.host", "127.0.0.1")
        .config("spark.driver.bindAddress", "127.0.0.1")
        .config("spark.sql.shuffle.partitions", 3)
        .config("spark.sql.warehouse.dir", "target/warehouse")
        .config("spark.executor.extraClassPath", System.getProperty("java.class.path"))
        // executors find Spark on the class path of the test, not in a home of its own
        .config("spark.executorEnv.SPARK_SQL_TESTING", "1")
        .config("spark.executorEnv.SPARK_SCALA_VERSION", "2.13")
        .config(settings)
        .getOrCreate();
  }
}
