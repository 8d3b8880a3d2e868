package org.ppl4j.infer.diagnostics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.google.common.base.Splitter;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.hipparchus.special.Erf;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.ppl4j.infer.internal.GeneralizedPareto;
import org.ppl4j.testing.References;

/** Against R's package loo 2.8.0, and against laws known in closed form. */
class SmoothedWeightsTest {

  private static final double TOLERANCE = 1e-8; // the reference's own

  static final JsonObject REFERENCE = References.read("diagnostics/psis.json");

  private static final JsonObject SPREADS = References.read("diagnostics/khat.json");

  @ParameterizedTest
  @CsvSource({
    "pareto_05, 1000",
    "pareto_09, 1000",
    "lognormal_3, 1000",
    "lognormal_3, 100",
  })
  void agreesWithLoo(String column, int count) {
    String name = count == 1000 ? column : column + "_first_100";
    JsonObject expected = REFERENCE.getAsJsonObject("psis").getAsJsonObject(name);

    SmoothedWeights weights =
        SmoothedWeights.of(Arrays.copyOf(column("psis_log_weights.csv", column), count));

    assertThat(weights.size()).isEqualTo(count);
    assertThat(weights.tailSize()).isEqualTo(expected.get("tail_len").getAsInt());
    close(weights.khat(), expected.get("k").getAsDouble());
    close(weights.effectiveSize(), expected.get("n_eff").getAsDouble());
    double[] logs = References.numbers(expected.get("log_weights_normalised"));
    for (int i = 0; i < count; i++) {
      close(weights.logWeights()[i], logs[i]);
      close(weights.weights()[i], Math.exp(logs[i]));
    }
  }

  @Test
  void agreesWithLeavingSchoolsOut() {
    List<JsonElement> expected = REFERENCE.getAsJsonArray("pareto_k").asList();
    for (int j = 0; j < 8; j++) {
      double[] likelihoods = column("eight_schools_loglik.csv", "y[" + (j + 1) + "]");

      SmoothedWeights weights =
          SmoothedWeights.of(Arrays.stream(likelihoods).map(l -> -l).toArray());

      close(weights.khat(), expected.get(j).getAsDouble());
    }
  }

  static Stream<Named<JsonObject>> casesOfEverySpread() {
    return References.objects(SPREADS.get("cases")).stream()
        .map(c -> Named.of(c.get("id").getAsString(), c));
  }

  @ParameterizedTest
  @MethodSource("casesOfEverySpread")
  void agreesWithArvizOnEverySpread(JsonObject expected) {
    SmoothedWeights weights = SmoothedWeights.of(References.numbers(expected.get("log_weights")));

    double khat = References.number(expected.get("khat"));
    if (expected
        .get("id")
        .getAsString()
        .equals("two-values")) { // bounded, which ArviZ does not see
      assertThat(khat).isEqualTo(Double.POSITIVE_INFINITY);
      khat = Double.NEGATIVE_INFINITY;
    }
    assertThat(weights.khat()).isCloseTo(khat, within(TOLERANCE * Math.max(1, Math.abs(khat))));
    assertThat(Khat.of(weights).isWarning()).isEqualTo(khat > 0.7);
    if (khat < 1) {
      close(weights.effectiveSize(), References.number(expected.get("effective_size")));
      close(
          Arrays.stream(weights.weights()).max().orElseThrow(),
          References.number(expected.get("largest_weight")));
    }
  }

  /**
   * Normal log weights of standard deviation s: from 3 on nobody would trust them. Weights that are
   * nearly one are told from those that are all equal.
   */
  @ParameterizedTest
  @ValueSource(ints = {100, 1000, 10_000})
  void warnsOfEveryWideSpread(int count) {
    int judged = 0;
    for (long seed = 0; seed < 20; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      double[] normals = random.doubles(count).map(u -> quantile(u)).toArray();
      for (double spread = 1e-6; spread <= 1e6; spread *= 10) {
        double scale = spread;
        SmoothedWeights weights =
            SmoothedWeights.of(Arrays.stream(normals).map(z -> scale * z).toArray());
        Khat khat = Khat.of(weights);

        assertThat(khat.value()).as("%s, seed %s", spread, seed).isNotNaN();
        if (spread >= 10) {
          assertThat(khat.isWarning()).as("%s, seed %s", spread, seed).isTrue();
          judged++;
        } else if (spread <= 0.1) {
          assertThat(khat.isWarning()).as("%s, seed %s", spread, seed).isFalse();
          judged++;
        }
        assertThat(Arrays.stream(weights.weights()).sum()).isCloseTo(1, within(1e-12));
      }
    }
    assertThat(judged).isEqualTo(20 * 12);
  }

