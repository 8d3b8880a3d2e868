package org.ppl4j.guide;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.ppl4j.testing.Models.Model;

/** The models of the guide, for laws over all models. */
public final class GuideModels {

  private GuideModels() {}

  /** Each with data of its kind. */
  public static Stream<Named<Model<?>>> all() {
    return Stream.of(
        Named.of("the guide's coin", new Model<>(ReadmePage.MODEL, GuideModels::flips)),
        Named.of("the guide's line", new Model<>(ShapesAndPlatesPage.LINE, GuideModels::rows)),
        Named.of(
            "the guide's missing values",
            new Model<>(DataAndTablesPage.WITH_MISSING, GuideModels::measured)),
        Named.of(
            "the guide's series",
            new Model<>(LongLoopsAndEquationsPage.STATES, GuideModels::flips)));
  }

  private static NDArray flips(NDManager manager) {
    return manager.create(new double[] {1, 1, 1, 0, 1, 0});
  }

  private static ShapesAndPlatesPage.Rows rows(NDManager manager) {
    double[] x = IntStream.range(0, 80).mapToDouble(i -> 0.1 * i).toArray();
    double[] y = IntStream.range(0, 80).mapToDouble(i -> 0.2 * i + Math.sin(i)).toArray();
    return new ShapesAndPlatesPage.Rows(manager.create(x), manager.create(y));
  }

  private static DataAndTablesPage.Measured measured(NDManager manager) {
    NDArray x = manager.create(new double[] {0.1, 0.5, -0.3});
    return new DataAndTablesPage.Measured(
        x, x.gt(0), manager.create(new double[] {0.3, 0.9, -0.5}));
  }
}
