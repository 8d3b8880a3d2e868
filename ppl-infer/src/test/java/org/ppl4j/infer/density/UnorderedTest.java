package org.ppl4j.infer.density;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Texts have no order, and so neither quantiles nor intervals. */
class UnorderedTest {

  private static final long SEED = 7;

  @TempDir private Path folder;

  private Table table() throws IOException {
    Random random = new Random(SEED);
    StringBuilder csv = new StringBuilder("kind,x\n");
    for (int i = 0; i < 120; i++) {
      csv.append(i % 3 == 0 ? "up," : "down,").append(random.nextGaussian()).append('\n');
    }
    return Table.read(Files.writeString(folder.resolve("kinds.csv"), csv));
  }

  @Test
  void aTextAloneHasProbabilitiesOnly() throws IOException {
    Table table = table();
    try (ConditionalDensity density =
        ConditionalDensityEstimator.of(AffineFlows::regression)
            .fit(table.columns("kind"), table.columns("x"))) {
      Table at = Table.row(Map.of("x", 0.5));
      double sum = 0;
      for (String kind : new String[] {"up", "down"}) {
        NDArray log = density.logProb(Table.row(Map.of("kind", kind)), at);
        sum += Math.exp(log.getDouble());
      }

      assertThat(sum).isCloseTo(1, within(1e-12));
      String message =
          "column 'kind' is a category of texts, which have no order, and so no mean, quantile or"
              + " interval; ask logProb of each level";
      assertThatThrownBy(() -> density.interval(0.9, at))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage(message);
      assertThatThrownBy(() -> density.mean(at)).hasMessage(message);
      assertThatThrownBy(() -> density.quantile(0.5, at)).hasMessage(message);
      assertThatThrownBy(() -> density.cdf(Table.row(Map.of("kind", "up")), at))
          .hasMessage(message);
    }
  }
}
