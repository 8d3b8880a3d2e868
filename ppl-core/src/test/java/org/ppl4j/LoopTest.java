package org.ppl4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.types.Shape;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.ppl4j.distributions.Normal;
import org.ppl4j.testing.LeakCheck;
import org.ppl4j.testing.Sandbox;

@ExtendWith(LeakCheck.class)
final class LoopTest {

  @Test
  void namesInsideCarryTheStep() {
    Program<Void> program =
        (p, data) -> {
          for (int i : p.loop("i", 2)) {
            p.sample("x", Normal.of(i, 1));
            for (int j : p.loop("j", 2)) {
              p.sample("y", Normal.of(j, 1));
            }
          }
          p.sample("x", Normal.of(0, 1));
        };

    try (Sandbox sandbox = Sandbox.open()) {
      Trace trace = sandbox.record(program);

      assertThat(trace.sites())
          .extracting(SampleSite::name)
          .containsExactly("x[0]", "y[0][0]", "y[0][1]", "x[1]", "y[1][0]", "y[1][1]", "x");
    }
  }

  @Test
  void ragged() {
    long[] sizes = {2, 3};
    Program<Void> program =
        (p, data) -> {
          for (int i : p.loop("group", sizes.length)) {
            try (Plate rows = p.plate("rows", sizes[i])) {
              p.sample("x", Normal.of(0, 1));
            }
          }
        };

    try (Sandbox sandbox = Sandbox.open()) {
      Trace trace = sandbox.record(program);

      assertThat(trace.value("x[0]").getShape()).isEqualTo(new Shape(2));
      assertThat(trace.value("x[1]").getShape()).isEqualTo(new Shape(3));
    }
  }

  @Test
  void leavingEarlyIsCaught() {
    Program<Void> program =
        (p, data) -> {
          for (int i : p.loop("t", 5)) {
            p.sample("x", Normal.of(0, 1));
            if (i == 2) {
              break;
            }
          }
          p.sample("y", Normal.of(0, 1));
        };

    try (Sandbox sandbox = Sandbox.open()) {
      assertThatThrownBy(() -> sandbox.record(program))
          .isInstanceOf(IllegalStateException.class)
          .hasMessage(
              "loop 't' was left in step 2 of 5; let it run to its end, or give p.loop the number of"
                  + " steps that you want");
    }
  }
}
