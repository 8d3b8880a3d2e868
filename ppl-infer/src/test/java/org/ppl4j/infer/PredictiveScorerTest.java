package org.ppl4j.infer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.Range;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.ppl4j.Plate;
import org.ppl4j.Program;
import org.ppl4j.distributions.Bernoulli;
import org.ppl4j.distributions.Beta;
import org.ppl4j.distributions.Binomial;
import org.ppl4j.distributions.Categorical;
import org.ppl4j.distributions.Distribution;
import org.ppl4j.distributions.Exponential;
import org.ppl4j.distributions.Gamma;
import org.ppl4j.distributions.HalfNormal;
import org.ppl4j.distributions.NegativeBinomial;
import org.ppl4j.distributions.Normal;
import org.ppl4j.distributions.Poisson;
import org.ppl4j.distributions.StudentT;
import org.ppl4j.distributions.Uniform;
import org.ppl4j.distributions.VonMises;
import org.ppl4j.infer.diagnostics.LogLikelihoods;
import org.ppl4j.params.ParamStore;
import org.ppl4j.tensor.FloatType;
import org.ppl4j.tensor.RunConfig;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.testing.LeakCheck;

/** Scorers of predictions say what predictions are. */
@ExtendWith(LeakCheck.class)
class PredictiveScorerTest {

  private static final int DRAWS = 200;
  private static final int GROUPS = 5;

  /** Rows of groups: a level for each group, and a slope. */
  record Rows(NDArray group, NDArray x, NDArray y) {}

  private static final Program<Rows> MODEL =
      (p, data) -> {
        NDArray slope = p.sample("slope", Normal.of(0, 3));
        NDArray sigma = p.sample("sigma", HalfNormal.of(1));
        NDArray level;
        try (Plate groups = p.plate("groups", GROUPS)) {
          level = p.sample("level", Normal.of(0, 1));
        }
        try (Plate rows = p.plate("rows", data.y().size(0))) {
          NDArray of = p.pick(level, rows.take(data.group()));
          NDArray mean = of.add(slope.mul(rows.take(data.x())));
          p.deterministic("mean", mean);
          p.observe("y", Normal.of(mean, sigma), rows.take(data.y()));
        }
      };

  private final NDManager manager = NDManager.newBaseManager();
  private final Samples posterior = posterior();
  private final ParamStore params = new ParamStore(manager);

  private Samples posterior() {
    Random random = new Random(3);
    return Samples.of(
        manager.newSubManager(),
        ImmutableMap.of(
            "slope", numbers(random, DRAWS),
            "sigma", numbers(random, DRAWS).abs().add(0.1),
            "level", numbers(random, DRAWS, GROUPS)));
  }

  private NDArray numbers(Random random, long... shape) {
    Shape of = new Shape(shape);
    double[] values = random.doubles(of.size(), -1, 1).toArray();
    return manager.create(values, of);
  }

  private Rows rows(long[] group, double[] x, double[] y) {
    return new Rows(manager.create(group), manager.create(x), manager.create(y));
  }

  private Rows first() {
    return rows(new long[] {0, 1}, new double[] {0.5, -1}, new double[] {0, 0});
  }

  @AfterEach
  void close() {
    posterior.close();
    params.close();
    manager.close();
  }

  private Predictive<Rows> predictive(RunConfig config) {
    return Predictive.of(MODEL, new Given<>(params, config));
  }

  /** What has parameters and settings, and draws that are given. */
  private record Given<D>(ParamStore params, RunConfig config) implements Posterior<D> {

    @Override
    public Samples posterior(D data, int draws) {
      throw new IllegalStateException("draws are given");
    }
  }

  private static final long[] GROUP = {4, 2};
  private static final double[] X = {1.5, -0.25};
  private static final double[] Y = {0.7, -2};
  private static final Map<String, double[]> DATA =
      Map.of("group", new double[] {4, 2}, "x", X, "y", Y);

