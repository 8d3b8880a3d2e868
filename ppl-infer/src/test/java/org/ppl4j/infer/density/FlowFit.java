package org.ppl4j.infer.density;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import org.ppl4j.infer.Progress;
import org.ppl4j.infer.optim.AdamW;
import org.ppl4j.infer.svi.Averaging;
import org.ppl4j.infer.svi.StoppingRule;
import org.ppl4j.infer.svi.Svi;
import org.ppl4j.tensor.RunConfig;

/** The fit of a flow to numbers by an objective alone. */
final class FlowFit {

  private FlowFit() {}

  /** Leaves the average of these steps in the store. */
  static void run(Objective objective, FlowModel model, double[] y, int steps) {
    try (NDManager manager = NDManager.newBaseManager();
        Svi<Rows> svi =
            Svi.builder(model.program(objective.stages().get(0).goal()), (p, nothing) -> {})
                .params(model.params())
                .config(RunConfig.defaults())
                .optimizer(AdamW.withRate(0.01).decay(0))
                .averaging(Averaging.exponential(0.995))
                .stopping(StoppingRule.never())
                .progress(Progress.silent())
                .build()) {
      Rows rows = new Rows(manager.create(y, new Shape(y.length, 1)), null);
      assertThat(svi.run(rows, steps).steps()).isEqualTo(steps);
      svi.useAverage();
    }
  }
}
