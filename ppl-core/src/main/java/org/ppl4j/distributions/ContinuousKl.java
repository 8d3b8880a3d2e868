package org.ppl4j.distributions;

import static org.ppl4j.tensor.Tensors.number;

import ai.djl.ndarray.NDArray;
import org.ppl4j.tensor.Special;
import org.ppl4j.tensor.Tensors;

/** Divergences of families of numbers with a density. */
final class ContinuousKl {

  private ContinuousKl() {}

  /** ½ (r − 1 − log r) for the ratio of the variances. */
  static NDArray scales(NDArray ratio) {
    return excess(ratio).mul(0.5);
  }

  /** r − 1 − log r. */
  static NDArray excess(NDArray ratio) {
    return ratio.sub(1).sub(ratio.log());
  }

  static NDArray normals(Normal p, Normal q) {
    NDArray shift = p.loc().sub(q.loc()).div(q.scale());
    return scales(p.scale().div(q.scale()).square()).add(shift.square().mul(0.5));
  }

  /** log ((s + t)² + (m − l)²) − log 4 s t (Chyzak and Nielsen 2019). */
  static NDArray cauchys(Cauchy p, Cauchy q) {
    NDArray sum = p.scale().add(q.scale()).square().add(p.loc().sub(q.loc()).square());
    return sum.div(p.scale().mul(q.scale()).mul(4)).log();
  }

  /** With a, b of p and c, d of q: (a − c) ψ(a) − lΓ(a) + lΓ(c) + c log(b / d) + a (d / b − 1). */
  static NDArray gammas(Gamma p, Gamma q) {
    NDArray a = p.concentration();
    NDArray c = q.concentration();
    return a.sub(c)
        .mul(Special.digamma(a))
        .sub(Special.lgamma(a))
        .add(Special.lgamma(c))
        .add(c.mul(p.rate().log().sub(q.rate().log())))
        .add(a.mul(q.rate().div(p.rate()).sub(1)));
  }

  static NDArray betas(Beta p, Beta q) {
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

  static NDArray uniforms(Uniform p, Uniform q) {
    NDArray ratio = q.high().sub(q.low()).div(p.high().sub(p.low()));
    NDArray inside = p.low().gte(q.low()).logicalAnd(p.high().lte(q.high()));
    return Tensors.where(inside, ratio.log(), number(Double.POSITIVE_INFINITY));
  }

  /** With d = |m − l|, scales s and t: d / t + s / t · exp(−d / s) − 1 − log(s / t). */
  static NDArray laplaces(Laplace p, Laplace q) {
    NDArray apart = p.loc().sub(q.loc()).abs();
    NDArray ratio = p.scale().div(q.scale());
    NDArray overlap = apart.div(p.scale()).neg().exp().mul(ratio);
    return apart.div(q.scale()).add(overlap).sub(ratio.log()).sub(1);
  }

  /** E |x − l| of a normal variable is that of a folded one (Leone, Nelson and Nottingham 1961). */
  static NDArray normalFromLaplace(Normal p, Laplace q) {
    NDArray z = p.loc().sub(q.loc()).div(p.scale());
    NDArray peak = z.square().mul(-0.5).exp().mul(Math.sqrt(2 / Math.PI));
    NDArray apart = Special.erf(z.div(MathConstants.SQRT_2)).mul(z).add(peak).mul(p.scale());
    return apart.div(q.scale()).add(q.scale().log()).add(MathConstants.LOG_2).sub(p.entropy());
  }

  /** With z = (m − l) / t and r = s / t: z + γ (r − 1) − log r − 1 + exp(−z) Γ(1 + r). */
  static NDArray gumbels(Gumbel p, Gumbel q) {
    NDArray z = p.loc().sub(q.loc()).div(q.scale());
    NDArray ratio = p.scale().div(q.scale());
    NDArray tail = Special.lgamma(ratio.add(1)).sub(z).exp();
    return ratio.sub(1).mul(MathConstants.EULER).add(z).sub(ratio.log()).sub(1).add(tail);
  }

  /** E exp(−z) is that of a log-normal variable. */
  static NDArray normalFromGumbel(Normal p, Gumbel q) {
    NDArray z = p.loc().sub(q.loc()).div(q.scale());
    NDArray tail = p.scale().div(q.scale()).square().mul(0.5).sub(z).exp();
    return z.add(tail).add(q.scale().log()).sub(p.entropy());
  }

  /** (Bauckhage 2013), with shapes k and l, scales s and t. */
  static NDArray weibulls(Weibull p, Weibull q) {
    NDArray ratio = q.concentration().div(p.concentration());
    NDArray scales = p.scale().div(q.scale()).log().mul(q.concentration());
    NDArray tail = Special.lgamma(ratio.add(1)).add(scales).exp();
    return ratio.sub(1).mul(MathConstants.EULER).sub(ratio.log()).sub(scales).add(tail).sub(1);
  }

  static NDArray paretos(Pareto p, Pareto q) {
    NDArray inside = p.scale().gte(q.scale());
    NDArray ratio = q.alpha().div(p.alpha());
    NDArray kl = excess(ratio).add(q.alpha().mul(p.scale().div(q.scale()).log()));
    return Tensors.where(inside, kl, number(Double.POSITIVE_INFINITY));
  }

  static NDArray continuousBernoullis(ContinuousBernoulli p, ContinuousBernoulli q) {
    return p.mean()
        .mul(p.logits().sub(q.logits()))
        .sub(Special.logExprel(p.logits()))
        .add(Special.logExprel(q.logits()));
  }
}
