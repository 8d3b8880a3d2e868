package org.ppl4j.studies.sbi;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.ppl4j.examples.launcher.ExampleResult;
import org.ppl4j.examples.simulators.SbiTask;
import org.ppl4j.examples.simulators.SbiTasks;
import org.ppl4j.testing.AcceptancePoint;

/** The means of posteriors of simulators, against those of the reference. */
@Tag("acceptance")
class SbiMeansAcceptanceTest {

  private static final AcceptancePoint POSTERIORS = new AcceptancePoint("density.2");

  /** The means are those of all these posteriors together. */
  private static final int SEEDS_OF_MEANS = 3;

  static Stream<SbiTask> tasks() {
    return SbiTasks.ALL.stream();
  }

  @ParameterizedTest
  @MethodSource("tasks")
  @Tag("density.2")
  void meansAreNear(SbiTask task) {
    int simulations = 10_000;
    SbiBenchmark benchmark =
        new SbiBenchmark(
            List.of(task), List.of(SbiFit.Setting.DEFAULT), simulations, SEEDS_OF_MEANS);
    ExampleResult result =
        benchmark.run(SbiAcceptanceTest.options(0).with(SbiBenchmark.OBSERVATION, 2));
    POSTERIORS.atMost(
        "offset of means, observation 2, " + task,
        SbiAcceptanceTest.figure(result, "off", task, simulations, SbiFit.Setting.DEFAULT),
        0.15);
  }
}
