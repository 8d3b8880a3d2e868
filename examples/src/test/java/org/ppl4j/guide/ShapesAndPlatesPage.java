package org.ppl4j.guide;

import ai.djl.ndarray.NDArray;
import org.ppl4j.Plate;
import org.ppl4j.Program;
import org.ppl4j.distributions.Normal;

/** The blocks of the page shapes-and-plates.md. */
final class ShapesAndPlatesPage {

  private ShapesAndPlatesPage() {}

  // region
  record Rows(NDArray x, NDArray y) {}

  static final Program<Rows> LINE =
      (p, rows) -> {
        NDArray a = p.sample("a", Normal.of(0, 10));
        NDArray b = p.sample("b", Normal.of(0, 10));
        try (Plate plate = p.plate("rows", rows.y().size(0), 32)) {
          NDArray mean = a.add(plate.take(rows.x()).mul(b));
          p.observe("y", Normal.of(mean, 1), plate.take(rows.y()));
        }
      };

  // endregion
}
