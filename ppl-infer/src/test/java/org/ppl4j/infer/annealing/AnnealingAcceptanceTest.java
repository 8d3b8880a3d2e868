package org.ppl4j.infer.annealing;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.ppl4j.Program;
import org.ppl4j.distributions.Categorical;
import org.ppl4j.distributions.MixtureSameFamily;
import org.ppl4j.distributions.Normal;
import org.ppl4j.distributions.StudentT;
import org.ppl4j.infer.Progress;
import org.ppl4j.tensor.RunConfig;
import org.ppl4j.testing.AcceptancePoint;

/** Normalizers by annealing: how far off, how long, and whether the stated errors are honest. */
@Tag("acceptance")
@Tag("alone")
class AnnealingAcceptanceTest {

  private static final AcceptancePoint POINT = new AcceptancePoint("stochastic.2");
  private static final int CHAINS = 2000;
  private static final int SEEDS = 20;

  @ParameterizedTest
  @EnumSource(Potential.class)
  @Tag("stochastic.2")
  void normalizersOfTheReference(Potential potential) {
    judge(potential.name(), potential.model(), Potential.normal(), potential.logNormalizer());
  }

  /** Four narrow normals around the guide, one of them with half the mass. */
  @Test
  @Tag("stochastic.2")
  void modesApart() {
    Program<Void> model =
        (p, none) -> {
          NDArray locs = p.run().create(new double[] {3, 3, -3, 3, -3, -3, 3, -3}, new Shape(4, 2));
          p.sample(
              "x",
              MixtureSameFamily.of(
                  Categorical.probs(0.5, 0.2, 0.2, 0.1), Normal.of(locs, 0.5).toEvent(1)));
        };
    judge("four modes", model, Potential.normal(), 0);
  }

  /** Ten coordinates, of scales from 0.1 to 3, away from the guide, with tails that are not its. */
  @Test
  @Tag("stochastic.2")
  void scalesApart() {
    double[] scales = new double[10];
    Arrays.setAll(scales, i -> 0.1 * Math.pow(30, i / 9.0));
    Program<Void> model =
        (p, none) -> {
          NDArray scale = p.run().create(scales, new Shape(10));
          p.sample("x", StudentT.of(p.scalar(10), p.scalar(2), scale).toEvent(1));
        };
    Program<Void> guide = (p, none) -> p.sample("x", Normal.standard(10).toEvent(1));
    judge("ten scales", model, guide, 0);
  }

  private static void judge(
      String name, Program<Void> model, Program<Void> guide, double logNormalizer) {
    double largest = 0;
    double longest = 0;
    int honest = 0;
    for (int seed = 0; seed < SEEDS; seed++) {
      Annealing<Void> annealing =
          Annealing.of(model, guide)
              .config(RunConfig.defaults().withSeed(seed))
              .progress(Progress.silent());
      long began = System.nanoTime();
      try (Evidence evidence = annealing.evidence(null, CHAINS)) {
        longest = Math.max(longest, (System.nanoTime() - began) * 1e-9);
        double error = Math.abs(evidence.logEvidence() - logNormalizer);
        largest = Math.max(largest, error);
        honest += error < 3 * evidence.standardError() ? 1 : 0;
      }
    }
    POINT.atMost(name + ", largest error of log Z of 20 seeds", largest, 0.05);
    POINT.atLeast(name + ", of them within three stated errors", honest, 19);
    POINT.atMost(name + ", seconds of the longest", longest, 20);
  }
}
