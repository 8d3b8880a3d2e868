package org.ppl4j.flows;

import static org.assertj.core.api.Assertions.assertThat;
import static org.ppl4j.testing.TensorAssertions.assertClose;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.ppl4j.Plate;
import org.ppl4j.Program;
import org.ppl4j.Trace;
import org.ppl4j.distributions.Normal;
import org.ppl4j.distributions.TransformedDistribution;
import org.ppl4j.testing.LeakCheck;
import org.ppl4j.testing.Sandbox;
import org.ppl4j.transforms.Transform;
import org.ppl4j.transforms.TransformModule;

/** Flows in programs: as the density of data given a context, and as a guide. */
@ExtendWith(LeakCheck.class)
class FlowProgramTest {

  private static final ConditionalAffine GIVEN = Affine.conditional(2, 1);
  private static final TransformModule FLOW = Affine.of(3).then(Flip.of());

  @Test
  void aConditionalFlowScoresRowsOfAPlate() {
    Program<Void> density =
        (p, data) -> {
          NDArray x = p.run().create(new double[] {1, 2, 3, 4}, new Shape(4, 1));
          NDArray y = p.run().create(new double[] {0, 1, 1, 0, 2, 2, -1, 0.5}, new Shape(4, 2));
          try (Plate rows = p.plate("rows", 4)) {
            assertThat(rows.size()).isEqualTo(4);
            Transform givenX = p.module("flow", GIVEN).given(x);
            p.observe("y", TransformedDistribution.of(Normal.standard(2).toEvent(1), givenX), y);
          }
        };
    try (Sandbox sandbox = Sandbox.open()) {
      Trace trace = sandbox.record(density);

      NDArray expected = Normal.standard(2).on(sandbox.run()).toEvent(1).logProb(trace.value("y"));
      assertThat(sandbox.params().names()).containsExactly("flow.weight", "flow.bias");
      assertClose("log-density", trace.site("y").logProb(), expected, 1e-14);
    }
  }

  @Test
  void aFlowIsAGuide() {
    Program<Void> guide =
        (p, data) ->
            p.sample(
                "z",
                TransformedDistribution.of(Normal.standard(3).toEvent(1), p.module("flow", FLOW)));
    try (Sandbox sandbox = Sandbox.open()) {
      Trace trace = sandbox.recordGuide(guide);

      NDArray anew = trace.site("z").distribution().logProb(trace.value("z"));
      assertThat(sandbox.params().names()).containsExactly("flow.0.loc", "flow.0.logScale");
      assertThat(trace.value("z").getShape()).isEqualTo(new Shape(3));
      assertClose("log-density", trace.site("z").logProb(), anew, 1e-14);
    }
  }
}
