package org.ppl4j.integration;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.ppl4j.Program;
import org.ppl4j.distributions.Normal;
import org.ppl4j.flows.Flows;
import org.ppl4j.infer.Progress;
import org.ppl4j.infer.autoguide.AutoFlow;
import org.ppl4j.infer.svi.Elbo;
import org.ppl4j.infer.svi.GradientVariance;
import org.ppl4j.infer.svi.GradientVariance.Row;
import org.ppl4j.infer.svi.Svi;
import org.ppl4j.tensor.Recording;
import org.ppl4j.tensor.RunConfig;
import org.ppl4j.testing.LeakCheck;
import org.ppl4j.transforms.TransformModule;

/** Of guides that are flows, estimators of one bound have gradients of one mean. */
@ExtendWith(LeakCheck.class)
class FlowGradientsTest {

  private static final int STEPS = 200;

  private static final Program<@Nullable Void> MODEL =
      (p, none) -> {
        NDArray a = p.sample("a", Normal.of(0, 1));
        NDArray b = p.sample("b", Normal.of(a.square(), 0.5));
        p.observe("y", Normal.of(b, 1), p.scalar(1.4));
      };

  static Stream<Named<IntFunction<TransformModule>>> flows() {
    return Stream.of(
        Named.of("iaf", dim -> Flows.iaf(dim, 1)),
        Named.of("spline", dim -> Flows.splineCoupling(dim)));
  }

  @ParameterizedTest
  @MethodSource("flows")
  void haveOneMean(IntFunction<TransformModule> flow) {
    RunConfig config = RunConfig.defaults().withSeed(3).withRecording(Recording.REQUIRED);
    try (Svi<@Nullable Void> svi =
        Svi.builder(MODEL, AutoFlow.of(MODEL, flow))
            .config(config)
            .particles(8)
            .progress(Progress.silent())
            .build()) {
      svi.run(null, 50);
      List<Row> rows =
          GradientVariance.of(
                  svi,
                  null,
                  List.of(
                      Elbo.trace(),
                      Elbo.pathDerivative(),
                      Elbo.importanceWeighted(),
                      Elbo.doublyReparameterized()),
                  STEPS)
              .rows();
      compare(rows.get(0), rows.get(1));
      compare(rows.get(2), rows.get(3));
    }
  }

  private static void compare(Row one, Row other) {
    assertThat(one.whyNot()).isEmpty();
    assertThat(other.whyNot()).isEmpty();
    assertThat(one.variance()).isPositive();
    for (int i = 0; i < one.mean().size(); i++) {
      double error = Math.sqrt((one.variances().get(i) + other.variances().get(i)) / STEPS);
      double off = Math.abs(one.mean().get(i) - other.mean().get(i));
      assertThat(off).as("%s, number %s", other.elbo(), i).isLessThan(4.5 * error + 1e-12);
    }
  }
}
