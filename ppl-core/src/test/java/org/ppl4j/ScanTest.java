package org.ppl4j;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.ppl4j.handlers.Substitute;
import org.ppl4j.tensor.Recording;
import org.ppl4j.tensor.Rng;
import org.ppl4j.tensor.Run;
import org.ppl4j.tensor.RunConfig;
import org.ppl4j.tensor.Validation;
import org.ppl4j.tensor.VectorFunction;
import org.ppl4j.testing.LeakCheck;
import org.ppl4j.testing.Sandbox;
import org.ppl4j.testing.ScanCase;
import org.ppl4j.testing.ScanCases;

@ExtendWith(LeakCheck.class)
final class ScanTest {

  private static final double EXACT = 1e-12;

  static Stream<ScanCase> cases() {
    return ScanCases.all().stream();
  }

  @ParameterizedTest
  @MethodSource("cases")
  void isTheLoop(ScanCase program) {
    try (Sandbox sandbox = Sandbox.open()) {
      List<ScanCase.Latent> latents =
          ScanCase.latents(sandbox.record(program.scan()), Set.of("t", "s"));
      double[] at = new SplittableRandom(1).doubles(ScanCase.size(latents), -1, 1).toArray();
      double[][] gradients = new double[3][at.length];
      double loop =
          function(program.loop(), latents, true, Recording.OFF, at).evaluate(at, gradients[0]);
      double scan =
          function(program.scan(), latents, false, Recording.OFF, at).evaluate(at, gradients[1]);
      assertThat(relative(scan, loop)).isLessThan(EXACT);
      for (int i = 0; i < at.length; i++) {
        assertThat(relative(gradients[1][i], gradients[0][i])).isLessThan(EXACT);
      }
      if (!true) {
        return;
      }
      double recorded =
          function(program.scan(), latents, false, Recording.REQUIRED, at)
              .evaluate(at, gradients[2]);
      assertThat(relative(recorded, loop)).isLessThan(EXACT);
      for (int i = 0; i < at.length; i++) {
        assertThat(relative(gradients[2][i], gradients[0][i])).isLessThan(EXACT);
      }
    }
  }

  private static double relative(double x, double y) {
    return Math.abs(x - y) / Math.max(1, Math.abs(y));
  }

  private static VectorFunction function(
      Program<Void> program,
      List<ScanCase.Latent> latents,
      boolean isLoop,
      Recording recording,
      double[] at) {
    RunConfig config = RunConfig.defaults().withRecording(recording).withValidation(Validation.OFF);
    return new VectorFunction(
        "log joint",
        config,
        (run, u) -> logJoint(run, program, latents, isLoop, u),
        at,
        List.of(program));
  }

  private static NDArray logJoint(
      Run run, Program<Void> program, List<ScanCase.Latent> latents, boolean isLoop, NDArray u) {
    try (org.ppl4j.params.ParamStore params =
        new org.ppl4j.params.ParamStore(ai.djl.ndarray.NDManager.newBaseManager())) {
      return Execution.record(
              run,
              params,
              Rng.Purpose.MODEL,
              program,
              null,
              new Substitute(ScanCase.values(latents, u, isLoop)))
          .logJoint();
    }
  }
}
