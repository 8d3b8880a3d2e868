package org.ppl4j;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import java.util.Arrays;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.ppl4j.distributions.Normal;
import org.ppl4j.tensor.FloatType;
import org.ppl4j.tensor.Recording;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.testing.AcceptancePoint;
import org.ppl4j.testing.DistributionCase;
import org.ppl4j.testing.DistributionCases;
import org.ppl4j.testing.DistributionGradients;
import org.ppl4j.testing.RecordedLaw;
import org.ppl4j.testing.Sandbox;
import org.ppl4j.testing.ScanCase;
import org.ppl4j.testing.ScanCases;
import org.ppl4j.testing.ScanLaw;

/** Scans beside loops of Java, of more lengths than in ordinary tests. */
@Tag("acceptance")
final class ScanAcceptanceTest {

  private static final AcceptancePoint POINT = new AcceptancePoint("whole.1");

  @Test
  @Tag("whole.1")
  void scansAreLoops() {
    int programs = 0;
    double engine = 0;
    double recorded = 0;
    double second = 0;
    double single = 0;
    for (int steps : new int[] {2, 5, 8, 20}) {
      for (ScanCase program : ScanCases.all(steps)) {
        ScanLaw law = ScanLaw.of(program);
        assertThat(law.size()).isPositive();
        for (long seed = 1; seed <= 2; seed++) {
          engine = Math.max(engine, law.apart(seed, Recording.OFF));
          recorded = Math.max(recorded, law.apart(seed, Recording.REQUIRED));
          second = Math.max(second, law.secondApart(seed));
          single = Math.max(single, law.apart(seed, Recording.REQUIRED, FloatType.FLOAT32));
        }
        programs++;
      }
    }
    POINT.atLeast("programs", programs, 60);
    POINT.below("engine-apart", engine, ScanLaw.EXACT);
    POINT.below("recorded-apart", recorded, ScanLaw.EXACT);
    POINT.below("second-derivatives-apart", second, ScanLaw.SECOND);
    POINT.below("single-precision-apart", single, 1e-4);
  }

  @Test
  @Tag("whole.1")
  void plantedFaultsAreSeen() {
    for (ScanLaw.Fault fault : ScanLaw.Fault.values()) {
      double seen = ScanLaw.of(ScanCases.all().get(1)).with(fault).apart(1, Recording.OFF);
      POINT.above("planted-" + fault, seen, 1e-3);
    }
  }

  @Test
  @Tag("whole.1")
  void eachStepHasNoiseOfItsOwn() {
    int steps = 10_000;
    POINT.atLeast("draws", increments(steps, false), steps);
    POINT.below("planted-NOISE_USED_TWICE", increments(steps, true), steps);
  }

  @Test
  @Tag("whole.1")
  void drawsOfStepsAreThoseOfTheEngine() {
    for (FloatType type : FloatType.values()) {
      RecordedLaw law = new RecordedLaw(type);
      for (DistributionCase row : DistributionCases.all()) {
        if (DistributionGradients.isMoving(row)) {
          DistributionGradients.drawsOfSteps(row, law::draws);
        }
      }
      law.report(POINT, "draws of steps");
    }
  }

  /** How many different draws a scan has. */
  private static long increments(int steps, boolean isTwice) {
    try (Sandbox sandbox = Sandbox.open()) {
      Trace trace =
          sandbox.record(
              (p, none) -> {
                NDArray same = p.sample("same", Normal.of(0, 1));
                p.scan(
                    "t",
                    steps,
                    p.scalar(0),
                    (q, t, before) -> {
                      NDArray z = isTwice ? same : q.sample("z", Normal.of(0, 1));
                      q.deterministic("draw", z);
                      return before.add(z);
                    });
              });
      return Arrays.stream(Tensors.values(trace.value("draw"))).distinct().count();
    }
  }
}
