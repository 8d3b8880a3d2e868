package org.ppl4j.infer.svi;

import static java.nio.charset.StandardCharsets.UTF_8;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.ppl4j.Execution;
import org.ppl4j.Plate;
import org.ppl4j.Program;
import org.ppl4j.distributions.HalfNormal;
import org.ppl4j.distributions.Normal;
import org.ppl4j.infer.Progress;
import org.ppl4j.infer.autoguide.AutoNormal;
import org.ppl4j.infer.optim.Adam;
import org.ppl4j.params.ParamStore;
import org.ppl4j.tensor.Rng;
import org.ppl4j.tensor.Run;
import org.ppl4j.tensor.RunConfig;

/** A fit in a JVM of its own that loads, makes steps and saves. */
final class SavingProcess {

  static final int FIRST = 70;
  static final int LATER = 60;

  /** So many parameters have the files that a process is killed over: 16 MB. */
  private static final int MANY = 2_000_000;

  private static final Program<NDArray> MODEL =
      (p, y) -> {
        NDArray mu = p.sample("mu", Normal.of(0, 3));
        NDArray sd = p.sample("sd", HalfNormal.of(2));
        try (Plate rows = p.plate("rows", y.size(0), 3)) {
          p.observe("y", Normal.of(mu, sd), rows.take(y));
        }
      };

  private SavingProcess() {}

  /** Starts this class in a new JVM. */
  static Process start(String... arguments) throws IOException {
    List<String> command = java(SavingProcess.class);
    command.addAll(List.of(arguments));
    return new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
  }

  /** The command that runs a class in a new JVM, less its arguments. */
  static List<String> java(Class<?> main) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-Xmx512m", "-XX:TieredStopAtLevel=1"));
    command.addAll(List.of("-Dai.djl.offline=true", "-Dai.djl.pytorch.num_threads=1"));
    command.addAll(List.of("-Dorg.slf4j.simpleLogger.defaultLogLevel=warn"));
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.add(main.getName());
    return command;
  }

  /** What a process that was started with these arguments prints. */
  static String output(String... arguments) throws IOException, InterruptedException {
    Process process = start(arguments);
    String output = new String(process.getInputStream().readAllBytes(), UTF_8);
    if (process.waitFor() != 0) {
      throw new IllegalStateException("process ended with status " + process.exitValue());
    }
    return output.strip();
  }

  /**
   * {@code first FILE} makes steps and saves; {@code later FILE} loads, makes further ones and
   * prints the parameters' bits; {@code unbroken} makes all and prints them; {@code endless FILE}
   * saves again and again, each file with its number.
   */
  public static void main(String[] args) {
    try (NDManager manager = NDManager.newBaseManager();
        ParamStore params = new ParamStore(manager)) {
      if (args[0].equals("endless")) {
        saveWithoutEnd(params, Path.of(args[1]));
      }
      NDArray data = data(manager);
      Svi<NDArray> svi = fit(params);
      switch (args[0]) {
        case "first" -> {
          svi.run(data, FIRST);
          svi.save(Path.of(args[1]));
        }
        case "later" -> {
          svi.load(Path.of(args[1]));
          svi.run(data, LATER);
        }
        default -> svi.run(data, FIRST + LATER);
      }
      System.out.println(bits(svi));
    }
  }

  static NDArray data(NDManager manager) {
    return manager.create(new double[] {1, 2, 3, 4, 5, 2.5, 3.5});
  }

  static Svi<NDArray> fit(ParamStore params) {
    return builder(params).build();
  }

  static Svi.Builder<NDArray> builder(ParamStore params) {
    return Svi.builder(MODEL, AutoNormal.of(MODEL))
        .params(params)
        .config(RunConfig.defaults().withSeed(23))
        .optimizer(Adam.withRate(0.05))
        .averaging(Averaging.polynomial(3))
        .stopping(StoppingRule.never())
        .progress(Progress.silent());
  }

  /** Every iterate of a fit, bit by bit. */
  static String bits(Svi<?> svi) {
    StringBuilder bits = new StringBuilder();
    append(bits, svi.params());
    svi.useLast();
    append(bits, svi.params());
    svi.useBest();
    append(bits, svi.params());
    return bits.append(svi.steps()).toString();
  }

  private static void append(StringBuilder bits, ParamStore params) {
    for (String name : params.names()) {
      for (double value : params.value(name)) {
        bits.append(Double.doubleToRawLongBits(value)).append(' ');
      }
    }
  }

  private static void saveWithoutEnd(ParamStore params, Path path) {
    Program<Void> many =
        (p, none) -> {
          NDArray x = p.param("x", () -> p.run().ones(new Shape(MANY)));
          p.factor("f", x.sum().add(p.param("save", () -> p.scalar(0))));
        };
    RunConfig config = RunConfig.defaults();
    try (Run run = Run.open(config, 0)) {
      Execution.record(run, params, Rng.Purpose.GUIDE, many, null);
    }
    for (int i = 1; ; i++) {
      params.set("save", i);
      params.save(path);
      System.out.println(i);
    }
  }
}
