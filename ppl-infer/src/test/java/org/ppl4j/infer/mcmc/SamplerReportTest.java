package org.ppl4j.infer.mcmc;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSet;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.ppl4j.infer.Summary;
import org.ppl4j.infer.mcmc.SamplerReport.Figures;
import org.ppl4j.infer.mcmc.SamplerReport.Searches;

/** What a reader is told. */
class SamplerReportTest {

  private static final ChainReport GOOD =
      new ChainReport(1, 1, 1000, 1000, 0.4123, 0.85, 0, 0, 0.97, 23_112, 0.214, Optional.empty());

  private static final ChainReport BAD =
      new ChainReport(
          2, 3, 1000, 412, 0.05, 0.61, 17, 37, 0.214, 1_023_456, 10.2, Optional.of("planted"));

  private static Figures figures(boolean isInterrupted, ChainReport... chains) {
    return new Figures(
        "nuts",
        ImmutableList.copyOf(chains),
        1000,
        1000,
        1,
        1000,
        isInterrupted,
        Optional.empty(),
        Optional.of(new Searches("non-centred x", "", 2345, 0.1, ImmutableList.of())),
        Optional.empty(),
        Optional.empty(),
        ImmutableSet.of(),
        ImmutableList.of());
  }

  @Test
  void chainsThatAreWellAreNotWarnedOf() {
    assertThat(SamplerWarnings.of(figures(false, GOOD))).isEmpty();
  }

  @Test
  void eachWarningSaysWhatToDo() {
    assertThat(SamplerWarnings.of(figures(true, GOOD, BAD)))
        .containsExactly(
            "chain 2 failed after 412 draws, which are left out: planted",
            "interrupted: of 2 chains of 1,000 draws, 1 of 1,000 are kept",
            "17 of 1,412 trajectories diverged, so a part of the posterior may be missing; raise"
                + " the target acceptance (targetAcceptance(0.95)), or write the model in other"
                + " variables (Reparam.automatic())",
            "37 of 1,412 trajectories ended at the depth limit before they turned back, so draws"
                + " depend on each other more than need be; write the model in other variables,"
                + " warm up longer, or raise maxDepth",
            "E-BFMI of chain 2 is 0.21, below 0.3: it walks slowly through its energies and may"
                + " miss the tails; write the model in other variables, or warm up longer");
  }

  @Test
  void aLimitThatCutIsSaid() {
    Figures whole = figures(false, GOOD);
    Figures cut =
        new Figures(
            whole.sampler(),
            whole.chains(),
            whole.warmup(),
            whole.planned(),
            whole.keptChains(),
            whole.keptDraws(),
            false,
            Optional.of(Duration.ofMillis(1500)),
            whole.searches(),
            whole.whyNotRecorded(),
            whole.whyDrawByDraw(),
            whole.unjudged(),
            whole.discrete());

    assertThat(SamplerWarnings.of(cut))
        .containsExactly(
            "its limit of 1.5 s is over: of 1 chains of 1,000 draws, 1 of 1,000 are kept");
  }

  /** One in a thousand says nothing, one in a hundred is many. */
  @Test
  void warningsAreInProportion() {
    assertThat(SamplerWarnings.of(figures(false, diverged(1)))).isEmpty();
    assertThat(SamplerWarnings.of(figures(false, diverged(9))))
        .containsExactly(
            "9 of 1,000 trajectories diverged, which are few; where they lie together"
                + " (PairsPicture.divergent) a part of the posterior may be missing: raise the"
                + " target acceptance then (targetAcceptance(0.95))");
    assertThat(SamplerWarnings.of(figures(false, diverged(10))))
        .singleElement()
        .asString()
        .startsWith("10 of 1,000 trajectories diverged, so a part of the posterior may be missing");
  }

  private static ChainReport diverged(int divergences) {
    return new ChainReport(
        1, 1, 400, 1000, 0.4, 0.8, divergences, 1, 1, 10_000, 0.2, Optional.empty());
  }

  @Test
  void warmupsOfSeveralLengthsAreSaid() {
    Summary summary = new Summary(ImmutableMap.of(), ImmutableList.of());

    assertThat(SamplerReport.of(figures(false, GOOD, diverged(0)), summary, 1).toString())
        .startsWith("nuts: 1 chains of 1,000 draws after 400 to 1,000 iterations of warm-up in");
  }

  @Test
  void theTextIsATableWithWhatIsToBeWatched() {
    Summary summary =
        new Summary(
            ImmutableMap.of(
                "x", new Summary.Row(0, 1, -1, 0, 1, 1.002, 1234, 987),
                "constant", new Summary.Row(0, 0, 0, 0, 0)),
            ImmutableList.of("look out"));

    assertThat(SamplerReport.of(figures(false, GOOD, BAD), summary, 10.5))
        .hasToString(
            """
            nuts: 1 chains of 1,000 draws after 1,000 iterations of warm-up in 10.50 s
              non-centred x, begun where searches of 2,345 gradients ended
              chain  step size  acceptance  divergences  at the limit  E-BFMI    gradients  seconds
                  1      0.412       0.850            0             0    0.97       23,112     0.21
                  2     0.0500       0.610           17            37    0.21    1,023,456    10.20
              R-hat at most 1.002, effective sizes at least 987
              chain 2 was begun 3 times: a warm-up ended where there is next to no mass
              warning: look out\
            """);
  }
}
