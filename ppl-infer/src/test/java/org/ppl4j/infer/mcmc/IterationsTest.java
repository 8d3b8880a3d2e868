package org.ppl4j.infer.mcmc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import com.google.common.collect.ImmutableMap;
import com.google.common.primitives.ImmutableDoubleArray;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.ppl4j.Plate;
import org.ppl4j.Program;
import org.ppl4j.distributions.Normal;
import org.ppl4j.infer.CmdStanCsv;
import org.ppl4j.infer.CountedRate;
import org.ppl4j.infer.Progress;
import org.ppl4j.tensor.RunConfig;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.testing.LeakCheck;
import org.ppl4j.testing.References;

/** What iterations did is what reports and densities say, and what a file says again. */
@ExtendWith(LeakCheck.class)
class IterationsTest {

  private static final int DRAWS = 1000; // of each of four chains

  /** Neal's funnel, whose neck long steps cannot enter. */
  private static final Program<Void> FUNNEL =
      (p, none) -> {
        NDArray width = p.sample("width", Normal.of(0, 3)).mul(0.5).exp();
        try (Plate plate = p.plate("many", 9)) {
          p.sample("x", Normal.of(0, width));
        }
      };

  private static NDArray counts() {
    return Tensors.vector(2, 4, 3);
  }

  private static Nuts<NDArray> nuts() {
    return Nuts.of(CountedRate.MODEL)
        .progress(Progress.silent())
        .config(RunConfig.defaults().withSeed(11));
  }

  private static ImmutableDoubleArray ofChain(ImmutableDoubleArray column, int chain) {
    return column.subArray(chain * DRAWS, (chain + 1) * DRAWS);
  }

  @Test
  void columnsAreThoseOfTheReport() {
    try (McmcRun<NDArray> run = nuts().run(counts())) {
      Iterations iterations = run.iterations();
      assertThat(iterations.columns().keySet()).containsExactlyElementsOf(Iterations.NAMES);
      assertThat(iterations.chains()).isEqualTo(4);
      assertThat(iterations.draws()).isEqualTo(4 * DRAWS);
      for (ChainReport chain : run.report().chains()) {
        int c = chain.chain() - 1;
        assertThat(ofChain(iterations.acceptances(), c).stream().average().orElseThrow())
            .isCloseTo(chain.acceptance(), within(1e-12)); // of another order of the sum
        assertThat(ofChain(iterations.stepSizes(), c).stream()).containsOnly(chain.stepSize());
        assertThat(iterations.ebfmi().get(c)).isEqualTo(chain.ebfmi());
      }
      assertThat(iterations.divergent().length()).isEqualTo(run.report().divergences());
    }
  }

  /** In u = log λ the density is that of Gamma(3 + 9, 1 + 3) and of u: 12 u − 4 exp u. */
  @Test
  void logDensitiesAreThoseOfTheDraws() {
    try (McmcRun<NDArray> run = nuts().run(counts())) {
      double[] rates = run.samples().values("rate");
      ImmutableDoubleArray found = run.iterations().logDensities();
      double constant = found.get(0) - 12 * Math.log(rates[0]) + 4 * rates[0];
      for (int i = 0; i < rates.length; i++) {
        assertThat(found.get(i))
            .isCloseTo(12 * Math.log(rates[i]) - 4 * rates[i] + constant, within(1e-9));
      }
    }
  }

  /**
   * The momentum at a draw is of N(0, M): the kinetic energy is half a χ² of one degree, of mean ½
   * and variance ½; four standard errors of 2,000 effective draws.
   */
  @Test
  void energiesHoldThatOfTheMomentum() {
    try (McmcRun<NDArray> run = nuts().run(counts())) {
      Iterations iterations = run.iterations();
      double sum = 0;
      for (int i = 0; i < iterations.draws(); i++) {
        double kinetic = iterations.energies().get(i) + iterations.logDensities().get(i);
        assertThat(kinetic).isGreaterThan(-1e-12);
        sum += kinetic;
      }
      assertThat(sum / iterations.draws()).isCloseTo(0.5, within(4 * Math.sqrt(0.5 / 2000)));
    }
  }

  /** d doublings are 2ᵈ − 1 steps, and one more that is given up at most 2ᵈ. */
  @Test
  void stepsGoWithDepths() {
    try (McmcRun<NDArray> run = nuts().run(counts())) {
      Iterations iterations = run.iterations();
      for (int i = 0; i < iterations.draws(); i++) {
        double doubled = Math.pow(2, iterations.depths().get(i));
        assertThat(iterations.steps().get(i)).isBetween(doubled - 1, 2 * doubled - 1);
      }
      assertThat(iterations.depths().stream().max().orElseThrow()).isGreaterThan(1);
    }
  }

