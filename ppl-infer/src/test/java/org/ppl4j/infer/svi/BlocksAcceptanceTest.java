package org.ppl4j.infer.svi;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.ppl4j.infer.svi.BlockTraining.Outcome;
import org.ppl4j.tensor.FloatType;
import org.ppl4j.tensor.Recording;
import org.ppl4j.tensor.RunConfig;
import org.ppl4j.testing.AcceptancePoint;
import org.ppl4j.testing.BlockCase;
import org.ppl4j.testing.BlockCases;

/** Each kind of block learns as by DJL's own trainer, by the engine and recorded. */
@Tag("acceptance")
final class BlocksAcceptanceTest {

  private static final AcceptancePoint POINT = new AcceptancePoint("whole.4");
  private static final int STEPS = 20;
  private static final double APART = 1e-4;

  @Test
  @Tag("whole.4")
  void lossesAreThoseOfDjlsTrainer() {
    double engine = 0;
    double recorded = 0;
    double single = 0;
    double between = 0;
    for (BlockCase each : BlockCases.ofEngine()) {
      BlockTraining training = new BlockTraining(each, STEPS);
      RunConfig config = RunConfig.defaults();
      Outcome by = training.ours(config.withRecording(Recording.OFF));
      Outcome from = training.ours(config.withRecording(Recording.REQUIRED));
      Outcome inSingle =
          training.ours(config.withRecording(Recording.REQUIRED).withFloatType(FloatType.FLOAT32));
      POINT.below(each.name().replace(' ', '-'), training.own().apart(by), APART);
      engine = Math.max(engine, training.own().apart(by));
      recorded = Math.max(recorded, training.own().apart(from));
      single = Math.max(single, training.own().apart(inSingle));
      between = Math.max(between, by.apart(from));
    }
    POINT.atLeast("kinds", BlockCases.ofEngine().size(), 12);
    POINT.below("engine-apart", engine, APART);
    POINT.below("recorded-apart", recorded, APART);
    POINT.below("single-precision-apart", single, APART);
    POINT.below("recorded-apart-from-engine", between, 1e-9);
  }
}
