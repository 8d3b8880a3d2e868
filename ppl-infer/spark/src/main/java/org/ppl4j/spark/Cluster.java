package org.ppl4j.spark;

import static java.util.Objects.requireNonNull;

import java.util.List;
import org.apache.spark.SparkContext;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.function.Function;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.SparkSession;
import org.ppl4j.infer.InterruptionException;

/**
 * Does blocks of work on the executors of a session. What comes of a block depends on the block
 * alone, and all that comes is in the order of the blocks: how many executors there are, which of
 * them does what, and how often a block is attempted changes nothing.
 */
final class Cluster {

  private static final String DESCRIPTION = "spark.job.description";

  private final JavaSparkContext context;

  private Cluster(JavaSparkContext context) {
    this.context = context;
  }

  static Cluster of(SparkSession spark) {
    SparkContext context = requireNonNull(spark, "spark").sparkContext();
    return new Cluster(JavaSparkContext.fromSparkContext(context));
  }

  /** A value that each executor fetches once. */
  <T> Broadcast<T> sent(T value) {
    return context.broadcast(value);
  }

  /**
   * Does some work, a task for each block.
   *
   * @param description what Spark's pages call the job
   * @return what came of each block, in their order
   */
  <W, R> List<R> run(String description, List<W> blocks, Function<W, R> work) {
    return collect(description, context.parallelize(blocks, blocks.size()).map(work));
  }

  /**
   * What is in some partitions, in their order.
   *
   * @param description what Spark's pages call the job
   * @throws InterruptionException if the thread is interrupted, before or meanwhile
   * @throws IllegalStateException if a task failed as often as it may
   */
  <R> List<R> collect(String description, JavaRDD<R> partitions) {
    InterruptionException.check(description, null); // Spark sees it only where it waits
    String before = context.getLocalProperty(DESCRIPTION);
    context.setLocalProperty(DESCRIPTION, description);
    try {
      return partitions.collect();
    } catch (RuntimeException e) {
      throw e;
    } catch (Exception e) { // Scala declares none
      if (e instanceof InterruptedException) {
        Thread.currentThread().interrupt();
        throw InterruptionException.of(description, e);
      }
      throw new IllegalStateException(
          "job '%s' failed: %s".formatted(description, e.getMessage()), e);
    } finally {
      context.setLocalProperty(DESCRIPTION, before);
    }
  }
}