  @ParameterizedTest
  @EnumSource(FloatType.class)
  void predictionsAreTheLibrarys(FloatType type) {
    RunConfig config = RunConfig.defaults().withSeed(8).withFloatType(type);
    double near = type == FloatType.FLOAT64 ? 1e-12 : 1e-5;
    PredictiveScorer scorer = predictive(config).scorer(first(), posterior);

    assertThat(scorer.inputs())
        .containsExactly(Map.entry("group", 2), Map.entry("x", 2), Map.entry("y", 2));
    assertThat(scorer.names()).containsExactly("mean[1]", "mean[2]", "y[1]", "y[2]");
    Rows asked = rows(GROUP, X, Y);
    try (Samples expected = predictive(config).draw(asked, posterior)) {
      double[] mean = expected.values("mean");
      double[] y = expected.values("y");
      double[][] drawn = scorer.sample(1, DATA);
      for (int i = 0; i < DRAWS; i++) {
        assertThat(drawn[i])
            .containsExactly(
                new double[] {mean[2 * i], mean[2 * i + 1], y[2 * i], y[2 * i + 1]}, within(near));
      }
      Summary.Row row = scorer.summary(DATA).rows().get("y[2]");
      Summary.Row of = expected.summary().rows().get("y[2]");
      assertThat(row.mean()).isEqualTo(of.mean(), within(near));
      assertThat(row.q95()).isEqualTo(of.q95(), within(near));
      Range<Double> interval = scorer.interval(0.9, DATA).get("y[2]");
      assertThat(interval.lowerEndpoint()).isEqualTo(of.q05(), within(near));
      assertThat(interval.upperEndpoint()).isEqualTo(of.q95(), within(near));
    }
    LogLikelihoods logs = ModelDensity.of(MODEL, params, config).logLikelihoods(asked, posterior);
    double sum = 0;
    double[] first = logs.of("y[1]");
    double[] second = logs.of("y[2]");
    for (int i = 0; i < DRAWS; i++) {
      sum += Math.exp(first[i] + second[i]) / DRAWS;
    }
    assertThat(scorer.logProb(DATA)).isEqualTo(Math.log(sum), within(near));
  }

  @Test
  void anotherCounterDrawsOthersOfTheSameLaw() {
    PredictiveScorer scorer = predictive(RunConfig.defaults()).scorer(first(), posterior);
    double[][] one = scorer.sample(1, DATA);
    double[][] two = scorer.sample(2, DATA);

    assertThat(scorer.sample(2, DATA)).isDeepEqualTo(two);
    double squares = 0;
    for (int i = 0; i < DRAWS; i++) {
      assertThat(two[i][0]).isEqualTo(one[i][0]); // the mean
      assertThat(two[i][2]).isNotEqualTo(one[i][2]);
      double z = (two[i][2] - one[i][2]) / posterior.values("sigma")[i];
      squares += z * z / 2 / DRAWS;
    }
    assertThat(squares).isBetween(0.7, 1.3); // chi-square of 200 over 200: 3 sds are 0.3
  }

  @Test
  void weightsCount() {
    double[] logWeights = new double[DRAWS];
    Arrays.fill(logWeights, Double.NEGATIVE_INFINITY);
    logWeights[7] = 0;
    try (Samples one = posterior.withLogWeights(logWeights, List.of())) {
      PredictiveScorer scorer = predictive(RunConfig.defaults()).scorer(first(), one);
      double level = posterior.values("level")[7 * GROUPS + 4];
      double mean = level + posterior.values("slope")[7] * X[0];

      assertThat(scorer.summary(DATA).rows().get("mean[1]").mean()).isEqualTo(mean, within(1e-12));
      double z0 = (Y[0] - mean) / posterior.values("sigma")[7];
      assertThat(scorer.logProb(DATA)).isLessThan(-z0 * z0 / 2 + 3);
      assertThat(scorer.interval(0.5, DATA).get("mean[1]").lowerEndpoint())
          .isEqualTo(mean, within(1e-12));
    }
  }

