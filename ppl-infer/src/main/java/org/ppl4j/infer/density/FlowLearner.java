package org.ppl4j.infer.density;

import static java.util.Objects.requireNonNull;

import org.jspecify.annotations.Nullable;
import org.ppl4j.params.ParamStore;
import org.ppl4j.tensor.Rng;
import org.ppl4j.tensor.RunConfig;

/**
 * Learns the distribution of rows whose columns are continuous, or made so: by a flow, and by
 * simple distributions beside it as far as rows for validation speak for them.
 *
 * @param columns what is known of them
 * @param baselines whether there are simple ones; none beside a flow whose draws are compared alone
 */
record FlowLearner(Fitted.Flows flows, Columns columns, Training training, boolean baselines) {

  /**
   * Trains on rows, and looks at others.
   *
   * @param units of all of them
   * @param owner of the flow's tensors, which the flow frees
   */
  Learned learn(DataUnits units, Tables rows, Tables validation, Owner owner) {
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
      FlowModel made = training.isWidened() ? widened(model, units, validation) : model;
      LearnedFlow learned = new LearnedFlow(made, units, requireNonNull(report));
      return baselines && training.objective().isOfDensity()
          ? Baselines.mixed(learned, rows, validation, config)
          : Learned.of(learned);
    } catch (RuntimeException e) {
      params.close();
      throw e;
    }
  }

  /** With noise as wide as what makes the rows of a table. */
  private static FlowModel widened(FlowModel model, DataUnits units, Tables validation) {
    Rng rng = Rng.of(model.config().seed(), Rng.Purpose.PLATE, 0, "density.widened");
    double[] noise = model.toNoise(units.dequantised(validation, rng).tables());
    return model.withSpread(Recalibration.deviation(noise, 0));
  }
}
