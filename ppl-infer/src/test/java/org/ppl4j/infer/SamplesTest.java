package org.ppl4j.infer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import com.google.common.collect.Maps;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.ppl4j.infer.diagnostics.Chains;
import org.ppl4j.testing.LeakCheck;

/** Draws of chains, with weights, and drawn again. */
@ExtendWith(LeakCheck.class)
class SamplesTest {

  private static double[] numbers(int n) {
    return new SplittableRandom(5).doubles(n).map(u -> Math.log(u / (1 - u))).toArray();
  }

  private static Map<String, NDArray> sites(NDManager manager, double[] x) {
    return Map.of("x", manager.create(x));
  }

  /**
   * The law of weights: equal ones change nothing, and a weight of 2 is a draw that is there twice.
   */
  @Test
  void equalWeightsAreNone() {
    for (int n : new int[] {1, 2, 7, 100}) {
      double[] x = numbers(n);
      double[] weights = new double[n];
      Arrays.fill(weights, 1.0 / n);

      Summary.Row plain = Summary.Row.of(x);
      Summary.Row weighted = Summary.Row.of(x, weights);

      assertThat(weighted.mean()).isCloseTo(plain.mean(), within(1e-14));
      assertThat(weighted.sd()).isCloseTo(plain.sd(), within(1e-13));
      assertThat(weighted.q05()).isCloseTo(plain.q05(), within(1e-12));
      assertThat(weighted.q50()).isCloseTo(plain.q50(), within(1e-12));
      assertThat(weighted.q95()).isCloseTo(plain.q95(), within(1e-12));
    }
  }

  @Test
  void drawsWithoutWeightAreNotThere() {
    Summary.Row row =
        Summary.Row.of(new double[] {3, 1e9, 1, 2}, new double[] {1 / 3.0, 0, 1 / 3.0, 1 / 3.0});

    assertThat(row.mean()).isCloseTo(2, within(1e-14));
    assertThat(row.sd()).isCloseTo(1, within(1e-14));
    assertThat(row.q50()).isCloseTo(2, within(1e-14));
    assertThat(row.q95()).isCloseTo(2.9, within(1e-14));
    Summary.Row one = Summary.Row.of(new double[] {3, 4}, new double[] {0, 1});
    assertThat(one).isEqualTo(new Summary.Row(4, 0, 4, 4, 4));
  }

  @Test
  void nanSpreadsOnlyIfItCounts() {
    double[] draws = {1, Double.NaN, 2};
    assertThat(Summary.Row.of(draws, new double[] {0.5, 0, 0.5}).mean()).isEqualTo(1.5);
    assertThat(Summary.Row.of(draws, new double[] {0.4, 0.2, 0.4}).q50()).isNaN();
  }

  /** Exponential tilting: N(0, 1) by weights exp(x) is N(1, 1). */
  @Test
  void summariesAreByTheWeights() {
    SplittableRandom random = new SplittableRandom(11);
    double[] x = IntStream.range(0, 200_000).mapToDouble(i -> random.nextGaussian()).toArray();
    try (NDManager manager = NDManager.newBaseManager();
        Samples samples = Samples.weighted(manager, sites(manager, x), x, List.of("far out"))) {
      Summary.Row row = samples.summary().get("x");
      // Effective size 73,000: three standard errors of a mean, of a quantile at 5%.
      assertThat(row.mean()).isCloseTo(1, within(0.012));
      assertThat(samples.mean("x")[0]).isCloseTo(row.mean(), within(1e-12));
      assertThat(row.sd()).isCloseTo(1, within(0.01));
      assertThat(row.q50()).isCloseTo(1, within(0.015));
      assertThat(row.q95()).isCloseTo(1 + 1.6449, within(0.03));
      assertThat(samples.summary().toString()).endsWith("warning: far out");

      try (Samples again = samples.resample(50_000, 3)) {
        assertThat(again.logWeights()).isEmpty();
        assertThat(again.warnings()).containsExactly("far out");
        assertThat(again.mean("x")[0]).isCloseTo(row.mean(), within(0.001)); // stratified
        double[] first = Arrays.copyOf(again.values("x"), 25_000);
        assertThat(Arrays.stream(first).average().orElseThrow()).isCloseTo(1, within(0.025));
        try (Samples same = samples.resample(50_000, 3)) {
          assertThat(same.values("x")).isEqualTo(again.values("x"));
        }
      }
    }
  }

