package org.ppl4j.benchmarks;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertAll;

import com.google.common.base.Splitter;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalDouble;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.ppl4j.tensor.FloatType;
import org.ppl4j.testing.AcceptancePoint;

/**
 * What is recorded beside loops by hand, the engine, JAX, and an earlier commit, in turn; and in
 * single beside double precision.
 */
@Tag("acceptance")
@Tag("alone")
class CompilerSpeedAcceptanceTest {

  static final String BASELINE = "6342876198246005fcd19c9906c43ba55b9dec7d";
  private static final AcceptancePoint ARRAYS = new AcceptancePoint("compiler.2");
  private static final AcceptancePoint STEPS = new AcceptancePoint("compiler.3");

  /** What a step may take that nothing else is said of, as a share of the baseline's. */
  private static final double AS_BEFORE = 1.05;

  /** What single precision may take, as a share of double precision. */
  private static final double SINGLE = 1.05;

  /**
   * Takes at most 1.3 times the faster of the loop by hand and JAX, which runs where {@code
   * -Dacceptance.jax} names its program.
   *
   * @param peer the name of the case there
   * @param jax what JAX took of the baseline's time where both were measured, in double precision
   * @param jaxInSingle the same in single precision
   * @param most of double precision's time that single may take: less where numbers do not fit a
   *     cache
   */
  @ParameterizedTest
  @Tag("compiler.2")
  @CsvSource({
    "arithmetic, arith, 0.215, 0.186, 0.7",
    "pointwise, pointwise, 0.955, 1.39, 1.05",
    "reduction_0, reduce axis0, 0.392, 0.43, 1.05",
    "reduction_1, reduce axis1, 0.490, 0.20, 1.05",
    "gather, gather, 0.526, 0.48, 1.05",
    "softmax, softmax, 0.349, 0.18, 1.05",
    "logsumexp, logsumexp 1000x100, 0.243, 0.090, 1.05",
    "logistic, logistic, 0.579, 0.98, 1.05",
    "layers, mlp 64, 0.579, 0.43, 1.05"
  })
  void besideLoopsAndJax(String name, String peer, double jax, double jaxInSingle, double most)
      throws IOException, InterruptedException {
    String what = "array:" + name;
    boolean isWritten = HandWrittenArrays.names().contains(name);
    List<String> beside = isWritten ? List.of("hand:" + name) : List.of();
    StepRace race = new StepRace(BASELINE, List.of(what), beside);
    List<Executable> judged = new ArrayList<>();
    for (FloatType type : FloatType.values()) {
      double share = type == FloatType.FLOAT64 ? jax : jaxInSingle;
      OptionalDouble measured = jax(peer, type);
      double[] rival =
          Arrays.stream(race.baseline(what, type))
              .map(time -> measured.orElse(share * time))
              .toArray();
      String rivalName = measured.isPresent() ? "JAX" : "JAX's share";
      ARRAYS.shown(rivalName + " " + name + " " + type, StepRace.median(rival));
      for (String other : beside) {
        double[] times = race.present(other, type);
        ARRAYS.shown(other + " " + type + ", microseconds", StepRace.median(times));
        if (StepRace.median(times) < StepRace.median(rival)) {
          rival = times;
          rivalName = other;
        }
      }
      shownBesideBaseline(ARRAYS, race, what, type);
      double[] ratios = StepRace.ratios(race.present(what, type), rival);
      String judgedAs = what + " " + type + " / " + rivalName;
      judged.add(() -> ARRAYS.atMost(judgedAs, ratios, 1.3));
    }
    judged.add(() -> singleOverDouble(ARRAYS, race, what, most));
    assertAll(judged);
  }

  /** Microseconds of a processor that JAX takes; none where no program is named. */
  private static OptionalDouble jax(String peer, FloatType type)
      throws IOException, InterruptedException {
    String program = System.getProperty("acceptance.jax", "");
    if (program.isEmpty()) {
      return OptionalDouble.empty();
    }
    List<String> command = new ArrayList<>(Splitter.on(' ').splitToList(program));
    command.add(type == FloatType.FLOAT64 ? "64" : "32");
    command.add(peer);
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
    String output = new String(process.getInputStream().readAllBytes(), UTF_8);
    Matcher time = Pattern.compile(" jax f\\d\\d +([0-9.]+) us").matcher(output);
    assertThat(process.waitFor()).as(output).isZero();
    assertThat(time.find()).as(output).isTrue();
    return OptionalDouble.of(Double.parseDouble(time.group(1)));
  }

