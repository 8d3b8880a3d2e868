package org.ppl4j.guide;

import ai.djl.ndarray.NDArray;
import org.ppl4j.Plate;
import org.ppl4j.PlateSpec;
import org.ppl4j.Program;
import org.ppl4j.distributions.Normal;

/** The blocks of the page shapes-and-plates.md. */
final class ShapesAndPlatesPage {

  private ShapesAndPlatesPage() {}

  // region
  static final Program<double[][]> CROSSED =
      (p, y) -> {
        PlateSpec days = PlateSpec.of("days", y.length).dim(-2);
        PlateSpec shops = PlateSpec.of("shops", y[0].length).dim(-1);
        NDArray day;
        try (Plate plate = p.plate(days)) {
          day = p.sample("day", Normal.of(0, 1)); // (days, 1)
        }
        NDArray shop;
        try (Plate plate = p.plate(shops)) {
          shop = p.sample("shop", Normal.of(0, 1)); // (shops)
        }
        try (Plate rows = p.plate(days);
            Plate columns = p.plate(shops)) {
          p.observe("y", Normal.of(day.add(shop), 0.5), p.constant(y)); // (days, shops)
        }
      };

  // endregion

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
