package org.ppl4j.infer;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.ppl4j.Program;
import org.ppl4j.distributions.LogNormal;
import org.ppl4j.distributions.Normal;
import org.ppl4j.infer.approximation.Pathfinder;
import org.ppl4j.infer.approximation.PathfinderPosterior;
import org.ppl4j.infer.autoguide.AutoNormal;
import org.ppl4j.infer.mcmc.McmcRun;
import org.ppl4j.infer.mcmc.Nuts;
import org.ppl4j.infer.svi.Svi;
import org.ppl4j.params.ParamStore;
import org.ppl4j.testing.LeakCheck;

/** Searches for a start show how far they are, as what they are for does. */
@ExtendWith(LeakCheck.class)
class SearchesProgressTest {

  private final NDManager manager = NDManager.newBaseManager();
  private final NDArray data = manager.create(1.5);
  private final StringBuilder shown = new StringBuilder();
  private final Progress progress = Progress.terminal(shown::append);

  private static final Program<NDArray> MODEL =
      (p, y) -> {
        NDArray scale = p.sample("scale", LogNormal.of(0, 0.5));
        NDArray x = p.sample("x", Normal.of(0, scale));
        p.observe("y", Normal.of(x, 1), y);
      };

  @AfterEach
  void close() {
    manager.close();
  }

  @Test
  void pathsOfPathfinder() {
    try (PathfinderPosterior<NDArray> found =
        Pathfinder.of(MODEL).asWritten().paths(3).progress(progress).run(data)) {
      assertThat(found.bound()).isFinite();
    }

    assertThat(shown).contains("\rsearch: 3 of 3, ");
  }

  /** Those in both variables, as many as there are; how many is known at the end. */
  @Test
  void beforeChains() {
    try (McmcRun<NDArray> run =
        Nuts.of(MODEL).chains(1).warmup(20).draws(20).progress(progress).run(data)) {
      assertThat(run.report().figures().keptDraws()).isEqualTo(20);
    }

    assertThat(shown.toString()).containsPattern("\rsearch: (20|32), .*\\R(?s:.*)nuts: 40 of 40");
  }

  @Test
  void startsOfAFit() {
    try (ParamStore params = new ParamStore(manager)) {
      var unused =
          Svi.builder(MODEL, AutoNormal.of(MODEL))
              .params(params)
              .restarts(2, 5)
              .progress(progress)
              .build()
              .run(data, 3);
    }

    assertThat(shown)
        .containsSubsequence(
            "svi, start 1 of 2: step 5 of 5", "svi, start 2 of 2: step 5 of 5", "svi: step 3");
  }
}
