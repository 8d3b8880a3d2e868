package org.ppl4j.integration;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import com.google.common.collect.ImmutableMap;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.ppl4j.flows.Flows;
import org.ppl4j.infer.Progress;
import org.ppl4j.infer.density.ConditionalDensity;
import org.ppl4j.infer.density.ConditionalDensityEstimator;
import org.ppl4j.infer.density.Density;
import org.ppl4j.infer.density.DensityEstimator;
import org.ppl4j.infer.density.Training;
import org.ppl4j.tensor.FloatType;
import org.ppl4j.tensor.RunConfig;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.testing.AcceptancePoint;
import org.ppl4j.testing.TailLaw;

/** Whether the draws of every recommended flow keep to the tails of what it learned. */
final class FlowTails {

  private static final AcceptancePoint POINT = new AcceptancePoint("trust.8");

  private static final int ROWS = 20_000;
  private static final int DRAWS = 10_000;

  /** Of columns that are drawn alone. */
  private static final int COLUMNS = 2;

  private static final ImmutableMap<String, ConditionalDensityEstimator.Flows> CONDITIONAL =
      ImmutableMap.of(
          "conditional", Flows::conditional,
          "posterior", Flows::posterior,
          "regression", Flows::regression);

  private FlowTails() {}

  /** Learns a law with each flow, and judges each column of its draws, which is not calibrated. */
  static void check(TailLaw law, Training training) {
    Training quiet =
        training
            .progress(Progress.silent())
            .config(RunConfig.defaults().withFloatType(FloatType.FLOAT32));
    Random random = new Random(7);
    try (NDManager manager = NDManager.newBaseManager()) {
      NDArray y = manager.create(law.numbers(ROWS * COLUMNS, random), new Shape(ROWS, COLUMNS));
      try (Density density =
          DensityEstimator.of(Flows::density)
              .withoutBaselines()
              .calibration(0)
              .training(quiet)
              .fit(y)) {
        judge(law, "density", Tensors.values(density.sample(DRAWS)));
      }
      NDArray x = manager.create(random.doubles(ROWS).toArray());
      NDArray given = manager.create(new double[] {0.5});
      for (Map.Entry<String, ConditionalDensityEstimator.Flows> flow : CONDITIONAL.entrySet()) {
        try (ConditionalDensity density =
            ConditionalDensityEstimator.of(flow.getValue())
                .withoutBaselines()
                .calibration(0)
                .training(quiet)
                .fit(y, x)) {
          judge(law, flow.getKey(), Tensors.values(density.sample(DRAWS, given)));
        }
      }
    }
  }

  private static void judge(TailLaw law, String flow, double[] draws) {
    for (int j = 0; j < COLUMNS; j++) {
      int column = j;
      TailLaw.Tails tails =
          law.of(IntStream.range(0, DRAWS).mapToDouble(i -> draws[i * COLUMNS + column]).toArray());
      String where = law + " by " + flow + ", column " + j;
      POINT.between("below the 0.001 quantile of " + where, tails.low(), 0.0003, 0.003);
      POINT.between("above the 0.999 quantile of " + where, tails.high(), 0.0003, 0.003);
      POINT.atMost("stray draws of " + where, tails.strays(), 0);
    }
  }
}
