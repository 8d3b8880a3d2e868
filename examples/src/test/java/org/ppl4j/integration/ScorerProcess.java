package org.ppl4j.integration;

import static java.nio.charset.StandardCharsets.UTF_8;

import ai.djl.inference.Predictor;
import ai.djl.translate.TranslateException;
import com.google.common.base.Splitter;
import com.google.common.collect.Maps;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.DoubleStream;
import org.ppl4j.infer.PredictiveScorer;
import org.ppl4j.infer.density.ConditionalScorer;
import org.ppl4j.infer.density.PlainInterval;
import org.ppl4j.infer.density.Scorer;
import org.ppl4j.infer.sbi.PosteriorScorer;

/** What scorers answer, in this JVM or in one whose class path has no engine. */
final class ScorerProcess {

  /** A class without which there is no engine. */
  private static final String ENGINE = "ai.djl.pytorch.engine.PtEngine";

  private ScorerProcess() {}

  /** Log-densities of rows near 0, and draws. */
  static double[] of(Scorer scorer) {
    DoubleStream.Builder all = DoubleStream.builder();
    for (int i = -3; i <= 3; i++) {
      double[] row = new double[scorer.dim()];
      for (int j = 0; j < row.length; j++) {
        row[j] = 0.7 * i + 0.1 * j;
      }
      all.add(scorer.logProb(row));
    }
    Arrays.stream(scorer.sample(3, 5)).flatMapToDouble(Arrays::stream).forEach(all::add);
    add(scorer.interval(0.9), all);
    return all.build().toArray();
  }

  /** Log-densities, quantiles, intervals and draws given a context. */
  static double[] of(ConditionalScorer scorer) {
    DoubleStream.Builder all = DoubleStream.builder();
    double[] x = new double[scorer.contextDim()];
    Arrays.setAll(x, j -> 0.5 - 0.3 * j);
    for (int i = -3; i <= 3; i++) {
      all.add(scorer.logProb(new double[] {0.7 * i}, x));
    }
    for (double p : new double[] {0.01, 0.25, 0.5, 0.9}) {
      all.add(scorer.quantile(p, x));
    }
    add(scorer.interval(0.9, x), all);
    Arrays.stream(scorer.sample(3, 5, x)).flatMapToDouble(Arrays::stream).forEach(all::add);
    return all.add(scorer.distance(x)).build().toArray();
  }

  /** The same by names of the flats of the guide. */
  static double[] ofFlats(ConditionalScorer scorer) {
    DoubleStream.Builder all = DoubleStream.builder();
    for (String district : List.of("Leeds", "York")) {
      Map<String, Object> flat = Map.of("area", 80.0, "rooms", 3, "district", district);
      all.add(scorer.logProb(Map.of("price", 240.0), flat));
      all.add(scorer.quantile(0.3, flat));
      add(scorer.interval(0.9, flat), all);
      add(predicted(scorer, flat), all);
      Arrays.stream(scorer.sample(3, 5, flat)).flatMapToDouble(Arrays::stream).forEach(all::add);
    }
    Map<String, Object> unknown = Map.of("area", Double.NaN, "rooms", 3, "district", "Leeds");
    return all.add(scorer.logProb(Map.of("price", 240.0), unknown)).build().toArray();
  }

  /** The interval again, by DJL's interface. */
  private static PlainInterval predicted(ConditionalScorer scorer, Map<String, Object> flat) {
    try (Predictor<Map<String, ?>, PlainInterval> predictor = scorer.predictor(0.9)) {
      return predictor.predict(flat);
    } catch (TranslateException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Log-densities and draws of a posterior of one parameter given two numbers. */
  static double[] of(PosteriorScorer scorer) {
    double[] observation = {0.3, 5.2};
    DoubleStream.Builder all = DoubleStream.builder();
    for (double theta : new double[] {-2.5, -0.3, 0.1, 0.4, 3.5}) {
      all.add(scorer.logProb(new double[] {theta}, observation));
    }
    Arrays.stream(scorer.sample(5, 2, observation))
        .flatMapToDouble(Arrays::stream)
        .forEach(all::add);
    return all.add(scorer.distance(observation)).build().toArray();
  }

  /** Predictions, and how likely data are, of zeros. */
  static double[] of(PredictiveScorer scorer) {
    Map<String, double[]> zeros = Maps.transformValues(scorer.inputs(), double[]::new);
    return DoubleStream.concat(
            Arrays.stream(scorer.sample(1, zeros)).flatMapToDouble(Arrays::stream),
            DoubleStream.of(scorer.logProb(zeros)))
        .toArray();
  }

  private static void add(PlainInterval interval, DoubleStream.Builder to) {
    interval.low().stream().forEach(to::add);
    interval.high().stream().forEach(to::add);
    to.add(interval.coverage());
  }

  /** The bits of numbers. */
  static String bits(double[] numbers) {
    return Arrays.stream(numbers)
        .mapToObj(number -> Long.toHexString(Double.doubleToRawLongBits(number)))
        .collect(Collectors.joining(" "));
  }

  /** What {@link #main} prints of a file, in a JVM whose class path has no engine. */
  static String withoutEngine(String kind, Path file) throws IOException, InterruptedException {
    String separator = System.getProperty("path.separator");
    String path =
        Splitter.on(separator).splitToList(System.getProperty("java.class.path")).stream()
            .filter(entry -> !entry.contains("pytorch") && !entry.contains("jna"))
            .collect(Collectors.joining(separator));
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-Xmx256m", "-XX:TieredStopAtLevel=1", "-cp", path));
    command.addAll(List.of(ScorerProcess.class.getName(), kind, file.toString()));
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    String output = new String(process.getInputStream().readAllBytes(), UTF_8).trim();
    if (process.waitFor() != 0) {
      throw new IllegalStateException("process ended with status " + process.exitValue());
    }
    return output;
  }

  /** Prints the bits of the answers of a scorer in a file. */
  public static void main(String[] arguments) {
    Path file = Path.of(arguments[1]);
    try {
      throw new IllegalStateException("the engine is there: " + Class.forName(ENGINE));
    } catch (ClassNotFoundException e) {
      double[] answers =
          switch (arguments[0]) {
            case "scorer" -> of(Scorer.load(file));
            case "conditional" -> of(ConditionalScorer.load(file));
            case "posterior" -> of(PosteriorScorer.load(file));
            case "predictive" -> of(PredictiveScorer.load(file));
            case "flats" -> ofFlats(ConditionalScorer.load(file));
            default -> throw new IllegalArgumentException(arguments[0]);
          };
      System.out.println(bits(answers));
    }
  }
}
