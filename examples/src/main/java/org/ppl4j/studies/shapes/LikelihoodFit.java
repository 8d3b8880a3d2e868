package org.ppl4j.studies.shapes;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.tracker.Tracker;
import java.util.Arrays;
import org.ppl4j.Execution;
import org.ppl4j.Plate;
import org.ppl4j.Program;
import org.ppl4j.distributions.TransformedDistribution;
import org.ppl4j.infer.Progress;
import org.ppl4j.infer.density.BaseDistribution;
import org.ppl4j.infer.optim.Adam;
import org.ppl4j.infer.svi.StoppingRule;
import org.ppl4j.infer.svi.Svi;
import org.ppl4j.params.ParamStore;
import org.ppl4j.tensor.Rng;
import org.ppl4j.tensor.Run;
import org.ppl4j.tensor.RunConfig;
import org.ppl4j.transforms.TransformModule;

/**
 * A flow trained by likelihood and nothing else: no change of columns before, no part kept for
 * validation, a rate that falls to 0. What differs between two of them is flow and base.
 *
 * @param steps of the training
 * @param batch how many rows each sees
 * @param seed of the first parameters and of the batches
 */
record LikelihoodFit(int steps, int batch, long seed) {

  private static final float RATE = 0.01f;

  /** Rows, of which an execution sees so many. */
  private record Rows(NDArray all, int seen) {}

  private static NDArray array(NDManager manager, double[] rows, int dim) {
    return manager.create(rows, new Shape(rows.length / dim, dim));
  }

  /**
   * The log density of each row of a test, whole rows one after the other.
   *
   * @param flow from noise to rows
   */
  double[] logDensities(
      TransformModule flow, BaseDistribution base, int dim, double[] train, double[] test) {
    Program<Rows> model =
        (p, rows) -> {
          var noise = base.of(p, dim);
          var distribution =
              TransformedDistribution.of(
                  noise.eventShape().dimension() == 0 ? noise.toEvent(1) : noise,
                  p.module("flow", flow));
          try (Plate plate = p.plate("rows", rows.all().getShape().get(0), rows.seen())) {
            p.observe("row", distribution, plate.take(rows.all()));
          }
        };
    Tracker rate =
        Tracker.cosine().setBaseValue(RATE).optFinalValue(RATE / 1000).setMaxUpdates(steps).build();
    RunConfig config = RunConfig.defaults().withSeed(seed);
    try (NDManager manager = NDManager.newBaseManager();
        ParamStore params = new ParamStore(manager, config)) {
      try (Svi<Rows> svi =
          Svi.builder(model, (p, rows) -> {})
              .params(params)
              .optimizer(Adam.withRate(rate))
              .stopping(StoppingRule.never())
              .progress(Progress.silent())
              .build()) {
        svi.run(new Rows(array(manager, train, dim), batch), steps);
      }
      int rows = test.length / dim;
      double[] logs = new double[rows];
      for (int from = 0; from < rows; from += batch) { // whose memory is that of a step
        int to = Math.min(rows, from + batch);
        NDArray some = array(manager, Arrays.copyOfRange(test, from * dim, to * dim), dim);
        try (some;
            Run run = Run.open(config, 0)) {
          Rows seen = new Rows(some, to - from);
          double[] part =
              run.withoutGradients(
                  () ->
                      Execution.record(run, params, Rng.Purpose.MODEL, model, seen)
                          .site("row")
                          .logProb()
                          .toDoubleArray());
          System.arraycopy(part, 0, logs, from, part.length);
        }
      }
      return logs;
    }
  }
}
