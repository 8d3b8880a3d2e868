package org.ppl4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.types.Shape;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.ppl4j.constraints.Constraint;
import org.ppl4j.distributions.Delta;
import org.ppl4j.distributions.Distribution;
import org.ppl4j.distributions.Normal;
import org.ppl4j.distributions.TransformedDistribution;
import org.ppl4j.testing.LeakCheck;
import org.ppl4j.testing.Sandbox;
import org.ppl4j.transforms.Bijections;

/**
 * The support that a guide states of its draws: it is a statement, and does not bring them there.
 */
@ExtendWith(LeakCheck.class)
class StatedSupportTest {

  private static final Distribution NORMALS = Normal.of(0, 3).expand(new Shape(8)).toEvent(1);

  private static Program<Void> program(Distribution distribution) {
    return (p, none) -> p.sample("mu", distribution, Constraint.ORDERED_VECTOR);
  }

  @Test
  void aModelHasTheSupportOfItsDistribution() {
    try (Sandbox sandbox = Sandbox.open()) {
      assertThatThrownBy(() -> sandbox.record(program(NORMALS)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage(
              "sample site 'mu' of a model states the support 'ordered vector', but has that of its"
                  + " distribution, Normal(loc: 0.0, scale: 3.0).expand(8).toEvent(1); draw through a"
                  + " bijection, TransformedDistribution.of(base, Bijections.to(constraint)), or take"
                  + " a distribution with this support");
    }
  }

  /** As a guide has, which is described or evaluated as any program is. */
  @Test
  void aModelMayStateWhatIsSo() {
    try (Sandbox sandbox = Sandbox.open()) {
      Distribution ordered =
          TransformedDistribution.of(NORMALS, Bijections.to(Constraint.ORDERED_VECTOR));
      assertThat(sandbox.record(program(ordered)).site("mu").knownSupport())
          .isEqualTo(Constraint.ORDERED_VECTOR);
      Program<Void> point =
          (p, none) ->
              p.sample(
                  "mu",
                  Delta.of(p.run().create(new double[] {1, 2}, new Shape(2)), 1),
                  Constraint.ORDERED_VECTOR);
      assertThat(sandbox.record(point).site("mu").knownSupport())
          .isEqualTo(Constraint.ORDERED_VECTOR);
    }
  }

  @Test
  void aGuideDrawsWhereItSays() {
    try (Sandbox sandbox = Sandbox.open()) {
      assertThatThrownBy(() -> sandbox.recordGuide(program(NORMALS)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining(
              "outside the support 'ordered vector' that is stated of its draws; draw through a"
                  + " bijection");
      Distribution ordered =
          TransformedDistribution.of(NORMALS, Bijections.to(Constraint.ORDERED_VECTOR));
      Trace trace = sandbox.recordGuide(program(ordered));
      assertThat(trace.site("mu").knownSupport()).isEqualTo(Constraint.ORDERED_VECTOR);
    }
  }
}