  @Test
  void aFileHasTheSameBits(@TempDir Path folder) throws IOException {
    PredictiveScorer scorer = predictive(RunConfig.defaults()).scorer(first(), posterior);
    Path file = folder.resolve("rows.scorer");
    scorer.save(file);
    PredictiveScorer again = PredictiveScorer.load(file);

    assertThat(again.logProb(DATA)).isEqualTo(scorer.logProb(DATA));
    assertThat(again.sample(3, DATA)).isDeepEqualTo(scorer.sample(3, DATA));
    assertThat(again.names()).isEqualTo(scorer.names());
    assertThat(again).hasToString(scorer.toString());
    byte[] bytes = Files.readAllBytes(file);
    Path cut = Files.write(folder.resolve("cut"), Arrays.copyOf(bytes, bytes.length / 2));
    assertThatThrownBy(() -> PredictiveScorer.load(cut)).hasMessageContaining("cut or changed");
    posterior.save(file);
    assertThatThrownBy(() -> PredictiveScorer.load(file))
        .hasMessageContaining("has no scorer of predictions of version 1; pass a file that one's");
  }

  @Test
  void whatIsObservedNeedNotBeGiven() {
    PredictiveScorer scorer = predictive(RunConfig.defaults()).scorer(first(), posterior);
    Map<String, double[]> before = Map.of("group", new double[] {4, 2}, "x", X);

    assertThat(scorer.sample(1, before)).isDeepEqualTo(scorer.sample(1, DATA));
    assertThatThrownBy(() -> scorer.logProb(before))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("data have no array 'y', but this depends on its 2 numbers; pass it");
  }

