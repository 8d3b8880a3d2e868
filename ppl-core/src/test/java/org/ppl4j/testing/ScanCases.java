package org.ppl4j.testing;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import org.ppl4j.Plate;
import org.ppl4j.distributions.Exponential;
import org.ppl4j.distributions.MultivariateNormal;
import org.ppl4j.distributions.Normal;
import org.ppl4j.distributions.Poisson;
import org.ppl4j.distributions.StudentT;
import org.ppl4j.tensor.Tensors;

/** Programs of steps, in unconstrained variables but for what is observed. */
public final class ScanCases {

  private static final double[] Y = {0.3, -0.4, 1.1, 0.8, -0.2, 0.5, 0.9, -1.3};
  private static final int N = Y.length;

  private ScanCases() {}

  /** A state of two numbers. */
  record Pair(NDArray level, NDArray slope) {}

  /** A state of two earlier values. */
  record Lags(NDArray one, List<NDArray> others) {}

  /** All of them. */
  public static List<ScanCase> all() {
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
                          N,
                          p.scalar(0.5),
                          (q, t, before) -> {
                            NDArray y = t.take(Y);
                            q.observe("y", Normal.of(before.mul(phi).add(a), 0.7), y);
                            return y;
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
                          N,
                          p.scalar(0),
                          (q, t, before) -> {
                            NDArray x = q.sample("x", Normal.of(before.mul(phi), scale));
                            q.observe("y", StudentT.of(4, x.sin(), p.scalar(0.5)), t.take(Y));
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
                  NDArray z = p.sample("z", Normal.of(0, 1).expand(new Shape(N)).toEvent());
                  steps.of(
                      p,
                      "t",
                      N,
                      phi,
                      (q, t, before) -> {
                        NDArray x = before.tanh().mul(phi).add(t.take(z).mul(scale));
                        q.observe("y", Normal.of(x, 0.5), t.take(Y));
                        return x;
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
                      N,
                      new Lags(p.scalar(0.1), List.of(p.scalar(0.2), p.scalar(0.3))),
                      (q, t, lags) -> {
                        NDArray mean =
                            lags.one()
                                .mul(phi.get(0))
                                .add(lags.others().get(0).mul(phi.get(1)))
                                .add(lags.others().get(1).mul(phi.get(2)));
                        NDArray x = q.sample("x", Normal.of(mean, 0.8));
                        q.observe("y", Normal.of(x, 1), t.take(Y));
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
                          N,
                          new Pair(p.scalar(0), p.scalar(0.1)),
                          (q, t, before) -> {
                            NDArray slope =
                                before.slope().add(q.sample("e", Normal.of(0, 1)).mul(s));
                            NDArray level = before.level().add(slope);
                            q.deterministic("level", level);
                            q.factor("f", level.mul(t.number()).mul(-0.01));
                            q.observe("y", Normal.of(level, s.add(1)), t.take(Y));
                            return new Pair(level, slope);
                          });
                  p.factor("end", end.level().mul(end.slope()).cos());
                }),
        new ScanCase(
            "plates around",
            steps ->
                (p, none) -> {
                  NDArray mu = p.sample("mu", Normal.of(0, 1));
                  NDArray data = p.constant(new double[][] {Y, {1, 2, 1, 0, -1, -2, -1, 0}, Y});
                  try (Plate rows = p.plate("rows", 3)) {
                    NDArray phi = p.sample("phi", Normal.of(mu, 1));
                    steps.of(
                        p,
                        "t",
                        N,
                        p.run().zeros(new Shape(3)),
                        (q, t, before) -> {
                          NDArray x = q.sample("x", Normal.of(before.mul(phi), 0.6));
                          q.observe("y", Normal.of(x, 1), t.take(data.transpose(1, 0)));
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
                      N,
                      p.run().full(0.2, new Shape(2)),
                      (q, t, before) -> {
                        NDArray shared = q.sample("shared", Normal.of(before.sum().mul(phi), 1));
                        try (Plate rows = q.plate("rows", 2)) {
                          NDArray x = q.sample("x", Normal.of(before.mul(phi).add(shared), 0.6));
                          q.observe("y", Poisson.of(x.exp()), new double[] {1, 3});
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
                          N,
                          p.constant(new double[] {0.1, 0.2, -0.3}),
                          (q, t, before) -> {
                            NDArray mean = w.matMul(before).tanh();
                            NDArray x = q.sample("x", Normal.of(mean, 0.5).toEvent(1));
                            q.observe("y", Normal.of(x.sum(), 1), t.take(Y));
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
                      N,
                      p.scalar(0),
                      (q, t, before) -> {
                        NDArray x = q.sample("x", Normal.of(before.mul(phi), 1));
                        NDArray there = t.number().mod(3).neq(1);
                        q.observe("y", Normal.of(x, 1), t.take(Y), there);
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
                      4,
                      p.scalar(0.3),
                      (q, t, outer) -> {
                        NDArray end =
                            steps.of(
                                q,
                                "s",
                                5,
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
                      N,
                      loc,
                      (q, t, before) -> {
                        NDArray x = q.sample("x", MultivariateNormal.of(before, factor));
                        q.observe("y", Exponential.of(x.sum().exp()), t.take(Y).abs());
                        return x.mul(0.9);
                      });
                }),
        new ScanCase(
            "nothing carried",
            steps ->
                (p, none) -> {
                  NDArray a = p.sample("a", Normal.of(0, 1));
                  NDArray b = p.constant(Tensors.vector(Y));
                  steps.of(
                      p,
                      "t",
                      N,
                      List.of(),
                      (q, t, before) -> {
                        q.observe("y", Normal.of(a.mul(t.number().sin()), 1), t.take(b));
                        return before;
                      });
                }));
  }
}
