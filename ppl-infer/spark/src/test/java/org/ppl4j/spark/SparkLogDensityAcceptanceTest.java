package org.ppl4j.spark;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import com.google.errorprone.annotations.MustBeClosed;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.spark.TaskContext;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerExecutorRemoved;
import org.apache.spark.scheduler.SparkListenerTaskStart;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.ppl4j.Plate;
import org.ppl4j.PlateSpec;
import org.ppl4j.Program;
import org.ppl4j.distributions.Bernoulli;
import org.ppl4j.distributions.Normal;
import org.ppl4j.infer.Progress;
import org.ppl4j.infer.approximation.LaplaceApproximation;
import org.ppl4j.infer.approximation.LaplacePosterior;
import org.ppl4j.infer.latent.Initializer;
import org.ppl4j.infer.latent.LogDensity;
import org.ppl4j.infer.mcmc.McmcRun;
import org.ppl4j.infer.mcmc.Nuts;
import org.ppl4j.tensor.Recording;
import org.ppl4j.tensor.RunConfig;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.testing.AcceptancePoint;

/** A log density whose rows are on executors that are processes of their own. */
@Tag("acceptance")
@Tag("spread.4")
class SparkLogDensityAcceptanceTest {

  private static final AcceptancePoint POINT = new AcceptancePoint("spread.4");
  private static final int FIGURES = 7;
  private static final int ROWS = 20_000;
  private static final String CLUSTER = "local-cluster[%d,1,1024]";

  /** Of a late task a copy is made once half of the others are done. */
  private static final Map<String, Object> SPECULATION =
      Map.of(
          "spark.speculation",
          true,
          "spark.speculation.interval",
          "100ms",
          "spark.speculation.quantile",
          0.5,
          "spark.speculation.multiplier",
          1.1);

  /** Whether somebody buys, by seven figures. */
  private static final Program<Map<String, NDArray>> LOGISTIC =
      (p, rows) -> {
        NDArray start = p.sample("start", Normal.of(0, 5));
        NDArray slopes = p.sample("slopes", Normal.of(0, 2).expand(FIGURES).toEvent());
        NDArray x =
            Tensors.stack(
                IntStream.range(0, FIGURES).mapToObj(i -> rows.get("x" + i)).toList(), -1);
        try (Plate plate = p.plate("rows", x.size(0))) {
          NDArray logits = Tensors.matVec(x, slopes).add(start);
          p.observe("buys", Bernoulli.logits(logits), rows.get("buys"));
        }
      };

  private static Dataset<Row> rows(SparkSession spark, long count) {
    return spark
        .range(count)
        .selectExpr(
            Stream.concat(
                    IntStream.range(0, FIGURES)
                        .mapToObj(i -> "sin(id * %d + id %% 100) as x%d".formatted(1 + i, i)),
                    Stream.of(
                        "1 / (1 + exp(-0.5 - 2 * sin(id + id % 100))) > pmod(id * 7919, 997) / 997"
                            + " as buys"))
                .toArray(String[]::new));
  }

  private static SparkLogDensity.Builder blocks(Program<Map<String, NDArray>> model) {
    return SparkLogDensity.builder(model, "rows").block(2000);
  }

  @MustBeClosed
  private static LogDensity<Void> function(SparkLogDensity density) {
    return LogDensity.of(density, null, RunConfig.defaults());
  }

  /** Values and gradients at vectors, one after the other. */
  private static double[] bits(LogDensity<Void> density) {
    return IntStream.range(0, 3)
        .boxed()
        .flatMapToDouble(
            i -> {
              double[] u = new double[density.size()];
              Arrays.setAll(u, k -> Math.sin(1 + i + 3.0 * k));
              double[] gradient = new double[u.length];
              double value = density.evaluate(u, gradient);
              return Stream.of(new double[] {value}, gradient).flatMapToDouble(Arrays::stream);
            })
        .toArray();
  }

  private static double[] bits(SparkLogDensity.Builder of, Dataset<Row> rows) {
    try (SparkLogDensity density = of.build(rows);
        LogDensity<Void> function = function(density)) {
      return bits(function);
    }
  }

  private static double[] chain(Dataset<Row> rows) {
    try (SparkLogDensity density = blocks(LOGISTIC).build(rows.cache());
        McmcRun<Void> run =
            Nuts.of(density)
                .initializer(Initializer.mean())
                .chains(1)
                .warmup(15)
                .draws(10)
                .progress(Progress.silent())
                .run(null)) {
      POINT.shown("gradients of a chain of 25 on cached rows", density.gradients());
      return run.samples().values("slopes");
    }
  }

