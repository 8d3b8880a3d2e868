package org.ppl4j.integration;

import static java.nio.charset.StandardCharsets.UTF_8;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import com.google.common.base.Splitter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.ppl4j.Plate;
import org.ppl4j.Program;
import org.ppl4j.distributions.Normal;
import org.ppl4j.distributions.TransformedDistribution;
import org.ppl4j.examples.hierarchical.EightSchools;
import org.ppl4j.examples.hierarchical.EightSchools.Schools;
import org.ppl4j.examples.hierarchical.Radon;
import org.ppl4j.flows.OdeFlow;
import org.ppl4j.infer.Progress;
import org.ppl4j.infer.autoguide.AutoNormal;
import org.ppl4j.infer.mcmc.McmcRun;
import org.ppl4j.infer.mcmc.Nuts;
import org.ppl4j.infer.optim.Adam;
import org.ppl4j.infer.svi.Averaging;
import org.ppl4j.infer.svi.Svi;
import org.ppl4j.nn.Activation;
import org.ppl4j.nn.Mlp;
import org.ppl4j.ode.Gradient;
import org.ppl4j.ode.Solver;
import org.ppl4j.params.ParamStore;
import org.ppl4j.tensor.FlatVector;
import org.ppl4j.tensor.Run;
import org.ppl4j.tensor.RunConfig;
import org.ppl4j.transforms.Transform;

/**
 * Many steps of a fit, or iterations of chains, in a JVM of its own, whose heap is fixed and
 * touched from the start, so that what its resident size gains is native memory.
 */
final class Soak {

  private Soak() {}

  /** What is fitted. */
  enum Subject {
    EIGHT_SCHOOLS {
      @Override
      Growth run(int steps, boolean leak) throws IOException {
        try (NDManager manager = NDManager.newBaseManager();
            ParamStore params = new ParamStore(manager, RunConfig.defaults())) {
          return grow(
              Svi.builder(EightSchools.MODEL, AutoNormal.of(EightSchools.MODEL))
                  .params(params)
                  .optimizer(Adam.withRate(0.01))
                  .averaging(Averaging.polynomial(3)),
              EightSchools.schools(manager),
              steps,
              leak);
        }
      }
    },
    RADON_BY_BATCHES {
      @Override
      Growth run(int steps, boolean leak) throws IOException {
        try (NDManager manager = NDManager.newBaseManager();
            ParamStore params = new ParamStore(manager, RunConfig.defaults())) {
          return grow(Radon.fit(params, 128, steps), Radon.houses(manager), steps, leak);
        }
      }
    },
    ODE_FLOW {
      @Override
      Growth run(int steps, boolean leak) throws IOException {
        return flow(Gradient.THROUGH_STEPS, steps, leak);
      }
    },
    ODE_FLOW_BY_ADJOINT {
      @Override
      Growth run(int steps, boolean leak) throws IOException {
        return flow(Gradient.ADJOINT, steps, leak);
      }
    },
    CHAINS {
      @Override
      Growth run(int steps, boolean leak) throws IOException {
        try (NDManager manager = NDManager.newBaseManager()) {
          return chains(EightSchools.schools(manager), steps, leak);
        }
      }
    };

    abstract Growth run(int steps, boolean leak) throws IOException;
  }

  /**
   * What a soak gained between 10% and 100% of its steps.
   *
   * @param bytes resident memory
   * @param tensors live native tensors
   */
  record Growth(long bytes, long tensors) {}

