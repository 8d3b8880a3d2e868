package org.ppl4j.integration;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import com.google.common.base.Splitter;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.ppl4j.flows.Flows;
import org.ppl4j.infer.Progress;
import org.ppl4j.infer.density.Density;
import org.ppl4j.infer.density.DensityEstimator;
import org.ppl4j.infer.density.Training;
import org.ppl4j.tensor.RunConfig;
import org.ppl4j.testing.AcceptancePoint;

/** Densities of large tables, in other processes, and on two threads. */
@Tag("acceptance")
class DensitiesAcceptanceTest {

  private static final AcceptancePoint TABLES = new AcceptancePoint("density.5");
  private static final AcceptancePoint FILES = new AcceptancePoint("density.6");
  private static final int ROWS = 1_000_000;

  /** The table is 153 MB, twice: of the caller and of the estimator; the heap is 640 MB. */
  private static final long MOST_MEGABYTES = 1400;

  @TempDir private Path folder;

  @Test
  @Tag("density.5")
  void aMillionRowsTrainInBoundedMemory() throws Exception {
    long megabytes =
        Long.parseLong(
            FlowProcess.output(DensityProcess.class, "640m", "large", String.valueOf(ROWS)));

    TABLES.atMost(
        "most megabytes of a process that learns 1000000 x 20", megabytes, MOST_MEGABYTES);
  }

  @Test
  @Tag("density.6")
  void densitiesAreTheSameBitsInANewProcess() throws Exception {
    String file = folder.resolve("density.ppl").toString();
    List<String> trained = output("train", file);
    List<String> loaded = output("load", file);

    assertThat(trained).hasSize(3 * DensityProcess.POINTS);
    assertThat(new HashSet<>(trained)).hasSizeGreaterThan(2 * DensityProcess.POINTS);
    assertThat(loaded).isEqualTo(trained);
    FILES.none("numbers whose bits differ in a new JVM");
  }

  private static List<String> output(String... arguments) throws Exception {
    return Splitter.on(' ')
        .splitToList(FlowProcess.output(DensityProcess.class, "512m", arguments));
  }

  @Test
  @Tag("density.6")
  void twoEstimatorsOnTwoThreadsAreAsAlone() throws Exception {
    double[] first = learned(1);
    double[] second = learned(2);
    ExecutorService threads = Executors.newFixedThreadPool(2);
    try {
      List<Future<double[]>> both = threads.invokeAll(List.of(() -> learned(1), () -> learned(2)));

      assertThat(both.get(0).get()).isEqualTo(first);
      assertThat(both.get(1).get()).isEqualTo(second);
      assertThat(first).isNotEqualTo(second);
    } finally {
      threads.shutdown();
    }
    FILES.none("numbers that differ if two estimators train at once");
  }

  private static double[] learned(long seed) {
    Random random = new Random(8);
    double[] values = random.doubles(1500, -1, 1).map(v -> v + v * v).toArray();
    try (NDManager manager = NDManager.newBaseManager()) {
      NDArray table = manager.create(values, new Shape(500, 3));
      Training training =
          Training.standard()
              .steps(60)
              .config(RunConfig.defaults().withSeed(seed))
              .progress(Progress.silent());
      try (Density density = DensityEstimator.of(Flows::density).training(training).fit(table)) {
        return density.logProb(table).toDoubleArray();
      }
    }
  }
}
