package org.ppl4j.distributions;

import static org.ppl4j.tensor.Tensors.number;

import ai.djl.ndarray.NDArray;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSet;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Supplier;
import org.ppl4j.tensor.Special;
import org.ppl4j.tensor.Tensors;

/**
 * Divergences of families in closed form, a table by the two classes.
 *
 * <p>Those from a normal, exponential or gamma distribution follow from what their log-density is
 * linear in: KL(p ‖ q) = −H(p) − E_p log q.
 */
final class KlFormulas {

  /** Of p from q. */
  record Pair(Class<? extends Distribution> p, Class<? extends Distribution> q) {}

  private static final ImmutableMap<Pair, BiFunction<Distribution, Distribution, NDArray>> TABLE =
      new Table()
          .with(Normal.class, Normal.class, KlFormulas::normals)
          .with(
              HalfNormal.class,
              HalfNormal.class,
              (p, q) -> scales(p.scale().div(q.scale()).square()))
          .with(
              LogNormal.class,
              LogNormal.class,
              (p, q) -> normals(Normal.of(p.loc(), p.scale()), Normal.of(q.loc(), q.scale())))
          .with(Cauchy.class, Cauchy.class, KlFormulas::cauchys)
          .with(
              Exponential.class,
              Exponential.class,
              (p, q) -> {
                NDArray ratio = q.rate().div(p.rate());
                return ratio.sub(1).sub(ratio.log());
              })
          .with(Gamma.class, Gamma.class, KlFormulas::gammas)
          .with(Exponential.class, Gamma.class, (p, q) -> gammas(Gamma.of(number(1), p.rate()), q))
          .with(Gamma.class, Exponential.class, (p, q) -> gammas(p, Gamma.of(number(1), q.rate())))
          .with(Beta.class, Beta.class, KlFormulas::betas)
          .with(Uniform.class, Uniform.class, KlFormulas::uniforms)
          .with(Bernoulli.class, Bernoulli.class, (p, q) -> bernoullis(p.logits(), q.logits()))
          .with(
              Categorical.class,
              Categorical.class,
              (p, q) -> categories(p.probs(), p.logits(), q.logits()))
          .fromNormal(Uniform.class)
          .fromNormal(Exponential.class)
          .fromNormal(Gamma.class)
          .fromNormal(Beta.class)
          .fromNormal(LogNormal.class)
          .fromNormal(HalfNormal.class)
          .fromExponential(LogNormal.class)
          .fromExponential(HalfNormal.class)
          .fromExponential(Beta.class)
          .build();

  private KlFormulas() {}

  static Optional<Supplier<NDArray>> find(Distribution p, Distribution q) {
    return Optional.ofNullable(TABLE.get(new Pair(p.getClass(), q.getClass())))
        .map(formula -> () -> formula.apply(p, q));
  }

  /** The pairs that have a formula. */
  static ImmutableSet<Pair> pairs() {
    return TABLE.keySet();
  }

  /** The table in the making. */
  private static final class Table {

    private final ImmutableMap.Builder<Pair, BiFunction<Distribution, Distribution, NDArray>> all =
        ImmutableMap.builder();

    <P extends Distribution, Q extends Distribution> Table with(
        Class<P> p, Class<Q> q, BiFunction<P, Q, NDArray> formula) {
      all.put(new Pair(p, q), (a, b) -> formula.apply(p.cast(a), q.cast(b)));
      return this;
    }

    /** E log q by mean and variance: log scale + ½ log 2π + ((m − loc)² + v) / (2 scale²) − H. */
    <P extends Distribution> Table fromNormal(Class<P> family) {
      return with(
          family,
          Normal.class,
          (p, q) ->
              p.mean()
                  .sub(q.loc())
                  .square()
                  .add(p.variance())
                  .div(q.scale().square())
                  .mul(0.5)
                  .add(q.scale().log())
                  .add(Numbers.HALF_LOG_2PI)
                  .sub(p.entropy()));
    }

    /** E log q by the mean of a non-negative variable: rate · m − log rate − H. */
    <P extends Distribution> Table fromExponential(Class<P> family) {
      return with(
          family,
          Exponential.class,
          (p, q) -> p.mean().mul(q.rate()).sub(q.rate().log()).sub(p.entropy()));
    }

    ImmutableMap<Pair, BiFunction<Distribution, Distribution, NDArray>> build() {
      return all.buildOrThrow();
    }
  }

  // --- continuous

  /** ½ (r − 1 − log r) for the ratio of the variances. */
  private static NDArray scales(NDArray ratio) {
    return ratio.sub(1).sub(ratio.log()).mul(0.5);
  }

  private static NDArray normals(Normal p, Normal q) {
    NDArray shift = p.loc().sub(q.loc()).div(q.scale());
    return scales(p.scale().div(q.scale()).square()).add(shift.square().mul(0.5));
  }

  /** log ((s + t)² + (m − l)²) − log 4 s t (Chyzak and Nielsen 2019). */
  private static NDArray cauchys(Cauchy p, Cauchy q) {
    NDArray sum = p.scale().add(q.scale()).square().add(p.loc().sub(q.loc()).square());
    return sum.div(p.scale().mul(q.scale()).mul(4)).log();
  }

  /** With a, b of p and c, d of q: (a − c) ψ(a) − lΓ(a) + lΓ(c) + c log(b / d) + a (d / b − 1). */
  private static NDArray gammas(Gamma p, Gamma q) {
    NDArray a = p.concentration();
    NDArray c = q.concentration();
    return a.sub(c)
        .mul(Special.digamma(a))
        .sub(Special.lgamma(a))
        .add(Special.lgamma(c))
        .add(c.mul(p.rate().log().sub(q.rate().log())))
        .add(a.mul(q.rate().div(p.rate()).sub(1)));
  }

  private static NDArray betas(Beta p, Beta q) {
    NDArray a = p.concentration1();
    NDArray b = p.concentration0();
    NDArray c = q.concentration1();
    NDArray d = q.concentration0();
    return logBeta(c, d)
        .sub(logBeta(a, b))
        .add(a.sub(c).mul(Special.digamma(a)))
        .add(b.sub(d).mul(Special.digamma(b)))
        .add(c.add(d).sub(a).sub(b).mul(Special.digamma(a.add(b))));
  }

  private static NDArray logBeta(NDArray a, NDArray b) {
    return Special.lgamma(a).add(Special.lgamma(b)).sub(Special.lgamma(a.add(b)));
  }

  private static NDArray uniforms(Uniform p, Uniform q) {
    NDArray ratio = q.high().sub(q.low()).div(p.high().sub(p.low()));
    NDArray inside = p.low().gte(q.low()).logicalAnd(p.high().lte(q.high()));
    return Tensors.where(inside, ratio.log(), number(Double.POSITIVE_INFINITY));
  }

  // --- discrete

  /** Of log-odds: Σ p (log p − log q) over both values. */
  private static NDArray bernoullis(NDArray p, NDArray q) {
    return share(Special.sigmoid(p), Special.logSigmoid(p).sub(Special.logSigmoid(q)))
        .add(
            share(
                Special.sigmoid(p.neg()),
                Special.logSigmoid(p.neg()).sub(Special.logSigmoid(q.neg()))));
  }

  /** Of normalised log-probabilities. */
  private static NDArray categories(NDArray probs, NDArray p, NDArray q) {
    return share(probs, p.sub(q)).sum(new int[] {-1});
  }

  /** p · log ratio, 0 where p is. */
  private static NDArray share(NDArray p, NDArray logRatio) {
    return p.mul(Tensors.where(p.gt(0), logRatio, number(0)));
  }
}
