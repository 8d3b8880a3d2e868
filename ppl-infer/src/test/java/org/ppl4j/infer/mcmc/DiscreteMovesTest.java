package org.ppl4j.infer.mcmc;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import com.google.errorprone.annotations.MustBeClosed;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.ppl4j.Plate;
import org.ppl4j.Program;
import org.ppl4j.distributions.Bernoulli;
import org.ppl4j.distributions.Binomial;
import org.ppl4j.distributions.Normal;
import org.ppl4j.distributions.Poisson;
import org.ppl4j.infer.Choices;
import org.ppl4j.infer.Progress;
import org.ppl4j.infer.Summary;
import org.ppl4j.infer.latent.Initializer;
import org.ppl4j.infer.latent.LogDensity;
import org.ppl4j.internal.math.IncompleteGamma;
import org.ppl4j.params.ParamStore;
import org.ppl4j.tensor.Rng;
import org.ppl4j.tensor.RunConfig;
import org.ppl4j.tensor.Tensors;

/** Discrete sites that chains draw between their moves. */
class DiscreteMovesTest {

  private static final RunConfig CONFIG = RunConfig.defaults().withSeed(20261130);

  /** Standard errors that a mean may be off. */
  private static final double MOST = 4.5;

  /** Those that nobody saw, of a number with a Poisson prior, are as many as of Poisson too. */
  private static Program<Void> seenInPart(double rate, double chance, double seen) {
    return (p, none) -> {
      p.sample("free", Normal.of(0, 1));
      try (Plate rows = p.plate("rows", 4)) {
        NDArray n = p.sample("n", Poisson.of(rate));
        p.observe("seen", Binomial.probs(n, chance), p.run().ones(new Shape(4)).mul(seen));
      }
    };
  }

  /** Of a chain that draws nothing else. */
  private static double[] unseen(Program<Void> model, double seen, int draws, int thin) {
    double[] unseen = new double[4 * draws];
    try (NDManager manager = NDManager.newBaseManager();
        ParamStore none = new ParamStore(manager, CONFIG);
        LogDensity<Void> density =
            LogDensity.withDiscrete(model, null, none, CONFIG, Initializer.uniform())) {
      DiscreteMoves moves = new DiscreteMoves(density, density.conditionals());
      Rng rng = Rng.of(CONFIG.seed(), Rng.Purpose.CHAIN, 0, "moves");
      double[] u = Arrays.copyOf(density.start(), 1);
      moves.begin(density.start(), true, rng);
      for (int i = 0; i < 200; i++) {
        moves.move(u, true, rng);
      }
      double[] vector = new double[5];
      for (int i = 0; i < draws * thin; i++) {
        moves.move(u, false, rng);
        moves.copyTo(vector, 0);
        for (int r = 0; r < 4; r++) {
          unseen[4 * Math.floorDiv(i, thin) + r] = vector[1 + r] - seen;
        }
      }
    }
    return unseen;
  }

  @Test
  void countsWithoutEndAreThoseOfAClosedForm() {
    double[] unseen = unseen(seenInPart(6, 0.5, 2), 2, 2000, 10);

    double[] expected = new double[12];
    double[] found = new double[12];
    double term = Math.exp(-3);
    for (int k = 0; k < 11; k++, term *= 3.0 / k) {
      expected[k] = unseen.length * term;
    }
    expected[11] = unseen.length - Arrays.stream(expected).sum();
    for (double each : unseen) {
      found[(int) Math.min(each, 11)]++;
    }
    double statistic = 0;
    for (int k = 0; k < 12; k++) {
      statistic += Math.pow(found[k] - expected[k], 2) / expected[k];
    }
    assertThat(IncompleteGamma.upper(11 / 2.0, statistic / 2)).isGreaterThan(1e-4);
  }

  @Test
  void stepsAreMadeAsWideAsThePosteriorIs() {
    double[] unseen = unseen(seenInPart(2e6, 0.5, 1e6), 1e6, 500, 10);

    double mean = Arrays.stream(unseen).average().orElseThrow();
    double square = Arrays.stream(unseen).map(x -> x * x).average().orElseThrow();
    assertThat((mean - 1e6) / Math.sqrt(1e6 / unseen.length)).isBetween(-2 * MOST, 2 * MOST);
    assertThat(Math.sqrt(square - mean * mean)).isBetween(900.0, 1100.0);
  }

  // --- chains

  @MustBeClosed
  private static <D> McmcRun<D> run(Nuts<D> sampler, D data) {
    return sampler.progress(Progress.silent()).config(CONFIG).run(data);
  }

  private static Summary.Row row(McmcRun<?> run, String name) {
    return requireNonNull(run.summary().rows().get(name));
  }

