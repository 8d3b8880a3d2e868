package org.ppl4j.integration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.ppl4j.Plate;
import org.ppl4j.Program;
import org.ppl4j.distributions.Normal;
import org.ppl4j.distributions.TransformedDistribution;
import org.ppl4j.flows.ActNorm;
import org.ppl4j.flows.AffineFamily;
import org.ppl4j.flows.BatchNorm;
import org.ppl4j.flows.Coupling;
import org.ppl4j.flows.Flip;
import org.ppl4j.infer.Progress;
import org.ppl4j.infer.density.Density;
import org.ppl4j.infer.density.DensityEstimator;
import org.ppl4j.infer.density.DensityReport;
import org.ppl4j.infer.density.Training;
import org.ppl4j.infer.optim.Adam;
import org.ppl4j.infer.svi.StoppingRule;
import org.ppl4j.infer.svi.Svi;
import org.ppl4j.params.ParamStore;
import org.ppl4j.tensor.FloatType;
import org.ppl4j.tensor.Run;
import org.ppl4j.tensor.RunConfig;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.testing.LeakCheck;
import org.ppl4j.transforms.TransformModule;

/** Layers with statistics, trained: they bring data near and their densities are those of rows. */
@ExtendWith(LeakCheck.class)
class NormalizedFlowsTest {

  private static final int ROWS = 2_000;

  /** Of (300 + 50 a, 0.01 (sin 2a + 0.3 z)) with standard normal a and z. */
  private static final double ENTROPY = Math.log(2 * Math.PI * Math.E) + Math.log(50 * 0.01 * 0.3);

  private static double[] rows(int seed) {
    Random random = new Random(seed);
    double[] x = new double[2 * ROWS];
    for (int i = 0; i < ROWS; i++) {
      double a = random.nextGaussian();
      x[2 * i] = 300 + 50 * a;
      x[2 * i + 1] = 0.01 * (Math.sin(2 * a) + 0.3 * random.nextGaussian());
    }
    return x;
  }

  private static double meanLogProb(ParamStore params, TransformModule flow, double[] rows) {
    try (Run run = Run.open(params.config().orElseThrow(), 0)) {
      NDArray logProb =
          TransformedDistribution.of(
                  Normal.standard(2).toEvent(1), params.transform(run, "flow", flow))
              .on(run)
              .logProb(run.create(rows, new Shape(rows.length / 2, 2)));
      return Tensors.values(logProb.mean())[0];
    }
  }

  private enum Norm {
    ACT,
    BATCH
  }

  @ParameterizedTest
  @EnumSource
  void dataFarAwayAreLearnedFromTheFirstStepOn(Norm norm) {
    TransformModule normalized = norm == Norm.ACT ? ActNorm.of(2) : BatchNorm.of(2);
    TransformModule flow = Coupling.of(2, AffineFamily.of()).then(normalized);
    Program<NDArray> density =
        (p, x) -> {
          try (Plate plate = p.plate("rows", ROWS, 200)) {
            p.observe(
                "x",
                TransformedDistribution.of(Normal.standard(2).toEvent(1), p.module("flow", flow)),
                plate.take(x));
          }
        };
    RunConfig config = RunConfig.defaults().withFloatType(FloatType.FLOAT32);
    try (NDManager manager = NDManager.newBaseManager();
        ParamStore params = new ParamStore(manager, config)) {
      NDArray x = manager.create(rows(1)).reshape(ROWS, 2);
      Svi<NDArray> svi =
          Svi.builder(density, (Program<NDArray>) (p, data) -> {})
              .params(params)
              .optimizer(Adam.withRate(0.01))
              .stopping(StoppingRule.never())
              .progress(Progress.silent())
              .build();
      double first = svi.step(x) / ROWS;
      svi.run(x, 400);

      // Normal densities of their own for both are 0.5 log(0.59 / 0.09) away.
      assertThat(first).isCloseTo(ENTROPY + 0.94, within(0.2));
      assertThat(-meanLogProb(params, flow, rows(2))).isCloseTo(ENTROPY, within(0.1));
    }
  }

  @Test
  void rowsAreScoredAloneByTheStatisticsOfTheBestLook() {
    TransformModule flow =
        Coupling.of(2, AffineFamily.of())
            .then(BatchNorm.of(2))
            .then(Flip.of())
            .then(Coupling.of(2, AffineFamily.of()))
            .then(BatchNorm.of(2));
    try (NDManager manager = NDManager.newBaseManager()) {
      NDArray y = manager.create(rows(3)).reshape(ROWS, 2);
      // Columns that do not depend on each other: the more is learned, the worse.
      double[] mixed = rows(4);
      double[] others = rows(5);
      for (int i = 1; i < mixed.length; i += 2) {
        mixed[i] = others[i];
      }
      NDArray validation = manager.create(mixed).reshape(ROWS, 2);
      try (Density density =
          DensityEstimator.of(dim -> flow)
              .withoutBaselines()
              .training(
                  Training.standard().batch(100).rate(0.01).steps(300).progress(Progress.silent()))
              .fit(y, validation)) {
        DensityReport report = density.report().orElseThrow();
        double[] together = density.logProb(validation).toDoubleArray();
        double[] alone = density.logProb(validation.get("5:6")).toDoubleArray();

        double mean = Arrays.stream(together).average().orElseThrow();
        assertThat(report.best().step()).isLessThan(report.fit().steps());
        assertThat(mean).isCloseTo(report.best().logProb(), within(1e-9));
        assertThat(alone[0]).isCloseTo(together[5], within(1e-9));
      }
    }
  }
}
