package org.ppl4j.examples.hierarchical;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDManager;
import com.google.common.base.Stopwatch;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.ppl4j.examples.hierarchical.Radon.Houses;
import org.ppl4j.examples.launcher.ExampleOptions;
import org.ppl4j.examples.launcher.ExampleResult;
import org.ppl4j.testing.AcceptancePoint;

/** Three models of radon beside their exact cross-validation. */
@Tag("acceptance")
@Tag("alone")
class ModelComparisonAcceptanceTest {

  private static final AcceptancePoint POINT = new AcceptancePoint("sampler.8");

  /** Of a sum that is known to about 0.3; differences below 4 say nothing. */
  private static final double MOST_ERROR = 1;

  @TempDir private Path folder;

  @Test
  @Tag("sampler.8")
  void estimatesAreTheExactOnesAndUraniumPredictsBest() {
    Stopwatch watch = Stopwatch.createStarted();
    ExampleResult result =
        new ModelComparison().run(ExampleOptions.defaults().quietly().withDirectory(folder));
    double seconds = watch.elapsed().toNanos() * 1e-9;
    System.out.println(result.report() + System.lineSeparator() + result.table());

    POINT.atMost("run model-comparison, seconds", seconds, 180);
    assertThat(folder.resolve("model-comparison.png")).isNotEmptyFile();
    assertThat(result.table()).contains("'pooled' predicts worse than 'by county, uranium'");
    try (NDManager manager = NDManager.newBaseManager()) {
      Houses data = Radon.houses(manager);
      check(result, "pooled", ModelComparisonTest.exact(data, false, false));
      check(result, "by county", ModelComparisonTest.exact(data, true, false));
      check(result, "by county, uranium", ModelComparisonTest.exact(data, true, true));
    }
  }

  private static void check(ExampleResult result, String model, double[] exact) {
    double sum = Arrays.stream(exact).sum();
    double error = Math.abs(result.figures().get("elpd of " + model) - sum);
    POINT.shown(model + ", exact elpd", sum);
    POINT.atMost(model + ", error of elpd", error, MOST_ERROR);
  }
}
