package org.ppl4j.guide;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.ppl4j.Plate;
import org.ppl4j.Program;
import org.ppl4j.distributions.Normal;
import org.ppl4j.guide.ShapesAndPlatesPage.Rows;
import org.ppl4j.infer.svi.FitReport;

/** Guides reach posteriors in closed form. */
class GuidesPageTest {

  @TempDir private Path folder;

  /** Groups of four: means shrink by 4 / 5 to what is known. */
  @Test
  void aNetworkKnowsNewGroups() {
    Program<GuidesPage.Groups> model =
        (p, data) -> {
          NDArray effects;
          try (Plate groups = p.plate("groups", data.count())) {
            effects = p.sample("effect", Normal.of(0, 1));
          }
          try (Plate rows = p.plate("rows", data.y().size(0))) {
            p.observe("y", Normal.of(p.pick(effects, data.group()), 2), rows.take(data.y()));
          }
        };
    try (NDManager manager = NDManager.newBaseManager()) {
      double[] means =
          GuidesPage.means(model, groups(manager, 10), groups(manager, 12)); // the first of all
      for (int i = 10; i < 12; i++) {
        assertThat(means[i]).isCloseTo(mean(i) * 4 / (4 + 4), within(0.1));
      }
    }
  }

  private static double mean(int group) {
    return 2 * Math.sin(group);
  }

  private static GuidesPage.Groups groups(NDManager manager, int count) {
    double[] y = new double[4 * count];
    Arrays.setAll(y, i -> mean(i / 4) + (i % 2 - 0.5) * 2);
    long[] group = new long[y.length];
    Arrays.setAll(group, i -> i / 4);
    return new GuidesPage.Groups(manager.create(y), manager.create(group), count);
  }

  @Test
  void guidesOfALineFit() {
    try (NDManager manager = NDManager.newBaseManager()) {
      Rows rows = LineData.rows(manager);

      FitReport report = GuidesPage.withAFlow(rows);

      assertThat(report.khat().isKnown()).isTrue();
      assertThat(report.toString()).contains("k-hat: ");
      assertThat(GuidesPage.gradients(rows).toString())
          .contains("path derivative", "score function", "reweighted wake-sleep");
      assertThat(GuidesPage.atOnce(rows)).matches(LineData::isFitted);
      assertThat(GuidesPage.inTwoParts(manager, rows, folder.resolve("fit.bin")))
          .matches(LineData::isFitted);
      assertThat(folder.resolve("fit.bin")).exists();
    }
  }
}
