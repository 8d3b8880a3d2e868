package com.example.own;

import ai.djl.ndarray.NDArray;
import com.google.common.collect.ImmutableMap;
import org.ppl4j.Plate;
import org.ppl4j.Program;
import org.ppl4j.distributions.Exponential;
import org.ppl4j.distributions.Gamma;
import org.ppl4j.examples.launcher.Example;
import org.ppl4j.examples.launcher.ExampleOptions;
import org.ppl4j.examples.launcher.ExampleResult;
import org.ppl4j.examples.launcher.Reference;
import org.ppl4j.infer.autoguide.AutoNormal;
import org.ppl4j.infer.svi.Averaging;
import org.ppl4j.infer.svi.Svi;
import org.ppl4j.tensor.Tensors;

/** An example of one's own: how often a bus comes, from six waiting times. */
public final class WaitingTimes implements Example {

  /** rate ~ Gamma(2, 1); each time ~ Exponential(rate): the posterior is Gamma(8, 1 + Σ times). */
  private static final Program<NDArray> MODEL =
      (p, times) -> {
        NDArray rate = p.sample("rate", Gamma.of(2, 1));
        try (Plate waits = p.plate("waits", times.size(0))) {
          p.observe("time", Exponential.of(rate), waits.take(times));
        }
      };

  @Override
  public String name() {
    return "waiting-times";
  }

  @Override
  public String description() {
    return "how often a bus comes: a log-normal guide beside the exact posterior Gamma(8, 12)";
  }

  @Override
  public boolean writesFiles() {
    return false;
  }

  @Override
  public ExampleResult run(ExampleOptions options) {
    NDArray times = Tensors.vector(0.5, 3.5, 1.5, 2, 0.5, 3);
    Reference exact =
        new Reference(
            ImmutableMap.of("rate", new Reference.Moments(8.0 / 12, Math.sqrt(8.0) / 12)));
    try (Svi<NDArray> svi =
        Svi.builder(MODEL, AutoNormal.of(MODEL))
            .config(options.config())
            .particles(20)
            .averaging(Averaging.polynomial(3))
            .progress(options.progress())
            .build()) {
      double steps = svi.run(times, options.steps().orElse(2000)).steps();
      return new ExampleResult(svi.summary(times, 10_000), exact, ImmutableMap.of("steps", steps));
    }
  }
}
