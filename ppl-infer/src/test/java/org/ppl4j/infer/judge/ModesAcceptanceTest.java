package org.ppl4j.infer.judge;

import ai.djl.ndarray.NDArray;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.ppl4j.Program;
import org.ppl4j.distributions.Normal;
import org.ppl4j.infer.Posterior;
import org.ppl4j.infer.Progress;
import org.ppl4j.infer.Samples;
import org.ppl4j.infer.approximation.LaplaceApproximation;
import org.ppl4j.infer.approximation.Pathfinder;
import org.ppl4j.infer.autoguide.AutoMultivariateNormal;
import org.ppl4j.infer.autoguide.AutoNormal;
import org.ppl4j.infer.mcmc.Nuts;
import org.ppl4j.infer.svi.FitReport;
import org.ppl4j.infer.svi.Svi;
import org.ppl4j.tensor.RunConfig;
import org.ppl4j.tensor.Special;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.testing.AcceptancePoint;

/** Two heaps of weights 0.3 and 0.7, from where chains cross to where none does. */
@Tag("acceptance")
class ModesAcceptanceTest {

  private static final AcceptancePoint POINT = new AcceptancePoint("judge.3");
  private static final double WEIGHT = 0.7;
  private static final double OFF = 0.03;
  private static final int SEEDS = 6;
  private static final double[] DISTANCES = {5, 8, 12, 20, 35, 50};

  /** Beyond it a warning will do. */
  private static final double FAR = 20;

  private static final int DRAWS = 4000;
  private static final int STEPS = 20_000;

  /** In two dims, so that the second has to be right as well. */
  private static Program<@Nullable Void> heaps(double distance) {
    return (p, none) -> {
      NDArray x = p.sample("x", Normal.of(distance / 2, distance));
      NDArray y = p.sample("y", Normal.of(0, 1));
      NDArray near = Normal.of(0, 1).logProb(x).add(Math.log(1 - WEIGHT));
      NDArray far = Normal.of(distance, 1).logProb(x).add(Math.log(WEIGHT));
      p.factor("heaps", Special.logSumExp(Tensors.stack(List.of(near, far), -1), -1, false));
      p.factor("flat", Normal.of(distance / 2, distance).logProb(x).neg());
      p.observe("seen", Normal.of(y, 1), p.scalar(1));
    };
  }

  private record Said(double far, boolean hasWarning) {

    boolean isRight() {
      return Math.abs(far - WEIGHT) <= OFF;
    }
  }

  private static Said said(
      Posterior<@Nullable Void> posterior, double distance, boolean hasWarning) {
    try (Samples draws = posterior.posterior(null, DRAWS)) {
      double[] x = draws.values("x");
      long far = Arrays.stream(x).filter(value -> value > distance / 2).count();
      return new Said((double) far / x.length, hasWarning);
    }
  }

  @Test
  @Tag("judge.3")
  void weightsOfModesAreRightOrWarnedOf() {
    int cases = 0;
    int wrong = 0;
    int wrongNear = 0;
    Map<String, Integer> silent = new LinkedHashMap<>();
    Map<String, Integer> right = new LinkedHashMap<>();
    for (double distance : DISTANCES) {
      for (int seed = 0; seed < SEEDS; seed++) {
        for (Map.Entry<String, Said> each : all(distance, seed).entrySet()) {
          Said said = each.getValue();
          silent.merge(each.getKey(), said.isRight() || said.hasWarning() ? 0 : 1, Integer::sum);
          right.merge(each.getKey(), said.isRight() ? 1 : 0, Integer::sum);
        }
        Said said = inference(distance, seed);
        cases++;
        wrongNear += distance <= FAR && !said.isRight() ? 1 : 0;
        wrong += !said.isRight() && !said.hasWarning() ? 1 : 0;
      }
    }
    right.forEach((name, count) -> POINT.shown("right by " + name + ", of 36", count));
    POINT.atLeast("posteriors of two heaps", cases, 36);
    POINT.atMost("inference: weights off by 0.03 up to 20 sd", wrongNear, 0);
    POINT.atMost("inference: neither right nor warned of", wrong, 0);
    silent.forEach((name, count) -> POINT.atMost(name + ": neither right nor warned of", count, 0));
  }

  private static Said inference(double distance, int seed) {
    try (InferenceRun<@Nullable Void> run =
        Inference.of(heaps(distance))
            .progress(Progress.silent())
            .config(RunConfig.defaults().withSeed(seed))
            .run(null)) {
      return said(run, distance, !run.report().isRight());
    }
  }

  private static Map<String, Said> all(double distance, int seed) {
    var model = heaps(distance);
    RunConfig config = RunConfig.defaults().withSeed(seed);
    Map<String, Said> said = new LinkedHashMap<>();
    for (boolean isFull : new boolean[] {false, true}) {
      try (var svi =
          Svi.builder(model, isFull ? AutoMultivariateNormal.of(model) : AutoNormal.of(model))
              .config(config)
              .progress(Progress.silent())
              .build()) {
        FitReport report = svi.run(null, STEPS);
        said.put(
            isFull ? "full rank" : "mean field", said(svi, distance, !report.warnings().isEmpty()));
      }
    }
    try (var found = LaplaceApproximation.of(model).config(config).run(null)) {
      said.put("laplace", said(found, distance, !found.warnings().isEmpty()));
    }
    try (var found = Pathfinder.of(model).config(config).run(null)) {
      said.put("pathfinder", said(found, distance, !found.warnings().isEmpty()));
    }
    try (var run = Nuts.of(model).config(config).progress(Progress.silent()).run(null)) {
      said.put("nuts", said(run, distance, !run.report().warnings().isEmpty()));
    }
    return said;
  }
}
