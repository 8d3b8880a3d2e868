package org.ppl4j.infer.density;

import static java.util.Objects.requireNonNull;

import org.jspecify.annotations.Nullable;
import org.ppl4j.params.ParamStore;
import org.ppl4j.tensor.RunConfig;

/**
 * Learns the distribution of rows whose columns are continuous, or made so, by a flow.
 *
 * @param columns what is known of them
 */
record FlowLearner(Fitted.Flows flows, Columns columns, Training training) {

  /**
   * Trains on rows, and looks at others.
   *
   * @param units of all of them
   * @param owner of the flow's tensors, which the flow frees
   */
  LearnedFlow learn(DataUnits units, Tables rows, Tables validation, Owner owner) {
    RunConfig config = training.config();
    int dim = units.y().freeDim();
    Flow flow = flows.of(dim, units.contextDim());
    ParamStore params = new ParamStore(owner.manager(), config);
    try {
      FlowModel model =
          new FlowModel(flow, columns.dequantisation().noise(units), dim, params, config);
      @Nullable DensityReport report = null;
      for (Objective.Stage stage : training.objective().stages()) {
        report = new Trainer(model, rows, validation, units, stage.of(training), stage).train();
      }
      return new LearnedFlow(model, units, requireNonNull(report));
    } catch (RuntimeException e) {
      params.close();
      throw e;
    }
  }
}