  @Test
  void resamplingKeepsRowsAndTypes() {
    try (NDManager manager = NDManager.newBaseManager();
        Samples samples =
            Samples.weighted(
                manager,
                Map.of(
                    "k", manager.create(new long[] {7, 8, 9}),
                    "w", manager.create(new float[] {1, 2, 3, 4, 5, 6}, new Shape(3, 2))),
                new double[] {Double.NEGATIVE_INFINITY, 0, 0},
                List.of());
        Samples again = samples.resample(4, 1)) {
      assertThat(again.get("k").getDataType()).isEqualTo(DataType.INT64);
      assertThat(again.get("w").getDataType()).isEqualTo(DataType.FLOAT32);
      assertThat(again.shape("w")).isEqualTo(new Shape(2));
      assertThat(Arrays.stream(again.values("k")).sorted()).containsExactly(8.0, 8.0, 9.0, 9.0);
      for (int i = 0; i < 4; i++) {
        double k = again.values("k")[i];
        assertThat(again.values("w")[2 * i]).isEqualTo(k == 8 ? 3 : 5);
        assertThat(again.values("w")[2 * i + 1]).isEqualTo(k == 8 ? 4 : 6);
      }
    }
  }

  @Test
  void someCountAlike() {
    double[] x = numbers(8);
    try (NDManager manager = NDManager.newBaseManager();
        Samples ofTwo = Samples.ofChains(manager, sites(manager, x), 2);
        Samples plain = Samples.of(manager, sites(manager, x));
        Samples four = ofTwo.some(4, 1);
        Samples first = plain.some(3, 1)) {
      assertThat(four.values("x")).containsExactly(x[1], x[3], x[5], x[7]);
      assertThat(first.values("x")).containsExactly(x[0], x[1], x[2]);
      assertThatThrownBy(() -> some(ofTwo, 9))
          .hasMessage("posterior is asked for 9 draws, but has 8; ask for as many, or draw more");
    }
    try (NDManager manager = NDManager.newBaseManager();
        Samples weighted =
            Samples.weighted(
                manager,
                Map.of("k", manager.create(new long[] {7, 8})),
                new double[] {Double.NEGATIVE_INFINITY, 0},
                List.of());
        Samples many = weighted.some(5, 1)) {
      assertThat(many.values("k")).containsOnly(8.0);
    }
  }

  private static void some(Samples samples, int draws) {
    try (Samples some = samples.some(draws, 1)) {
      assertThat(some).isNull();
    }
  }

  @Test
  void whatIsSeenInAnotherWayIsClosedWithIt() {
    NDManager manager = NDManager.newBaseManager();
    Samples both =
        Samples.ofChains(
            manager, Map.of("x", manager.create(numbers(4)), "k", manager.arange(4)), 2);
    try (Samples one = both.only(List.of("k"))) {
      assertThat(one.names()).containsExactly("k");
      assertThat(one.chains()).isEqualTo(2);
      assertThat(one.values("k")).containsExactly(0.0, 1.0, 2.0, 3.0);
      assertThat(both.values("x")).isEqualTo(numbers(4));
    }
    assertThatThrownBy(() -> both.get("x"))
        .hasMessage(
            "samples are used after they were closed; read what is to stay before, or keep a"
                + " copy()");
    both.close();
  }

  @Test
  void aCopyStays() {
    NDManager manager = NDManager.newBaseManager();
    double[] weights = {-1, -2, -3, -4};
    Samples samples =
        Samples.weighted(
                manager,
                Map.of("x", manager.create(numbers(8), new Shape(4, 2))),
                weights,
                List.of("one"))
            .withLabels("x", List.of("Bath", "Leeds"));
    String summary = samples.summary().toString();
    try (Samples copy = samples.copy()) {
      samples.close();
      assertThat(copy.summary()).hasToString(summary);
      assertThat(copy.logWeights().orElseThrow()[0]).isGreaterThan(-1);
      assertThat(copy.elements("x")).containsExactly("x[Bath]", "x[Leeds]");
    }
  }

  @Test
  void chainsAreJudged() {
    double[] x = numbers(4000);
    try (NDManager manager = NDManager.newBaseManager();
        Samples samples = Samples.ofChains(manager, sites(manager, x), 4)) {
      Summary summary = samples.summary();
      Chains chains =
          Chains.of(
              Arrays.copyOf(x, 1000),
              Arrays.copyOfRange(x, 1000, 2000),
              Arrays.copyOfRange(x, 2000, 3000),
              Arrays.copyOfRange(x, 3000, 4000));
      assertThat(summary.get("x").rhat()).isEqualTo(chains.rhat());
      assertThat(summary.get("x").bulkSize()).isEqualTo(chains.bulkSize());
      assertThat(summary.get("x").tailSize()).isEqualTo(chains.tailSize());
      assertThat(summary.warnings()).isEmpty();
      assertThat(summary.toString().lines().findFirst().orElseThrow())
          .matches(" +mean +sd +MCSE +5% +50% +95%      R-hat   bulk ESS   tail ESS");
      assertThat(summary.get("x").meanError()).isEqualTo(chains.meanError());
      assertThat(samples).hasToString("Samples(4000 draws in 4 chains of [x])");
    }
  }

