package org.ppl4j.integration;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import com.google.common.collect.ImmutableMap;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.ppl4j.Execution;
import org.ppl4j.Plate;
import org.ppl4j.Program;
import org.ppl4j.SavedTrace;
import org.ppl4j.Trace;
import org.ppl4j.constraints.Constraint;
import org.ppl4j.distributions.Gamma;
import org.ppl4j.distributions.Normal;
import org.ppl4j.distributions.Uniform;
import org.ppl4j.flows.Flows;
import org.ppl4j.handlers.Mask;
import org.ppl4j.infer.Predictive;
import org.ppl4j.infer.PredictiveScorer;
import org.ppl4j.infer.Progress;
import org.ppl4j.infer.Samples;
import org.ppl4j.infer.Summary;
import org.ppl4j.infer.density.ConditionalDensity;
import org.ppl4j.infer.density.ConditionalDensityEstimator;
import org.ppl4j.infer.density.ConditionalScorer;
import org.ppl4j.infer.density.Density;
import org.ppl4j.infer.density.DensityEstimator;
import org.ppl4j.infer.density.Scorer;
import org.ppl4j.infer.density.Training;
import org.ppl4j.infer.mcmc.ChainEnds;
import org.ppl4j.infer.mcmc.McmcRun;
import org.ppl4j.infer.mcmc.Nuts;
import org.ppl4j.infer.sbi.NeuralPosterior;
import org.ppl4j.infer.sbi.Npe;
import org.ppl4j.infer.sbi.PosteriorScorer;
import org.ppl4j.infer.sbi.Simulations;
import org.ppl4j.infer.sbi.Simulator;
import org.ppl4j.params.ParamStore;
import org.ppl4j.tensor.Rng;
import org.ppl4j.tensor.Run;
import org.ppl4j.tensor.RunConfig;
import org.ppl4j.tensor.file.TensorFile;
import org.ppl4j.testing.AcceptancePoint;

/**
 * Files of all kinds, whole by their checksum, in which something was taken out or put in another's
 * place: they are refused in words that name the file, or hold what a file may hold. Nothing else
 * is thrown.
 */
@Tag("acceptance")
@Tag("spread.1")
class ForgedFilesAcceptanceTest {

  private static final AcceptancePoint POINT = new AcceptancePoint("spread.1");

  private static final Training QUICK =
      Training.standard().steps(20).batch(64).progress(Progress.silent());

  private static final int ROWS = 200;

  @TempDir private Path folder;

  /** A file, and what loads it. */
  private record Kind(String name, Path file, Consumer<Path> load) {}

  private static final Program<NDArray> MODEL =
      (p, y) -> {
        NDArray mu = p.sample("mu", Normal.of(0, 3));
        try (Plate rows = p.plate("rows", y.size(0))) {
          p.observe("y", Normal.of(mu, 1), y);
        }
      };

  private List<Kind> kinds(NDManager manager) {
    List<Kind> kinds = new ArrayList<>();
    Random random = new Random(4);
    double[] numbers = random.doubles(2 * ROWS).toArray();
    NDArray rows = manager.create(numbers, new Shape(ROWS, 2));
    try (Density density = DensityEstimator.of(Flows::density).training(QUICK).fit(rows)) {
      Path file = folder.resolve("density");
      density.save(file);
      kinds.add(new Kind("density", file, path -> read(manager, path)));
      file = folder.resolve("scorer");
      density.scorer().save(file);
      kinds.add(new Kind("scorer", file, path -> discard(Scorer.load(path))));
    }
    try (ConditionalDensity density =
        ConditionalDensityEstimator.of(Flows::conditional)
            .training(QUICK)
            .fit(rows.get(":, 1:2"), rows.get(":, 0:1"))) {
      Path file = folder.resolve("conditional");
      density.scorer().save(file);
      kinds.add(
          new Kind("conditional scorer", file, path -> discard(ConditionalScorer.load(path))));
    }
    Simulator two = (theta, rng) -> new double[] {theta[0] + rng.nextNormal()};
    Npe npe = Npe.of(Uniform.of(-3, 3), two, Flows::posterior).training(QUICK);
    Simulations simulations = npe.simulate(ROWS);
    Path of = folder.resolve("simulations");
    simulations.save(of);
    kinds.add(new Kind("simulations", of, path -> discard(Simulations.load(path))));
    try (NeuralPosterior posterior = npe.fit(simulations)) {
      Path file = folder.resolve("posterior");
      posterior.scorer().save(file);
      kinds.add(new Kind("posterior scorer", file, path -> discard(PosteriorScorer.load(path))));
    }
    NDArray y = manager.create(new double[] {0.3, 0.7});
    try (McmcRun<NDArray> run =
        Nuts.of(MODEL).warmup(50).draws(25).progress(Progress.silent()).run(y)) {
      Path file = folder.resolve("samples");
      run.samples().save(file);
      kinds.add(new Kind("samples", file, ForgedFilesAcceptanceTest::readSamples));
      file = folder.resolve("summary");
      run.samples().summary().save(file);
      kinds.add(new Kind("summary", file, path -> discard(Summary.load(path))));
      file = folder.resolve("settings");
      TensorFile.builder().put("settings", RunConfig.defaults().text()).write(file);
      kinds.add(new Kind("settings", file, ForgedFilesAcceptanceTest::readSettings));
      file = folder.resolve("ends");
      run.ends().save(file);
      kinds.add(new Kind("ends of chains", file, path -> discard(ChainEnds.load(path))));
      file = folder.resolve("predictive");
      Predictive.of(MODEL, run).scorer(y, run.samples()).save(file);
      kinds.add(new Kind("predictive scorer", file, path -> discard(PredictiveScorer.load(path))));
    }
    try (ParamStore params = new ParamStore();
        Run run = Run.open(RunConfig.defaults(), 0)) {
      Program<NDArray> program =
          (p, data) -> {
            NDArray rate = p.param("rate", () -> p.scalar(0.01), Constraint.POSITIVE);
            try (Plate batch = p.plate("batch", data.size(0), 1)) {
              p.sample("waits", Gamma.of(0.001, rate)); // nearer to 0 than a number can tell
            }
          };
      Trace trace =
          Execution.record(
              run, params, Rng.Purpose.MODEL, program, y, new Mask(run.bind(y.get("1:2")).gt(0.5)));
      Path file = folder.resolve("trace");
      SavedTrace.of(run, trace).save(file);
      kinds.add(new Kind("trace", file, path -> discard(SavedTrace.load(path))));
      file = folder.resolve("parameters");
      params.save(file);
      kinds.add(new Kind("parameters", file, ForgedFilesAcceptanceTest::readParameters));
    }
    return kinds;
  }

