package org.ppl4j.integration;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.ppl4j.Plate;
import org.ppl4j.Program;
import org.ppl4j.distributions.Normal;
import org.ppl4j.flows.Flows;
import org.ppl4j.infer.Progress;
import org.ppl4j.infer.autoguide.AutoAmortised;
import org.ppl4j.infer.optim.Adam;
import org.ppl4j.infer.svi.StoppingRule;
import org.ppl4j.infer.svi.Svi;
import org.ppl4j.params.ParamStore;
import org.ppl4j.testing.LeakCheck;

/** Rows whose posteriors are not normal, read by a network and by a flow beside it. */
@ExtendWith(LeakCheck.class)
class AmortisedFlowTest {

  private static final int ROWS = 30;

  /** A number is seen through its exponential: the posterior of those that are small is skewed. */
  private static final Program<NDArray> SKEWED =
      (p, y) -> {
        try (Plate rows = p.plate("rows", y.size(0))) {
          NDArray z = p.sample("z", Normal.of(0, 2));
          p.observe("y", Normal.of(z.exp(), 0.5), rows.take(y));
        }
      };

  @Test
  void aFlowBendsToWhatIsNotNormal() {
    AutoAmortised<NDArray> normal = AutoAmortised.of(SKEWED, "rows", y -> y);

    double bent = bound(normal.flow(Flows::conditional));

    assertThat(bent).isGreaterThan(bound(normal) + 1);
  }

  /** The mean log weight of draws for the rows that it learned from. */
  private static double bound(Program<NDArray> guide) {
    try (NDManager manager = NDManager.newBaseManager();
        ParamStore params = new ParamStore(manager);
        Svi<NDArray> svi =
            Svi.builder(SKEWED, guide)
                .params(params)
                .optimizer(Adam.withRate(0.01))
                .particles(4)
                .stopping(StoppingRule.never())
                .progress(Progress.silent())
                .build()) {
      double[] y = new double[ROWS];
      Arrays.setAll(y, i -> 0.1 * i);
      NDArray data = manager.create(y);
      svi.run(data, 400);
      return Arrays.stream(svi.logWeights(data, 500)).average().orElseThrow();
    }
  }
}
