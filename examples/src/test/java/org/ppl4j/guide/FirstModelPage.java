package org.ppl4j.guide;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import java.util.Arrays;
import org.ppl4j.Plate;
import org.ppl4j.Program;
import org.ppl4j.distributions.HalfNormal;
import org.ppl4j.distributions.Normal;
import org.ppl4j.infer.Predictive;
import org.ppl4j.infer.Samples;
import org.ppl4j.infer.Summary;
import org.ppl4j.infer.judge.Inference;
import org.ppl4j.infer.judge.InferenceRun;
import org.ppl4j.infer.mcmc.McmcRun;
import org.ppl4j.infer.mcmc.Nuts;
import org.ppl4j.tensor.FloatType;
import org.ppl4j.tensor.RunConfig;

/** The blocks of the page first-model.md. */
@SuppressWarnings("ArrayRecordComponent") // data may hold plain arrays
final class FirstModelPage {

  private FirstModelPage() {}

  // region
  record Plants(double[] week, double[] height) {}

  static final Plants SEEN =
      new Plants(new double[] {1, 2, 3, 4, 5, 6}, new double[] {2.3, 4.4, 6.0, 8.3, 9.9, 12.4});

  // endregion

  // region
  static final Program<Plants> GROWTH =
      (p, plants) -> {
        NDArray start = p.sample("start", Normal.of(0, 10));
        NDArray slope = p.sample("slope", Normal.of(0, 10));
        NDArray noise = p.sample("noise", HalfNormal.of(5));
        try (Plate rows = p.plate("rows", plants.week().length)) {
          NDArray mean = rows.take(plants.week()).mul(slope).add(start);
          p.observe("height", Normal.of(mean, noise), rows.take(plants.height()));
        }
      };

  // endregion

  // region
  static Summary before() {
    try (Samples made = Predictive.prior(GROWTH).draw(SEEN, 1000)) {
      return made.summary(); // height[1] to height[6]
    }
  }

  // endregion

  // region
  static Summary after() {
    try (InferenceRun<Plants> run = Inference.of(GROWTH).run(SEEN)) {
      System.out.println(run.report()); // what was tried, and what speaks against the draws
      return run.summary();
    }
  }

  // endregion

  // region
  static double[] asked() {
    Plants later = new Plants(new double[] {10}, new double[1]);
    try (McmcRun<Plants> run = Nuts.of(GROWTH).run(SEEN);
        Samples predicted = Predictive.of(GROWTH, run).draw(later, run.samples())) {
      double[] slopes = run.samples().values("slope");
      double fast = Arrays.stream(slopes).filter(slope -> slope > 2).count();
      return new double[] {fast / slopes.length, predicted.mean("height")[0]};
    }
  }

  // endregion

  static RunConfig gpu() {
    // region
    RunConfig config =
        RunConfig.defaults().withDevice(Device.gpu()).withFloatType(FloatType.FLOAT32);
    // endregion
    return config;
  }
}