  @Test
  void gibbsStepsAgreeWithSumsOverAllValues() {
    NDArray data = DiscreteModels.assigned(3).data();
    try (McmcRun<NDArray> run =
        run(Nuts.of(DiscreteModels.ASSIGNED).asWritten().chains(2).draws(1500), data)) {
      double[] exact =
          Choices.of(DiscreteModels.SUMMED, run.params(), CONFIG)
              .marginals(data, run.samples(), "z");

      for (int i = 0; i < 6; i++) {
        Summary.Row row = row(run, "z[" + (i + 1) + "]");
        assertThat(row.mean()).isCloseTo(exact[2 * i + 1], within(MOST * row.meanError()));
      }
      assertThat(run.report().toString())
          .containsPattern("'z' by Gibbs steps among 2 values, of which 0.\\d\\d moved it\n");
    }
  }

  @Test
  void whatIsSummedOutStaysSo() {
    Program<NDArray> summed =
        (p, x) -> {
          NDArray mean = p.sample("mean", Normal.of(0, 1));
          try (Plate rows = p.plate("rows", 6)) {
            NDArray z = p.sample("z", Bernoulli.probs(0.4));
            NDArray w = p.sample("w", Bernoulli.logits(z.mul(2).sub(1)));
            p.observe("x", Normal.of(mean.add(z).add(w), 1), rows.take(x));
          }
        };
    NDArray data = DiscreteModels.assigned(3).data();
    try (McmcRun<NDArray> run =
        run(Nuts.of(DiscreteModels.sampled("z", summed)).asWritten().chains(2).draws(1500), data)) {
      Choices<NDArray> choices = Choices.of(summed, run.params(), CONFIG);
      for (String site : List.of("z", "w")) {
        double[] exact = choices.marginals(data, run.samples(), site);
        for (int i = 0; i < 6; i++) {
          Summary.Row row = row(run, site + "[" + (i + 1) + "]");
          assertThat(row.mean()).isCloseTo(exact[2 * i + 1], within(MOST * row.meanError()));
        }
      }
    }
  }

  @Test
  void rowsThatDependOnEachOtherAreDrawnOneByOne() {
    Program<Void> model =
        DiscreteModels.sampled(
            "z",
            (p, none) -> {
              p.sample("free", Normal.of(0, 1));
              NDArray z;
              try (Plate rows = p.plate("rows", 3)) {
                z = p.sample("z", Bernoulli.probs(0.3));
              }
              p.observe("total", Normal.of(z.sum(), 1), Tensors.number(2));
            });
    double mass = 0;
    double first = 0;
    for (int k = 0; k <= 3; k++) {
      int ways = k % 3 == 0 ? 1 : 3;
      double term =
          ways * Math.pow(0.3, k) * Math.pow(0.7, 3 - k) * Math.exp(-Math.pow(k - 2, 2) / 2);
      mass += term;
      first += term * k / 3;
    }

    try (McmcRun<Void> run = run(Nuts.of(model).asWritten().chains(2).draws(1000), null)) {
      Summary.Row row = row(run, "z[1]");
      assertThat(row.mean()).isCloseTo(first / mass, within(MOST * row.meanError()));
      assertThat(run.report().toString())
          .contains("moved it; one row after the other, since observed site 'total' depends on");
    }
  }

  @Test
  void aModelWithCountsIsSampledAndTheBitsAreThoseOfTheSeed() {
    NDArray data = DiscreteModels.counted(3).data();
    Nuts<NDArray> sampler = Nuts.of(DiscreteModels.COUNTED).chains(2).warmup(200).draws(200);
    try (McmcRun<NDArray> run = run(sampler.threads(1), data);
        McmcRun<NDArray> again = run(sampler.threads(2), data)) {
      assertThat(run.samples().names()).containsExactly("rate", "chance", "n");
      assertThat(run.samples().values("n")).isEqualTo(again.samples().values("n"));
      assertThat(run.samples().values("rate")).isEqualTo(again.samples().values("rate"));
      assertThat(Arrays.stream(run.samples().values("n")))
          .allMatch(n -> n >= 0 && n == Math.rint(n));
      assertThat(run.report().toString())
          .containsPattern(
              "'n' by Metropolis steps among 8 numbers \\d.\\d apart, of which 0.\\d\\d moved"
                  + " it\n");
    }
  }

  @Test
  void otherSamplersDrawThemToo() {
    NDArray data = DiscreteModels.changed(3).data();
    Program<NDArray> model = DiscreteModels.CHANGED;
    double expected;
    try (McmcRun<NDArray> run = run(Nuts.of(model).asWritten().chains(2), data)) {
      expected = row(run, "time").mean();
    }
    try (McmcRun<NDArray> run =
        RandomWalk.of(model).progress(Progress.silent()).config(CONFIG).draws(5000).run(data)) {
      Summary.Row row = row(run, "time");
      assertThat(row.mean()).isCloseTo(expected, within(0.2));
    }
  }
}
