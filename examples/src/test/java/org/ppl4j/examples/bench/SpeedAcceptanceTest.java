package org.ppl4j.examples.bench;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.types.DataType;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.DoubleSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.ppl4j.tensor.FloatType;

/**
 * Operations and speed of a step, as ratios of what runs in the same minute: the step written by
 * hand and, where {@code -Dacceptance.pyro="python /path/bench.py"} names the peers' program, Pyro
 * in its default and its JIT form.
 */
@Tag("acceptance")
class SpeedAcceptanceTest {

  private static final long MOST_OPERATIONS = 90;
  private static final double MOST_OF_HAND_WRITTEN = 1.3;
  private static final double LEAST_OF_PYRO = 8;
  private static final double LEAST_OF_JIT = 3;
  private static final double LEAST_OF_COIN = 5;
  private static final Pattern MEDIAN = Pattern.compile("\"median_us_per_step\": ([0-9.]+)");

  @Test
  @Tag("floor.7")
  void operationsOfEightSchools() {
    try (Fit fit = PeerModels.fit("eight_schools", FloatType.FLOAT64)) {
      assertThat(fit.step()).isFinite();
      report("eight_schools operations", (double) fit.forwardOperations(), "<=", MOST_OPERATIONS);
    }
  }

  @Test
  @Tag("floor.7")
  void stepAgainstTheStepByHand() {
    for (FloatType floatType : FloatType.values()) {
      try (Fit fit = PeerModels.fit("eight_schools", floatType);
          HandWrittenEightSchools byHand =
              new HandWrittenEightSchools(DataType.valueOf(floatType.name()))) {
        List<Double> ours = new ArrayList<>();
        List<Double> theirs = new ArrayList<>();
        for (int round = 0; round < 60; round++) {
          double a = median(fit::step, 300);
          double b = median(byHand::step, 300);
          // The first rounds run before the compiler is done.
          if (round >= 40) {
            ours.add(a);
            theirs.add(b);
          }
        }
        double ratio = middle(ours) / middle(theirs);
        System.out.printf(
            Locale.ROOT, "%s: %.0f us, by hand %.0f us%n", floatType, middle(ours), middle(theirs));
        report("eight_schools / by hand, " + floatType, ratio, "<=", MOST_OF_HAND_WRITTEN);
      }
    }
  }

  @Test
  @Tag("floor.7")
  void stepAgainstPyro() throws Exception {
    String command = System.getProperty("acceptance.pyro", "");
    if (command.isEmpty()) {
      System.out.println("floor.7 pyro is not measured: name its program by -Dacceptance.pyro");
      return;
    }
    for (FloatType floatType : FloatType.values()) {
      compare(command, "eight_schools", floatType, LEAST_OF_PYRO);
      compare(command, "eight_schools", floatType, LEAST_OF_JIT, "--jit");
      compare(command, "coin", floatType, LEAST_OF_COIN);
      compare(command, "coin_plate", floatType, LEAST_OF_COIN);
    }
    System.out.printf(
        Locale.ROOT,
        "for the record, Pyro's eight_schools in float64: %.0f us%n",
        pyro(command, "eight_schools", "--dtype", "float64"));
  }

  /** Of both our float types against Pyro with its default settings, which are float32. */
  private static void compare(
      String command, String name, FloatType floatType, double least, String... options)
      throws Exception {
    try (Fit fit = PeerModels.fit(name, floatType)) {
      // As many steps as the compiler takes to be done.
      assertThat(median(fit::step, 12_000)).isPositive();
      List<Double> ours = new ArrayList<>();
      List<Double> theirs = new ArrayList<>();
      List<Double> ratios = new ArrayList<>();
      // In turn, so that both see the same machine.
      for (int round = 0; round < 3; round++) {
        ours.add(median(fit::step, 2000));
        theirs.add(pyro(command, name, options));
        ratios.add(theirs.get(round) / ours.get(round));
      }
      String what = name + " " + floatType + " " + String.join(" ", options);
      System.out.printf(
          Locale.ROOT, "%s: %.0f us, Pyro %.0f us%n", what, middle(ours), middle(theirs));
      report("Pyro / " + what, middle(ratios), ">=", least);
    }
  }

  private static double pyro(String command, String name, String... options) throws Exception {
    List<String> words = new ArrayList<>(List.of(command.split(" ")));
    words.add(name);
    words.addAll(Arrays.asList(options));
    Process process =
        new ProcessBuilder(words).redirectError(ProcessBuilder.Redirect.DISCARD).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    Matcher matcher = MEDIAN.matcher(output);
    assertThat(matcher.find()).as(output).isTrue();
    return Double.parseDouble(matcher.group(1));
  }

  private static void report(String what, double figure, String relation, double bound) {
    boolean pass = relation.equals("<=") ? figure <= bound : figure >= bound;
    System.out.printf(
        Locale.ROOT,
        "floor.7 %.2f %s %.2f %s (%s)%n",
        figure,
        relation,
        bound,
        pass ? "pass" : "FAIL",
        what);
    assertThat(pass).as("%s: %s %s %s", what, figure, relation, bound).isTrue();
  }

  /** Microseconds of a step. */
  private static double median(DoubleSupplier step, int steps) {
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

  private static double middle(List<Double> values) {
    return values.stream().sorted().skip(values.size() / 2).findFirst().orElseThrow();
  }
}
