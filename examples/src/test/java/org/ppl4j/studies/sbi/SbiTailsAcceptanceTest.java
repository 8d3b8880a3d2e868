package org.ppl4j.studies.sbi;

import com.google.common.collect.ImmutableSet;
import com.google.common.math.Stats;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.ppl4j.examples.launcher.ExampleOptions;
import org.ppl4j.examples.simulators.SbiTask;
import org.ppl4j.examples.simulators.SbiTasks;
import org.ppl4j.tensor.FloatType;
import org.ppl4j.testing.AcceptancePoint;

/** Draws of learned posteriors lie where those of the reference do. */
@Tag("acceptance")
@Tag("trust.8")
class SbiTailsAcceptanceTest {

  private static final AcceptancePoint POINT = new AcceptancePoint("trust.8");

  /** Learned from so many simulations, all observations at once. */
  private static final int SIMULATIONS = 10_000;

  /** Beyond the reference's range by this share of it a draw is stray. */
  private static final double BEYOND = 0.25;

  private static final double MOST_STRAY = 0.001;

  static Iterable<SbiTask> tasks() {
    return SbiTasks.ALL;
  }

  @ParameterizedTest
  @MethodSource("tasks")
  void posteriorsKeepToTheReference(SbiTask task) {
    double[] draws =
        SbiFit.run(
                task,
                SbiFit.Setting.AMORTISED,
                SIMULATIONS,
                ImmutableSet.of(1),
                ExampleOptions.defaults().withFloatType(FloatType.FLOAT32).quietly())
            .of(1);
    double[] reference = task.reference();
    int dim = task.dim();
    boolean[] isStray = new boolean[draws.length / dim];
    for (int j = 0; j < dim; j++) {
      double[] truth = column(reference, j, dim);
      double[] learned = column(draws, j, dim);
      Stats stats = Stats.of(truth);
      double room = BEYOND * (stats.max() - stats.min());
      for (int i = 0; i < learned.length; i++) {
        isStray[i] |= learned[i] < stats.min() - room || learned[i] > stats.max() + room;
      }
      POINT.between(
          "sd of theta[" + (j + 1) + "] by the reference's, " + task,
          Stats.of(learned).sampleStandardDeviation() / stats.sampleStandardDeviation(),
          0.8,
          1.25);
    }
    long strays = IntStream.range(0, isStray.length).filter(i -> isStray[i]).count();
    POINT.atMost("share of stray draws, " + task, (double) strays / isStray.length, MOST_STRAY);
  }

  private static double[] column(double[] rows, int column, int columns) {
    double[] numbers = new double[rows.length / columns];
    Arrays.setAll(numbers, i -> rows[i * columns + column]);
    return numbers;
  }
}
