package org.ppl4j.studies.sbi;

import com.google.common.collect.Range;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.ppl4j.examples.simulators.SbiTask;
import org.ppl4j.examples.simulators.SbiTasks;
import org.ppl4j.infer.sbi.Calibration;
import org.ppl4j.infer.sbi.NeuralPosterior;
import org.ppl4j.infer.sbi.Npe;
import org.ppl4j.testing.AcceptancePoint;

/** The coverage of posteriors of simulators. */
@Tag("acceptance")
class SbiCoverageAcceptanceTest {

  private static final AcceptancePoint COVERAGE = new AcceptancePoint("density.3");

  /** The binomial law is of trials that do not share the error of one posterior. */
  private static final int TRIALS = 400;

  private static final int POSTERIORS_COVERED = 4;

  static Stream<SbiTask> calibrated() {
    return Stream.of(SbiTasks.twoMoons(), SbiTasks.gaussianLinear());
  }

  @ParameterizedTest
  @MethodSource("calibrated")
  @Tag("density.3")
  void coverageIsExpected(SbiTask task) {
    Calibration calibration =
        LongStream.range(0, POSTERIORS_COVERED)
            .mapToObj(seed -> calibration(task, seed))
            .reduce(Calibration::and)
            .orElseThrow();
    System.out.println(calibration);
    for (double level : new double[] {0.5, 0.8, 0.95}) {
      Range<Double> band = calibration.band(level, 0.99);
      COVERAGE.between(
          "coverage of " + task + " at " + level,
          calibration.coverage(level),
          band.lowerEndpoint(),
          band.upperEndpoint());
    }
  }

  private static Calibration calibration(SbiTask task, long seed) {
    Npe npe = SbiFit.npe(task, SbiFit.Setting.AMORTISED, SbiAcceptanceTest.options(seed));
    try (NeuralPosterior posterior = npe.fit(npe.simulate(10_000))) {
      return npe.calibrate(posterior, TRIALS / POSTERIORS_COVERED, 99);
    }
  }
}