  @Test
  void chainsThatDisagreeAreTold() {
    double[] x = numbers(1000);
    for (int i = 0; i < 250; i++) {
      x[i] += 5;
    }
    try (NDManager manager = NDManager.newBaseManager();
        Samples samples = Samples.ofChains(manager, sites(manager, x), 4)) {
      assertThat(samples.summary().warnings()).hasSize(2);
      assertThat(samples.summary().warnings().get(0))
          .matches(
              "R-hat of 'x' is 1\\.\\d{3}, above 1\\.01: the chains disagree; run them longer, or"
                  + " write the model in other variables");
      assertThat(samples.summary().warnings().get(1))
          .matches(
              "the effective size of 'x' is \\d+, below 400: too few for its quantiles; draw more");
    }
    try (NDManager manager = NDManager.newBaseManager();
        Samples few = Samples.ofChains(manager, sites(manager, numbers(8)), 4)) {
      assertThat(few.summary().warnings())
          .containsExactly("the draws are too few for R-hat; draw more");
    }
  }

  @Test
  void whatDoesNotFitIsRefused() {
    try (NDManager manager = NDManager.newBaseManager()) {
      Map<String, NDArray> sites = sites(manager, numbers(10));
      assertThatThrownBy(() -> Samples.ofChains(manager, sites, 3))
          .hasMessage("samples have 10 draws, which are not as many of each of 3 chains");
      assertThatThrownBy(() -> Samples.ofChains(manager, sites, 0))
          .hasMessage("samples are of 0 chains, but need at least 1");
      assertThatThrownBy(() -> Samples.weighted(manager, sites, new double[3], List.of()))
          .hasMessage("samples have 10 draws, but 3 weights; pass one for each");
      double[] weights = new double[10];
      weights[3] = Double.NaN;
      assertThatThrownBy(() -> Samples.weighted(manager, sites, weights, List.of()))
          .hasMessage("log weight 3 of samples is NaN, but a weight must be finite");
      Arrays.fill(weights, Double.NEGATIVE_INFINITY);
      assertThatThrownBy(() -> Samples.weighted(manager, sites, weights, List.of()))
          .hasMessage("all 10 weights of samples are 0; no draw lies where the target does");
      Samples plain = Samples.of(manager, sites);
      assertThatThrownBy(() -> plain.resample(0, 1))
          .hasMessage("samples are asked for 0 draws, but need at least 1");
      plain.close();
      assertThatThrownBy(() -> plain.resample(1, 1))
          .hasMessage(
              "samples are used after they were closed; read what is to stay before, or keep a"
                  + " copy()");
    }
  }

  @Test
  void warningsAreAddedToTheSameDraws() {
    NDManager manager = NDManager.newBaseManager();
    Samples first = Samples.of(manager, sites(manager, numbers(5)), List.of("one"));
    try (Samples second = first.withWarnings(List.of("two"))) {
      assertThat(second.warnings()).containsExactly("one", "two");
      assertThat(second.values("x")).isEqualTo(numbers(5));
      assertThat(first.warnings()).containsExactly("one");
      assertThat(first.values("x")).isEqualTo(numbers(5));
      first.close();
      assertThatThrownBy(second::summary).hasMessageContaining("used after they were closed");
    }
  }

  @Test
  void numbersOfSitesHaveTheNamesOfGroups(@TempDir Path folder) {
    NDManager manager = NDManager.newBaseManager();
    Map<String, NDArray> sites = Maps.newLinkedHashMap();
    sites.put("mu", manager.create(new double[] {1, 2}));
    sites.put("a", manager.create(new double[] {1, 2, 3, 4}, new Shape(2, 2)));
    sites.put("b", manager.create(numbers(12), new Shape(2, 3, 2)));
    List<String> towns = List.of("Bath", "Leeds [north]");
    Path file = folder.resolve("samples");
    try (Samples named =
        Samples.of(manager, sites)
            .withLabels("a", towns)
            .withLabels("b", 1, towns)
            .withWarnings(List.of("few"))) {
      named.save(file);
      assertThat(named.summary().rows().keySet())
          .containsExactly(
              "mu",
              "a[Bath]",
              "a[Leeds (north)]",
              "b[1,Bath]",
              "b[1,Leeds (north)]",
              "b[2,Bath]",
              "b[2,Leeds (north)]",
              "b[3,Bath]",
              "b[3,Leeds (north)]");
      assertThat(named.summary().get("a[Leeds (north)]").mean()).isEqualTo(3);
      try (Samples loaded = Samples.load(file);
          Samples taken = loaded.only(List.of("a")).take(1)) {
        assertThat(taken.elements("a")).containsExactly("a[Bath]", "a[Leeds (north)]");
      }
      assertThatThrownBy(() -> named.withLabels("a", List.of("Bath")))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("site 'a' has shape (2), but 1 labels for dim 0; pass one for each number");
      assertThatThrownBy(() -> named.withLabels("b", towns))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage(
              "site 'b' has shape (3, 2), but labels are of one dim; say which by"
                  + " withLabels(\"b\", dim, labels)");
      assertThatThrownBy(() -> named.withLabels("a", List.of("x", "x")))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("site 'a' has labels [x, x], two of which are one; give each number its own");
    }
  }
}
