package org.ppl4j.infer.svi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.ppl4j.Plate;
import org.ppl4j.Program;
import org.ppl4j.distributions.Categorical;
import org.ppl4j.distributions.Normal;
import org.ppl4j.infer.autoguide.AutoNormal;
import org.ppl4j.infer.optim.Adam;
import org.ppl4j.params.ParamStore;
import org.ppl4j.tensor.Recording;
import org.ppl4j.tensor.RunConfig;
import org.ppl4j.tensor.internal.table.IndexOutOfRange;
import org.ppl4j.testing.LeakCheck;

/** An index of a later batch that names nothing is refused where it is used, recorded or not. */
@ExtendWith(LeakCheck.class)
class IndicesOfBatchesTest {

  private static final int GROUPS = 4;

  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Rows(long[] group, long[] label) {}

  private static final Program<Rows> MODEL =
      (p, data) -> {
        NDArray alpha;
        try (Plate groups = p.plate("groups", GROUPS)) {
          alpha = p.sample("alpha", Normal.of(0, 1));
        }
        try (Plate rows = p.plate("rows", data.group().length)) {
          NDArray logit = p.pick(alpha, rows.take(data.group())).expandDims(-1);
          NDArray logits = logit.mul(p.run().create(new double[] {-1, 0, 1}, new Shape(3)));
          p.observe("y", Categorical.logits(logits), rows.take(data.label()));
        }
      };

  @ParameterizedTest
  @EnumSource(Recording.class)
  void areCheckedAtEachStep(Recording recording) {
    RunConfig config = RunConfig.defaults().withRecording(recording);
    try (NDManager manager = NDManager.newBaseManager("PyTorch");
        ParamStore params = new ParamStore(manager)) {
      Svi<Rows> svi =
          Svi.builder(MODEL, AutoNormal.of(MODEL))
              .params(params)
              .config(config)
              .optimizer(Adam.withRate(0.01))
              .build();
      Rows good = new Rows(new long[] {0, 3, 2}, new long[] {0, 2, 1});
      for (int step = 0; step < 20; step++) {
        assertThat(svi.step(good)).isFinite();
      }
      assertThatThrownBy(() -> svi.step(new Rows(new long[] {0, 4, 2}, good.label())))
          .isInstanceOf(IndexOutOfRange.class)
          .hasMessage(
              "pick in plate 'rows': operation GATHER on shapes [(4), (3)] has index 4 of an axis"
                  + " of size 4; pass whole numbers from 0 to 3");
      assertThat(svi.step(new Rows(good.group(), new long[] {0, -5, 2}))).isInfinite();
      assertThat(svi.step(good)).isFinite();
      assertThat(svi.whyNotRecorded().isEmpty()).isEqualTo(recording != Recording.OFF);
    }
  }
}
