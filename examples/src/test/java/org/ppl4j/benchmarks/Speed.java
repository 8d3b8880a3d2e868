package org.ppl4j.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.DoubleSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.ppl4j.tensor.FloatType;
import org.ppl4j.testing.AcceptancePoint;

/** Times of a step, and their ratios to what runs in the same minute, for an acceptance point. */
record Speed(AcceptancePoint point) {

  Speed(String name) {
    this(new AcceptancePoint(name));
  }

  private static final Pattern MEDIAN = Pattern.compile("\"median_us_per_step\": ([0-9.]+)");

  /** Whether Pyro's program was named by {@code -Dacceptance.pyro}; says so if not. */
  boolean hasPyro() {
    boolean has = !System.getProperty("acceptance.pyro", "").isEmpty();
    if (!has) {
      System.out.println(
          point.name() + " pyro is not measured: name its program by -Dacceptance.pyro");
    }
    return has;
  }

  /** Of both our float types against Pyro with its default settings, which are float32. */
  void againstPyro(String name, double least, String... options) throws Exception {
    for (FloatType floatType : FloatType.values()) {
      againstPyro(name, floatType, 12_000, name, least, options);
    }
  }

  /**
   * Of a flow in float32 against one of Pyro's, which may have another name.
   *
   * @param warmUp as many steps as the compiler takes to be done
   */
  void flowAgainstPyro(String name, int warmUp, String peer, double least) throws Exception {
    againstPyro(name, FloatType.FLOAT32, warmUp, peer, least);
  }

  private void againstPyro(
      String name, FloatType floatType, int warmUp, String peer, double least, String... options)
      throws Exception {
    try (Fit fit = PeerCases.fit(name, floatType)) {
      assertThat(median(fit::step, warmUp)).isPositive();
      List<Double> ours = new ArrayList<>();
      List<Double> theirs = new ArrayList<>();
      List<Double> ratios = new ArrayList<>();
      // In turn, so that both see the same machine.
      for (int round = 0; round < 3; round++) {
        ours.add(median(fit::step, warmUp / 6));
        theirs.add(pyro(peer, options));
        ratios.add(theirs.get(round) / ours.get(round));
      }
      String what = (peer + " " + floatType + " " + String.join(" ", options)).strip();
      point.shown(what + ", microseconds", middle(ours));
      point.shown("Pyro's " + what + ", microseconds", middle(theirs));
      point.atLeast("Pyro / " + what, middle(ratios), least);
    }
  }

  /** Microseconds of a step of Pyro's. */
  static double pyro(String name, String... options) throws Exception {
    List<String> words =
        new ArrayList<>(List.of(System.getProperty("acceptance.pyro", "").split(" ")));
    words.add(name);
    words.addAll(Arrays.asList(options));
    Process process =
        new ProcessBuilder(words).redirectError(ProcessBuilder.Redirect.DISCARD).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    Matcher matcher = MEDIAN.matcher(output);
    assertThat(matcher.find()).as(output).isTrue();
    return Double.parseDouble(matcher.group(1));
  }

  /** Microseconds of a step. */
  static double median(DoubleSupplier step, int steps) {
    double[] times = new double[steps];
    for (int i = 0; i < steps; i++) {
      long start = System.nanoTime();
      double loss = step.getAsDouble();
      times[i] = (System.nanoTime() - start) / 1e3;
      assertThat(loss).isFinite();
    }
    Arrays.sort(times);
    return times[steps / 2];
  }

  /** The median. */
  static double middle(List<Double> values) {
    return values.stream().sorted().skip(values.size() / 2).findFirst().orElseThrow();
  }
}
