package org.ppl4j.guide;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.ppl4j.guide.ShapesAndPlatesPage.Rows;
import org.ppl4j.infer.Progress;
import org.ppl4j.infer.autoguide.AutoNormal;
import org.ppl4j.infer.svi.Averaging;
import org.ppl4j.infer.svi.Svi;

/** A batch of the rows leads to the posterior given all. */
class ShapesAndPlatesPageTest {

  @Test
  void theTableOfSitesIsThatOfThePage() throws IOException {
    double[][] y = {{1, 2, 3}, {4, 5, 6}};
    String table = ShapesAndPlatesPage.CROSSED.describe(y).toString();

    assertThat(Files.readString(Path.of("guide", "shapes-and-plates.md"))).contains(table.strip());
  }

  @Test
  void theLineIsFittedByBatches() {
    try (NDManager manager = NDManager.newBaseManager();
        Svi<Rows> svi =
            Svi.builder(ShapesAndPlatesPage.LINE, AutoNormal.of(ShapesAndPlatesPage.LINE))
                .averaging(Averaging.polynomial(3))
                .progress(Progress.silent())
                .build()) {
      Rows rows = LineData.rows(manager);
      svi.run(rows, 1000);

      assertThat(svi.summary(rows, 1000)).matches(LineData::isFitted);
    }
  }
}
