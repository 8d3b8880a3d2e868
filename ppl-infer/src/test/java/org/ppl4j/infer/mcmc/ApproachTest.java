package org.ppl4j.infer.mcmc;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ApproachTest {

  private static ChainState approach(Target target, double... start) {
    Leapfrog leapfrog = Targets.leapfrog(target, start.length);
    ChainState state = new ChainState(start.length);
    leapfrog.target().place(start, state);
    MassMatrix mass = new Approach(leapfrog).run(state);
    double[] velocity = new double[start.length];
    mass.velocity(state.gradient, velocity);

    assertThat(leapfrog.target().evaluations()).isLessThanOrEqualTo(201);
    assertThat(state.logDensity).isFinite();
    // the mass is that of its end
    assertThat(Arrays.stream(velocity)).allMatch(v -> Math.abs(v) <= 1 + 1e-12);
    return state;
  }

  /** N(0, s²) from 2 in units of 1. */
  @ParameterizedTest
  @ValueSource(doubles = {1e-2, 1e-4, 1e-8})
  void narrowNormalsAreReached(double sd) {
    assertThat(approach(Targets.normal(3, sd), 2, -1, 1.7).logDensity).isGreaterThan(-1000);
  }

  /** A density of exp(x), as of counts: the start is beyond all. */
  @Test
  void exponentialsAreReached() {
    Target target = Targets.logGamma(5);
    ChainState state = approach(target, 50);

    assertThat(state.logDensity).isGreaterThan(-100);
  }

  @Test
  void whoeverIsThereStays() {
    double[] start = {0.5, -0.5, 0.1};

    assertThat(approach(Targets.normal(3, 1), start).position).containsExactly(start);
  }

  /** Neal's funnel, whose density has no top: a chain that begins in its mass stays there. */
  @Test
  void aFunnelIsNotFallenInto() {
    Target funnel =
        (u, gradient) -> {
          int count = u.length - 1;
          double squares = Arrays.stream(u, 1, u.length).map(x -> x * x).sum();
          double precision = Math.exp(-u[0]);
          gradient[0] = -u[0] / 9 + precision * squares / 2 - count / 2.0;
          for (int i = 1; i < u.length; i++) {
            gradient[i] = -precision * u[i];
          }
          return -u[0] * u[0] / 18 - precision * squares / 2 - count * u[0] / 2;
        };

    assertThat(approach(funnel, 1, 2, -1, 0.5, 1, 1.5, -2, 0.1, 1, -1).position[0])
        .isGreaterThan(-2);
    assertThat(approach(funnel, -1.9, 2, -1, 2, 1, 1.5, -2, 1, 1, -1).position[0])
        .isGreaterThan(-5);
  }
}
