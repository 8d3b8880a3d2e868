package org.ppl4j.infer.diagnostics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.google.gson.JsonObject;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.ppl4j.testing.References;

/** Leaving one out and WAIC, against R's package loo 2.8.0 and closed forms. */
class LooTest {

  private static final double TOLERANCE = 1e-8; // the reference's own

  static final JsonObject REFERENCE = References.read("diagnostics/loo.json");

  static Map<String, double[]> schools() {
    Map<String, double[]> observations = new LinkedHashMap<>();
    for (int j = 1; j <= 8; j++) {
      String name = "y[" + j + "]";
      observations.put(name, SmoothedWeightsTest.column("eight_schools_loglik.csv", name));
    }
    return observations;
  }

  /** The figures of each observation and of their sum beside those of the reference. */
  static List<double[]> pairs(Loo loo, String name) {
    JsonObject expected = REFERENCE.getAsJsonObject("loo").getAsJsonObject(name);
    JsonObject pointwise = expected.getAsJsonObject("pointwise");
    List<double[]> pairs = new ArrayList<>();
    add(pairs, loo, pointwise, "elpd_loo", Loo.Observation::elpd);
    add(pairs, loo, pointwise, "p_loo", Loo.Observation::parameters);
    add(pairs, loo, pointwise, "mcse_elpd_loo", Loo.Observation::standardError);
    add(pairs, loo, expected, "pareto_k", Loo.Observation::khat);
    add(pairs, loo, expected, "n_eff", Loo.Observation::effectiveSize);
    JsonObject estimates = expected.getAsJsonObject("estimates");
    add(pairs, loo.elpd(), estimates.getAsJsonObject("elpd_loo"));
    add(pairs, loo.parameters(), estimates.getAsJsonObject("p_loo"));
    add(pairs, loo.looic(), estimates.getAsJsonObject("looic"));
    return pairs;
  }

  private static void add(
      List<double[]> pairs,
      Loo loo,
      JsonObject of,
      String name,
      ToDoubleFunction<Loo.Observation> figure) {
    double[] expected = References.numbers(of.get(name));
    for (int i = 0; i < 8; i++) {
      pairs.add(new double[] {figure.applyAsDouble(loo.pointwise().get(i)), expected[i]});
    }
  }

  private static void add(List<double[]> pairs, Estimate estimate, JsonObject expected) {
    pairs.add(new double[] {estimate.value(), expected.get("Estimate").getAsDouble()});
    pairs.add(new double[] {estimate.standardError(), expected.get("SE").getAsDouble()});
  }

  static List<double[]> pairs(Waic waic) {
    JsonObject expected = REFERENCE.getAsJsonObject("waic");
    JsonObject estimates = expected.getAsJsonObject("estimates");
    List<double[]> pairs = new ArrayList<>();
    add(pairs, waic.elpd(), estimates.getAsJsonObject("elpd_waic"));
    add(pairs, waic.parameters(), estimates.getAsJsonObject("p_waic"));
    add(pairs, waic.waic(), estimates.getAsJsonObject("waic"));
    JsonObject pointwise = expected.getAsJsonObject("pointwise");
    double[] elpd = References.numbers(pointwise.get("elpd_waic"));
    double[] parameters = References.numbers(pointwise.get("p_waic"));
    for (int i = 0; i < 8; i++) {
      pairs.add(new double[] {waic.pointwise().get(i).elpd(), elpd[i]});
      pairs.add(new double[] {waic.pointwise().get(i).parameters(), parameters[i]});
    }
    return pairs;
  }

  private static void judge(List<double[]> pairs, int count) {
    for (double[] pair : pairs) {
      assertThat(pair[0]).isCloseTo(pair[1], within(TOLERANCE * Math.abs(pair[1])));
    }
    assertThat(pairs).hasSize(count);
  }

  @Test
  void independentDrawsAgreeWithR() {
    judge(pairs(Loo.of(LogLikelihoods.of(schools())), "r_eff_1"), 46);
  }

  @Test
  void chainsAgreeWithR() {
    judge(pairs(Loo.of(LogLikelihoods.ofChains(schools(), 4)), "r_eff_from_chains"), 46);
  }

  @Test
  void waicAgreesWithR() {
    judge(pairs(Waic.of(LogLikelihoods.of(schools()))), 22);
  }

  // --- normal data of known variance 1 with a flat prior: all is known in closed form

  private static final double[] Y = {0.3, -1.2, 0.8, 2.1, -0.4, 0.9, -0.7, 1.5, 0.1, -0.2};

  /** log p(y_i | all others): their mean is normal with variance 1 / (n − 1). */
  private static double leftOut(int i) {
    double mean = (Arrays.stream(Y).sum() - Y[i]) / (Y.length - 1);
    double variance = 1 + 1.0 / (Y.length - 1);
    return -0.5 * Math.pow(Y[i] - mean, 2) / variance - 0.5 * Math.log(2 * Math.PI * variance);
  }

