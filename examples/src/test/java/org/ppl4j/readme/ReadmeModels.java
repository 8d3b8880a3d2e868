package org.ppl4j.readme;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.ppl4j.testing.Models.Model;

/** The models of the README, for laws over all models. */
public final class ReadmeModels {

  private ReadmeModels() {}

  /** Each with data of its kind. */
  public static Stream<Named<Model<?>>> all() {
    return Stream.of(
        Named.of("the README's coin", new Model<>(ReadmeSnippets.MODEL, ReadmeModels::flips)),
        Named.of("the README's line", new Model<>(ReadmeSnippets.LINE, ReadmeModels::rows)),
        Named.of(
            "the README's missing values",
            new Model<>(ReadmeSnippets.WITH_MISSING, ReadmeModels::measured)),
        Named.of("the README's series", new Model<>(ReadmeSnippets.STATES, ReadmeModels::flips)));
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
