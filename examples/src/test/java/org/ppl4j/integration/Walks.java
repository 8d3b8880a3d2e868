package org.ppl4j.integration;

import ai.djl.ndarray.NDArray;
import com.google.common.collect.ImmutableMap;
import java.util.function.Supplier;
import org.ppl4j.Plate;
import org.ppl4j.Program;
import org.ppl4j.distributions.Normal;
import org.ppl4j.flows.Flows;
import org.ppl4j.infer.Progress;
import org.ppl4j.infer.Samples;
import org.ppl4j.infer.Summary;
import org.ppl4j.infer.autoguide.AutoNormal;
import org.ppl4j.infer.density.Density;
import org.ppl4j.infer.density.DensityEstimator;
import org.ppl4j.infer.density.Training;
import org.ppl4j.infer.mcmc.McmcRun;
import org.ppl4j.infer.mcmc.Nuts;
import org.ppl4j.infer.svi.Svi;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.testing.Sandbox;
import org.ppl4j.transforms.Transform;

/** Operations whose {@link Walk} is looked at, each done before. */
public final class Walks implements Supplier<ImmutableMap<String, Walk>> {

  private static final Program<double[]> MODEL =
      (p, y) -> {
        NDArray mu = p.sample("mu", Normal.of(0, 10));
        try (Plate rows = p.plate("rows", y.length)) {
          p.observe("y", Normal.of(mu, 1), rows.take(y));
        }
      };

  private static final int TIMES = 20;

  private static final double[] DATA = {1.2, 0.7, 2.1, 1.6};

  @Override
  public ImmutableMap<String, Walk> get() {
    return ImmutableMap.<String, Walk>builder()
        .put("p.sample", sample())
        .put("p.param", param())
        .put("coupling forward", coupling())
        .put("Svi.step", step())
        .put("Nuts.run", chain())
        .put("Samples.summary", summary())
        .put("Density.logProb", density())
        .buildOrThrow();
  }

  private static Walk sample() {
    Walk[] walk = new Walk[1];
    Program<Void> guide =
        (p, nothing) -> {
          Normal law = Normal.of(p.scalar(0.5), p.scalar(2));
          Walk.begin();
          p.sample("x", law);
          walk[0] = Walk.end();
        };
    return repeated(
        () -> {
          try (Sandbox sandbox = Sandbox.open()) {
            sandbox.recordGuide(guide);
          }
          return walk[0];
        });
  }

  private static Walk param() {
    Walk[] walk = new Walk[1];
    Program<Void> guide =
        (p, nothing) -> {
          Walk.begin();
          NDArray scale = p.param("scale", () -> p.scalar(2));
          walk[0] = Walk.end();
          p.sample("x", Normal.of(0.5, scale.square()));
        };
    try (Sandbox sandbox = Sandbox.open()) {
      return repeated(
          () -> {
            sandbox.recordGuide(guide);
            return walk[0];
          });
    }
  }

  private static Walk coupling() {
    Walk[] walk = new Walk[1];
    Program<Void> guide =
        (p, nothing) -> {
          Transform flow = p.module("flow", Flows.affineCoupling(4, 1));
          NDArray x = Tensors.vector(0.1, -0.3, 0.5, 0.2);
          Walk.begin();
          NDArray y = flow.forward(x).value();
          walk[0] = Walk.end();
          p.sample("y", Normal.of(y, 1).toEvent(1));
        };
    try (Sandbox sandbox = Sandbox.open()) {
      return repeated(
          () -> {
            sandbox.recordGuide(guide);
            return walk[0];
          });
    }
  }

  private static Walk step() {
    try (Svi<double[]> svi = Svi.of(MODEL, AutoNormal.of(MODEL))) {
      return repeated(
          () -> {
            Walk.begin();
            svi.step(DATA);
            return Walk.end();
          });
    }
  }

  private static Walk chain() {
    return repeated(
        () -> {
          Nuts<double[]> nuts =
              Nuts.of(MODEL).chains(1).warmup(20).draws(20).progress(Progress.silent());
          Walk.begin();
          try (McmcRun<double[]> run = nuts.run(DATA)) {
            return Walk.end();
          }
        });
  }

  private static Walk summary() {
    try (McmcRun<double[]> run =
            Nuts.of(MODEL).chains(1).warmup(20).draws(20).progress(Progress.silent()).run(DATA);
        Samples samples = run.samples()) {
      return repeated(
          () -> {
            Walk.begin();
            Summary unused = samples.summary();
            return Walk.end();
          });
    }
  }

  private static Walk density() {
    try (Sandbox sandbox = Sandbox.open()) {
      NDArray x = sandbox.manager().create(new double[] {1, 2, 3, 4, 2, 3, 1, 2, 4, 3});
      try (Density density =
          DensityEstimator.of(dim -> Flows.affineCoupling(dim, 1))
              .withoutBaselines()
              .training(Training.standard().steps(5).progress(Progress.silent()))
              .fit(x)) {
        return repeated(
            () -> {
              Walk.begin();
              NDArray unused = density.logProb(x);
              return Walk.end();
            });
      }
    }
  }

  /** The last, when all that is made once is there. */
  private static Walk repeated(Supplier<Walk> operation) {
    Walk last = operation.get();
    for (int i = 1; i < TIMES; i++) {
      last = operation.get();
    }
    return last;
  }
}
