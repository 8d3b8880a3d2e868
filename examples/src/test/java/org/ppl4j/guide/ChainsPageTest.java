package org.ppl4j.guide;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.ppl4j.guide.ShapesAndPlatesPage.LINE;

import ai.djl.ndarray.NDManager;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.ppl4j.infer.Summary;

/** Chains reach the exact posterior, and their pictures and files are there. */
class ChainsPageTest {

  @TempDir private Path folder;

  @Test
  void chainsReachThePosterior() {
    Summary.Row fairness = ChainsPage.byChains().get("fairness");

    // That of Beta(16, 14); four standard errors of 1,000 effective draws.
    assertThat(fairness.mean()).isCloseTo(16.0 / 30, within(4 * 0.0896 / Math.sqrt(1000)));
    assertThat(fairness.rhat()).isLessThan(1.02);
  }

  @Test
  void chainsAreSeen() {
    try (NDManager manager = NDManager.newBaseManager()) {
      assertThat(ChainsPage.mended(LINE, LineData.rows(manager)).rows().keySet())
          .containsExactly("a", "b");
      ChainsPage.shown(LineData.rows(manager), folder.resolve("line.html"));
      assertThat(folder.resolve("line.html")).isNotEmptyFile();
      assertThat(ChainsPage.seen(LineData.rows(manager), folder))
          .hasSize(4)
          .allMatch(Files::exists);
    }
    assertThat(List.of("pairs.png", "forest.png", "energy.png", "line.zarr", "line.csv"))
        .allMatch(name -> Files.exists(folder.resolve(name)));
  }
}
