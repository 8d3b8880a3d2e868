package org.ppl4j.readme;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.List;
import java.util.stream.IntStream;
import org.ppl4j.integration.ModelRow;

/** The models of the README, for laws over all models. */
public final class ReadmeModels {

  private ReadmeModels() {}

  /** Each with data of its kind. */
  public static List<ModelRow<?>> all() {
    return List.of(
        ModelRow.of("the README's coin", ReadmeSnippets.MODEL, ReadmeModels::flips),
        ModelRow.of("the README's line", ReadmeSnippets.LINE, ReadmeModels::rows),
        ModelRow.of(
            "the README's missing values", ReadmeSnippets.WITH_MISSING, ReadmeModels::measured));
  }

  private static NDArray flips(NDManager manager) {
    return manager.create(new double[] {1, 1, 1, 0, 1, 0});
  }

  private static ReadmeSnippets.Rows rows(NDManager manager) {
    double[] x = IntStream.range(0, 80).mapToDouble(i -> 0.1 * i).toArray();
    double[] y = IntStream.range(0, 80).mapToDouble(i -> 0.2 * i + Math.sin(i)).toArray();
    return new ReadmeSnippets.Rows(manager.create(x), manager.create(y));
  }

  private static ReadmeSnippets.Measured measured(NDManager manager) {
    NDArray x = manager.create(new double[] {0.1, 0.5, -0.3});
    return new ReadmeSnippets.Measured(x, x.gt(0), manager.create(new double[] {0.3, 0.9, -0.5}));
  }
}