  /** Takes no longer than the engine does. */
  @ParameterizedTest
  @Tag("compiler.2")
  @ValueSource(strings = "product")
  void besideTheEngine(String name) throws IOException, InterruptedException {
    String what = "array:" + name;
    String engine = "engine:" + name;
    StepRace race = new StepRace(BASELINE, List.of(what), List.of(engine));
    List<Executable> judged = new ArrayList<>();
    for (FloatType type : FloatType.values()) {
      shownBesideBaseline(ARRAYS, race, what, type);
      double[] ratios = StepRace.ratios(race.present(what, type), race.present(engine, type));
      judged.add(() -> ARRAYS.atMost(what + " " + type + " / " + engine, ratios, 1.05));
    }
    judged.add(() -> singleOverDouble(ARRAYS, race, what, SINGLE));
    assertAll(judged);
  }

  /** Takes this share of the baseline's time, in the float types in which it is to be less. */
  @ParameterizedTest
  @Tag("compiler.3")
  @CsvSource({
    "fit:iaf_guide, 1.05, 0.45, 1.05",
    "fit:logreg, 1.05, 0.75, 1.05",
    "fit:million_rows, 0.6, 0.6, 0.7",
    "fit:many_groups, 0.6, 0.6, 1.05",
    "fit:vae, 0.8, 0.8, 1.05",
    "draws:10, 0.6, 0.6, 1.05",
    "draws:50, 0.6, 0.6, 1.05",
    "fit:eight_schools, 0.67, 0.67, 1.05",
    "fit:hier, 0.5, 0.5, 1.05"
  })
  void besideTheBaseline(String what, double share, double single, double most)
      throws IOException, InterruptedException {
    StepRace race = new StepRace(BASELINE, List.of(what), List.of());
    assertAll(
        () -> overBaseline(race, what, FloatType.FLOAT64, share),
        () -> overBaseline(race, what, FloatType.FLOAT32, single),
        () -> singleOverDouble(STEPS, race, what, most));
  }

  /** Those of a line, which share virtual machines, take no longer than before. */
  @ParameterizedTest
  @Tag("compiler.3")
  @ValueSource(
      strings = {
        "fit:coin fit:linreg fit:loop fit:logreg_sub",
        "fit:spline_density fit:cond_spline fit:cond_spline_coupling",
        "fit:spline_ar_density fit:cond_spline_ar fit:network",
        "density:eight_schools density:hier density:logreg",
        "density:states density:lags density:turns density:process_100 density:process_200",
        "array:small_layers array:narrow_logsumexp array:cumulative_sum array:ten_numbers",
        "array:lgamma array:sort array:gaussian_process array:convolution",
        "array:sines array:errors array:fourier array:eigen"
      })
  void others(String names) throws IOException, InterruptedException {
    List<String> all = Splitter.on(' ').splitToList(names);
    StepRace race = new StepRace(BASELINE, all, List.of());
    List<Executable> judged = new ArrayList<>();
    for (String what : all) {
      for (FloatType type : FloatType.values()) {
        judged.add(() -> overBaseline(race, what, type, AS_BEFORE));
      }
      judged.add(() -> singleOverDouble(STEPS, race, what, SINGLE));
    }
    assertAll(judged);
  }

  private static void overBaseline(StepRace race, String what, FloatType type, double most) {
    STEPS.shown(what + " " + type + ", microseconds", StepRace.median(race.present(what, type)));
    double[] ratios = StepRace.ratios(race.present(what, type), race.baseline(what, type));
    STEPS.atMost(what + " " + type + " / baseline", ratios, most);
  }

  private static void shownBesideBaseline(
      AcceptancePoint point, StepRace race, String what, FloatType type) {
    double[] present = race.present(what, type);
    point.shown(what + " " + type + ", microseconds", StepRace.median(present));
    double[] ratios = StepRace.ratios(present, race.baseline(what, type));
    point.shown(what + " " + type + " / baseline", StepRace.median(ratios));
  }

  private static void singleOverDouble(
      AcceptancePoint point, StepRace race, String what, double most) {
    double[] single = race.present(what, FloatType.FLOAT32);
    double[] ratios = StepRace.ratios(single, race.present(what, FloatType.FLOAT64));
    point.atMost(what + " FLOAT32 / FLOAT64", ratios, most);
  }
}