  @Test
  void trajectoriesOfOneLengthDoNotDouble() {
    Hmc<NDArray> hmc = Hmc.of(CountedRate.MODEL).progress(Progress.silent()).steps(5);
    try (McmcRun<NDArray> run = hmc.warmup(100).draws(100).run(counts())) {
      assertThat(run.iterations().steps().stream()).hasSize(400).containsOnly(5.0);
      assertThat(run.iterations().depths().stream()).containsOnly(0.0);
    }
  }

  @Test
  void divergentDrawsAreAsManyAsTheReportHas() {
    Nuts<Void> nuts =
        Nuts.of(FUNNEL)
            .asWritten()
            .progress(Progress.silent())
            .config(RunConfig.defaults().withSeed(3));
    try (McmcRun<Void> run = nuts.targetAcceptance(0.6).warmup(200).draws(300).run(null)) {
      assertThat(run.iterations().divergent().length())
          .isPositive()
          .isEqualTo(run.report().divergences());
      assertThat(run.iterations().divergent().asList()).isSorted().doesNotHaveDuplicates();
    }
  }

  @Test
  void anyNumberOfThreadsGivesTheSameBits() {
    Nuts<NDArray> nuts = nuts().warmup(50).draws(50);
    try (McmcRun<NDArray> one = nuts.threads(1).run(counts());
        McmcRun<NDArray> four = nuts.threads(4).run(counts())) {
      assertThat(one.iterations().columns()).isEqualTo(four.iterations().columns());
    }
  }

  /** First in the file, in CmdStan's order. */
  @Test
  void aFileGivesTheSame(@TempDir Path folder) throws IOException {
    try (McmcRun<NDArray> run = nuts().warmup(50).draws(50).run(counts())) {
      List<Path> files =
          CmdStanCsv.write(run.samples(), run.iterations().columns(), folder, "rate");
      assertThat(Files.readAllLines(files.get(3)))
          .contains("#     algorithm = hmc (Default)")
          .contains(
              "lp__,accept_stat__,stepsize__,treedepth__,n_leapfrog__,divergent__,energy__,rate");
      try (CmdStanCsv read = CmdStanCsv.read(files)) {
        Iterations same = Iterations.of(read.sampler(), read.samples().chains());
        assertThat(same.columns()).isEqualTo(run.iterations().columns());
        assertThat(same.chains()).isEqualTo(4);
        assertThat(same).hasToString(run.iterations().toString());
      }
    }
  }

  private static Path reference(String name) {
    return Path.of(
        URI.create(
            IterationsTest.class.getResource("/org/ppl4j/reference/cmdstan/" + name).toString()));
  }

  /** What was written here is read by ArviZ, which has the same figures of it. */
  @Test
  void arvizReadsTheSame() {
    JsonObject expected = References.read("cmdstan/arviz_nuts.json");
    try (CmdStanCsv read =
        CmdStanCsv.read(List.of(reference("nuts_1.csv"), reference("nuts_2.csv")))) {
      Iterations found = Iterations.of(read.sampler(), read.samples().chains());
      Map<String, ImmutableDoubleArray> columns =
          Map.of(
              "lp", found.logDensities(),
              "acceptance_rate", found.acceptances(),
              "step_size", found.stepSizes(),
              "tree_depth", found.depths(),
              "n_steps", found.steps(),
              "energy", found.energies());
      JsonObject means = expected.getAsJsonObject("means");
      assertThat(means.keySet()).hasSize(columns.size() + 1).containsAll(columns.keySet());
      columns.forEach(
          (name, column) ->
              assertThat(column.stream().average().orElseThrow())
                  .as(name)
                  .isCloseTo(means.get(name).getAsDouble(), within(1e-12)));
      assertThat(found.divergent().stream().asDoubleStream().toArray())
          .containsExactly(References.numbers(expected.get("divergent")));
      assertThat(found.ebfmi().toArray())
          .containsExactly(References.numbers(expected.get("bfmi")), within(1e-12));
    }
  }

  @Test
  void mistakesAreNamed() {
    ImmutableDoubleArray three = ImmutableDoubleArray.of(0, 1, 2);
    Iterations few = Iterations.of(Map.of("lp__", three), 1);
    assertThat(few).hasToString("Iterations(3 of 1 chains: [lp__])");
    assertThatThrownBy(few::ebfmi)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "iterations have no column 'energy__', only [lp__]; write it to the file that they are"
                + " read from");
    assertThatThrownBy(() -> Iterations.of(Map.of("lp__", three), 2))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("columns have 3 numbers, which are not as many of each of 2 chains");
    assertThatThrownBy(() -> Iterations.of(Map.of("lp__", three), 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("iterations are of 0 chains, but need at least 1");
    assertThatThrownBy(() -> Iterations.of(Map.of(), 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("iterations have no columns; pass those of a sampler");
    assertThatThrownBy(
            () ->
                Iterations.of(ImmutableMap.of("lp__", three, "energy__", three.subArray(0, 2)), 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("column 'energy__' has 2 numbers, but column 'lp__' has 3; pass one a draw");
  }
}
