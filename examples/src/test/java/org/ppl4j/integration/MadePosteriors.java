package org.ppl4j.integration;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.ppl4j.Program;
import org.ppl4j.distributions.Dirichlet;
import org.ppl4j.distributions.Gamma;
import org.ppl4j.distributions.InverseGamma;
import org.ppl4j.distributions.LogNormal;
import org.ppl4j.distributions.Normal;
import org.ppl4j.distributions.Poisson;
import org.ppl4j.distributions.StudentT;
import org.ppl4j.tensor.Special;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.testing.PosteriorCase.Moments;

/** Posteriors whose means and standard deviations are formulas. */
final class MadePosteriors {

  /** One of them. */
  record Made(
      String name, ImmutableMap<String, Moments> reference, Program<@Nullable Void> program) {}

  private MadePosteriors() {}

  static ImmutableList<Made> all() {
    return ImmutableList.of(
        correlated(),
        units(),
        counts(),
        skewed(),
        logNormal(),
        heavy(),
        heaps(),
        funnel(),
        banana(),
        shares(),
        variance(),
        products(),
        ring());
  }

  private static Made made(
      String name, Map<String, Moments> reference, Program<@Nullable Void> program) {
    return new Made(name, ImmutableMap.copyOf(reference), program);
  }

  private static Moments moments(double mean, double variance) {
    return new Moments(mean, Math.sqrt(variance));
  }

  private static Moments logNormal(double loc, double scale) {
    double square = scale * scale;
    return moments(Math.exp(loc + square / 2), Math.expm1(square) * Math.exp(2 * loc + square));
  }

  /** Two numbers whose sum is known two hundred times better than their difference. */
  private static Made correlated() {
    double sum = 1 / (1 / 2e4 + 1e4);
    double difference = 1 / (1 / 2e4 + 1);
    Moments each = moments(sum * 3e4 / 2, (sum + difference) / 4);
    return made(
        "correlated",
        Map.of("a", each, "b", each, "sum", moments(sum * 3e4, sum)),
        (p, none) -> {
          NDArray a = p.sample("a", Normal.of(0, 100));
          NDArray b = p.sample("b", Normal.of(0, 100));
          NDArray both = p.deterministic("sum", a.add(b));
          p.observe("known", Normal.of(both, 0.01), p.scalar(3));
          p.observe("apart", Normal.of(a.sub(b), 1), p.scalar(0));
        });
  }

  private static Made units() {
    return made(
        "units",
        Map.of(
            "small",
            new Moments(5, 1e-3),
            "usual",
            new Moments(-2, 1),
            "large",
            new Moments(1e4, 1e3)),
        (p, none) -> {
          NDArray unusedSmall = p.sample("small", Normal.of(5, 1e-3));
          NDArray unusedUsual = p.sample("usual", Normal.of(-2, 1));
          NDArray unusedLarge = p.sample("large", Normal.of(1e4, 1e3));
        });
  }

  /** Conjugate: a gamma distribution. */
  private static Made counts() {
    return made(
        "counts",
        Map.of("rate", moments(18.0 / 6, 18.0 / 36)),
        (p, none) -> {
          NDArray rate = p.sample("rate", Gamma.of(2, 3));
          for (int y : new int[] {4, 7, 5}) {
            p.observe("y" + y, Poisson.of(rate), p.scalar(y));
          }
        });
  }

  private static Made skewed() {
    return made(
        "skewed",
        Map.of("x", moments(0.8, 0.8)),
        (p, none) -> {
          NDArray unused = p.sample("x", Gamma.of(0.8, 1));
        });
  }

  private static Made logNormal() {
    return made(
        "log-normal",
        Map.of("x", logNormal(1, 0.8), "log", new Moments(1, 0.8)),
        (p, none) -> {
          NDArray x = p.sample("x", LogNormal.of(1, 0.8));
          NDArray unused = p.deterministic("log", x.log());
        });
  }

  private static Made heavy() {
    return made(
        "heavy",
        Map.of("x", moments(3, 4 * 5.0 / 3), "y", new Moments(0, 1)),
        (p, none) -> {
          NDArray unusedHeavy = p.sample("x", StudentT.of(5, 3, 2));
          NDArray unusedNormal = p.sample("y", Normal.of(0, 1));
        });
  }

