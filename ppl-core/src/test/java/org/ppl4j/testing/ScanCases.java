package org.ppl4j.testing;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.ppl4j.Plate;
import org.ppl4j.PlateSpec;
import org.ppl4j.distributions.Exponential;
import org.ppl4j.distributions.MultivariateNormal;
import org.ppl4j.distributions.Normal;
import org.ppl4j.distributions.Poisson;
import org.ppl4j.distributions.StudentT;
import org.ppl4j.tensor.Tensors;

/** Programs of steps, in unconstrained variables but for what is observed. */
public final class ScanCases {

  /** How many steps are enough to see everything. */
  public static final int STEPS = 8;

  private ScanCases() {}

  /** A state of two numbers. */
  record Pair(NDArray level, NDArray slope) {}

  /** A state of two earlier values. */
  record Lags(NDArray one, List<NDArray> others) {}

  /** All of them, of few steps. */
  public static List<ScanCase> all() {
    return all(STEPS);
  }

  /** All of them, of so many steps. */
  public static List<ScanCase> all(int n) {
    double[] y = new double[n];
    Arrays.setAll(y, i -> Math.sin(2.3 * i + 1) - 0.1);
    return List.of(
        new ScanCase(
            "autoregression of data",
            steps ->
                (p, none) -> {
                  NDArray phi = p.sample("phi", Normal.of(0, 1));
                  NDArray a = p.sample("a", Normal.of(0, 1));
                  NDArray last =
                      steps.of(
                          p,
                          "t",
                          n,
                          p.scalar(0.5),
                          (q, t, before) -> {
                            NDArray now = t.take(y);
                            q.observe("y", Normal.of(before.mul(phi).add(a), 0.7), now);
                            return now;
                          });
                  p.factor("last", last.mul(phi));
                }),
        new ScanCase(
            "latent autoregression",
            steps ->
                (p, none) -> {
                  NDArray phi = p.sample("phi", Normal.of(0, 1));
                  NDArray scale = p.sample("scale", Normal.of(0, 1)).exp();
                  NDArray last =
                      steps.of(
                          p,
                          "t",
                          n,
                          p.scalar(0),
                          (q, t, before) -> {
                            NDArray x = q.sample("x", Normal.of(before.mul(phi), scale));
                            q.observe("y", StudentT.of(4, x.sin(), p.scalar(0.5)), t.take(y));
                            return x;
                          });
                  p.observe("end", Normal.of(last, 1), 0.4);
                }),
        new ScanCase(
            "states by innovations",
            steps ->
                (p, none) -> {
                  NDArray phi = p.sample("phi", Normal.of(0, 1));
                  NDArray scale = p.sample("scale", Normal.of(0, 1)).exp();
                  NDArray z = p.sample("z", Normal.of(0, 1).expand(new Shape(n)).toEvent());
                  steps.of(
                      p,
                      "t",
                      n,
                      phi,
                      (q, t, before) -> {
                        NDArray x = before.tanh().mul(phi).add(t.take(z).mul(scale));
                        q.observe("y", Normal.of(x, 0.5), t.take(y));
                        return x;
                      });
                }),
        new ScanCase(
            "a long function of a state",
            steps ->
                (p, none) -> {
                  NDArray phi = p.sample("phi", Normal.of(0, 1));
                  steps.of(
                      p,
                      "t",
                      n,
                      p.scalar(0.3),
                      (q, t, before) -> {
                        NDArray f = before;
                        for (int i = 0; i < 40; i++) {
                          f = f.add(f.sin().mul(0.01)); // each is read twice
                        }
                        q.factor("f", f.mul(phi));
                        return before.mul(phi).add(t.take(y));
                      });
                }),
        new ScanCase(
            "order two, in a list",
            steps ->
                (p, none) -> {
                  NDArray phi = p.sample("phi", Normal.of(0, 1).expand(new Shape(3)).toEvent());
                  steps.of(
                      p,
                      "t",
                      n,
                      new Lags(p.scalar(0.1), List.of(p.scalar(0.2), p.scalar(0.3))),
                      (q, t, lags) -> {
                        NDArray mean =
                            lags.one()
                                .mul(phi.get(0))
                                .add(lags.others().get(0).mul(phi.get(1)))
                                .add(lags.others().get(1).mul(phi.get(2)));
                        NDArray x = q.sample("x", Normal.of(mean, 0.8));
                        q.observe("y", Normal.of(x, 1), t.take(y));
                        return new Lags(x, List.of(lags.one(), lags.others().get(0)));
                      });
                }),
        new ScanCase(
            "a trend, in a record, with numbers and factors",
            steps ->
                (p, none) -> {
                  NDArray s = p.sample("s", Normal.of(-1, 0.5)).exp();
                  Pair end =
                      steps.of(
                          p,
                          "t",
                          n,
                          new Pair(p.scalar(0), p.scalar(0.1)),
                          (q, t, before) -> {
                            NDArray slope =
                                before.slope().add(q.sample("e", Normal.of(0, 1)).mul(s));
                            NDArray level = before.level().add(slope);
                            q.deterministic("level", level);
                            q.factor("f", level.mul(t.number()).mul(-0.01));
                            q.observe("y", Normal.of(level, s.add(1)), t.take(y));
                            return new Pair(level, slope);
                          });
                  p.factor("end", end.level().mul(end.slope()).cos());
                }),
        new ScanCase(
            "plates around",
            steps ->
                (p, none) -> {
                  NDArray mu = p.sample("mu", Normal.of(0, 1));
                  NDArray data = p.run().arange(3L * n).mul(0.7).cos().reshape(n, 3);
                  try (Plate rows = p.plate("rows", 3)) {
                    NDArray phi = p.sample("phi", Normal.of(mu, 1));
                    steps.of(
                        p,
                        "t",
                        n,
                        p.run().zeros(new Shape(3)),
                        (q, t, before) -> {
                          NDArray x = q.sample("x", Normal.of(before.mul(phi), 0.6));
                          q.observe("y", Normal.of(x, 1), t.take(data));
                          return x;
                        });
                  }
                }),
        new ScanCase(
            "plates within",
            steps ->
                (p, none) -> {
                  NDArray phi = p.sample("phi", Normal.of(0, 1));
                  steps.of(
                      p,
                      "t",
                      n,
                      p.run().full(0.2, new Shape(2)),
                      (q, t, before) -> {
                        NDArray shared =
                            q.sample("shared", Normal.of(before.sum().mul(phi).tanh(), 1));
                        try (Plate rows = q.plate("rows", 2)) {
                          NDArray x = q.sample("x", Normal.of(before.mul(phi).add(shared), 0.6));
                          q.observe("y", Poisson.of(x.tanh().exp()), new double[] {1, 3});
                          return x;
                        }
                      });
                }),
        new ScanCase(
            "a vector with a product",
            steps ->
                (p, none) -> {
                  NDArray w = p.sample("w", Normal.of(0, 0.5).expand(new Shape(3, 3)).toEvent());
                  NDArray last =
                      steps.of(
                          p,
                          "t",
                          n,
                          p.constant(new double[] {0.1, 0.2, -0.3}),
                          (q, t, before) -> {
                            NDArray mean = w.matMul(before).tanh();
                            NDArray x = q.sample("x", Normal.of(mean, 0.5).toEvent(1));
                            q.observe("y", Normal.of(x.sum(), 1), t.take(y));
                            return x;
                          });
                  p.factor("last", last.square().sum().mul(-0.5));
                }),
        new ScanCase(
            "masked rows",
            steps ->
                (p, none) -> {
                  NDArray phi = p.sample("phi", Normal.of(0, 1));
                  steps.of(
                      p,
                      "t",
                      n,
                      p.scalar(0),
                      (q, t, before) -> {
                        NDArray x = q.sample("x", Normal.of(before.mul(phi), 1));
                        NDArray there = t.number().mod(3).neq(1);
                        q.observe("y", Normal.of(x, 1), t.take(y), there);
                        return x;
                      });
                }),
        new ScanCase(
            "nested",
            steps ->
                (p, none) -> {
                  NDArray phi = p.sample("phi", Normal.of(0, 1));
                  steps.of(
                      p,
                      "t",
                      Math.min(n, 4),
                      p.scalar(0.3),
                      (q, t, outer) -> {
                        NDArray end =
                            steps.of(
                                q,
                                "s",
                                n,
                                outer.mul(phi),
                                (r, s, inner) -> {
                                  NDArray x =
                                      r.sample("x", Normal.of(inner.mul(phi).add(outer), 1));
                                  return x.add(s.number().mul(0.1));
                                });
                        q.observe("y", Normal.of(end, 1), t.number());
                        return end.tanh();
                      });
                }),
        new ScanCase(
            "a random walk of matrices",
            steps ->
                (p, none) -> {
                  NDArray loc = p.sample("loc", Normal.of(0, 1).expand(new Shape(2)).toEvent());
                  NDArray factor = p.constant(new double[][] {{1, 0}, {0.4, 0.8}});
                  steps.of(
                      p,
                      "t",
                      n,
                      loc,
                      (q, t, before) -> {
                        NDArray x = q.sample("x", MultivariateNormal.of(before, factor));
                        q.observe("y", Exponential.of(x.sum().exp()), t.take(y).abs());
                        return x.mul(0.9);
                      });
                }),
        new ScanCase(
            "minibatches around",
            steps ->
                (p, none) -> {
                  NDArray mu = p.sample("mu", Normal.of(0, 1));
                  NDArray data = p.run().arange(6L * n).mul(0.7).sin().reshape(n, 6);
                  try (Plate rows =
                      p.plate(PlateSpec.of("rows", 6).indices(p.constant(new long[] {4, 1})))) {
                    NDArray seen = rows.take(data, -1);
                    steps.of(
                        p,
                        "t",
                        n,
                        p.run().zeros(new Shape(2)),
                        (q, t, before) -> {
                          NDArray x = before.mul(0.5).add(mu.mul(t.number().cos()));
                          q.observe("y", Normal.of(x, 0.8), t.take(seen));
                          return x;
                        });
                  }
                }),
        new ScanCase(
            "volatility, in a map",
            steps ->
                (p, none) -> {
                  NDArray phi = p.sample("phi", Normal.of(0, 0.5)).tanh();
                  steps.of(
                      p,
                      "t",
                      n,
                      Map.of("h", p.scalar(-1)),
                      (q, t, before) -> {
                        NDArray h = q.sample("h", Normal.of(before.get("h").mul(phi), 0.4));
                        q.observe("y", Normal.of(0, h.mul(0.5).exp()), t.take(y));
                        return Map.of("h", h);
                      });
                }),
        new ScanCase(
            "plates around and within, and a site between",
            steps ->
                (p, none) -> {
                  try (Plate rows = p.plate("rows", 2)) {
                    NDArray a = p.sample("a", Normal.of(0, 1));
                    steps.of(
                        p,
                        "t",
                        n,
                        p.run().full(0.1, new Shape(3, 2)),
                        (q, t, before) -> {
                          NDArray level = q.sample("level", Normal.of(a, 1));
                          try (Plate inner = q.plate("inner", 3)) {
                            NDArray x = q.sample("x", Normal.of(before.mul(0.4).add(level), 0.9));
                            q.factor("f", x.mul(t.number()).cos());
                            return x;
                          }
                        });
                  }
                }),
        new ScanCase(
            "nothing carried",
            steps ->
                (p, none) -> {
                  NDArray a = p.sample("a", Normal.of(0, 1));
                  NDArray b = p.constant(Tensors.vector(y));
                  steps.of(
                      p,
                      "t",
                      n,
                      List.of(),
                      (q, t, before) -> {
                        q.observe("y", Normal.of(a.mul(t.number().sin()), 1), t.take(b));
                        return before;
                      });
                }));
  }
}
