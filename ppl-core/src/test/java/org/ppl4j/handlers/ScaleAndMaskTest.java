package org.ppl4j.handlers;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.ppl4j.testing.Sandbox.number;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.ppl4j.Plate;
import org.ppl4j.Program;
import org.ppl4j.distributions.LogNormal;
import org.ppl4j.distributions.Normal;
import org.ppl4j.testing.LeakCheck;
import org.ppl4j.testing.NormalDensity;
import org.ppl4j.testing.Sandbox;
import org.ppl4j.testing.WithSandbox;

/** What counts: scales and masks. */
@ExtendWith(LeakCheck.class)
final class ScaleAndMaskTest extends WithSandbox {

  /** a → b → data, b in a plate of three. */
  private static final Program<Void> CHAIN =
      (p, data) -> {
        NDArray a = p.sample("a", Normal.of(0, 1));
        try (Plate rows = p.plate("rows", 3)) {
          NDArray b = p.sample("b", Normal.of(a, 1));
          p.observe("y", Normal.of(b, 1), p.run().ones(new Shape(3)));
        }
      };

  @Test
  void scaleMultiplies() {
    double plain = number(sandbox.record(CHAIN).logJoint());
    double scaled = number(sandbox.record(CHAIN, new Scale(0.5), new Scale(3)).logJoint());

    assertThat(scaled).isCloseTo(1.5 * plain, within(1e-12));
  }

  @Test
  void scaleRefusesZero() {
    assertThatThrownBy(() -> new Scale(0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "scale has factor 0.0, but needs a positive finite one; to leave sites out use Mask");
  }

  @Test
  void maskCountsWhereTrue() {
    NDArray mask = sandbox.run().create(new boolean[] {true, false, true}, new Shape(3));
    Program<Void> program =
        (p, data) -> {
          try (Plate rows = p.plate("rows", 3)) {
            NDArray y = p.run().create(new double[] {1, Double.NaN, 2}, new Shape(3));
            p.observe("y", Normal.of(0, 1), y);
          }
        };

    assertThat(number(sandbox.record(program, new Mask(mask)).logJoint()))
        .isCloseTo(NormalDensity.log(1, 0, 1) + NormalDensity.log(2, 0, 1), within(1e-13));
    assertThat(number(sandbox.record(CHAIN, new Mask(false)).logJoint())).isZero();
  }

  private static double logJointOfFirstAndLast(double... y) {
    try (Sandbox fresh = Sandbox.open()) { // values are looked at in a first run
      return number(
          fresh
              .record(
                  (p, data) -> {
                    boolean[] seen = {true, false, true};
                    try (Plate rows = p.plate("rows", 3)) {
                      p.observe("y", LogNormal.of(0, 1).mask(rows.take(seen)), rows.take(y));
                    }
                  })
              .logJoint());
    }
  }

  /** As zeros of a spike, which its other part cannot have. */
  @Test
  void whatADistributionLeavesOutMayLieOutsideOfItsSupport() {
    double expected = NormalDensity.log(0, 0, 1) + NormalDensity.log(1, 0, 1) - 1;
    for (double outside : new double[] {0, -1, Double.NaN}) {
      assertThat(logJointOfFirstAndLast(1, outside, Math.E)).isCloseTo(expected, within(1e-12));
    }
    assertThatThrownBy(() -> logJointOfFirstAndLast(1, 0, -1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("observed site 'y' has value -1.0 at (2) outside the support");
  }

  /** Of three numbers of an event two count: the event does. */
  @Test
  void anEventCountsWhereSomeOfItDoes() {
    NDArray mask =
        sandbox
            .run()
            .create(new boolean[] {true, false, true, false, false, false}, new Shape(2, 3));
    NDArray counted = requireNonNull(Normal.of(0, 1).mask(mask).toEvent(1).counted());

    assertThat(counted.toBooleanArray()).containsExactly(true, false);
    assertThat(Normal.of(0, 1).expand(2, 3).toEvent(1).counted()).isNull();
  }

  @Test
  void maskWiderThanTheBatchIsRefused() {
    NDArray mask = sandbox.run().create(new boolean[] {true, false, true}, new Shape(3));

    assertThatThrownBy(() -> sandbox.record(CHAIN, new Mask(mask)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "sample site 'a' has batch shape (), but its mask has shape (3); put the mask around"
                + " the sites of the mask's plates only");
  }
}
