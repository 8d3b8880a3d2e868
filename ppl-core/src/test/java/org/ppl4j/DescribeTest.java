package org.ppl4j;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import com.google.common.io.Resources;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.ppl4j.constraints.Constraint;
import org.ppl4j.distributions.Bernoulli;
import org.ppl4j.distributions.HalfCauchy;
import org.ppl4j.distributions.Normal;
import org.ppl4j.testing.LeakCheck;
import org.ppl4j.testing.Models;

@ExtendWith(LeakCheck.class)
final class DescribeTest {

  /** Every kind of node, a nested plate, a parent that only a deterministic site passes on. */
  private static final Program<NDArray> PROGRAM =
      (p, y) -> {
        NDArray slope = p.param("slope", () -> p.scalar(1), Constraint.POSITIVE);
        NDArray mu = p.sample("mu", Normal.of(0, 5));
        NDArray tau = p.sample("tau", HalfCauchy.of(5));
        try (Plate schools = p.plate("schools", 3)) {
          NDArray eta = p.sample("eta", Normal.of(0, 1));
          NDArray theta = p.deterministic("theta", mu.add(tau.mul(eta)));
          try (Plate pupils = p.plate("pupils", 2)) {
            NDArray passed = p.sample("passed", Bernoulli.logits(theta));
            p.observe("score", Normal.of(passed.mul(slope), 1), y);
          }
        }
        p.factor("tilt", tau.mul(-0.1));
      };

  @Test
  void tableHasEverySite() {
    try (NDManager manager = NDManager.newBaseManager()) {
      assertThat(Models.COIN.describe(Models.flips(manager)))
          .hasToString(
              """
              site      kind      distribution                                      sample  batch  event  plates
              fairness  latent    Beta(concentration1: 10.0, concentration0: 10.0)  ()      ()     ()
              obs       observed  Bernoulli(probs: ()).expand(10)                   ()      (10)   ()     flips[10] at -1""");
    }
  }

  @Test
  void graphIsTheGoldenOne() throws IOException {
    try (NDManager manager = NDManager.newBaseManager()) {
      NDArray y = manager.create(new double[] {1, 0, 1, 1, 0, 0}, new Shape(2, 3));

      assertThat(PROGRAM.toDot(y)).isEqualTo(golden("schools.dot"));
    }
  }

  @Test
  void discreteParentsAndPickedValuesAreEdges() {
    try (NDManager manager = NDManager.newBaseManager()) {
      assertThat(Models.GROUPS.toDot(Models.rows(manager)))
          .contains(
              """
                "mu" -> "alpha";
                "tau" -> "alpha";
                "slope" -> "y";
                "alpha" -> "y";
              }
              """);
    }
  }

  private static String golden(String name) throws IOException {
    return Resources.toString(
        Resources.getResource(DescribeTest.class, name), StandardCharsets.UTF_8);
  }
}
