package org.ppl4j.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.ppl4j.Program;
import org.ppl4j.infer.Progress;
import org.ppl4j.infer.optim.Adam;
import org.ppl4j.infer.svi.Svi;
import org.ppl4j.params.ParamStore;
import org.ppl4j.tensor.RunConfig;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.testing.AcceptancePoint;

/** A step costs what its numbers cost, however many parameters they are spread over. */
@Tag("acceptance")
@Tag("alone")
class ManyParametersAcceptanceTest {

  private static final AcceptancePoint POINT = new AcceptancePoint("distributions.7");
  private static final int NUMBERS = 200_000;
  private static final int COUNT = 200;
  private static final long[] PIECES = new long[COUNT];
  private static final double MOST = 1.15;
  private static final int WARM_UP = 60;
  private static final int ROUNDS = 15;
  private static final int STEPS = 40;

  static {
    Arrays.fill(PIECES, NUMBERS / COUNT);
  }

  @Test
  @Tag("distributions.7")
  void twoHundredParametersStepLikeOneOfTheirSize() {
    try (NDManager manager = NDManager.newBaseManager();
        ParamStore one = new ParamStore(manager, RunConfig.defaults());
        ParamStore many = new ParamStore(manager, RunConfig.defaults());
        Svi<@Nullable Void> whole = fit(one, 1);
        Svi<@Nullable Void> spread = fit(many, COUNT)) {
      List<Double> ratios = new ArrayList<>();
      for (int round = 0; round < WARM_UP + ROUNDS; round++) {
        double alone = median(whole);
        double together = median(spread);
        // The first rounds run before the compiler is done.
        if (round >= WARM_UP) {
          ratios.add(together / alone);
        }
      }
      double ratio = ratios.stream().sorted().skip(ROUNDS / 2).findFirst().orElseThrow();

      POINT.atMost("step of 200 parameters of 1000 / step of one of 200000", ratio, MOST);
    }
  }

  /**
   * A fit that pulls numbers, which are in so many parameters, to zero. The program does the same
   * with pieces of 1,000 whether they are parameters or were cut from one, so that what differs is
   * what the parameters cost.
   */
  private static Svi<@Nullable Void> fit(ParamStore params, int count) {
    Shape shape = new Shape(NUMBERS / count);
    Program<@Nullable Void> model =
        (p, data) -> {
          List<NDArray> pieces = new ArrayList<>();
          for (int i = 0; i < count; i++) {
            NDArray w = p.param("w" + i, () -> p.run().full(0.5, shape));
            pieces.addAll(count == 1 ? Tensors.split(w, -1, PIECES) : List.of(w));
          }
          p.factor("pull", Tensors.concat(pieces, 0).square().sum().neg());
        };
    Program<@Nullable Void> guide = (p, data) -> {};
    return Svi.builder(model, guide)
        .params(params)
        .optimizer(Adam.withRate(1e-4))
        .progress(Progress.silent())
        .build();
  }

  /** Microseconds of a step. */
  private static double median(Svi<@Nullable Void> svi) {
    double[] times = new double[STEPS];
    try (Svi<@Nullable Void>.OnData bound = svi.bind(null)) {
      for (int i = 0; i < STEPS; i++) {
        long start = System.nanoTime();
        double loss = bound.step();
        times[i] = (System.nanoTime() - start) / 1e3;
        assertThat(loss).isFinite();
      }
    }
    Arrays.sort(times);
    return times[STEPS / 2];
  }
}
