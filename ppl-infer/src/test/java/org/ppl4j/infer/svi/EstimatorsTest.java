package org.ppl4j.infer.svi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.DoubleStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.ppl4j.Program;
import org.ppl4j.distributions.Bernoulli;
import org.ppl4j.distributions.Normal;
import org.ppl4j.infer.Progress;
import org.ppl4j.infer.autoguide.AutoDelta;
import org.ppl4j.infer.autoguide.AutoMultivariateNormal;
import org.ppl4j.infer.autoguide.AutoNormal;
import org.ppl4j.infer.optim.Adam;
import org.ppl4j.infer.stochastic.Langevin;
import org.ppl4j.infer.svi.EstimatorCases.Case;
import org.ppl4j.infer.svi.GradientVariance.Row;
import org.ppl4j.params.ParamStore;
import org.ppl4j.tensor.Recording;
import org.ppl4j.tensor.RunConfig;
import org.ppl4j.testing.LeakCheck;

/** Each estimator has the slope of its objective in the mean, and no more noise than it says. */
@ExtendWith(LeakCheck.class)
class EstimatorsTest {

  private static final RunConfig CONFIG =
      RunConfig.defaults().withSeed(5).withRecording(Recording.REQUIRED);

  @TempDir Path folder;

  static Stream<Named<Case>> cases() {
    return Stream.concat(EstimatorCases.ofMeans(25).stream(), EstimatorCases.ofTwo().stream())
        .map(each -> Named.of(each.toString(), each));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void hasTheSlopeOfItsObjective(Case each) {
    assertThat(EstimatorLaw.largest(each, 200, CONFIG)).isLessThan(4.5);
  }

  @Test
  void whatJavaReadsOfADrawIsOfItsCost() {
    RunConfig engine = CONFIG.withRecording(Recording.OFF);
    assertThat(EstimatorLaw.largest(EstimatorCases.readInJava(), 300, engine)).isLessThan(4.5);
  }

  /** One of each estimator. */
  static Stream<Named<Case>> estimators() {
    return cases()
        .collect(
            Collectors.toMap(
                each -> each.getPayload().elbo().toString(),
                each -> each,
                (first, second) -> second,
                LinkedHashMap::new))
        .values()
        .stream();
  }

  /** Model and guide that count from the left hold one draw at once. */
  @ParameterizedTest
  @MethodSource("estimators")
  void particlesOneByOneAreTheSame(Case each) {
    Case few = each.withParticles(2);
    Row many = EstimatorLaw.row(few, 40, CONFIG);
    Row alone = EstimatorLaw.row(few.oneByOne(), 40, CONFIG);
    for (int i = 0; i < many.mean().size(); i++) {
      double error = Math.sqrt((many.variances().get(i) + alone.variances().get(i)) / 40);
      assertThat(alone.mean().get(i)).isCloseTo(many.mean().get(i), within(4.5 * error + 1e-12));
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void recordsHaveTheGradientsOfTheEngine(Case each) {
    Case few = each.withParticles(2);
    Row recorded = EstimatorLaw.row(few, 4, CONFIG);
    Row byEngine = EstimatorLaw.row(few, 4, CONFIG.withRecording(Recording.OFF));
    for (int i = 0; i < recorded.mean().size(); i++) {
      assertThat(recorded.mean().get(i)).isCloseTo(byEngine.mean().get(i), within(1e-9));
      assertThat(recorded.variances().get(i))
          .isCloseTo(byEngine.variances().get(i), within(1e-9 * (1 + byEngine.variance())));
    }
  }

  @ParameterizedTest
  @EnumSource
  void aFaultMovesTheMean(EstimatorFault fault) {
    assertThat(EstimatorLaw.largest(fault.planted(), 400, CONFIG)).isGreaterThan(4.5);
  }

  @Test
  void whereTheGuideIsThePosteriorThePathHasNoNoise() {
    assertThat(
            EstimatorLaw.row(EstimatorCases.posterior(Elbo.pathDerivative()), 20, CONFIG)
                .variance())
        .isLessThan(1e-20);
    assertThat(
            EstimatorLaw.row(EstimatorCases.posterior(Elbo.doublyReparameterized()), 20, CONFIG)
                .variance())
        .isLessThan(1e-20);
    assertThat(EstimatorLaw.row(EstimatorCases.posterior(Elbo.trace()), 20, CONFIG).variance())
        .isGreaterThan(1e-3);
  }

  @Test
  void costsOfOtherRowsAreNoise() {
    ScoreFunctionElbo score = Elbo.scoreFunction().baseline(Baseline.none());
    double with = EstimatorLaw.row(EstimatorCases.fiftyRows(score), 300, CONFIG).variance();
    double without =
        EstimatorLaw.row(EstimatorCases.fiftyRows(score.withoutRaoBlackwell()), 300, CONFIG)
            .variance();
    assertThat(without / with).isGreaterThan(10);
  }

  @Test
  void baselinesTakeNoiseAway() {
    ScoreFunctionElbo score = Elbo.scoreFunction();
    double none =
        EstimatorLaw.row(EstimatorCases.fiftyRows(score.baseline(Baseline.none())), 300, CONFIG)
            .variance();
    double average = EstimatorLaw.row(EstimatorCases.fiftyRows(score), 300, CONFIG).variance();
    assertThat(none / average).isGreaterThan(3);
  }

  /** The guesses learn with the fit, of a number for each row and of a network alike. */
  @Test
  void learnedBaselinesTakeNoiseAway() {
    for (boolean isStated : new boolean[] {false, true}) {
      Case each =
          EstimatorCases.guessed(Elbo.scoreFunction().baseline(Baseline.learned()), isStated);
      double ratio =
          EstimatorLaw.fitted(
              each,
              CONFIG,
              (svi, y) -> {
                double before = variance(svi, y, each.elbo());
                svi.run(y, 400);
                return before / variance(svi, y, each.elbo());
              });
      assertThat(ratio).isGreaterThan(3);
    }
  }

  /** The average of the costs is part of what is saved. */
  @Test
  void aFitThatIsResumedHasTheBitsOfAnUnbrokenOne() {
    for (Baseline baseline : List.of(Baseline.movingAverage(), Baseline.learned())) {
      Case each = EstimatorCases.choicesCase(3).with(Elbo.scoreFunction().baseline(baseline));
      Path file = folder.resolve("fit");
      double[] whole = EstimatorLaw.fitted(each, CONFIG, (svi, y) -> losses(svi, y, 12));
      double[] first =
          EstimatorLaw.fitted(
              each,
              CONFIG,
              (svi, y) -> {
                double[] losses = losses(svi, y, 6);
                svi.save(file);
                return losses;
              });
      double[] rest =
          EstimatorLaw.fitted(
              each,
              CONFIG,
              (svi, y) -> {
                svi.load(file);
                return losses(svi, y, 6);
              });
      assertThat(DoubleStream.concat(DoubleStream.of(first), DoubleStream.of(rest)).toArray())
          .containsExactly(whole);
    }
  }

  private static double variance(Svi<NDArray> svi, NDArray y, Elbo elbo) {
    return GradientVariance.of(svi, y, List.of(elbo), 300).rows().get(0).variance();
  }

  private static double[] losses(Svi<NDArray> svi, NDArray y, int steps) {
    return DoubleStream.generate(() -> svi.step(y)).limit(steps).toArray();
  }

  /** A fit of choices comes to the posterior. */
  @Test
  void aGuideOfChoicesIsFitted() {
    Program<NDArray> model =
        (p, y) -> {
          NDArray z = p.sample("z", Bernoulli.probs(0.3));
          p.observe("y", Normal.of(z, 1), y);
        };
    Program<NDArray> guide =
        (p, y) -> p.sample("z", Bernoulli.logits(p.param("p0", () -> p.scalar(0))));
    double exact = Math.log(0.3 / 0.7) + EstimatorCases.Y - 0.5;
    for (Elbo elbo : List.of(Elbo.scoreFunction(), Elbo.reweightedWakeSleep(), Elbo.forwardKl())) {
      try (NDManager manager = NDManager.newBaseManager();
          NDArray y = manager.create(EstimatorCases.Y);
          ParamStore params = new ParamStore(manager);
          Svi<NDArray> svi =
              Svi.builder(model, guide)
                  .params(params)
                  .optimizer(Adam.withRate(0.05))
                  .averaging(Averaging.polynomial(3))
                  .estimator(elbo)
                  .particles(20)
                  .progress(Progress.silent())
                  .build()) {
        svi.run(y, 1000);
        assertThat(params.value("p0")[0]).as("%s", elbo).isCloseTo(exact, within(0.1));
      }
    }
  }

  /** A guide made from the model draws one vector, and points that follow from it. */
  @Test
  void guidesMadeFromTheModelAreTaken() {
    for (Elbo elbo : Elbo.all()) {
      Program<NDArray> guide = AutoMultivariateNormal.of(EstimatorCases.PAIR);
      Case each = new Case("pair", EstimatorCases.PAIR, guide, elbo, 5, new double[0]);
      Row row = EstimatorLaw.row(each, 10, CONFIG);
      assertThat(row.whyNot()).as("%s", elbo).isEmpty();
      assertThat(row.variance()).as("%s", elbo).isPositive().isFinite();
    }
  }

  @Test
  void theTableComparesThem() {
    GradientVariance found =
        EstimatorLaw.fitted(
            EstimatorCases.choicesCase(4),
            CONFIG,
            (svi, y) -> {
              GradientVariance all = GradientVariance.of(svi, y, Elbo.all(), 20);
              assertThat(svi.steps()).isZero();
              assertThat(svi.params().names()).containsExactly("p0", "p1", "p2");
              return all;
            });

    assertThat(found.rows()).hasSize(Elbo.all().size());
    assertThat(found.toString())
        .startsWith("estimator")
        .contains("trace", "score function", "has no derivative along its draws");
  }

  @Test
  void mistakesSayWhatIsWrong() {
    assertThatThrownBy(() -> Baseline.movingAverage(1))
        .hasMessage("moving average has decay 1.0, but it must be at least 0 and less than 1");
    assertThat(refusal(EstimatorCases.choicesCase(2).with(Elbo.pathDerivative())))
        .isEqualTo(
            "sample site 'z[0]' of the guide draws from Bernoulli, which has no derivative along"
                + " its draws, but the path derivative estimator needs one; take one of the"
                + " estimators [score function, reweighted wake-sleep, forward kl], or leave the"
                + " site out of the guide, so that it is summed out of the model");
    assertThat(refusal(EstimatorCases.weighedCase().withParticles(1)))
        .isEqualTo(
            "svi has 1 particle, but the reweighted wake-sleep estimator weighs several against"
                + " each other; take particles(10) or so");
    assertThat(refusal(EstimatorCases.weighedCase().with(Elbo.forwardKl())))
        .isEqualTo(
            "parameter 'p2' is of the model, which the forward kl estimator takes as it is; take"
                + " Elbo.reweightedWakeSleep(), which learns both, or draw the parameter from a"
                + " prior");
    Case points =
        new Case(
            "points",
            EstimatorCases.PAIR,
            AutoDelta.of(EstimatorCases.PAIR),
            Elbo.forwardKl(),
            2,
            new double[0]);
    assertThat(refusal(points))
        .isEqualTo(
            "guide Trace[a, b] draws points alone, but the forward kl estimator needs draws to"
                + " weigh; take Elbo.trace(), or give the guide's sites distributions");
    Program<NDArray> paths = AutoNormal.of(EstimatorCases.PAIR).then(Langevin.of(0.01));
    for (Elbo elbo :
        List.of(
            Elbo.pathDerivative(),
            Elbo.doublyReparameterized(),
            Elbo.scoreFunction().everywhere(),
            Elbo.reweightedWakeSleep(),
            Elbo.forwardKl())) {
      Case each = new Case("paths", EstimatorCases.PAIR, paths, elbo, 2, new double[0]);
      assertThat(refusal(each))
          .isEqualTo(
              "sample site 'auto.latent' of the guide draws from TransformedDistribution, which has"
                  + " no log density at a value, but the %s estimator needs one; take one of the"
                  + " estimators [trace, mean-field, importance-weighted, score function]",
              elbo);
    }
    assertThat(refusal(EstimatorCases.coupled(Elbo.scoreFunction())))
        .matches(
            "model's observed site 'x' has in a row of plate 'rows' a cost that depends on the draw"
                + " of 'z' in other rows: [0-9.]+ with some, and [0-9.]+ with others; take"
                + " withoutRaoBlackwell\\(\\), or put what depends on all rows outside of the"
                + " plate");
    assertThat(refusal(EstimatorCases.coupled(Elbo.scoreFunction().withoutRaoBlackwell())))
        .isNull();
    assertThat(refusal(EstimatorCases.cheating()))
        .isEqualTo(
            "deterministic site 'z.baseline' depends on the draw of 'z', whose costs it is to guess"
                + " beforehand; compute it of data and of what was drawn before");
  }

  private static @Nullable String refusal(Case each) {
    return EstimatorLaw.row(each, 2, CONFIG).whyNot().orElse(null);
  }
}
