package org.ppl4j.handlers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.ppl4j.testing.Sandbox.number;
import static org.ppl4j.testing.Sandbox.value;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.ppl4j.Plate;
import org.ppl4j.Program;
import org.ppl4j.Trace;
import org.ppl4j.distributions.Normal;
import org.ppl4j.testing.LeakCheck;
import org.ppl4j.testing.MissingRows;
import org.ppl4j.testing.NormalDensity;
import org.ppl4j.testing.Sandbox;

/** Handlers around {@code p.observe} with a mask reach both of its sites. */
@ExtendWith(LeakCheck.class)
final class MissingDataHandlersTest {

  private static final double ROUNDING = 1e-12;

  private MissingRows given;
  private Sandbox sandbox;
  private NDArray mask;
  private NDArray y;

  @BeforeEach
  void open() {
    given = new MissingRows();
    sandbox = given.sandbox();
    mask = given.mask();
    y = given.y();
  }

  @AfterEach
  void close() {
    given.close();
  }

  /** y ~ N(mu, 0.5) in four rows. */
  private Program<Void> model() {
    return (p, none) -> {
      NDArray mu = p.sample("mu", Normal.of(0, 2));
      try (Plate rows = p.plate("rows", 4)) {
        p.deterministic("whole", p.observe("y", Normal.of(mu, 0.5), rows.take(y), rows.take(mask)));
      }
    };
  }

  @Test
  void particlesHaveTheirOwnMissingValues() {
    Trace trace = sandbox.record(model(), new Particles(3, 1));

    assertThat(trace.value("y.missing").getShape()).isEqualTo(new Shape(3, 4));
    assertThat(trace.value("whole").getShape()).isEqualTo(new Shape(3, 4));
    assertThat(value(trace, "whole")).contains(1.5, -0.5).doesNotContain(Double.NaN);
  }

  @Test
  void replayRepeatsMissingValues() {
    Trace first = sandbox.record(model());
    Trace again = sandbox.record(model(), new Replay(first));

    assertThat(value(again, "whole")).isEqualTo(value(first, "whole"));
    assertThat(number(again.logJoint())).isCloseTo(number(first.logJoint()), within(ROUNDING));
  }

  @Test
  void conditionReplacesTheObservedPart() {
    NDArray other = sandbox.data(5, Double.NaN, 6, Double.NaN);
    Trace trace =
        sandbox.record(
            model(),
            new Condition("y", other),
            new Condition("y.missing", sandbox.data(0, 1, 0, 2)));

    assertThat(value(trace, "whole")).containsExactly(5, 1, 6, 2);
    assertThat(trace.site("y.missing").isObserved()).isTrue();
  }

  @Test
  void unconditionDrawsTheObservedPart() {
    Trace trace =
        sandbox.record(
            model(), new Uncondition(), new Substitute("y.missing", sandbox.data(0, 1, 0, 2)));

    double[] drawn = value(trace, "y");
    assertThat(value(trace, "whole")).containsExactly(drawn[0], 1, drawn[2], 2);
    assertThat(drawn).doesNotContain(1.5, -0.5, Double.NaN);
  }

  @Test
  void interventionsReachTheirPart() {
    Trace trace =
        sandbox.record(model(), new Do("y", 8), new Do("y.missing", sandbox.data(0, 1, 0, 2)));

    assertThat(value(trace, "whole")).containsExactly(8, 1, 8, 2);
  }

  @Test
  void otherMasksAndScalesCountToo() {
    NDArray first = sandbox.manager().create(new boolean[] {true, true, false, false});
    Trace trace =
        sandbox.record(
            (p, none) -> {
              try (Plate rows = p.plate("rows", 4)) {
                p.observe("y", Normal.of(1, 0.5), rows.take(y), rows.take(mask));
              }
            },
            new Mask(first),
            new Scale(3),
            new Prefix("a"));

    assertThat(number(trace.site("a.y").scaledLogProb()))
        .isCloseTo(3 * NormalDensity.log(1.5, 1, 0.5), within(ROUNDING));
    assertThat(trace.site("a.y.missing").scale()).isEqualTo(3);
  }
}
