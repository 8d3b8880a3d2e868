package org.ppl4j.infer.mcmc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import java.util.Arrays;
import org.hipparchus.distribution.continuous.NormalDistribution;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.ppl4j.Plate;
import org.ppl4j.Program;
import org.ppl4j.distributions.Normal;
import org.ppl4j.infer.Progress;
import org.ppl4j.infer.Summary;
import org.ppl4j.ode.Equation;
import org.ppl4j.ode.Ode;
import org.ppl4j.ode.Solver;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.testing.LeakCheck;

/**
 * Where an equation has no solution its model has no density. That of dz/dt = a z² from z = 1 is 1
 * / (1 − a t), which is infinite before t = 1 if a is above 1: of a standard normal a what is left
 * is the part below 1.
 */
@ExtendWith(LeakCheck.class)
class FailedSolvesTest {

  private static final NormalDistribution PRIOR = new NormalDistribution(0, 1);
  private static final double[] TIMES = {0, 1};
  private static final double ERRORS = 5;

  private static final Program<Void> MODEL =
      (p, none) -> {
        Equation square = (time, z, a) -> z.square().mul(a);
        NDArray a = p.sample("a", Normal.of(0, 1));
        NDArray start = Tensors.vector(1);
        NDArray states =
            Ode.solve(Solver.dormandPrince(1e-5), square, start, TIMES, a.expandDims(-1));
        try (Plate times = p.plate("times", TIMES.length)) {
          p.factor("solved", times.take(states.squeeze(-1), -1).mul(0));
        }
      };

  @Test
  void chainsStayWhereTheEquationIsSolved() {
    Nuts<Void> nuts = Nuts.of(MODEL).chains(2).progress(Progress.silent());
    try (McmcRun<Void> run = nuts.run(null)) {
      double[] draws = run.samples().values("a");
      assertThat(Arrays.stream(draws).max().orElseThrow()).isBetween(0.8, 1.001);

      double below = PRIOR.cumulativeProbability(1);
      double mean = -PRIOR.density(1) / below;
      double variance = 1 - PRIOR.density(1) / below - mean * mean;
      Summary.Row found = run.summary().get("a");
      assertThat(found.mean()).isCloseTo(mean, within(ERRORS * found.meanError()));
      assertThat(found.sd()).isCloseTo(Math.sqrt(variance), within(0.15));
    }
  }
}