  /** Two heaps of weights 0.3 and 0.7. */
  private static Made heaps() {
    return made(
        "heaps",
        Map.of("x", moments(4.2, 1 + 0.3 * 0.7 * 36)),
        (p, none) -> {
          NDArray x = p.sample("x", Normal.of(3, 10));
          NDArray near = Normal.of(0, 1).logProb(x).add(Math.log(0.3));
          NDArray far = Normal.of(6, 1).logProb(x).add(Math.log(0.7));
          p.factor(
              "heaps",
              Special.logSumExp(Tensors.stack(ImmutableList.of(near, far), -1), -1, false));
          p.factor("flat", Normal.of(3, 10).logProb(x).neg());
        });
  }

  private static Made funnel() {
    double width = 1.5;
    Moments narrow = moments(0, Math.exp(width * width / 2));
    return made(
        "funnel",
        Map.of("v", new Moments(0, width), "x[1]", narrow, "x[2]", narrow, "x[3]", narrow),
        (p, none) -> {
          NDArray v = p.sample("v", Normal.of(0, width));
          NDArray zeros = p.run().zeros(new Shape(3));
          NDArray unused =
              p.sample("x", Normal.of(zeros, v.div(2).exp().expandDims(-1)).toEvent(1));
        });
  }

  private static Made banana() {
    return made(
        "banana",
        Map.of("x", new Moments(0, 1), "y", moments(1, 2.25)),
        (p, none) -> {
          NDArray x = p.sample("x", Normal.of(0, 1));
          NDArray unused = p.sample("y", Normal.of(x.square(), 0.5));
        });
  }

  /** Conjugate: a Dirichlet distribution of concentrations 3, 6 and 14. */
  private static Made shares() {
    ImmutableMap.Builder<String, Moments> reference = ImmutableMap.builder();
    double[] concentrations = {3, 6, 14};
    double sum = 23;
    for (int i = 0; i < 3; i++) {
      double mean = concentrations[i] / sum;
      reference.put("shares[" + (i + 1) + "]", moments(mean, mean * (1 - mean) / (sum + 1)));
    }
    return made(
        "shares",
        reference.buildOrThrow(),
        (p, none) -> {
          NDArray shares = p.sample("shares", Dirichlet.of(Tensors.vector(1, 1, 1)));
          p.factor("counts", shares.log().mul(Tensors.vector(2, 5, 13)).sum(new int[] {-1}));
        });
  }

  /** A mean whose scale is latent: it has Student's distribution. */
  private static Made variance() {
    return made(
        "variance",
        Map.of("variance", moments(1, 0.25), "mean", moments(1, 0.5)),
        (p, none) -> {
          NDArray variance = p.sample("variance", InverseGamma.of(6, 5));
          NDArray unused = p.sample("mean", Normal.of(p.scalar(1), variance.div(2).sqrt()));
        });
  }

  private static Made products() {
    return made(
        "products",
        Map.of(
            "x", new Moments(1, 1),
            "y", new Moments(2, 0.5),
            "product", moments(2, 4.5),
            "square", moments(2, 6),
            "exponential", logNormal(2, 0.5)),
        (p, none) -> {
          NDArray x = p.sample("x", Normal.of(1, 1));
          NDArray y = p.sample("y", Normal.of(2, 0.5));
          NDArray unusedProduct = p.deterministic("product", x.mul(y));
          NDArray unusedSquare = p.deterministic("square", x.square());
          NDArray unusedExponential = p.deterministic("exponential", y.exp());
        });
  }

  /** Around 0 at a distance of 3, ± 0.3. */
  private static Made ring() {
    Moments each = moments(0, (27 + 9 * 0.09) / 3 / 2);
    return made(
        "ring",
        Map.of("x", each, "y", each),
        (p, none) -> {
          NDArray x = p.sample("x", Normal.of(0, 10));
          NDArray y = p.sample("y", Normal.of(0, 10));
          NDArray radius = x.square().add(y.square()).sqrt();
          p.factor("ring", Normal.of(3, 0.3).logProb(radius));
          p.factor("flat", Normal.of(0, 10).logProb(x).add(Normal.of(0, 10).logProb(y)).neg());
        });
  }
}
