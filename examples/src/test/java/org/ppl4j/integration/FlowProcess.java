package org.ppl4j.integration;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.stream.Collectors.joining;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.ppl4j.Plate;
import org.ppl4j.Program;
import org.ppl4j.distributions.Normal;
import org.ppl4j.distributions.TransformedDistribution;
import org.ppl4j.flows.ActNorm;
import org.ppl4j.flows.Autoregressive;
import org.ppl4j.flows.BatchNorm;
import org.ppl4j.flows.Coupling;
import org.ppl4j.flows.Permute;
import org.ppl4j.flows.RationalQuadratic;
import org.ppl4j.infer.Progress;
import org.ppl4j.infer.optim.Adam;
import org.ppl4j.infer.svi.StoppingRule;
import org.ppl4j.infer.svi.Svi;
import org.ppl4j.params.ParamStore;
import org.ppl4j.tensor.Run;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.transforms.TransformModule;

/** A flow in a JVM of its own, which trains and saves it, or loads it and tells its densities. */
final class FlowProcess {

  static final int POINTS = 1_000;

  private static final RationalQuadratic SPLINE = RationalQuadratic.of(6, 4);

  /** With permutations, statistics of first batches, running statistics, and masks. */
  static final TransformModule FLOW =
      ActNorm.of(3)
          .then(Coupling.of(3, SPLINE))
          .then(BatchNorm.of(3))
          .then(Permute.random(3, 11))
          .then(Autoregressive.of(3, SPLINE).order(2, 0, 1).inverted())
          .then(BatchNorm.of(3));

  private static final Program<NDArray> DENSITY =
      (p, x) -> {
        try (Plate rows = p.plate("rows", x.size(0), 100)) {
          p.observe(
              "x",
              TransformedDistribution.of(Normal.standard(3).toEvent(1), p.module("flow", FLOW)),
              rows.take(x));
        }
      };

  private FlowProcess() {}

  /** What this class prints in a new JVM. */
  static String output(String... arguments) throws IOException, InterruptedException {
    return output(FlowProcess.class, "512m", arguments);
  }

  /** What a class prints in a new JVM with a heap of this size. */
  static String output(Class<?> main, String heap, String... arguments)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-Xmx" + heap, "-XX:TieredStopAtLevel=1"));
    command.addAll(List.of("-Dai.djl.offline=true", "-Dai.djl.pytorch.num_threads=1"));
    command.addAll(List.of("-Dorg.slf4j.simpleLogger.defaultLogLevel=warn"));
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.add(main.getName());
    command.addAll(List.of(arguments));
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    String output = new String(process.getInputStream().readAllBytes(), UTF_8);
    if (process.waitFor() != 0) {
      throw new IllegalStateException("process ended with status " + process.exitValue());
    }
    return output.strip();
  }

  /**
   * {@code train FILE} trains and saves; {@code load FILE} loads. Both print the bits of the
   * densities at the points.
   */
  public static void main(String[] args) {
    Path file = Path.of(args[1]);
    try (NDManager manager = NDManager.newBaseManager();
        ParamStore params =
            args[0].equals("train") ? trained(manager) : ParamStore.open(manager, file)) {
      if (args[0].equals("train")) {
        params.save(file);
      }
      System.out.println(bits(params, FLOW));
    }
  }

  private static ParamStore trained(NDManager manager) {
    ParamStore params = new ParamStore(manager);
    Svi<NDArray> svi =
        Svi.builder(DENSITY, (Program<NDArray>) (p, x) -> {})
            .params(params)
            .optimizer(Adam.withRate(0.01))
            .stopping(StoppingRule.never())
            .progress(Progress.silent())
            .build();
    svi.run(manager.create(points(400)).reshape(400, 3), 60);
    return params;
  }

  /** Rows of three numbers that depend on each other. */
  private static double[] points(int rows) {
    Random random = new Random(7);
    double[] x = new double[3 * rows];
    for (int i = 0; i < rows; i++) {
      double a = random.nextGaussian();
      x[3 * i] = 20 + 5 * a;
      x[3 * i + 1] = Math.sin(2 * a) + 0.1 * random.nextGaussian();
      x[3 * i + 2] = a * a + random.nextGaussian();
    }
    return x;
  }

  /** The bits of the log-densities of a flow whose tensors a store has. */
  static String bits(ParamStore params, TransformModule flow) {
    try (Run run = Run.open(params.config().orElseThrow(), 0)) {
      NDArray logProb =
          TransformedDistribution.of(
                  Normal.standard(3).toEvent(1), params.transform(run, "flow", flow))
              .on(run)
              .logProb(run.create(points(POINTS), new Shape(POINTS, 3)));
      return bits(Tensors.values(logProb));
    }
  }

  /** The bits of numbers, parted by blanks. */
  static String bits(double... numbers) {
    return Arrays.stream(numbers)
        .mapToObj(number -> Long.toHexString(Double.doubleToRawLongBits(number)))
        .collect(joining(" "));
  }
}
