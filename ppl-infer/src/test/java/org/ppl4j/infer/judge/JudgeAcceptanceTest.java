package org.ppl4j.infer.judge;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.ppl4j.tensor.RunConfig;
import org.ppl4j.testing.AcceptancePoint;

/** One number of many that is off. */
@Tag("acceptance")
class JudgeAcceptanceTest {

  private static final AcceptancePoint POINT = new AcceptancePoint("judge.2");
  private static final int SEEDS = 10;

  @Test
  @Tag("judge.2")
  void oneOfFiftyAtHalfItsSdIsNamed() {
    int named = 0;
    int others = 0;
    for (int seed = 0; seed < SEEDS; seed++) {
      RunConfig config = RunConfig.defaults().withSeed(seed);
      Judgement judgement = JudgeTest.judged(config, JudgeTest.NORMALS, JudgeTest.draws(16, 0.5));
      boolean isNamed = judgement.names(Verdict.OFF).contains("x[17]");
      named += isNamed ? 1 : 0;
      others += judgement.names(Verdict.OFF).size() - (isNamed ? 1 : 0);
    }
    POINT.atLeast("planted: one of fifty at half its sd, named, of 10", named, SEEDS);
    POINT.atMost("others of the fifty that are named as well", others, 0);
  }
}
