package org.ppl4j.integration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.function.IntFunction;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.ppl4j.Program;
import org.ppl4j.distributions.Normal;
import org.ppl4j.flows.Flows;
import org.ppl4j.infer.Progress;
import org.ppl4j.infer.autoguide.AutoFlow;
import org.ppl4j.infer.svi.Svi;
import org.ppl4j.testing.LeakCheck;
import org.ppl4j.transforms.TransformModule;

/** Guides of every kind of flow where there is one latent number, and so nothing to couple. */
@ExtendWith(LeakCheck.class)
class OneLatentTest {

  private static final Program<Double> MODEL =
      (p, y) -> p.observe("y", Normal.of(p.sample("x", Normal.of(0, 1)), 1), y);

  static Stream<Named<IntFunction<TransformModule>>> flows() {
    return Stream.of(
        Named.of("iaf", dim -> Flows.iaf(dim, 2)),
        Named.of("affine coupling", dim -> Flows.affineCoupling(dim, 2)),
        Named.of("spline coupling", Flows::splineCoupling),
        Named.of("planar", dim -> Flows.planar(dim, 2)),
        Named.of("naf", dim -> Flows.naf(dim, 1)));
  }

  @ParameterizedTest
  @MethodSource("flows")
  void reachTheEvidence(IntFunction<TransformModule> flow) {
    try (Svi<Double> svi =
        Svi.builder(MODEL, AutoFlow.of(MODEL, flow)).progress(Progress.silent()).build()) {
      double loss = svi.run(3.0, 50).finalLoss();

      // y ~ N(0, √2), of which the posterior N(y / 2, √½) leaves nothing
      double evidence = -0.5 * Math.log(4 * Math.PI) - 9.0 / 4;
      assertThat(loss).isCloseTo(-evidence, within(0.05));
    }
  }
}
