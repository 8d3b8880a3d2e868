package org.ppl4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.ppl4j.testing.Sandbox.value;

import ai.djl.ndarray.NDArray;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.ppl4j.distributions.Normal;
import org.ppl4j.handlers.Particles;
import org.ppl4j.handlers.Substitute;
import org.ppl4j.testing.LeakCheck;
import org.ppl4j.testing.WithSandbox;

/** Columns with gaps. */
@ExtendWith(LeakCheck.class)
final class GapsTest extends WithSandbox {

  private static final Gaps X = Gaps.of(1.5, Double.NaN, -0.5, Double.NaN, 4);

  private static Program<Gaps> model(int seen) {
    return (p, x) -> {
      NDArray unknown;
      try (Plate gaps = p.plate("gaps", x.count())) {
        unknown = p.sample("unknown", Normal.of(0, 1));
      }
      try (Plate rows = p.plate("rows", x.values().length, seen)) {
        p.deterministic("rows", rows.indices());
        p.deterministic("whole", x.complete(p, rows, unknown));
      }
    };
  }

  @Test
  void saysWhereNothingIs() {
    assertThat(X.values()).containsExactly(1.5, 1.5, -0.5, 1.5, 4);
    assertThat(X.seen()).containsExactly(true, false, true, false, true);
    assertThat(X.place()).containsExactly(0, 0, 0, 1, 0);
    assertThat(X.rows()).containsExactly(1, 3);
    assertThat(X.count()).isEqualTo(2);
  }

  @Test
  void completeHasDrawsInTheGaps() {
    Trace trace =
        sandbox.record(
            (p, none) -> model(5).run(p, X), new Substitute("unknown", sandbox.data(7, 8)));

    assertThat(value(trace, "whole")).containsExactly(1.5, 7, -0.5, 8, 4);
  }

  @Test
  void eachParticleHasItsOwn() {
    Trace trace = sandbox.record((p, none) -> model(5).run(p, X), new Particles(3, 1));

    double[] unknown = value(trace, "unknown");
    double[] whole = value(trace, "whole");
    for (int i = 0; i < 3; i++) {
      assertThat(whole).containsSubsequence(1.5, unknown[2 * i], -0.5, unknown[2 * i + 1], 4);
    }
  }

  @Test
  void rowsOfBatchesFindTheirGaps() {
    Trace trace =
        sandbox.record(
            (p, none) -> model(3).run(p, X), new Substitute("unknown", sandbox.data(7, 8)));

    double[] whole = value(trace, "whole");
    double[] rows = value(trace, "rows");
    double[] all = {1.5, 7, -0.5, 8, 4};
    for (int i = 0; i < 3; i++) {
      assertThat(whole[i]).isEqualTo(all[(int) rows[i]]);
    }
  }

  @Test
  void columnsWithoutGapsOrNumbersAreRefused() {
    assertThatThrownBy(() -> Gaps.of(1, 2))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("a column of 2 numbers has no gap, which is NaN; observe it as it is");
    assertThatThrownBy(() -> Gaps.of(Double.NaN))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("a column of 1 numbers has gaps alone; leave it out of the model");
  }
}