  /** Counts copies of late tasks, and executors that are lost. */
  private static final class Accidents extends SparkListener {

    private final AtomicInteger copies = new AtomicInteger();
    private final AtomicInteger lost = new AtomicInteger();

    @Override
    public void onTaskStart(SparkListenerTaskStart start) {
      if (start.taskInfo().speculative()) {
        copies.incrementAndGet();
      }
    }

    @Override
    public void onExecutorRemoved(SparkListenerExecutorRemoved removed) {
      lost.incrementAndGet();
    }
  }

  /** The first attempts at a task of each job are late. */
  private static final Program<Map<String, NDArray>> LATE =
      (p, rows) -> {
        TaskContext task = TaskContext.get();
        if (task != null && task.attemptNumber() == 0 && task.partitionId() == 0) {
          try {
            TimeUnit.SECONDS.sleep(4);
          } catch (InterruptedException e) { // it is too late
            Thread.currentThread().interrupt();
          }
        }
        LOGISTIC.run(p, rows);
      };

  private static void killAnExecutor() {
    ProcessHandle.current()
        .children()
        .filter(child -> child.info().command().orElse("").endsWith("java"))
        .findFirst()
        .ifPresent(ProcessHandle::destroyForcibly);
  }

  private static double[] here(SparkLogDensity.Builder of) {
    SparkSession here = LocalSpark.of("local[1]");
    try {
      return bits(of.partitions(1), rows(here, ROWS).coalesce(1));
    } finally {
      here.stop();
    }
  }

  @Test
  void bitsAreThoseOfOneMachineWithAnyPartitions() {
    double[] once = here(blocks(LOGISTIC));
    SparkSession spark = LocalSpark.of(CLUSTER.formatted(2));
    for (int partitions : List.of(1, 2, 5)) {
      Dataset<Row> rows = rows(spark, ROWS).repartition(partitions);
      assertThat(bits(blocks(LOGISTIC).partitions(partitions), rows)).containsExactly(once);
    }
    POINT.none("bits of a log density that differ with 1, 2 and 5 partitions");
    spark.stop();
  }

  @Test
  void chainsOnCachedRowsHaveTheBitsOfOneMachine() {
    SparkSession here = LocalSpark.of("local[1]");
    double[] chain = chain(rows(here, ROWS));
    here.stop();
    SparkSession spark = LocalSpark.of(CLUSTER.formatted(2));
    assertThat(chain(rows(spark, ROWS))).containsExactly(chain);
    POINT.none("bits of a chain that differ");
    spark.stop();
  }

  @Test
  void attemptsThatAreLateAndMadeTwiceChangeNoBit() throws TimeoutException {
    RunConfig byEngine = RunConfig.defaults().withRecording(Recording.OFF); // late at each gradient
    double[] once = here(blocks(LOGISTIC).config(byEngine));
    try (TwoHosts hosts = TwoHosts.of(SPECULATION)) {
      SparkSession spark = hosts.spark();
      Accidents accidents = new Accidents();
      spark.sparkContext().addSparkListener(accidents);
      assertThat(bits(blocks(LATE).config(byEngine).partitions(4), rows(spark, ROWS)))
          .containsExactly(once);
      spark.sparkContext().listenerBus().waitUntilEmpty();
      POINT.atLeast("attempts made twice since the first were late", accidents.copies.get(), 3);
    }
  }

  @Test
  void anExecutorThatIsKilledChangesNoBit() {
    double[] once = here(blocks(LOGISTIC));
    SparkSession spark = LocalSpark.of(CLUSTER.formatted(2));
    Accidents accidents = new Accidents();
    spark.sparkContext().addSparkListener(accidents);
    try (SparkLogDensity density = blocks(LOGISTIC).partitions(5).build(rows(spark, ROWS));
        LogDensity<Void> function = function(density)) {
      CompletableFuture<Void> killer =
          CompletableFuture.runAsync(
              SparkLogDensityAcceptanceTest::killAnExecutor,
              CompletableFuture.delayedExecutor(300, TimeUnit.MILLISECONDS));
      while (accidents.lost.get() == 0) {
        assertThat(bits(function)).containsExactly(once);
      }
      assertThat(bits(function)).containsExactly(once);
      killer.join();
    }
    POINT.above("executors killed in the middle", accidents.lost.get(), 0);
    POINT.none("bits that differ");
    spark.stop();
  }

  // --- rows that are more than memory

  private static final int WIDTH = 60;
  private static final int PERIOD = 1000;
  private static final int TIMES = 4_000;

