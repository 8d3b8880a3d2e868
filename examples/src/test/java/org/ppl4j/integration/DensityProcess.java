package org.ppl4j.integration;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import com.google.common.base.Splitter;
import com.google.common.primitives.Doubles;
import com.google.errorprone.annotations.MustBeClosed;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.ppl4j.constraints.Constraint;
import org.ppl4j.flows.Flows;
import org.ppl4j.infer.Progress;
import org.ppl4j.infer.density.ConditionalDensity;
import org.ppl4j.infer.density.ConditionalDensityEstimator;
import org.ppl4j.infer.density.Density;
import org.ppl4j.infer.density.DensityEstimator;
import org.ppl4j.infer.density.Training;
import org.ppl4j.tensor.FloatType;
import org.ppl4j.tensor.RunConfig;

/** Densities of tables in a JVM of their own. */
final class DensityProcess {

  static final int POINTS = 500;

  private DensityProcess() {}

  /**
   * {@code train FILE} trains a conditional density and saves it, {@code load FILE} loads it; both
   * print the bits of log-densities and quantiles. {@code large ROWS} trains on a large table and
   * prints the most megabytes that the process ever had.
   */
  public static void main(String[] args) throws IOException {
    try (NDManager manager = NDManager.newBaseManager()) {
      switch (args[0]) {
        case "train" -> {
          try (ConditionalDensity density = trained(manager)) {
            density.save(Path.of(args[1]));
            System.out.println(bits(density, manager));
          }
        }
        case "load" -> {
          try (ConditionalDensity density =
              ConditionalDensity.load(manager, Path.of(args[1]), Flows::conditional)) {
            System.out.println(bits(density, manager));
          }
        }
        default -> {
          large(manager, Integer.parseInt(args[1]));
          System.out.println(mostMegabytes());
        }
      }
    }
  }

  @MustBeClosed
  private static ConditionalDensity trained(NDManager manager) {
    double[] x = numbers(POINTS, 1);
    double[] noise = numbers(POINTS, 2);
    double[] counts = new double[POINTS];
    for (int i = 0; i < counts.length; i++) {
      counts[i] = Math.rint(Math.exp(1 + 0.4 * x[i] + 0.3 * noise[i]));
    }
    return ConditionalDensityEstimator.of(Flows::conditional)
        .support(Constraint.NON_NEGATIVE)
        .training(Training.standard().steps(60).progress(Progress.silent()))
        .fit(manager.create(counts), manager.create(x));
  }

  private static double[] numbers(int n, long seed) {
    return new Random(seed).doubles(n, -2, 2).toArray();
  }

  /** In float32, with a flow of two layers whose rows are dependent. */
  private static void large(NDManager manager, int rows) {
    int columns = 20;
    Random random = new Random(5);
    double[] values = new double[rows * columns];
    for (int i = 0; i < values.length; i++) {
      double before = i % columns == 0 ? 0 : values[i - 1];
      values[i] = 0.7 * before + random.nextGaussian();
    }
    NDArray table = manager.create(values, new Shape(rows, columns));
    Training training =
        Training.standard()
            .config(RunConfig.defaults().withFloatType(FloatType.FLOAT32))
            .batch(1024)
            .steps(rows / 1024)
            .progress(Progress.silent());
    try (Density density =
        DensityEstimator.of(dim -> Flows.maf(dim, 2)).training(training).fit(table)) {
      // Σ of 20 entropies of standard normal noise
      double entropy = 10 * Math.log(2 * Math.PI * Math.E);
      double found = density.report().orElseThrow().best().logProb();
      if (Math.abs(found + entropy) > 0.5) {
        throw new IllegalStateException(
            "density has mean log-density %s, but the law %s".formatted(found, -entropy));
      }
    }
  }

  /** What Linux calls the high-water mark of the resident set. */
  private static long mostMegabytes() throws IOException {
    String line =
        Files.readAllLines(Path.of("/proc/self/status")).stream()
            .filter(text -> text.startsWith("VmHWM:"))
            .findFirst()
            .orElseThrow();
    return Long.parseLong(Splitter.onPattern("\\s+").splitToList(line).get(1)) / 1024;
  }

  private static String bits(ConditionalDensity density, NDManager manager) {
    NDArray x = manager.create(numbers(POINTS, 3));
    double[] levels = new Random(4).doubles(POINTS).toArray();
    NDArray y = density.quantile(manager.create(levels), x);
    return FlowProcess.bits(
        Doubles.concat(
            y.toDoubleArray(),
            density.logProb(y, x).toDoubleArray(),
            density.cdf(y, x).toDoubleArray()));
  }
}