  private static double quantile(double u) {
    return Math.sqrt(2) * Erf.erfInv(2 * u - 1);
  }

  @Test
  void fewerThanFiveDistinctWeightsAreNoTail() {
    double[] ladder = new double[1000];
    Arrays.setAll(ladder, i -> -1000.0 * i);
    double[] ties = new double[1000];
    Arrays.setAll(ties, i -> i % 20 == 0 ? i % 80 : -1 - 1e-3 * i);

    assertThat(SmoothedWeights.of(ladder).khat()).isEqualTo(Double.POSITIVE_INFINITY);
    assertThat(SmoothedWeights.of(ladder).effectiveSize()).isCloseTo(1, within(1e-12));
    assertThat(SmoothedWeights.of(ties).khat()).isFinite();
    Arrays.setAll(ties, i -> i < 76 ? i % 4 : -1);
    assertThat(SmoothedWeights.of(ties).khat()).isEqualTo(Double.POSITIVE_INFINITY);
  }

  /** Separate modes, each right but for its weight, have as many weights as modes. */
  @Test
  void aLargestWeightOfManyDrawsIsNoTail() {
    double[] ties = new double[1000];
    Arrays.setAll(ties, i -> i < 80 ? i % 4 : -1);
    assertThat(SmoothedWeights.of(ties).khat()).isEqualTo(Double.NEGATIVE_INFINITY);
    assertThat(SmoothedWeights.of(ties).weights()[3] / SmoothedWeights.of(ties).weights()[999])
        .isCloseTo(Math.exp(4), within(1e-9));
    Arrays.setAll(ties, i -> i % 2 == 0 ? 0 : -1e-8);
    assertThat(SmoothedWeights.of(ties).khat()).isEqualTo(Double.NEGATIVE_INFINITY);
    assertThat(SmoothedWeights.of(1e-7, ties).khat()).isEqualTo(Double.NEGATIVE_INFINITY);
  }

  private static void close(double found, double expected) {
    assertThat(found).isCloseTo(expected, within(TOLERANCE * Math.max(1, Math.abs(expected))));
  }

