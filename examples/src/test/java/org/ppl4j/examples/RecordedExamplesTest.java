package org.ppl4j.examples;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDManager;
import com.google.common.collect.ImmutableSet;
import com.google.common.collect.Iterables;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.ppl4j.Program;
import org.ppl4j.examples.choices.Penguins;
import org.ppl4j.examples.dynamics.LotkaVolterra;
import org.ppl4j.examples.guides.Funnel;
import org.ppl4j.examples.hierarchical.ModelComparison;
import org.ppl4j.examples.hierarchical.Radon;
import org.ppl4j.examples.hierarchical.Radon.Houses;
import org.ppl4j.examples.launcher.Example;
import org.ppl4j.examples.launcher.ExampleLaws;
import org.ppl4j.examples.launcher.ExampleOptions;
import org.ppl4j.examples.launcher.ExampleResult;
import org.ppl4j.flows.Flows;
import org.ppl4j.infer.Summary;
import org.ppl4j.infer.autoguide.AutoFlow;
import org.ppl4j.infer.autoguide.NeuTra;
import org.ppl4j.infer.latent.LogDensity;
import org.ppl4j.infer.reparam.Reparam;
import org.ppl4j.infer.svi.Svi;
import org.ppl4j.params.ParamStore;
import org.ppl4j.studies.sbi.SbiFit;
import org.ppl4j.tensor.FloatType;
import org.ppl4j.tensor.Recording;
import org.ppl4j.tensor.RunConfig;
import org.ppl4j.testing.AcceptancePoint;
import org.ppl4j.testing.LeakCheck;

/** Examples give the same, computed from records or by the engine, on the same draws. */
@ExtendWith(LeakCheck.class)
class RecordedExamplesTest {

  private static final int STEPS = 8;

  /** Rounding in another order, which a few steps let grow, in posterior sds. */
  private static final double ROUNDING = 1e-6;

  /** That of one evaluation, to what is largest in it. */
  private static final double EXACT = 1e-11;

  private static final int PLACES = 100;

  @TempDir private Path folder;

  private ExampleResult run(Example example, Recording recording) throws IOException {
    FloatType floatType = FloatType.FLOAT64;
    ExampleOptions options = ExampleLaws.options(STEPS, floatType, folder).withRecording(recording);
    Example part = ExamplesTest.part(example, floatType);
    return part.run(ExamplesTest.part(options, part));
  }

  /**
   * The largest difference of a mean or sd, in posterior sds.
   *
   * @param isFollowed of which of them
   */
  private double apart(Example example, Predicate<String> isFollowed) throws IOException {
    ExampleResult recorded = run(example, Recording.WHERE_POSSIBLE);
    ExampleResult engine = run(example, Recording.OFF);
    assertThat(recorded.parameters().rows().keySet())
        .isEqualTo(engine.parameters().rows().keySet());
    double apart = 0;
    for (String name : Iterables.filter(engine.parameters().rows().keySet(), isFollowed::test)) {
      Summary.Row one = recorded.parameters().rows().get(name);
      Summary.Row other = engine.parameters().rows().get(name);
      double difference =
          Math.max(Math.abs(one.mean() - other.mean()), Math.abs(one.sd() - other.sd()));
      apart = Math.max(apart, difference / other.sd());
    }
    return apart;
  }

  @ParameterizedTest
  @MethodSource("org.ppl4j.examples.ExampleStepsTest#small")
  void giveTheSame(Example example) throws IOException {
    assertThat(apart(example, name -> true)).isLessThan(ROUNDING);
  }

  /** Those whose chains and searches let rounding grow without bound, even in so few steps. */
  private static final ImmutableSet<Class<?>> GROWING =
      ImmutableSet.of(Funnel.class, ModelComparison.class, Penguins.class, LotkaVolterra.class);

  /** The others. */
  static List<Example> examples() {
    return Examples.ALL.stream().filter(each -> !GROWING.contains(each.getClass())).toList();
  }

  /** Draws of a neural likelihood are those of chains, too. */
  private static boolean isFollowed(String name) {
    return !name.endsWith("." + SbiFit.Setting.LIKELIHOOD);
  }

  @ParameterizedTest
  @MethodSource("examples")
  @Tag("acceptance")
  @Tag("recorded.1")
  void eachGivesTheSame(Example example) throws IOException {
    new AcceptancePoint("recorded.1")
        .atMost(
            "difference of " + example.name() + ", posterior sds",
            apart(example, RecordedExamplesTest::isFollowed),
            ROUNDING);
  }

  /** The largest difference of a density or a slope, to its size, near to 0 and far. */
  private static <D extends @Nullable Object> double apart(Program<D> model, D data) {
    RunConfig config = RunConfig.defaults().withRecording(Recording.REQUIRED);
    RunConfig off = config.withRecording(Recording.OFF);
    SplittableRandom random = new SplittableRandom(0);
    double apart = 0;
    try (LogDensity<D> recorded = LogDensity.of(model, data, config);
        LogDensity<D> engine = LogDensity.of(model, data, off)) {
      double[] one = new double[recorded.size()];
      double[] other = new double[recorded.size()];
      for (int i = 0; i < PLACES; i++) {
        double radius = 4.0 * (i + 1) / PLACES;
        double[] u = new double[one.length];
        Arrays.setAll(u, k -> radius * (2 * random.nextDouble() - 1));
        double value = engine.evaluate(u, other);
        apart = Math.max(apart, Math.abs(recorded.evaluate(u, one) - value) / Math.abs(value));
        double steepest = Arrays.stream(other).map(Math::abs).max().orElseThrow();
        for (int k = 0; k < one.length; k++) {
          apart = Math.max(apart, Math.abs(one[k] - other[k]) / steepest);
        }
      }
    }
    return apart;
  }

  /** What the others follow is compared instead. */
  @Test
  @Tag("acceptance")
  @Tag("recorded.1")
  @SuppressWarnings("NullAway") // null is the data of a program without data
  void densitiesOfChainsAreTheSame() {
    AcceptancePoint point = new AcceptancePoint("recorded.1");
    try (NDManager manager = NDManager.newBaseManager();
        ParamStore params = new ParamStore(manager)) {
      Houses houses = Radon.houses(manager);
      ModelComparison.MODELS.forEach(
          (name, model) ->
              point.atMost("difference of densities, " + name, apart(model, houses), EXACT));
      point.atMost(
          "difference of densities, mixture",
          apart(Penguins.MODEL, Penguins.bills(manager)),
          EXACT);
      point.atMost(
          "difference of densities, lotka-volterra",
          apart(LotkaVolterra.MODEL, LotkaVolterra.pelts()),
          EXACT);
      AutoFlow<@Nullable Void> guide =
          AutoFlow.of(Funnel.MODEL, dim -> Flows.iaf(dim, 2)).initialScale(1);
      Svi.builder(Funnel.MODEL, guide).params(params).build().run(null, STEPS);
      Map<String, Program<@Nullable Void>> funnels =
          Map.of(
              "centred",
              Funnel.MODEL,
              "non-centred",
              Funnel.MODEL.with(Reparam.automatic()),
              "neutra",
              Funnel.MODEL.with(NeuTra.of(guide, params)));
      funnels.forEach(
          (name, model) ->
              point.atMost("difference of densities, " + name, apart(model, null), EXACT));
    }
  }
}
