package org.ppl4j.integration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.core.Linear;
import ai.djl.training.tracker.Tracker;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.ppl4j.Plate;
import org.ppl4j.Program;
import org.ppl4j.distributions.Normal;
import org.ppl4j.distributions.TransformedDistribution;
import org.ppl4j.flows.AffineFamily;
import org.ppl4j.flows.Autoregressive;
import org.ppl4j.flows.Coupling;
import org.ppl4j.infer.Progress;
import org.ppl4j.infer.optim.Adam;
import org.ppl4j.infer.svi.FitReport;
import org.ppl4j.infer.svi.StoppingRule;
import org.ppl4j.infer.svi.Svi;
import org.ppl4j.nn.Conditioner;
import org.ppl4j.nn.Convolutional;
import org.ppl4j.nn.Mlp;
import org.ppl4j.nn.Residual;
import org.ppl4j.params.ParamStore;
import org.ppl4j.testing.LeakCheck;
import org.ppl4j.transforms.TransformModule;

/** With each kind of conditioner a flow learns a density, down to its entropy. */
@ExtendWith(LeakCheck.class)
class ConditionersTest {

  private static final int ROWS = 4_000;
  private static final int BATCH = 128;
  private static final int STEPS = 600;

  /** Of one standard normal number. */
  private static final double NORMAL = 0.5 * Math.log(2 * Math.PI * Math.E);

  /** Of (a, b, 3 sin 2a + z, 3 sin 2b + w) with standard normal a, b, z, w. */
  private static final double ENTROPY = 4 * NORMAL;

  /** With normal densities of their own for the last two, of variance 9 (1 − e⁻⁸) / 2 + 1. */
  private static final double APART = 4 * NORMAL + Math.log(9 * (1 - Math.exp(-8)) / 2 + 1);

  private static double[] rows() {
    Random random = new Random(20_261_125);
    double[] x = new double[4 * ROWS];
    for (int i = 0; i < ROWS; i++) {
      double a = random.nextGaussian();
      double b = random.nextGaussian();
      x[4 * i] = a;
      x[4 * i + 1] = b;
      x[4 * i + 2] = 3 * Math.sin(2 * a) + random.nextGaussian();
      x[4 * i + 3] = 3 * Math.sin(2 * b) + random.nextGaussian();
    }
    return x;
  }

  private static TransformModule coupling(Conditioner conditioner) {
    return Coupling.of(4, AffineFamily.of()).conditioner(conditioner);
  }

  private static SequentialBlock block() {
    return new SequentialBlock()
        .add(Linear.builder().setUnits(32).build())
        .add(ai.djl.nn.Activation::tanh)
        .add(Linear.builder().setUnits(32).build())
        .add(ai.djl.nn.Activation::tanh);
  }

  static Stream<Arguments> flows() {
    TransformModule masked = Autoregressive.of(4, AffineFamily.of());
    return Stream.of(
        Arguments.of("mlp", coupling(Mlp.of(32, 32)), ENTROPY),
        Arguments.of("residual", coupling(Residual.of(32, 2)), ENTROPY),
        Arguments.of("convolutional", coupling(Convolutional.of(new Shape(2), 32, 32)), ENTROPY),
        Arguments.of("block", coupling(Conditioner.block(ConditionersTest::block)), ENTROPY),
        Arguments.of("constant", coupling(Conditioner.constant()), APART),
        Arguments.of("made", masked.inverted(), ENTROPY),
        Arguments.of(
            "masked residual",
            Autoregressive.of(4, AffineFamily.of()).conditioner(Residual.of(48, 2)).inverted(),
            ENTROPY));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("flows")
  void theLossFallsToTheEntropy(String name, TransformModule flow, double entropy) {
    Program<NDArray> density =
        (p, x) -> {
          try (Plate rows = p.plate("rows", ROWS, BATCH)) {
            p.observe(
                "x",
                TransformedDistribution.of(Normal.standard(4).toEvent(1), p.module("flow", flow)),
                rows.take(x));
          }
        };
    try (NDManager manager = NDManager.newBaseManager();
        ParamStore params = new ParamStore(manager)) {
      NDArray x = manager.create(rows()).reshape(ROWS, 4);
      Tracker falling =
          Tracker.cosine().setBaseValue(0.01f).optFinalValue(1e-4f).setMaxUpdates(STEPS).build();
      Svi<NDArray> svi =
          Svi.builder(density, (p, data) -> {})
              .params(params)
              .optimizer(Adam.withRate(falling))
              .stopping(StoppingRule.never())
              .progress(Progress.silent())
              .build();
      FitReport report = svi.run(x, STEPS);

      double first = report.losses().get(0) / ROWS;
      assertThat(first).isGreaterThan(entropy + 0.3);
      assertThat(report.losses().median(STEPS - 100, STEPS) / ROWS)
          .isCloseTo(entropy, within(0.08));
    }
  }
}
