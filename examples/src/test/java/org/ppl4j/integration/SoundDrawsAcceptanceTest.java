package org.ppl4j.integration;

import com.google.common.collect.ImmutableMap;
import java.util.Locale;
import java.util.Map;
import java.util.function.IntFunction;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.ppl4j.flows.Flows;
import org.ppl4j.infer.density.ConditionalDensityEstimator;
import org.ppl4j.tensor.FloatType;
import org.ppl4j.testing.AcceptancePoint;
import org.ppl4j.transforms.TransformModule;

/** Draws of flows with nothing set are those of the law that they learned. */
@Tag("acceptance")
@Tag("sound.5")
class SoundDrawsAcceptanceTest {

  private static final AcceptancePoint POINT = new AcceptancePoint("sound.5");

  private static final int FEW = 2000;
  private static final int MANY = 20_000;

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

  /** Scores of commit d05f9b10, whose splines ended at 3; of single precision but for rounding. */
  private static final ImmutableMap<String, Double> SCORES = ImmutableMap.of();

  @ParameterizedTest
  @EnumSource(FloatType.class)
  void ofFewRows(FloatType type) {
    CONDITIONAL.forEach(
        (name, flow) ->
            judge(
                name + " of narrow, few rows",
                SoundDraws.of(ConditionalLaw.NARROW, flow, FEW, type),
                type,
                0.15));
    PLAIN.forEach(
        (name, flow) ->
            judge(
                name + " of correlated, few rows",
                SoundDraws.ofCorrelated(flow, FEW, type),
                type,
                0.15));
  }

  @ParameterizedTest
  @EnumSource(FloatType.class)
  void ofManyRows(FloatType type) {
    for (Map.Entry<String, ConditionalDensityEstimator.Flows> flow : CONDITIONAL.entrySet()) {
      Stream.concat(
              ConditionalLaw.NORMAL_LAWS.stream(),
              // An affine flow keeps the shape of its noise.
              flow.getKey().equals("regression")
                  ? Stream.empty()
                  : ConditionalLaw.OTHER_LAWS.stream())
          .forEach(
              law ->
                  tails(
                      flow.getKey() + " of " + law,
                      SoundDraws.of(law, flow.getValue(), MANY, type),
                      type));
    }
    PLAIN.forEach(
        (name, flow) ->
            tails(name + " of correlated", SoundDraws.ofCorrelated(flow, MANY, type), type));
  }

  private static void tails(String what, SoundDraws.Outcome outcome, FloatType type) {
    judge(what, outcome, type, 0.1);
    String of = what + ", " + type.name().toLowerCase(Locale.ROOT);
    POINT.between("below the 0.001 quantile, " + of, outcome.draws().low(), 0.0003, 0.003);
    POINT.between("above the 0.999 quantile, " + of, outcome.draws().high(), 0.0003, 0.003);
  }

  private static void judge(
      String what, SoundDraws.Outcome outcome, FloatType type, double tolerance) {
    String of = what + ", " + type.name().toLowerCase(Locale.ROOT);
    POINT.between("sd of draws, " + of, outcome.draws().sd(), 1 - tolerance, 1 + tolerance);
    POINT.atMost(
        "farthest draw in sds, " + of,
        outcome.draws().farthest(),
        2 * outcome.truth().farthest());
    Double before = SCORES.get(what);
    if (before == null) {
      POINT.shown("score, " + of, outcome.score());
    } else {
      POINT.atLeast("score, " + of, outcome.score(), before);
    }
  }
}
