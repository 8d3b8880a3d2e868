package org.ppl4j.infer;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.ppl4j.Program;
import org.ppl4j.distributions.Exponential;
import org.ppl4j.distributions.Normal;
import org.ppl4j.infer.autoguide.AutoNormal;
import org.ppl4j.infer.latent.LogDensity;
import org.ppl4j.infer.optim.Adam;
import org.ppl4j.infer.svi.Svi;
import org.ppl4j.params.ParamStore;
import org.ppl4j.tensor.Recording;
import org.ppl4j.tensor.RunConfig;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.testing.AcceptancePoint;

/** Inference on a million steps, which the engine never does. */
@Tag("acceptance")
class ScanInferenceAcceptanceTest {

  private static final AcceptancePoint POINT = new AcceptancePoint("whole.2");
  private static final int STEPS = 1_000_000;
  private static final RunConfig RECORDED =
      RunConfig.defaults().withRecording(Recording.REQUIRED).withSeed(7);

  private static final Program<NDArray> MODEL =
      (p, y) -> {
        NDArray scale = p.sample("scale", Exponential.of(10));
        p.scan(
            "t",
            STEPS,
            p.scalar(0),
            (q, t, before) -> {
              NDArray x = before.mul(0.9).add(q.sample("z", Normal.of(0, 1)).mul(scale));
              q.observe("y", Normal.of(x, 0.5), t.take(y));
              return x;
            });
      };

  private static NDArray data() {
    double[] y = new double[STEPS];
    for (int i = 0; i < STEPS; i++) {
      y[i] = Math.sin(0.01 * i);
    }
    return Tensors.vector(y);
  }

  @Test
  @Tag("whole.2")
  void aLogDensityOfAMillionSteps() {
    try (LogDensity<NDArray> density = LogDensity.of(MODEL, data(), RECORDED)) {
      double[] gradient = new double[density.size()];
      double value = density.evaluate(density.start(), gradient);
      POINT.atLeast("million-density-is-finite", Double.isFinite(value) ? 1 : 0, 1);
      POINT.atMost("million-density-gigabytes", gigabytes(), 1);
    }
  }

  @Test
  @Tag("whole.2")
  void aFitOfAMillionSteps() {
    try (NDManager manager = NDManager.newBaseManager();
        ParamStore params = new ParamStore(manager, RECORDED)) {
      Svi<NDArray> svi =
          Svi.builder(MODEL, AutoNormal.of(MODEL))
              .params(params)
              .config(RECORDED)
              .optimizer(Adam.withRate(0.02))
              .progress(Progress.silent())
              .build();
      double loss = 0;
      for (int i = 0; i < 5; i++) {
        loss = svi.step(data());
      }
      POINT.atLeast("million-fit-is-finite", Double.isFinite(loss) ? 1 : 0, 1);
      POINT.atMost("million-fit-gigabytes", gigabytes(), 1);
    }
  }

  /** How much of the heap is used. */
  private static double gigabytes() {
    System.gc();
    Runtime machine = Runtime.getRuntime();
    return (machine.totalMemory() - machine.freeMemory()) / 1e9;
  }
}