  private static Map<String, double[]> likelihoods(double[] means) {
    Map<String, double[]> all = new LinkedHashMap<>();
    for (int i = 0; i < Y.length; i++) {
      double y = Y[i];
      all.put(
          "y[" + (i + 1) + "]",
          Arrays.stream(means)
              .map(m -> -0.5 * (y - m) * (y - m) - 0.5 * Math.log(2 * Math.PI))
              .toArray());
    }
    return all;
  }

  private static double[] normals(int count, double mean, double sd, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    return IntStream.range(0, count).mapToDouble(s -> mean + sd * random.nextGaussian()).toArray();
  }

  private static double mean() {
    return Arrays.stream(Y).sum() / Y.length;
  }

  /** Of draws of another normal distribution, with the weights that make them the posterior's. */
  private static LogLikelihoods weighted(int count) {
    double[] means = normals(count, 0, 0.6, 5);
    double precision = Y.length;
    double[] logWeights =
        Arrays.stream(means)
            .map(m -> -0.5 * precision * Math.pow(m - mean(), 2) + 0.5 * m * m / 0.36)
            .toArray();
    return LogLikelihoods.weighted(likelihoods(means), logWeights);
  }

  @Test
  void figuresAreThoseOfTheClosedForm() {
    double sd = 1 / Math.sqrt(Y.length);
    LogLikelihoods plain = LogLikelihoods.of(likelihoods(normals(20_000, mean(), sd, 1)));
    int judged = 0;
    for (LogLikelihoods likelihoods : List.of(plain, weighted(20_000))) {
      Loo loo = Loo.of(likelihoods);
      for (int i = 0; i < Y.length; i++) {
        Loo.Observation observation = loo.pointwise().get(i);
        assertThat(observation.elpd())
            .isCloseTo(leftOut(i), within(4 * observation.standardError() + 1e-4));
        assertThat(observation.standardError()).isLessThan(0.02);
        judged++;
      }
      assertThat(loo.warning()).isEmpty();
      // WAIC is another estimate of the same, with an error of order 1 / n².
      assertThat(Waic.of(likelihoods).elpd().value()).isCloseTo(loo.elpd().value(), within(0.1));
    }
    assertThat(judged).isEqualTo(20);
  }

  /** Without the weights the draws are those of another posterior. */
  @Test
  void weightsCount() {
    double without =
        Loo.of(LogLikelihoods.of(likelihoods(normals(20_000, 0, 0.6, 5)))).elpd().value();
    double exact = IntStream.range(0, Y.length).mapToDouble(LooTest::leftOut).sum();

    assertThat(Math.abs(without - exact)).isGreaterThan(0.3);
    assertThat(Loo.of(weighted(20_000)).elpd().value()).isCloseTo(exact, within(0.05));
  }

  /** Equal weights change nothing, and of WAIC a weight of 2 is a draw that is there twice. */
  @Test
  void equalWeightsAreNone() {
    double[] means = normals(500, 0, 0.5, 9);
    LogLikelihoods plain = LogLikelihoods.of(likelihoods(means));
    LogLikelihoods equal = LogLikelihoods.weighted(likelihoods(means), new double[500]);

    assertThat(Loo.of(equal).elpd().value()).isCloseTo(Loo.of(plain).elpd().value(), within(1e-9));
    assertThat(Waic.of(equal).elpd().value())
        .isCloseTo(Waic.of(plain).elpd().value(), within(1e-9));
    double[] twice = new double[500];
    twice[7] = Double.NEGATIVE_INFINITY;
    double[] without =
        IntStream.range(0, 500).filter(s -> s != 7).mapToDouble(s -> means[s]).toArray();
    assertThat(Waic.of(LogLikelihoods.weighted(likelihoods(means), twice)).elpd().value())
        .isCloseTo(Waic.of(LogLikelihoods.of(likelihoods(without))).elpd().value(), within(1e-9));
  }

  @Test
  void observationsThatCannotBeLeftOutAreNamed() {
    Map<String, double[]> all = likelihoods(normals(1000, mean(), 0.3, 2));
    SplittableRandom random = new SplittableRandom(3);
    // The likelihood of an observation with a parameter of its own: its weights have no mean.
    all.put(
        "far",
        IntStream.range(0, 1000).mapToDouble(s -> 1.5 * Math.log(random.nextDouble())).toArray());
    Loo loo = Loo.of(LogLikelihoods.of(all));

    assertThat(loo.threshold()).isCloseTo(1 - 1.0 / 3, within(1e-12));
    assertThat(loo.bad()).hasSize(1);
    assertThat(loo.bad().get(0).name()).isEqualTo("far");
    assertThat(loo.warning().orElseThrow())
        .matches(
            "k-hat of 1 of 11 observations is above 0\\.67 \\(of 1 above 1\\), the largest"
                + " 1\\.\\d\\d of 'far': their figures may be far off, mostly too good; fit without"
                + " them one by one, or look why the model does not expect them");
    assertThat(loo.toString()).contains("warning: k-hat of 1 of 11");
    assertThat(Waic.of(LogLikelihoods.of(all)).warning().orElseThrow())
        .isEqualTo(
            "1 of 11 observations have a variance above 0.4: the estimate may be wrong; take Loo");
  }

