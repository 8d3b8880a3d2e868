package org.ppl4j.guide;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.Arrays;
import org.ppl4j.Plate;
import org.ppl4j.Program;
import org.ppl4j.distributions.Normal;
import org.ppl4j.guide.ShapesAndPlatesPage.Rows;
import org.ppl4j.infer.Summary;

/** Two hundred points on the line 1 + 3 x, what the model of a line makes of them, and a rival. */
final class LineData {

  /** The same without a slope. */
  static final Program<Rows> FLAT =
      (p, data) -> {
        NDArray level = p.sample("a", Normal.of(0, 10));
        try (Plate plate = p.plate("rows", data.y().size(0))) {
          p.observe("y", Normal.of(level, 1), plate.take(data.y()));
        }
      };

  private LineData() {}

  static Rows rows(NDManager manager) {
    double[] x = new double[200];
    Arrays.setAll(x, i -> i / 100.0 - 1);
    double[] y = Arrays.stream(x).map(at -> 1 + 3 * at).toArray();
    return new Rows(manager.create(x), manager.create(y));
  }

  /**
   * Whether means are near those of the exact posterior, whose deviations are 1 / √200 and 1 / √(Σ
   * x²).
   */
  static boolean isFitted(Summary summary) {
    return Math.abs(summary.get("a").mean() - 1) < 0.1
        && Math.abs(summary.get("b").mean() - 3) < 0.2;
  }
}
