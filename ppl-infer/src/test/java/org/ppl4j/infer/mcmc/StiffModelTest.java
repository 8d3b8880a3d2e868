package org.ppl4j.infer.mcmc;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.List;
import java.util.Random;
import org.hipparchus.stat.StatUtils;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.ppl4j.Plate;
import org.ppl4j.Program;
import org.ppl4j.distributions.LogNormal;
import org.ppl4j.distributions.Normal;
import org.ppl4j.infer.Progress;
import org.ppl4j.infer.latent.Initializer;
import org.ppl4j.infer.latent.LogDensity;
import org.ppl4j.ode.Equation;
import org.ppl4j.ode.Ode;
import org.ppl4j.ode.Solver;
import org.ppl4j.params.ParamStore;
import org.ppl4j.tensor.Recording;
import org.ppl4j.tensor.RunConfig;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.testing.AcceptancePoint;
import org.ppl4j.testing.LeakCheck;

/** Robertson's reactions in a model, whose speeds are nine powers of ten apart. */
@ExtendWith(LeakCheck.class)
class StiffModelTest {

  private static final double[] TIMES = {0, 0.5, 1, 2, 5, 10, 20, 40, 100, 400};
  private static final double[] TRUTH = {0.04, 3e7, 1e4};
  private static final double NOISE = 0.01;

  /** So that its errors, of up to a thousand tolerances, are far below the noise. */
  private static final Solver SOLVER = Solver.rosenbrock(1e-8);

  private static final Equation REACTIONS =
      (time, state, theta) -> {
        List<NDArray> y = Tensors.split(state, -1, 1, 1, 1);
        List<NDArray> k = Tensors.split(theta, -1, 1, 1, 1);
        NDArray slow = k.get(0).mul(y.get(0));
        NDArray fast = k.get(1).mul(y.get(1).square());
        NDArray back = k.get(2).mul(y.get(1)).mul(y.get(2));
        return Tensors.concat(List.of(back.sub(slow), slow.sub(back).sub(fast), fast), -1);
      };

  private static NDArray states(NDArray theta) {
    return Ode.solve(SOLVER, REACTIONS, Tensors.vector(1, 0, 0), TIMES, theta);
  }

  /** What is left of the first substance is measured. */
  private static final Program<NDArray> MODEL =
      (p, measured) -> {
        NDArray logs = Tensors.vector(Math.log(0.05), Math.log(2e7), Math.log(2e4));
        NDArray theta = p.sample("theta", LogNormal.of(logs, 1).toEvent(1));
        NDArray first = Tensors.range(states(theta), -1, 0, 1).squeeze(-1);
        try (Plate times = p.plate("times", TIMES.length)) {
          p.observe("measured", Normal.of(first, NOISE), times.take(measured));
        }
      };

  private static NDArray measured() {
    double[] all = states(Tensors.vector(TRUTH)).toDoubleArray();
    Random random = new Random(4);
    double[] measured = new double[TIMES.length];
    for (int i = 0; i < measured.length; i++) {
      measured[i] = all[3 * i] + NOISE * random.nextGaussian();
    }
    return Tensors.vector(measured);
  }

  @Test
  void theDensityIsRecordedAndHasItsGradient() {
    RunConfig config = RunConfig.defaults().withRecording(Recording.REQUIRED);
    try (NDManager manager = NDManager.newBaseManager();
        ParamStore params = new ParamStore(manager, config);
        LogDensity<NDArray> density =
            LogDensity.of(MODEL, measured(), params, config, Initializer.sample(20))) {
      // The steps are others at each place, each right to a thousand tolerances.
      OdeModels.assertHasItsGradient(density, 1e-3, 1e-2);
    }
  }

  @Test
  @Tag("acceptance")
  @Tag("ode.6")
  void chainsFindTheSpeeds() {
    AcceptancePoint point = new AcceptancePoint("ode.6");
    Nuts<NDArray> nuts =
        Nuts.of(MODEL).initializer(Initializer.sample(20)).progress(Progress.silent());
    try (McmcRun<NDArray> run = nuts.run(measured())) {
      double[] theta = run.samples().values("theta");
      double furthest = 0;
      for (int i = 0; i < TRUTH.length; i++) {
        double[] own = new double[theta.length / TRUTH.length];
        for (int k = 0; k < own.length; k++) {
          own[k] = Math.log(theta[k * TRUTH.length + i]);
        }
        double apart = Math.abs(StatUtils.mean(own) - Math.log(TRUTH[i]));
        furthest = Math.max(furthest, apart / Math.sqrt(StatUtils.variance(own)));
      }
      double rhat =
          run.samples().summary().rows().values().stream()
              .mapToDouble(row -> row.rhat())
              .max()
              .orElseThrow();
      point.shown(
          "microseconds a gradient of a stiff model by chains",
          1e6 * run.report().seconds() / run.report().gradients());
      point.atMost("largest |truth - mean| / sd of 3 speeds of a stiff model", furthest, 3.5);
      point.atMost("largest R-hat of a stiff model", rhat, 1.01);
    }
  }
}
