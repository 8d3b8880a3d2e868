package org.ppl4j.integration;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.ppl4j.integration.SpikedColumns.Outcome;
import org.ppl4j.testing.AcceptancePoint;

/** A number that many rows have keeps its rows in training, and its mass in the density. */
class SpikedColumnsTest {

  private static final AcceptancePoint POINT = new AcceptancePoint("trust.8");

  /** What chance does not explain may be as much. */
  private static final double EXCESS = 0.01;

  private static final double MOST_KL = 0.05;

  private static void assertKeepsItsMass(Outcome outcome) {
    assertThat(outcome.excess()).as("%s", outcome).isLessThan(EXCESS);
    assertThat(outcome.klOfTheRest()).as("%s", outcome).isLessThan(MOST_KL);
  }

  @Test
  void oneColumnKeepsItsSpike() {
    assertKeepsItsMass(SpikedColumns.alone(0.05, 0, 1));
  }

  /** Of two hundred steps in it the next throws the flow out, unless long gradients are cut. */
  @Test
  @Tag("acceptance")
  @Tag("trust.8")
  void aFlowStaysInALargeSpike() {
    double mean =
        LongStream.rangeClosed(1, 3)
            .mapToDouble(seed -> SpikedColumns.klOfTheRest(SpikedColumns.given(0.6, 2, seed)))
            .average()
            .orElseThrow();
    assertThat(mean).as("mean KL over three seeds").isLessThan(MOST_KL);
  }

  @Test
  @Tag("acceptance")
  @Tag("trust.8")
  void spikesOfAllSizesKeepTheirMass() {
    for (double share : new double[] {0.01, 0.02, 0.05, 0.1, 0.2, 0.45, 0.6}) {
      for (double value : new double[] {0, 0.3, 2}) {
        judge("alone", share, value, List.of(SpikedColumns.alone(share, value, 1)));
        judge("given a binary column", share, value, SpikedColumns.given(share, value, 2));
      }
    }
  }

  private static void judge(String how, double share, double value, List<Outcome> outcomes) {
    String what = "spike of %s at %s %s".formatted(share, value, how);
    for (Outcome outcome : outcomes) {
      POINT.below(what + ", mass off beyond 3 standard errors", outcome.excess(), EXCESS);
    }
    POINT.below(what + ", KL of the rest", SpikedColumns.klOfTheRest(outcomes), MOST_KL);
  }
}
