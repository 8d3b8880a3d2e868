package org.ppl4j.infer.mcmc;

import ai.djl.ndarray.NDArray;
import java.util.function.LongFunction;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.ppl4j.Program;
import org.ppl4j.infer.Simulated;
import org.ppl4j.infer.SimulationCalibration;
import org.ppl4j.testing.AcceptancePoint;

/** Chains of models with discrete sites that they draw, over data that the prior draws. */
@Tag("acceptance")
@Tag("discrete.6")
class DiscreteMovesAcceptanceTest {

  private static final AcceptancePoint POINT = new AcceptancePoint("discrete.6");

  private static final int TRIALS = 1000;

  /** Of what is wrong, which shows sooner. */
  private static final int PLANTED_TRIALS = 200;

  private static final long SEED = 20261130;

  /** Numbers of all models, so that one of a hundred runs of all fails by chance. */
  private static final int NUMBERS = 8 + 5 + 3;

  private static void judge(
      String name, long seed, Program<NDArray> model, LongFunction<Simulated<NDArray>> simulator) {
    SimulationCalibration calibration = DiscreteModels.calibration(TRIALS, seed, model, simulator);
    for (String number : calibration.names()) {
      POINT.above(
          name + ", " + number + ", 1,000 trials: p of its ranks",
          calibration.pValue(number),
          0.01 / NUMBERS);
    }
  }

  @Test
  void assignmentsAreCalibrated() {
    judge("a mixture's assignments", SEED, DiscreteModels.ASSIGNED, DiscreteModels::assigned);
  }

  @Test
  void countsWithoutEndAreCalibrated() {
    judge("counts that visits saw", SEED + 1, DiscreteModels.COUNTED, DiscreteModels::counted);
  }

  @Test
  void aChangePointIsCalibrated() {
    judge("a change point", SEED + 2, DiscreteModels.CHANGED, DiscreteModels::changed);
  }

  @Test
  void aConditionalThatForgetsAFactorIsCaught() {
    SimulationCalibration calibration =
        SimulationCalibration.of(
            PLANTED_TRIALS,
            DiscreteModels.KEPT,
            SEED + 3,
            DiscreteModels::counted,
            DiscreteModels::forgetful);
    POINT.below(
        "planted, counts drawn without their prior: least p of ranks",
        calibration.names().stream().mapToDouble(calibration::pValue).min().orElseThrow(),
        1e-6);
  }
}
