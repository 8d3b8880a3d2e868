package org.ppl4j.integration;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import com.google.errorprone.annotations.MustBeClosed;
import java.util.Random;
import java.util.function.IntFunction;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.ppl4j.flows.Flows;
import org.ppl4j.infer.Progress;
import org.ppl4j.infer.density.ConditionalDensity;
import org.ppl4j.infer.density.ConditionalDensityEstimator;
import org.ppl4j.infer.density.Objective;
import org.ppl4j.infer.density.Training;
import org.ppl4j.testing.LeakCheck;
import org.ppl4j.transforms.TransformModule;

/** Flows of all kinds learn by their draws, whichever direction of theirs is the fast one. */
@ExtendWith(LeakCheck.class)
class ComparedFlowsTest {

  private static final int ROWS = 40;

  private final NDManager manager = NDManager.newBaseManager();

  @AfterEach
  void close() {
    manager.close();
  }

  static Stream<Named<IntFunction<TransformModule>>> flows() {
    return Stream.of(
        Named.of("density", Flows::density),
        Named.of("ode", Flows::ode),
        Named.of("residual", dim -> Flows.residual(dim, 1)));
  }

  /** Two groups of rows, or of one column. */
  private NDArray rows(int columns) {
    Random random = new Random(columns);
    double[] values = new double[ROWS * columns];
    for (int i = 0; i < values.length; i++) {
      values[i] = (i / columns % 2 == 0 ? 2 : -2) + 0.5 * random.nextGaussian();
    }
    return manager.create(values, new Shape(ROWS, columns));
  }

  private static Training training(int steps, double rate) {
    return Training.standard()
        .objective(Objective.energyDistance())
        .validation(0.5)
        .steps(steps)
        .batch(ROWS / 2)
        .rate(rate)
        .progress(Progress.silent());
  }

  @MustBeClosed
  private ConditionalDensity fitGiven(IntFunction<TransformModule> flow, int steps, double rate) {
    return ConditionalDensityEstimator.of((dim, context) -> flow.apply(dim).conditional(context))
        .withoutBaselines()
        .training(training(steps, rate))
        .fit(rows(2), rows(1));
  }

  private static double worth(ConditionalDensity density) {
    return density.report().orElseThrow().best().worth();
  }

  /** Judged by rows that no step sees; a rate of nearly 0 stands still. */
  @ParameterizedTest
  @MethodSource("flows")
  void drawsGivenContextsComeNearer(IntFunction<TransformModule> flow) {
    try (ConditionalDensity still = fitGiven(flow, 1, 1e-12);
        ConditionalDensity density = fitGiven(flow, 8, 0.05)) {
      assertThat(worth(density)).isGreaterThan(worth(still));
    }
  }
}