  private static void read(NDManager manager, Path path) {
    try (Density density = Density.load(manager, path, Flows::density)) {
      discard(density);
    }
  }

  private static void readSamples(Path path) {
    try (Samples samples = Samples.load(path)) {
      discard(samples);
    }
  }

  private static void readParameters(Path path) {
    try (ParamStore params = ParamStore.open(path)) {
      discard(params);
    }
  }

  private static void readSettings(Path path) {
    try {
      discard(RunConfig.of(String.valueOf(TensorFile.read(path).text("settings"))));
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(path + ": " + e.getMessage(), e);
    }
  }

  private static void discard(Object loaded) {
    if (loaded.toString().isEmpty()) {
      throw new IllegalStateException("what was loaded has no name");
    }
  }

  private static final ImmutableMap<String, UnaryOperator<String>> TEXTS =
      ImmutableMap.of(
          "empty", text -> "",
          "another", text -> "forged",
          "longer", text -> text + " 1",
          "negative", text -> text.replaceAll("[0-9]+", "-1"),
          "large", text -> text.replaceAll("[0-9]+", "2147483648"));

  private static final ImmutableMap<String, UnaryOperator<double[]>> NUMBERS =
      ImmutableMap.of(
          "none", values -> new double[0],
          "one fewer", values -> Arrays.copyOf(values, Math.max(0, values.length - 1)),
          "one more", values -> Arrays.copyOf(values, values.length + 1),
          "NaN", values -> Arrays.stream(values).map(x -> Double.NaN).toArray());

  @Test
  void forgedFilesAreRefused() throws IOException {
    try (NDManager manager = NDManager.newBaseManager()) {
      int refused = 0;
      int read = 0;
      Map<String, String> wrong = new LinkedHashMap<>();
      for (Kind kind : kinds(manager)) {
        kind.load().accept(kind.file());
        for (Map.Entry<String, TensorFile> forged : forged(kind.file()).entrySet()) {
          Path path = folder.resolve("forged");
          write(forged.getValue(), path);
          try {
            kind.load().accept(path);
            read++;
          } catch (IllegalArgumentException | UncheckedIOException e) {
            refused++;
            if (!String.valueOf(e.getMessage()).contains("forged")) {
              wrong.put(kind.name() + ", " + forged.getKey(), "names no file: " + e);
            }
          } catch (RuntimeException e) {
            wrong.put(kind.name() + ", " + forged.getKey(), e.toString());
          }
          Files.delete(path);
        }
      }
      wrong.forEach((what, how) -> System.out.println(what + ": " + how));
      POINT.shown("forged files that hold what a file may hold", read);
      POINT.atLeast("forged files that are refused", refused, 200);
      POINT.atMost("forged files that end otherwise", wrong.size(), 0);
    }
  }

  private static void write(TensorFile file, Path path) {
    TensorFile.builder().put("", file).write(path);
  }

  /** By what was done. */
  private static Map<String, TensorFile> forged(Path path) {
    TensorFile file = TensorFile.read(path);
    Map<String, TensorFile> all = new LinkedHashMap<>();
    for (Map.Entry<String, String> text : file.texts().entrySet()) {
      String name = text.getKey();
      all.put(name + " left out", without(file, name).build("forged"));
      TEXTS.forEach(
          (how, change) -> {
            String other = change.apply(text.getValue());
            if (!other.equals(text.getValue())) {
              all.put(name + " " + how, without(file, name).put(name, other).build("forged"));
            }
          });
    }
    file.entries()
        .forEach(
            (name, entry) -> {
              all.put(name + " left out", without(file, name).build("forged"));
              NUMBERS.forEach(
                  (how, change) -> {
                    double[] values = change.apply(entry.values().clone());
                    Shape shape = new Shape(values.length);
                    Shape own = values.length == entry.shape().size() ? entry.shape() : shape;
                    all.put(
                        name + " " + how,
                        without(file, name).put(name, entry.type(), own, values).build("forged"));
                  });
            });
    return all;
  }

  private static TensorFile.Builder without(TensorFile file, String name) {
    TensorFile.Builder rest = TensorFile.builder();
    file.texts()
        .forEach(
            (other, text) -> {
              if (!other.equals(name)) {
                TensorFile.Builder unused = rest.put(other, text);
              }
            });
    file.entries()
        .forEach(
            (other, entry) -> {
              if (!other.equals(name)) {
                TensorFile.Builder unused =
                    rest.put(other, entry.type(), entry.shape(), entry.values());
              }
            });
    return rest;
  }
}
