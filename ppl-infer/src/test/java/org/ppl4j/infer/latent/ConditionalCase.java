package org.ppl4j.infer.latent;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.function.BiConsumer;
import org.ppl4j.Plate;
import org.ppl4j.Ppl;
import org.ppl4j.Program;
import org.ppl4j.distributions.Bernoulli;
import org.ppl4j.distributions.Beta;
import org.ppl4j.distributions.Binomial;
import org.ppl4j.distributions.Categorical;
import org.ppl4j.distributions.DiscreteUniform;
import org.ppl4j.distributions.Gamma;
import org.ppl4j.distributions.Geometric;
import org.ppl4j.distributions.Normal;
import org.ppl4j.distributions.OneHotCategorical;
import org.ppl4j.distributions.Poisson;
import org.ppl4j.distributions.ZeroInflated;
import org.ppl4j.handlers.InferConfig;
import org.ppl4j.handlers.SumOut;
import org.ppl4j.tensor.Tensors;

/** Models with discrete sites that are not summed out, those whose names begin with z or n. */
enum ConditionalCase {
  /** Rows of a mixture. */
  ASSIGNED(
      (p, x) -> {
        NDArray share = p.sample("share", Beta.of(2, 2));
        NDArray means = p.sample("means", Normal.of(0, 1).expand(new Shape(3)).toEvent(1));
        NDArray log = p.sample("weights", Normal.of(0, 1).expand(new Shape(3)).toEvent(1));
        try (Plate rows = p.plate("rows", 6)) {
          NDArray z = p.sample("z", Categorical.logits(log.mul(share)));
          p.observe("x", Normal.of(p.pick(means, z), 1), rows.take(x));
        }
      }),
  /** Counts without end, of which each visit saw a part. */
  COUNTED(
      (p, x) -> {
        NDArray rate = p.sample("rate", Gamma.of(3, 0.5));
        NDArray chance = p.sample("chance", Beta.of(8, 4));
        try (Plate sites = p.plate("sites", 6)) {
          NDArray n = p.sample("n", Poisson.of(rate));
          NDArray seen = sites.take(x).abs().add(1).floor();
          try (Plate visits = p.plate("visits", 2)) {
            p.observe("seen", Binomial.probs(n, chance), seen.broadcast(2, 6));
          }
        }
      }),
  /** Of other families without end. */
  OTHER_COUNTS(
      (p, x) -> {
        NDArray chance = p.sample("chance", Beta.of(8, 4));
        NDArray rate = p.sample("rate", Gamma.of(3, 0.5));
        try (Plate rows = p.plate("rows", 6)) {
          NDArray n1 = p.sample("n1", Geometric.probs(chance));
          NDArray n2 = p.sample("n2", ZeroInflated.gate(Poisson.of(rate), 0.2));
          p.observe("x", Normal.of(n1.sub(n2), 2), rows.take(x));
        }
      }),
  /** A number outside of the rows that read it. */
  CHANGED(
      (p, x) -> {
        NDArray before = p.sample("before", Normal.of(0, 1));
        NDArray z = p.sample("z", DiscreteUniform.of(0, 6));
        try (Plate times = p.plate("times", 6)) {
          NDArray isBefore = p.run().arange(6).lt(z);
          p.observe(
              "x", Normal.of(Tensors.where(isBefore, before, before.neg()), 1), times.take(x));
        }
      }),
  /** Beside a site of the same rows that is summed out. */
  BESIDE(
      (p, x) -> {
        NDArray mean = p.sample("mean", Normal.of(0, 1));
        try (Plate rows = p.plate("rows", 6)) {
          NDArray z = p.sample("z", Bernoulli.probs(0.3));
          NDArray w = p.sample("w", Bernoulli.logits(z.mul(2).sub(1)));
          p.observe("x", Normal.of(mean.add(w).sub(z), 1), rows.take(x));
        }
      }),
  /** Rows that are connected by a site that is summed out. */
  CONNECTED(
      (p, x) -> {
        NDArray mean = p.sample("mean", Normal.of(0, 1));
        NDArray w = p.sample("w", Bernoulli.probs(0.3));
        try (Plate rows = p.plate("rows", 6)) {
          NDArray z = p.sample("z", Bernoulli.logits(w.mul(2).sub(1)));
          p.observe("x", Normal.of(mean.add(z), 1), rows.take(x));
        }
      },
      "its rows depend on each other by a site that is summed out"),
  /** Rows of which a number is made. */
  TOTAL(
      (p, x) -> {
        NDArray mean = p.sample("mean", Normal.of(0, 1));
        NDArray z;
        try (Plate rows = p.plate("rows", 6)) {
          z = p.sample("z", Bernoulli.probs(0.3));
        }
        p.observe("total", Normal.of(mean.add(z.sum()), 1), x.sum());
      },
      "observed site 'total' depends on the choice of 'z'"),
  /** Rows that others read. */
  NEIGHBOURS(
      (p, x) -> {
        NDArray mean = p.sample("mean", Normal.of(0, 1));
        try (Plate rows = p.plate("rows", 6)) {
          NDArray z = p.sample("z", Bernoulli.probs(0.3));
          NDArray next = p.pick(z, p.run().arange(6).add(1).mod(6));
          p.observe("x", Normal.of(mean.add(z).add(next.mul(2)), 1), rows.take(x));
        }
      },
      "observed site 'x' depends on the choice of"),
  /** Vectors. */
  ONE_HOT(
      (p, x) -> {
        NDArray means = p.sample("means", Normal.of(0, 1).expand(new Shape(3)).toEvent(1));
        try (Plate rows = p.plate("rows", 6)) {
          NDArray z = p.sample("z", OneHotCategorical.logits(means));
          p.observe("x", Normal.of(z.mul(means).sum(new int[] {-1}), 1), rows.take(x));
        }
      }),
  /** Whose support another has. */
  MOVING(
      (p, x) -> {
        NDArray mean = p.sample("mean", Normal.of(0, 1));
        try (Plate rows = p.plate("rows", 6)) {
          NDArray n = p.sample("n", Poisson.of(4));
          NDArray z = p.sample("z", Binomial.probs(n, 0.6));
          p.observe("x", Normal.of(mean.add(z).sub(2), 1), rows.take(x));
        }
      }),
  /** Steps of a chain, each a site. */
  CHAIN(
      (p, x) -> {
        NDArray mean = p.sample("mean", Normal.of(0, 1));
        NDArray z = p.scalar(0);
        for (int i : p.loop("steps", 3)) {
          z = p.sample("z", Bernoulli.logits(z.mul(2).sub(1)));
          p.observe("x", Normal.of(mean.add(z), 1), x.get(i));
        }
      }),
  /** A value that is read in Java. */
  BRANCHING(
      (p, x) -> {
        NDArray mean = p.sample("mean", Normal.of(0, 1));
        boolean isMoved =
            p.sample("z", Bernoulli.probs(0.3))
                    .toType(ai.djl.ndarray.types.DataType.FLOAT64, true)
                    .getDouble()
                > 0;
        try (Plate rows = p.plate("rows", 6)) {
          p.observe("x", Normal.of(isMoved ? mean.add(1) : mean, 1), rows.take(x));
        }
      },
      "a value that depends on the choice of 'z' is read in Java"),
  /** Steps of a scan. */
  SCANNED(
      (p, x) -> {
        NDArray mean = p.sample("mean", Normal.of(0, 1));
        p.scan(
            "steps",
            6,
            p.scalar(0),
            (q, t, carried) -> {
              NDArray z = q.sample("z", Bernoulli.logits(carried.mul(2).sub(1)));
              q.observe("x", Normal.of(mean.add(z), 1), t.take(x));
              return z;
            });
      },
      "its rows depend on each other by a site that is summed out"),
  /** Values that are missing. */
  MISSING(
      (p, x) -> {
        NDArray rate = p.sample("rate", Gamma.of(3, 0.5));
        try (Plate rows = p.plate("rows", 6)) {
          NDArray of = rows.take(x);
          NDArray n = p.observe("n", Poisson.of(rate), of.abs().floor(), of.gt(0));
          p.observe("x", Normal.of(n, 2), of);
        }
      }),
  /** Rows that are masked out. */
  MASKED(
      (p, x) -> {
        NDArray mean = p.sample("mean", Normal.of(0, 1));
        try (Plate rows = p.plate("rows", 6)) {
          NDArray n = p.sample("n", Poisson.of(4));
          p.observe("x", Normal.of(mean.add(n), 1), rows.take(x), rows.take(x).gt(0));
        }
      });

  static final double[] DATA = {0.3, -1.2, 0.8, 1.9, -0.4, 0.1};

  final Program<NDArray> model;

  /** How the reason begins for which rows are drawn one by one; empty if they are not. */
  final String whyOneByOne;

  ConditionalCase(BiConsumer<Ppl, NDArray> model) {
    this(model, "");
  }

  ConditionalCase(BiConsumer<Ppl, NDArray> model, String whyOneByOne) {
    Program<NDArray> program = model::accept;
    this.model =
        program.with(
            new InferConfig(
                site -> site.name().startsWith("z") || site.name().startsWith("n"),
                SumOut.SETTING,
                false));
    this.whyOneByOne = whyOneByOne;
  }
}
