package org.ppl4j.infer;

import ai.djl.ndarray.NDManager;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.ppl4j.params.ParamStore;
import org.ppl4j.tensor.RunConfig;
import org.ppl4j.testing.AcceptancePoint;

/** What {@link PredictiveNewDataTest} judges of {@link GroupModel}, as figures of more draws. */
@Tag("acceptance")
@Tag("sampler.7")
class PredictiveAcceptanceTest {

  private static final AcceptancePoint POINT = new AcceptancePoint("sampler.7");

  @Test
  void newGroupsWithoutDataAreAsInClosedForm() {
    double worst = 0;
    int judged = 0;
    try (NDManager manager = NDManager.newBaseManager();
        ParamStore params = new ParamStore(manager, RunConfig.defaults())) {
      for (boolean weighted : new boolean[] {false, true}) {
        for (GroupModel.Judged each : GroupModel.judge(manager, params, 100_000, weighted)) {
          worst = Math.max(worst, Math.abs(each.errors()));
          judged++;
        }
      }
    }
    POINT.atLeast("figures of predictions judged", judged, 16);
    POINT.atMost("standard errors of the worst", worst, 3);
  }
}
