package org.ppl4j.guide;

import ai.djl.ndarray.NDArray;
import java.nio.file.Path;
import java.util.Map;
import org.ppl4j.flows.Flows;
import org.ppl4j.infer.density.ConditionalDensity;
import org.ppl4j.infer.density.ConditionalDensityEstimator;
import org.ppl4j.infer.density.Density;
import org.ppl4j.infer.density.DensityEstimator;
import org.ppl4j.infer.density.Table;
import org.ppl4j.infer.density.Training;

/** The blocks of the page conditional-densities.md. */
final class ConditionalDensitiesPage {

  private ConditionalDensitiesPage() {}

  // region
  static String price(Path csv, Path file, double area) {
    Table flats = Table.read(csv); // texts are categories, and empty cells are missing
    System.out.println(flats); // what each column was taken for
    try (ConditionalDensity density =
        ConditionalDensityEstimator.of(Flows::conditional)
            .ensemble(3)
            .fit(flats.columns("price"), flats.columns("area", "rooms", "district"))) {
      density.save(file); // ConditionalDensity.load(file, Flows::conditional)
      Map<String, Object> flat = Map.of("area", area, "rooms", 3, "district", "Leeds");
      System.out.println(density.sampleRows(5, Table.row(flat))); // as rows of the table are
      System.out.println(density.quantile(0.5, flat)); // a number: the median
      return density.interval(0.9, flat).toString(); // "228.4 to 271.9, covers 0.9"
    }
  }

  // endregion

  // region
  static double heldOut(NDArray table, NDArray others, Path file) {
    try (Density density = DensityEstimator.of(Flows::density).fit(table)) {
      density.save(file); // Density.load(file, Flows::density)
      return density.logProb(others).mean().getDouble(); // in the units of the table
    }
  }

  static NDArray upper(NDArray y, NDArray x, NDArray at) {
    Training quick = Training.standard().steps(500).batch(128);
    try (ConditionalDensity density =
        ConditionalDensityEstimator.of(Flows::conditional).training(quick).fit(y, x)) {
      return density.quantile(at.getManager().create(new double[] {0.95}), at);
    }
  }

  // endregion
}
