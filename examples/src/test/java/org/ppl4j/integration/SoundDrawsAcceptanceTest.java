package org.ppl4j.integration;

import ai.djl.ndarray.NDManager;
import com.google.common.collect.ImmutableMap;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.IntFunction;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.ppl4j.distributions.Uniform;
import org.ppl4j.flows.Flows;
import org.ppl4j.infer.Progress;
import org.ppl4j.infer.Samples;
import org.ppl4j.infer.density.ConditionalDensityEstimator;
import org.ppl4j.infer.sbi.NeuralPosterior;
import org.ppl4j.infer.sbi.Npe;
import org.ppl4j.infer.sbi.Simulator;
import org.ppl4j.integration.SoundDraws.Outcome;
import org.ppl4j.tensor.FloatType;
import org.ppl4j.tensor.RunConfig;
import org.ppl4j.testing.AcceptancePoint;
import org.ppl4j.transforms.TransformModule;

/** Draws of flows with nothing set are those of the law that they learned. */
@Tag("acceptance")
@Tag("sound.5")
class SoundDrawsAcceptanceTest {

  private static final AcceptancePoint POINT = new AcceptancePoint("sound.5");

  private static final int FEW = 2000;
  private static final int MANY = 20_000;

  /** Scores were written down with four digits. */
  private static final double ROUNDING = 5e-5;

  private static final ImmutableMap<String, ConditionalDensityEstimator.Flows> CONDITIONAL =
      ImmutableMap.of(
          "conditional", Flows::conditional,
          "posterior", Flows::posterior,
          "regression", Flows::regression);

  private static final ImmutableMap<String, IntFunction<TransformModule>> PLAIN =
      ImmutableMap.of(
          "density", Flows::density,
          "coupling", Flows::splineCoupling,
          "autoregressive", dim -> Flows.splineAutoregressive(dim, 2));

  /**
   * Scores of flows whose splines ended at 3, as measured then, of the law and rows that are judged
   * here, in double precision.
   */
  private static final ImmutableMap<String, Double> SCORES =
      ImmutableMap.<String, Double>builder()
          .put("conditional of narrow, few rows", 1.5537)
          .put("posterior of narrow, few rows", 1.5537)
          .put("regression of narrow, few rows", 1.5520)
          .put("density of correlated, few rows", 0.2244)
          .put("coupling of correlated, few rows", 0.2084)
          .put("autoregressive of correlated, few rows", 0.2138)
          .put("conditional of narrow", 1.5654)
          .put("conditional of wide", -0.4291)
          .put("conditional of skewed", 0.2742)
          .put("conditional of bimodal", -0.6528)
          .put("density of correlated", 0.2622)
          .put("coupling of correlated", 0.2363)
          .put("autoregressive of correlated", 0.2406)
          .buildOrThrow();

  private record Case(String what, FloatType type, boolean isMany, Supplier<Outcome> outcome) {

    /** Of flows alone what law and number of rows. */
    @Override
    public String toString() {
      return what + ", " + type.name().toLowerCase(Locale.ROOT);
    }
  }

  static Stream<Case> cases() {
    List<Case> cases = new ArrayList<>();
    for (FloatType type : FloatType.values()) {
      CONDITIONAL.forEach(
          (name, flow) -> {
            cases.add(
                new Case(
                    name + " of narrow, few rows",
                    type,
                    false,
                    () -> SoundDraws.of(ConditionalLaw.NARROW, flow, FEW, type)));
            laws(name)
                .forEach(
                    law ->
                        cases.add(
                            new Case(
                                name + " of " + law,
                                type,
                                true,
                                () -> SoundDraws.of(law, flow, MANY, type))));
          });
      PLAIN.forEach(
          (name, flow) -> {
            cases.add(
                new Case(
                    name + " of correlated, few rows",
                    type,
                    false,
                    () -> SoundDraws.ofCorrelated(flow, FEW, type)));
            cases.add(
                new Case(
                    name + " of correlated",
                    type,
                    true,
                    () -> SoundDraws.ofCorrelated(flow, MANY, type)));
          });
    }
    return cases.stream();
  }

  /** An affine flow keeps the shape of its noise; given one number a posterior is a conditional. */
  private static Stream<ConditionalLaw> laws(String flow) {
    Stream<ConditionalLaw> others = ConditionalLaw.OTHER_LAWS.stream();
    return switch (flow) {
      case "posterior" -> Stream.empty();
      case "regression" -> ConditionalLaw.NORMAL_LAWS.stream();
      default -> Stream.concat(ConditionalLaw.NORMAL_LAWS.stream(), others);
    };
  }

  @ParameterizedTest
  @MethodSource("cases")
  void drawsAreThoseOfTheLaw(Case of) {
    Outcome outcome = of.outcome().get();
    double tolerance = of.isMany() ? 0.1 : 0.15;
    POINT.between("sd of draws, " + of, outcome.draws().sd(), 1 - tolerance, 1 + tolerance);
    POINT.atMost(
        "farthest draw in sds, " + of, outcome.draws().farthest(), 2 * outcome.truth().farthest());
    if (of.isMany()) {
      POINT.between("below the 0.001 quantile, " + of, outcome.draws().low(), 0.0003, 0.003);
      POINT.between("above the 0.999 quantile, " + of, outcome.draws().high(), 0.0003, 0.003);
    }
    Double before = SCORES.get(of.what());
    if (before == null) {
      POINT.shown("score, " + of, outcome.score());
    } else {
      POINT.atLeast("score, " + of, outcome.score(), before - ROUNDING);
    }
  }

  /**
   * θ uniform on [0, 1], seen with noise of 0.05 at 0.3: nothing is within 1% of a bound, to which
   * there are six deviations.
   */
  @ParameterizedTest
  @EnumSource(FloatType.class)
  void drawsOfABoundedPriorKeepFromItsBounds(FloatType type) {
    Simulator noisy = (theta, rng) -> new double[] {theta[0] + 0.05 * rng.nextNormal()};
    Npe npe =
        Npe.of(Uniform.of(0, 1), noisy, Flows::posterior)
            .config(RunConfig.defaults().withFloatType(type))
            .progress(Progress.silent());
    try (NDManager manager = NDManager.newBaseManager();
        NeuralPosterior posterior = npe.fit(npe.simulate(10_000));
        Samples draws = posterior.posterior(manager.create(new double[] {0.3}), SoundDraws.DRAWS)) {
      long close =
          Arrays.stream(draws.values("theta"))
              .filter(theta -> theta < 0.01 || theta > 0.99)
              .count();
      POINT.atMost("draws beside a bound, " + type.name().toLowerCase(Locale.ROOT), close, 0);
    }
  }
}