  /** Whether somebody buys, by the sums of three groups of figures. */
  private static NDArray logits(NDArray slopes, Map<String, NDArray> rows) {
    List<NDArray> sums =
        IntStream.range(0, 3)
            .mapToObj(
                group ->
                    Tensors.sumRight(
                        Tensors.stack(
                            IntStream.range(0, WIDTH / 3)
                                .mapToObj(i -> rows.get("x" + (group + 3 * i)))
                                .toList(),
                            -1),
                        1))
            .toList();
    return Tensors.matVec(Tensors.stack(sums, -1), slopes);
  }

  private static Program<Map<String, NDArray>> wide(int times) {
    return (p, rows) -> {
      NDArray slopes = p.sample("slopes", Normal.of(0, 1).expand(3).toEvent());
      NDArray buys = rows.get("buys");
      PlateSpec spec = PlateSpec.of("rows", times * buys.size(0)).given(buys.size(0));
      try (Plate plate = p.plate(spec)) {
        p.observe("buys", Bernoulli.logits(logits(slopes, rows)), buys);
      }
    };
  }

  private static Dataset<Row> wideRows(SparkSession spark, int times) {
    String place = "(id %% %d)".formatted(PERIOD);
    return spark
        .range(0, (long) PERIOD * times, 1, 40)
        .selectExpr(
            Stream.concat(
                    IntStream.range(0, WIDTH)
                        .mapToObj(i -> "sin(%s * %d + 0.1D) / 4 as x%d".formatted(place, 1 + i, i)),
                    Stream.of("pmod(%s * 7919, 997) < 600 as buys".formatted(place)))
                .toArray(String[]::new));
  }

  @Test
  void laplaceTakesRowsThatAreFourTimesTheMemoryOfExecutors() {
    SparkSession spark =
        LocalSpark.of(
            "local-cluster[1,1,512]",
            Map.of("spark.executor.memory", "450m", "spark.sql.shuffle.partitions", 60));
    double bytes = 8.0 * (WIDTH + 1) * PERIOD * TIMES;
    POINT.atLeast("bytes of rows, of those of the executor's memory", bytes / (450 << 20), 4);
    Dataset<Row> few = wideRows(spark, 1);
    NumberColumns columns = NumberColumns.of(Arrays.asList(few.schema().fields()));
    Map<String, NDArray> data =
        columns.sorted(few.collectAsList().stream().map(columns::read).toList());
    long began = System.nanoTime();
    try (SparkLogDensity density =
        SparkLogDensity.builder(wide(1), "rows").build(wideRows(spark, TIMES))) {
      POINT.shown("seconds to put the rows in order", (System.nanoTime() - began) * 1e-9);
      try (LaplacePosterior<Void> there = LaplaceApproximation.of(density).starts(1).run(null);
          LaplacePosterior<Map<String, NDArray>> here =
              LaplaceApproximation.of(wide(TIMES)).starts(1).run(data)) {
        POINT.shown("seconds with the mode and its curvature", (System.nanoTime() - began) * 1e-9);
        POINT.shown("gradients", density.gradients());
        double apart = 0;
        for (int i = 0; i < here.normal().location().length; i++) {
          double sd = Math.sqrt(here.normal().variances()[i]);
          double mode = here.normal().location()[i];
          apart = Math.max(apart, Math.abs(there.normal().location()[i] - mode) / sd);
          double other = Math.sqrt(there.normal().variances()[i]);
          apart = Math.max(apart, Math.abs(other / sd - 1));
        }
        POINT.below("deviations between it and that of rows that are counted often", apart, 1e-6);
      }
    }
    spark.stop();
  }

  // --- time

  /** The least milliseconds of a gradient. */
  private static double milliseconds(SparkSession spark, long count, int block) {
    try (SparkLogDensity density =
            SparkLogDensity.builder(LOGISTIC, "rows").block(block).build(rows(spark, count));
        LogDensity<Void> function = function(density)) {
      double[] u = new double[function.size()];
      double least = Double.POSITIVE_INFINITY;
      for (int i = 0; i < 30; i++) {
        u[0] = i * 1e-3;
        long began = System.nanoTime();
        assertThat(function.value(u)).isFinite();
        least = Math.min(least, (System.nanoTime() - began) * 1e-6);
      }
      return least;
    }
  }

  @Test
  void timeOfAGradientFromOneExecutorToTwo() {
    for (int executors : List.of(1, 2)) {
      SparkSession spark = LocalSpark.of(CLUSTER.formatted(executors));
      for (long count : List.of(1_000L, 100_000L, 1_000_000L)) {
        POINT.shown(
            "milliseconds a gradient, %,d rows of 8 columns, %d executors"
                .formatted(count, executors),
            milliseconds(spark, count, 10_000));
      }
      spark.stop();
    }
  }
}
