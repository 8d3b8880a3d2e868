package org.ppl4j.studies.sbi;

import com.google.common.collect.ImmutableSet;
import com.google.common.math.Stats;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.ppl4j.examples.launcher.ExampleOptions;
import org.ppl4j.examples.launcher.Reference;
import org.ppl4j.examples.simulators.SbiTask;
import org.ppl4j.examples.simulators.SbiTasks;
import org.ppl4j.tensor.FloatType;
import org.ppl4j.testing.AcceptancePoint;

/** Draws of posteriors that are learned in rounds are as wide as the reference's. */
@Tag("acceptance")
@Tag("sound.5")
class SoundRoundsAcceptanceTest {

  private static final AcceptancePoint POINT = new AcceptancePoint("sound.5");

  private static final int SIMULATIONS = 10_000;

  static Iterable<SbiTask> tasks() {
    return SbiTasks.ALL;
  }

  @ParameterizedTest
  @MethodSource("tasks")
  void drawsOfRoundsAreThoseOfTheReference(SbiTask task) {
    double[] draws =
        SbiFit.run(
                task,
                SbiFit.Setting.DEFAULT,
                SIMULATIONS,
                ImmutableSet.of(1),
                ExampleOptions.defaults().withFloatType(FloatType.FLOAT32).quietly())
            .of(1);
    int dim = task.dim();
    List<Reference.Moments> reference = task.moments(1);
    double farthest = 0;
    for (int j = 0; j < dim; j++) {
      int column = j;
      Reference.Moments truth = reference.get(j);
      double[] numbers = new double[draws.length / dim];
      Arrays.setAll(numbers, i -> (draws[i * dim + column] - truth.mean()) / truth.sd());
      Stats stats = Stats.of(numbers);
      farthest = Math.max(farthest, Math.max(stats.max(), -stats.min()));
      POINT.between(
          "sd of theta[" + (j + 1) + "] in rounds by the reference's, " + task,
          stats.sampleStandardDeviation(),
          0.85,
          1.15);
    }
    POINT.atMost("farthest draw of rounds in the reference's sds, " + task, farthest, 10);
  }
}
