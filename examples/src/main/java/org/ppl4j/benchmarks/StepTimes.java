package org.ppl4j.benchmarks;

import static java.nio.charset.StandardCharsets.UTF_8;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import com.google.common.base.Splitter;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.DoubleSupplier;
import org.ppl4j.flows.AffineFamily;
import org.ppl4j.flows.Autoregressive;
import org.ppl4j.infer.Progress;
import org.ppl4j.infer.density.Density;
import org.ppl4j.infer.density.DensityEstimator;
import org.ppl4j.infer.density.Training;
import org.ppl4j.infer.latent.LogDensity;
import org.ppl4j.nn.Made;
import org.ppl4j.tensor.FloatType;
import org.ppl4j.tensor.Recording;
import org.ppl4j.tensor.RunConfig;
import org.ppl4j.tensor.VectorFunction;
import org.ppl4j.transforms.TransformModule;

/**
 * What steps take, in microseconds of the one processor that they are at work on. Steps are named
 * by their kind and a case:
 *
 * <ul>
 *   <li>{@code array:arithmetic}, one of the {@link ArrayCases} with its gradient; by the engine
 *       {@code engine:arithmetic}, by hand {@code hand:arithmetic};
 *   <li>{@code density:hier}, one of the {@link DensityCases} with its gradient;
 *   <li>{@code fit:logreg}, a step of one of the {@link PeerCases};
 *   <li>{@code draws:10}, 2,048 draws of a masked autoregressive flow of so many dims.
 * </ul>
 *
 * <p>With arguments, each the name of steps, it prints the median of batches in both float types.
 * Without, it reads lines such as {@code fit:logreg FLOAT32 20} and answers each by the mean of so
 * many steps, so that the steps of two virtual machines can be timed in turn.
 */
public final class StepTimes {

  private static final int ROWS = 2048; // that are drawn
  private static final double WARM_UP = 2e6; // microseconds
  private static final double BATCH = 3e4;
  private static final int BATCHES = 15;

  private StepTimes() {}

  /** Names of steps to print the times of; none to answer lines of the standard input. */
  public static void main(String[] args) throws IOException {
    if (args.length == 0) {
      answer();
    }
    for (String what : args) {
      for (FloatType type : FloatType.values()) {
        System.out.printf(Locale.ROOT, "%s %s %.4g%n", what, type, median(steps(what, type)));
      }
    }
  }

  private static void answer() throws IOException {
    Map<String, DoubleSupplier> known = new HashMap<>();
    BufferedReader lines = new BufferedReader(new InputStreamReader(System.in, UTF_8));
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      List<String> words = Splitter.on(' ').splitToList(line);
      DoubleSupplier steps =
          known.computeIfAbsent(
              words.get(0) + ' ' + words.get(1),
              unused -> steps(words.get(0), FloatType.valueOf(words.get(1))));
      System.out.println(mean(steps, Integer.parseInt(words.get(2))));
    }
  }

  /** Of batches, once the compiler has had time. */
  private static double median(DoubleSupplier step) {
    int count = 1;
    for (double spent = 0; spent < WARM_UP; ) {
      double each = mean(step, count);
      spent += each * count;
      count = each * count < BATCH ? 2 * count : count;
    }
    double[] times = new double[BATCHES];
    for (int i = 0; i < BATCHES; i++) {
      times[i] = mean(step, count);
    }
    Arrays.sort(times);
    return times[BATCHES / 2];
  }

  /** Microseconds of a processor that a step takes, whatever else the machine does. */
  static double mean(DoubleSupplier step, int count) {
    ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    long start = threads.getCurrentThreadCpuTime();
    double sum = 0;
    for (int i = 0; i < count; i++) {
      sum += step.getAsDouble();
    }
    double mean = (threads.getCurrentThreadCpuTime() - start) / 1e3 / count;
    if (!Double.isFinite(sum)) {
      throw new IllegalStateException("result of a step is not finite");
    }
    return mean;
  }

  // --- steps

  /**
   * A step, whose result is the value, the loss or a draw. What it needs lives as long as the
   * virtual machine.
   *
   * @throws IllegalArgumentException if there is no such step
   */
  static DoubleSupplier steps(String what, FloatType type) {
    List<String> words = Splitter.on(':').splitToList(what);
    String name = words.get(words.size() - 1);
    return switch (words.get(0)) {
      case "array" -> array(name, type, Recording.WHERE_POSSIBLE);
      case "engine" -> array(name, type, Recording.OFF);
      case "hand" -> byHand(name, type);
      case "density" -> density(name, type);
      case "fit" -> fit(name, type);
      case "draws" -> draws(Integer.parseInt(name), type);
      default ->
          throw new IllegalArgumentException(
              "steps '"
                  + what
                  + "' are not known; name them by array:, engine:, hand:, density:, fit: or draws:"
                  + " and a case");
    };
  }

  private static DoubleSupplier array(String name, FloatType type, Recording recording) {
    VectorFunction function = ArrayCases.function(name, type, recording);
    double[] x = ArrayCases.start(name);
    double[] gradient = new double[x.length];
    return () -> {
      x[0] += 1e-9;
      return function.evaluate(x, gradient);
    };
  }

  private static DoubleSupplier byHand(String name, FloatType type) {
    HandWrittenArrays.Loop loop = HandWrittenArrays.of(name);
    double[] x = ArrayCases.start(name);
    if (type == FloatType.FLOAT64) {
      double[] gradient = new double[x.length];
      return () -> {
        x[0] += 1e-9;
        return loop.at(x, gradient);
      };
    }
    float[] single = HandWrittenArrays.single(x);
    float[] gradient = new float[x.length];
    return () -> {
      single[0] += 1e-7f;
      return loop.at(single, gradient);
    };
  }

  @SuppressWarnings("MustBeClosedChecker") // lives as long as the virtual machine
  private static DoubleSupplier density(String name, FloatType type) {
    LogDensity<?> density = DensityCases.of(name, type);
    double[] u = density.start();
    double[] gradient = new double[u.length];
    return () -> {
      u[0] += 1e-9;
      return density.evaluate(u, gradient);
    };
  }

  private static DoubleSupplier fit(String name, FloatType type) {
    Fit fit = PeerCases.fit(name, type);
    return fit::step;
  }

  /** Of two affine layers with two hidden layers of 64 units each, which has learned little. */
  @SuppressWarnings("MustBeClosedChecker") // lives as long as the virtual machine
  private static DoubleSupplier draws(int dim, FloatType type) {
    Training training =
        Training.standard()
            .config(RunConfig.defaults().withFloatType(type))
            .steps(20)
            .progress(Progress.silent());
    Density density =
        DensityEstimator.of(StepTimes::flow)
            .withoutBaselines()
            .training(training)
            .fit(PeerData.chain(NDManager.newBaseManager(), dim));
    return () -> {
      try (NDArray rows = density.sample(ROWS)) {
        return rows.size();
      }
    };
  }

  private static TransformModule flow(int dim) {
    return Autoregressive.of(dim, AffineFamily.of())
        .conditioner(Made.of(64, 64))
        .repeat(2)
        .inverted();
  }
}
