package org.ppl4j.infer.mcmc;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.ToDoubleFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.ppl4j.Program;
import org.ppl4j.distributions.Cauchy;
import org.ppl4j.distributions.Exponential;
import org.ppl4j.distributions.Normal;
import org.ppl4j.infer.Progress;
import org.ppl4j.infer.Samples;
import org.ppl4j.infer.approximation.Exploration;
import org.ppl4j.infer.approximation.Pathfinder;
import org.ppl4j.infer.approximation.Variables;
import org.ppl4j.tensor.Rng;
import org.ppl4j.tensor.RunConfig;

class MissedModesTest {

  private static final long SEED = 5;
  private static final int DRAWS = 1000;

  /** (1 − w) N(−5, 1) + w N(5, 1) of a number. */
  private static Program<Double> heaps(double weight) {
    return (p, unit) -> {
      NDArray a = p.sample("a", Normal.of(0, 100 * unit));
      NDArray left = Normal.of(-5 * unit, unit).logProb(a).add(Math.log1p(-weight));
      NDArray right = Normal.of(5 * unit, unit).logProb(a).add(Math.log(weight));
      p.factor("heaps", left.exp().add(right.exp()).log());
    };
  }

  /** What is said of draws of one number, each as noise makes it. */
  private static List<String> of(Program<Double> model, double unit, ToDoubleFunction<Rng> draw) {
    RunConfig config = RunConfig.defaults().withSeed(SEED);
    Rng noise = Rng.of(SEED, Rng.Purpose.CHAIN, 0, "draws");
    try (Exploration<Double> found =
        Pathfinder.of(model).config(config).progress(Progress.silent()).explore(unit)) {
      Variables<Double> variables = found.nearest();
      double[] vectors = new double[DRAWS];
      for (int i = 0; i < DRAWS; i++) {
        vectors[i] = draw.applyAsDouble(noise);
      }
      try (Samples draws = variables.density().samples(vectors)) {
        return MissedModes.of(variables, draws, 4, vectors, SEED).warnings();
      }
    }
  }

  private static Consumer<String> ofShare(String place, double share) {
    return warning -> {
      assertThat(warning)
          .startsWith("a search ended at a mode where no draw is, at " + place)
          .contains(": a short chain from there stays, and about ")
          .endsWith(
              " of the mass may be there; if it is another name for the same, as with exchangeable"
                  + " components, order them, else ask Inference.of(model) or Smc.of(model)");
      String said = warning.replaceAll(".* about (\\S+) of the mass.*", "$1");
      assertThat(Double.parseDouble(said)).isBetween(share / 2, share * 2);
    };
  }

  @ParameterizedTest
  @ValueSource(doubles = {1e-6, 1, 1e6})
  void modeWithoutDrawsIsSaid(double unit) {
    assertThat(of(heaps(0.2), unit, noise -> unit * (-5 + noise.nextNormal())))
        .singleElement()
        .satisfies(ofShare("a = ", 0.2));
    assertThat(of(heaps(0.2), unit, noise -> unit * (5 + noise.nextNormal())))
        .singleElement()
        .satisfies(ofShare("a = -", 0.8));
  }

  @Test
  void modesWithDrawsAreNot() {
    assertThat(
            of(heaps(0.2), 1, noise -> (noise.nextUniform() < 0.2 ? 5 : -5) + noise.nextNormal()))
        .isEmpty();
  }

  /** A thousandth and less is not worth a word. */
  @Test
  void modeOfNextToNoMassIsNot() {
    assertThat(of(heaps(1e-4), 1, noise -> -5 + noise.nextNormal())).isEmpty();
  }

  /** Draws far in a tail, none at the only mode. */
  @Test
  void drawsWithoutTheModeAreSeen() {
    Program<Double> normal = (p, unit) -> p.sample("a", Normal.of(0, 1));

    assertThat(of(normal, 1, noise -> 30 + 0.01 * noise.nextNormal()))
        .singleElement()
        .satisfies(ofShare("a = ", 1));
    assertThat(of(normal, 1, Rng::nextNormal)).isEmpty();
  }

  /** Posteriors of one mode, though far from normal: chains say nothing of this kind. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void oneModeIsNotTakenForMore(long seed) {
    Program<Double> funnel =
        (p, unit) -> {
          NDArray scale = p.sample("scale", Normal.of(0, 3));
          p.sample("x", Normal.of(0, scale.div(2).exp()).expand(9).toEvent(1));
        };
    Program<Double> banana =
        (p, unit) -> {
          NDArray a = p.sample("a", Normal.of(0, 10));
          p.sample("b", Normal.of(a.square().mul(0.03), 1));
        };
    Program<Double> tails =
        (p, unit) -> {
          p.sample("c", Cauchy.of(0, 1).expand(3).toEvent(1));
          p.sample("e", Exponential.of(1e6).expand(20).toEvent(1));
        };
    for (Program<Double> model : List.of(funnel, banana, tails)) {
      try (McmcRun<Double> run =
          Nuts.of(model)
              .config(RunConfig.defaults().withSeed(seed))
              .draws(250)
              .progress(Progress.silent())
              .run(1.0)) {
        assertThat(run.report().figures().searches().orElseThrow().missed())
            .as("seed %d", seed)
            .isEmpty();
      }
    }
  }

  /** By default, of as many seeds as it takes to lose a mode now and then. */
  @Test
  void chainsThatLoseAModeSaySo() {
    int lost = 0;
    for (long seed = 100; seed < 140; seed++) {
      try (McmcRun<Double> run =
          Nuts.of(heaps(0.4))
              .config(RunConfig.defaults().withSeed(seed))
              .draws(100)
              .progress(Progress.silent())
              .run(1.0)) {
        double[] a = run.samples().values("a");
        boolean isLost = Arrays.stream(a).map(Math::signum).distinct().count() < 2;
        lost += isLost ? 1 : 0;
        assertThat(run.report().warnings().stream().anyMatch(said -> said.contains("no draw is")))
            .as("seed %d", seed)
            .isEqualTo(isLost);
      }
    }
    assertThat(lost).isPositive();
  }
}