  @Test
  void whatDoesNotFitIsRefused() {
    PredictiveScorer scorer = predictive(RunConfig.defaults()).scorer(first(), posterior);

    assertThatThrownBy(() -> scorer.sample(1, Map.of("groups", new double[2], "x", X)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("data have an array 'groups', but this scorer is of ")
        .hasMessageContaining("group");
    assertThatThrownBy(() -> scorer.sample(1, Map.of("group", new double[3], "x", X)))
        .hasMessage(
            "array 'group' has 3 numbers, but this scorer was made for 2; pass as many, or make one"
                + " for data of that size");
    assertThatThrownBy(() -> scorer.sample(1, Map.of("group", new double[] {0, 5}, "x", X)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("index 5");
    assertThatThrownBy(() -> scorer.interval(1, DATA))
        .hasMessage("predictive has no interval of probability 1.0; ask for one between 0 and 1");
  }

  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Visits(int[] shop, double[] visitors, double[] sold) {}

  private static final Program<Visits> SHOPS =
      (p, data) -> {
        NDArray slope = p.sample("slope", Normal.of(0, 3));
        NDArray base;
        try (Plate shops = p.plate("shops", GROUPS)) {
          base = p.sample("level", Normal.of(0, 1));
        }
        try (Plate rows = p.plate("rows", data.sold().length)) {
          NDArray of = p.pick(base, rows.take(data.shop()));
          NDArray rate = of.add(slope.mul(rows.take(data.visitors()))).exp();
          p.observe("sold", Poisson.of(rate), rows.take(data.sold()));
        }
      };

  @Test
  void plainArraysAreData() {
    Given<Visits> given = new Given<>(params, RunConfig.defaults().withSeed(2));
    Visits asked = new Visits(new int[] {4}, new double[] {1.5}, new double[1]);
    try (Samples some = posterior.only(List.of("slope", "level"));
        Samples expected = Predictive.of(SHOPS, given).draw(asked, some)) {
      PredictiveScorer scorer =
          Predictive.of(SHOPS, given)
              .scorer(new Visits(new int[1], new double[1], new double[1]), some);

      assertThat(scorer.inputs().keySet()).containsExactly("shop", "visitors", "sold");
      double[][] drawn =
          scorer.sample(1, Map.of("shop", new double[] {4}, "visitors", new double[] {1.5}));
      assertThat(Arrays.stream(drawn).mapToDouble(row -> row[0]).toArray())
          .containsExactly(expected.values("sold"));
    }
  }

  /** Its number would be that of the data that the scorer was made with. */
  @Test
  void programsThatReadArraysInJavaAreRefused() {
    Given<Visits> given = new Given<>(params, RunConfig.defaults());
    Program<Visits> reading =
        (p, data) -> {
          NDArray slope = p.sample("slope", Normal.of(0, 3));
          p.observe(
              "sold", Poisson.of(slope.mul(data.visitors()[0]).exp()), p.constant(data.sold()));
        };
    Predictive<Visits> predictive = Predictive.of(reading, given);
    Visits data = new Visits(new int[1], new double[] {2}, new double[1]);
    try (Samples some = posterior.only(List.of("slope", "level"))) {
      assertThatThrownBy(() -> predictive.scorer(data, some))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining(
              "may read numbers of plain arrays of its data in Java, which would");
    }
  }

  @Test
  void programsThatGoByAValueOfTheDataAreRefused() {
    Program<NDArray> model =
        (p, y) -> {
          NDArray mu = p.sample("slope", Normal.of(0, 3));
          double sign = y.toDoubleArray()[0] > 0 ? 1 : -1;
          p.observe("y", Normal.of(mu.mul(sign), 1), y);
        };
    NDArray y = manager.create(2.0);
    try (Samples some = posterior.only(List.of("slope"))) {
      Predictive<NDArray> predictive =
          Predictive.of(model, new Given<>(params, RunConfig.defaults()));
      assertThatThrownBy(() -> predictive.scorer(y, some))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("has no scorer: ");
    }
  }

  @Test
  void dataThatCannotBeHaveNoDensity() {
    Program<NDArray> model =
        (p, y) -> {
          NDArray top = p.sample("sigma", HalfNormal.of(1));
          p.observe("y", Uniform.of(0, top), y);
        };
    NDArray y = manager.create(0.05);
    try (Samples some = posterior.only(List.of("sigma"))) {
      PredictiveScorer scorer =
          Predictive.of(model, new Given<>(params, RunConfig.defaults())).scorer(y, some);

      assertThat(scorer.logProb(Map.of("data", new double[] {7})))
          .isEqualTo(Double.NEGATIVE_INFINITY);
      assertThat(scorer.logProb(Map.of("data", new double[] {Double.NaN}))).isNaN();
      assertThat(scorer.logProb(Map.of("data", new double[] {0.05}))).isFinite();
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void oneDrawIsTheLibrarys(int rows) {
    RunConfig config = RunConfig.defaults().withSeed(8);
    Rows asked = rows(Arrays.copyOf(GROUP, rows), Arrays.copyOf(X, rows), Arrays.copyOf(Y, rows));
    try (Samples one = posterior.take(3);
        Samples expected = predictive(config).draw(asked, one)) {
      PredictiveScorer scorer = predictive(config).scorer(asked, one);
      Map<String, double[]> data =
          Map.of(
              "group",
              Arrays.copyOf(new double[] {4, 2}, rows),
              "x",
              Arrays.copyOf(X, rows),
              "y",
              Arrays.copyOf(Y, rows));

      assertThat(scorer.names()).hasSize(2 * rows);
      double[][] drawn = scorer.sample(1, data);
      assertThat(drawn).hasDimensions(1, 2 * rows);
      assertThat(Arrays.copyOfRange(drawn[0], rows, 2 * rows))
          .containsExactly(expected.values("y"), within(1e-12));
      assertThat(scorer.logProb(data)).isFinite();
    }
  }

  /** Neither R-hat nor an sd of rounding. */
  @Test
  void aConstantHasNoDeviation() {
    Program<NDArray> model =
        (p, y) -> {
          NDArray mu = p.sample("slope", Normal.of(0, 3));
          p.deterministic("tenth", p.scalar(0.1));
          p.observe("y", Normal.of(mu, 1), y);
        };
    NDArray y = manager.create(2.0);
    try (Samples some = posterior.only(List.of("slope"))) {
      PredictiveScorer scorer =
          Predictive.of(model, new Given<>(params, RunConfig.defaults())).scorer(y, some);

      assertThat(scorer.summary(Map.of()).rows().get("tenth").sd()).isZero();
    }
  }

  /** What is drawn by a number from 0.1 to 0.9. */
  static Stream<Named<Function<NDArray, Distribution>>> laws() {
    return Stream.of(
        named("Poisson", Poisson::of),
        named("Bernoulli", Bernoulli::probs),
        named("Binomial", p -> Binomial.probs(5, p)),
        named("negative binomial", p -> NegativeBinomial.probs(3, p)),
        named("Student", p -> StudentT.of(4, 0, p)),
        named("Gamma", p -> Gamma.of(p, 2)),
        named("Uniform", p -> Uniform.of(0, p)),
        named("exponential", Exponential::of),
        named("von Mises", p -> VonMises.of(0, p)),
        named("categorical", p -> Categorical.probs(Tensors.stack(List.of(p, p.mul(0.5), p), -1))));
  }

  private static Named<Function<NDArray, Distribution>> named(
      String name, Function<NDArray, Distribution> law) {
    return Named.of(name, law);
  }

  @ParameterizedTest
  @MethodSource("laws")
  void drawsOfAllLawsAreTheLibrarys(Function<NDArray, Distribution> law, @TempDir Path folder) {
    Program<NDArray> model =
        (p, y) -> {
          NDArray number = p.sample("p", Uniform.of(0, 1));
          try (Plate rows = p.plate("rows", 2)) {
            p.observe("y", law.apply(number), rows.take(y));
          }
        };
    NDArray y = manager.create(new double[] {0.5, 0.5});
    double[] some = new Random(6).doubles(40, 0.1, 0.9).toArray();
    Given<NDArray> given = new Given<>(params, RunConfig.defaults().withSeed(3));
    try (Samples numbers =
            Samples.of(manager.newSubManager(), ImmutableMap.of("p", manager.create(some)));
        Samples expected = Predictive.of(model, given).draw(y, numbers)) {
      PredictiveScorer scorer = Predictive.of(model, given).scorer(y, numbers);
      Path file = folder.resolve("law.scorer");
      scorer.save(file);
      double[][] drawn = scorer.sample(1, Map.of());

      assertThat(Arrays.stream(drawn).flatMapToDouble(Arrays::stream).toArray())
          .containsExactly(expected.values("y"), within(1e-12));
      assertThat(PredictiveScorer.load(file).sample(1, Map.of())).isDeepEqualTo(drawn);
    }
  }

  /** Their draws are a function of Java that no file holds: the density stands. */
  @Test
  void drawsThatCannotBeRecordedAreSaid() {
    Program<NDArray> shares =
        (p, y) -> {
          NDArray a = p.sample("a", HalfNormal.of(5));
          try (Plate rows = p.plate("rows", y.size(0))) {
            p.observe("y", Beta.of(a, 1), y);
          }
        };
    NDArray y = manager.create(new double[] {0.5});
    try (Samples some =
        Samples.of(
            manager.newSubManager(), ImmutableMap.of("a", manager.create(new double[] {1, 3})))) {
      PredictiveScorer scorer =
          Predictive.of(shares, new Given<>(params, RunConfig.defaults())).scorer(y, some);

      assertThat(scorer.logProb(Map.of("data", new double[] {0.2}))) // (1 + 3 y²) / 2
          .isEqualTo(Math.log((1 + 3 * 0.04) / 2), within(1e-12));
      assertThatThrownBy(() -> scorer.sample(1, Map.of()))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageStartingWith("scorer cannot answer this: posterior predictive of ")
          .hasMessageContaining("does what cannot be computed without the engine");
    }
  }
}
