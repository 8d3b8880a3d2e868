package org.ppl4j.guide;

import ai.djl.ndarray.NDArray;
import java.util.List;
import org.ppl4j.Plate;
import org.ppl4j.Program;
import org.ppl4j.distributions.HalfNormal;
import org.ppl4j.distributions.LogNormal;
import org.ppl4j.distributions.Normal;
import org.ppl4j.distributions.Uniform;
import org.ppl4j.infer.Summary;
import org.ppl4j.infer.mcmc.McmcRun;
import org.ppl4j.infer.mcmc.Nuts;
import org.ppl4j.ode.Ode;
import org.ppl4j.tensor.Tensors;

/** The blocks of the page long-loops-and-equations.md. */
final class LongLoopsAndEquationsPage {

  private LongLoopsAndEquationsPage() {}

  // region
  static final Program<NDArray> STATES =
      (p, y) -> {
        NDArray phi = p.sample("phi", Uniform.of(0, 1));
        NDArray sigma = p.sample("sigma", HalfNormal.of(1));
        p.scan(
            "t",
            (int) y.size(0),
            p.scalar(0),
            (q, t, before) -> {
              NDArray x = q.sample("x", Normal.of(before.mul(phi), sigma));
              q.observe("y", Normal.of(x, 0.5), t.take(y));
              return x;
            });
      };

  // endregion

  // region
  static final double[] HOURS = {0, 1, 2, 4, 8}; // the start is at the first

  static final Program<double[]> DECAY =
      (p, y) -> {
        NDArray rate = p.sample("rate", LogNormal.of(-1, 1));
        NDArray noise = p.sample("noise", HalfNormal.of(1));
        NDArray states =
            Ode.solve(
                (time, state, theta) -> state.mul(theta).neg(), // dx/dt = −rate x
                Tensors.vector(10),
                HOURS,
                rate.expandDims(-1));
        try (Plate times = p.plate("times", HOURS.length)) {
          p.observe("y", Normal.of(states.squeeze(-1), noise), times.take(y));
        }
      };

  static Summary decay(double[] y) {
    try (McmcRun<double[]> run = Nuts.of(DECAY).run(y)) {
      return run.summary();
    }
  }

  // endregion

  // region
  static final Program<double[]> GROWTH =
      (p, y) -> {
        NDArray rate = p.sample("rate", LogNormal.of(-1, 1));
        NDArray most = p.sample("most", LogNormal.of(4, 1));
        NDArray first = p.sample("first", LogNormal.of(0, 1));
        NDArray noise = p.sample("noise", HalfNormal.of(0.5));
        NDArray states =
            Ode.solve(
                (time, state, theta) -> {
                  NDArray share = state.div(theta.get("..., 1:2"));
                  return state.mul(theta.get("..., 0:1")).mul(share.neg().add(1));
                }, // dx/dt = rate x (1 − x / most)
                first.expandDims(-1),
                HOURS,
                Tensors.stack(List.of(rate, most), -1));
        try (Plate times = p.plate("times", HOURS.length)) {
          NDArray logs = states.squeeze(-1).log();
          p.observe("y", LogNormal.of(logs, noise), times.take(y));
        }
      };

  // endregion
}