  static double[] column(String file, String name) {
    String path = "/org/ppl4j/reference/diagnostics/" + file;
    try (BufferedReader in =
        new BufferedReader(
            new InputStreamReader(
                SmoothedWeightsTest.class.getResourceAsStream(path), StandardCharsets.UTF_8))) {
      List<List<String>> rows = in.lines().map(Splitter.on(',')::splitToList).toList();
      int at = rows.get(0).indexOf(name);
      return rows.stream().skip(1).mapToDouble(row -> Double.parseDouble(row.get(at))).toArray();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The fit of a known tail; its prior weighs as ten observations of 0.5. */
  @ParameterizedTest
  @ValueSource(doubles = {-0.4, 0, 0.3, 0.7, 1.2})
  void findsTheShapeOfItsOwnQuantiles(double shape) {
    GeneralizedPareto exact = new GeneralizedPareto(shape, 3);
    int n = 20_000;
    double[] x = new double[n];
    Arrays.setAll(x, i -> exact.quantile((i + 0.5) / n));

    GeneralizedPareto fit = GeneralizedPareto.fit(x);

    assertThat(fit.shape()).isCloseTo(shape, within(0.01));
    assertThat(fit.scale()).isCloseTo(3, within(0.05));
  }

  @Test
  void quantilesInvertTheTail() {
    for (double shape : new double[] {-0.5, 0, 1e-12, 0.5, 2}) {
      GeneralizedPareto law = new GeneralizedPareto(shape, 2);
      for (double p : new double[] {0, 1e-9, 0.3, 0.999}) {
        double x = law.quantile(p);
        double tail = shape == 0 ? Math.exp(-x / 2) : Math.exp(-Math.log1p(shape * x / 2) / shape);
        assertThat(1 - tail).isCloseTo(p, within(1e-12));
      }
    }
  }

  @Test
  void meanOfTheWeightsIsKept() {
    SplittableRandom random = new SplittableRandom(4);
    double[] logs = random.doubles(5000).map(u -> -0.2 * Math.log(u) + 700).toArray();
    double plain =
        700 + Math.log(Arrays.stream(logs).map(l -> Math.exp(l - 700)).average().orElseThrow());

    SmoothedWeights weights = SmoothedWeights.of(logs);

    assertThat(weights.logMean()).isCloseTo(plain, within(0.005));
    assertThat(Arrays.stream(weights.weights()).sum()).isCloseTo(1, within(1e-12));
  }

  @Test
  void equalWeightsHaveNoTail() {
    double[] logs = new double[1000];
    Arrays.setAll(logs, i -> -5 + 1e-10 * (i % 7));

    SmoothedWeights weights = SmoothedWeights.of(logs);

    assertThat(weights.khat()).isEqualTo(Double.NEGATIVE_INFINITY);
    assertThat(weights.effectiveSize()).isCloseTo(1000, within(1e-6));
    assertThat(weights.logMean()).isCloseTo(-5 + 3e-10, within(1e-12));
    assertThat(Khat.of(weights).isWarning()).isFalse();
  }

  @Test
  void weightsOfZeroStayZero() {
    double[] logs = new double[1000];
    Arrays.setAll(logs, i -> i % 10 == 0 ? -0.4 * Math.log((i + 0.5) / 1000) : -1.0 / 0);

    SmoothedWeights weights = SmoothedWeights.of(logs);

    assertThat(weights.tailSize()).isEqualTo(95);
    assertThat(weights.khat()).isFinite();
    assertThat(weights.weights()[1]).isZero();
  }

  @Test
  void weightsOfZeroCountAsDraws() {
    double[] logs = new double[1000];
    Arrays.setAll(logs, i -> i < 50 ? -0.4 * Math.log((i + 0.5) / 50) : -1.0 / 0);
    double[] without = Arrays.copyOf(logs, 50);

    SmoothedWeights weights = SmoothedWeights.of(logs);

    assertThat(weights.tailSize()).isEqualTo(50);
    assertThat(SmoothedWeights.of(without).tailSize()).isEqualTo(10);
    assertThat(weights.logMean()).isCloseTo(Math.log(50 / 0.6 / 1000), within(0.2));
    Arrays.setAll(logs, i -> i == 0 ? 0 : -1.0 / 0);
    assertThat(SmoothedWeights.of(logs).khat()).isEqualTo(Double.POSITIVE_INFINITY);
    assertThat(SmoothedWeights.of(logs).effectiveSize()).isEqualTo(1);
  }

  @Test
  void fewWeightsSayNothing() {
    SmoothedWeights weights = SmoothedWeights.of(0, -1, -2);

    assertThat(weights.khat()).isEqualTo(Double.POSITIVE_INFINITY);
    assertThat(Khat.of(weights).isWarning()).isTrue();
    assertThat(weights.logMean())
        .isCloseTo(Math.log((1 + Math.exp(-1) + Math.exp(-2)) / 3), within(1e-12));
  }

  @Test
  void badWeightsAreRefused() {
    assertThatThrownBy(SmoothedWeights::of)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("there are no weights to smooth; draw at least one");
    assertThatThrownBy(() -> SmoothedWeights.of(1, Double.NaN))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "log weight 1 is NaN, but a weight must be finite; look for a density that is not");
    assertThatThrownBy(() -> SmoothedWeights.of(Double.POSITIVE_INFINITY))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("log weight 0 is Infinity");
    assertThatThrownBy(() -> SmoothedWeights.of(Double.NEGATIVE_INFINITY, -1.0 / 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("all 2 weights are 0; no draw lies where the target does");
    assertThatThrownBy(() -> SmoothedWeights.of(1e-12, new double[] {0, 1}))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "smoothed weights have rounding 1.0E-12, but it must be finite and at least 1.0E-9");
  }

  @Test
  void readsWell() {
    assertThat(new Khat(0.346, 1000, "").toString())
        .isEqualTo(
            "k-hat: 0.35 from 1,000 weights; a small one is no proof: it cannot see what the guide"
                + " misses");
    assertThat(new Khat(0.71, 1000, "").toString())
        .isEqualTo(
            "k-hat: 0.71 from 1,000 weights; warning: above 0.7 the guide is far from the"
                + " posterior; take a richer guide, or write the model in other variables"
                + " (Reparam.automatic())");
    assertThat(Khat.unknown("the data come in batches").toString())
        .isEqualTo("k-hat: not known: the data come in batches");
    assertThat(Khat.unknown("no reason").isWarning()).isFalse();
    assertThat(SmoothedWeights.of(0, 0, 0, 0).toString())
        .isEqualTo("SmoothedWeights(4 weights, k-hat -Infinity, effective size 4)");
    assertThat(Khat.of(SmoothedWeights.of(0, 0, 0, 0)).toString())
        .isEqualTo(
            "k-hat: −∞, the largest of 4 weights are equal up to rounding, so that they have no"
                + " tail");
    assertThat(Khat.of(SmoothedWeights.of(0, -1000, -2000)).toString())
        .isEqualTo(
            "k-hat: infinite, fewer than five distinct ones of 3 weights are in their tail;"
                + " warning: above 0.7 the guide is far from the posterior; take a richer guide, or"
                + " write the model in other variables (Reparam.automatic())");
  }
}