  /** Runs a soak in a new JVM; a planted leak keeps one small tensor a step. */
  static Growth fork(Subject subject, int steps, boolean leak)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-Xms512m", "-Xmx512m", "-XX:+AlwaysPreTouch", "-XX:+UseSerialGC"));
    // The optimising compiler takes and returns megabytes at times of its own.
    command.addAll(List.of("-XX:TieredStopAtLevel=1", "-XX:ReservedCodeCacheSize=32m"));
    command.addAll(List.of("-Dai.djl.offline=true", "-Dai.djl.pytorch.num_threads=1"));
    command.addAll(List.of("-Dorg.slf4j.simpleLogger.defaultLogLevel=warn"));
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), Soak.class.getName()));
    command.addAll(List.of(subject.name(), Integer.toString(steps), Boolean.toString(leak)));
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT);
    // One arena, so that what one thread frees another uses.
    builder.environment().put("MALLOC_ARENA_MAX", "1");
    Process process = builder.start();
    String output = new String(process.getInputStream().readAllBytes(), UTF_8);
    if (process.waitFor() != 0) {
      throw new IllegalStateException("soak ended with status " + process.exitValue());
    }
    List<String> numbers = Splitter.on(' ').splitToList(output.strip());
    return new Growth(Long.parseLong(numbers.get(0)), Long.parseLong(numbers.get(1)));
  }

  /** Prints the growth of resident bytes and of live tensors. */
  public static void main(String[] args) throws IOException {
    Growth growth =
        Subject.valueOf(args[0]).run(Integer.parseInt(args[1]), Boolean.parseBoolean(args[2]));
    System.out.println(growth.bytes() + " " + growth.tensors());
  }

  private static <D> Growth grow(Svi.Builder<D> fit, D data, int steps, boolean leak)
      throws IOException {
    List<FlatVector> kept = new ArrayList<>();
    long bytes = 0;
    long tensors = 0;
    try (Svi<D> svi = fit.progress(Progress.silent()).build();
        Svi<D>.OnData bound = svi.bind(data)) {
      for (int step = 1; step <= steps; step++) {
        bound.step();
        if (leak) {
          kept.add(FlatVector.zeros(svi.config(), 8));
        }
        if (step == steps / 10) {
          bytes = residentBytes();
          tensors = Run.liveTensors();
        }
      }
      return new Growth(residentBytes() - bytes, Run.liveTensors() - tensors);
    } finally {
      kept.forEach(FlatVector::close);
    }
  }

  /** The likelihood of a small continuous flow, at points of the plane. */
  private static Growth flow(Gradient gradient, int steps, boolean leak) throws IOException {
    OdeFlow flow =
        OdeFlow.of(2)
            .conditioner(Mlp.of(8, 8).activation(Activation.TANH))
            .learning(Solver.rungeKutta(4))
            .gradient(gradient);
    Program<NDArray> model =
        (p, points) -> {
          try (Plate rows = p.plate("rows", points.size(0))) {
            Transform transform = p.module("flow", flow);
            p.observe(
                "y",
                TransformedDistribution.of(Normal.standard(2).toEvent(1), transform),
                rows.take(points));
          }
        };
    try (NDManager manager = NDManager.newBaseManager();
        ParamStore params = new ParamStore(manager, RunConfig.defaults())) {
      double[] points = new Random(1).doubles(64, -2, 2).toArray();
      return grow(
          Svi.builder(model, (p, nothing) -> {}).params(params).optimizer(Adam.withRate(0.01)),
          manager.create(points, new Shape(32, 2)),
          steps,
          leak);
    }
  }

  /** Ten runs of one chain, each of a tenth of the iterations; what leaks is left open. */
  @SuppressWarnings("MustBeClosedChecker") // that is what is planted
  private static Growth chains(Schools schools, int iterations, boolean leak) throws IOException {
    int tenth = iterations / 10;
    Nuts<Schools> nuts =
        Nuts.of(EightSchools.MODEL)
            .progress(Progress.silent())
            .chains(1)
            .warmup(tenth / 2)
            .draws(tenth - tenth / 2);
    long bytes = 0;
    long tensors = 0;
    for (int run = 1; run <= 10; run++) {
      McmcRun<Schools> open = nuts.run(schools);
      if (!leak) {
        open.close();
      }
      if (run == 1) {
        bytes = residentBytes();
        tensors = Run.liveTensors();
      }
    }
    return new Growth(residentBytes() - bytes, Run.liveTensors() - tensors);
  }

  /** The resident size of this process, as Linux counts it. */
  private static long residentBytes() throws IOException {
    for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
      if (line.startsWith("VmRSS:")) {
        return 1024 * Long.parseLong(line.replaceAll("[^0-9]", ""));
      }
    }
    throw new IllegalStateException("/proc/self/status has no line VmRSS; run the soak on Linux");
  }
}