  // --- comparison

  @Test
  void modelsAreComparedObservationByObservation() {
    double sd = 1 / Math.sqrt(Y.length);
    Loo good = Loo.of(LogLikelihoods.of(likelihoods(normals(4000, mean(), sd, 1))));
    Loo shifted = Loo.of(LogLikelihoods.of(likelihoods(normals(4000, mean() + 2, sd, 2))));

    LooComparison comparison = Loo.compare(Map.of("shifted", shifted, "good", good));

    assertThat(comparison.rows())
        .extracting(LooComparison.Row::name)
        .containsExactly("good", "shifted");
    assertThat(comparison.rows().get(0).difference()).isEqualTo(new Estimate(0, 0));
    double[] differences =
        IntStream.range(0, Y.length)
            .mapToDouble(i -> shifted.pointwise().get(i).elpd() - good.pointwise().get(i).elpd())
            .toArray();
    double mean = Arrays.stream(differences).average().orElseThrow();
    double variance =
        Arrays.stream(differences).map(d -> (d - mean) * (d - mean)).sum() / (Y.length - 1);
    Estimate difference = comparison.rows().get(1).difference();
    assertThat(difference.value()).isCloseTo(Y.length * mean, within(1e-9));
    assertThat(difference.standardError()).isCloseTo(Math.sqrt(Y.length * variance), within(1e-9));
  }

  @Test
  void tablesReadWell() {
    Loo loo = Loo.of(LogLikelihoods.of(schools()));

    assertThat(loo.toString().lines())
        .containsExactly(
            "LOO by 1,000 draws of 8 observations",
            "             estimate      error",
            "elpd_loo       -30.61       1.43",
            "p_loo            0.77       0.29",
            "looic           61.21       2.87",
            "Monte Carlo standard error of elpd_loo: 0.04");
    assertThat(Waic.of(LogLikelihoods.of(schools())).toString().lines())
        .containsExactly(
            "WAIC by 1,000 draws of 8 observations",
            "             estimate      error",
            "elpd_waic      -30.59       1.43",
            "p_waic           0.76       0.29",
            "waic            61.18       2.87");
    assertThat(Loo.compare(new LinkedHashMap<>(Map.of("one", loo))).toString().lines())
        .containsExactly(
            "      elpd_loo      p_loo difference      error",
            "one     -30.61       0.77       0.00       0.00");
    assertThat(loo.elpd()).hasToString("-30.61 ± 1.43");
    assertThat(LogLikelihoods.ofChains(schools(), 4))
        .hasToString("LogLikelihoods(1000 draws in 4 chains of 8 observations)");
  }

  @Test
  void mistakesAreNamed() {
    Map<String, double[]> two = new LinkedHashMap<>();
    two.put("a", new double[] {1, 2, 3});
    two.put("b", new double[] {1, 2});
    assertThatThrownBy(() -> LogLikelihoods.of(two))
        .hasMessage(
            "log likelihoods have 3 draws of 'a' and 2 of 'b'; pass as many of each, at least one");
    two.put("b", new double[] {1, Double.NEGATIVE_INFINITY, 2});
    assertThatThrownBy(() -> LogLikelihoods.of(two))
        .hasMessage(
            "log likelihood of 'b' is -Infinity at draw 1, but must be finite; look for an"
                + " observation that the model rules out");
    assertThatThrownBy(() -> LogLikelihoods.of(Map.of()))
        .hasMessage("log likelihoods are of no observation; pass at least one");
    Map<String, double[]> one = Map.of("a", new double[] {1, 2, 3});
    assertThatThrownBy(() -> LogLikelihoods.ofChains(one, 2))
        .hasMessage("log likelihoods have 3 draws, which are not as many of each of 2 chains");
    assertThatThrownBy(() -> LogLikelihoods.weighted(one, new double[2]))
        .hasMessage("log likelihoods have 3 draws, but 2 weights; pass one for each");
    assertThatThrownBy(() -> LogLikelihoods.of(one).of("b"))
        .hasMessage("log likelihoods have no observation 'b', only [a]; ask for one");
    Loo other = Loo.of(LogLikelihoods.of(Map.of("b", new double[] {1, 2, 3})));
    Map<String, Loo> models = new LinkedHashMap<>();
    models.put("first", Loo.of(LogLikelihoods.of(one)));
    models.put("second", other);
    assertThatThrownBy(() -> Loo.compare(models))
        .hasMessage(
            "models 'first' and 'second' are of 1 and 1 observations, or of others; compare models"
                + " of the same data");
    assertThatThrownBy(() -> Loo.compare(Map.of()))
        .hasMessage("there are no models to compare; pass at least one");
    assertThatThrownBy(() -> SmoothedWeights.ofDependent(0, new double[3]))
        .hasMessage("smoothed weights have efficiency 0.0, but it must be finite and above 0");
  }
}
