package org.ppl4j.distributions;

import static org.ppl4j.tensor.Tensors.number;

import ai.djl.ndarray.NDArray;
import java.util.OptionalDouble;
import org.ppl4j.tensor.Special;
import org.ppl4j.tensor.Tensors;

/** Divergences of discrete families. */
final class DiscreteKl {

  private DiscreteKl() {}

  /** Of log-odds: Σ p (log p − log q) over both values. */
  static NDArray bernoullis(NDArray p, NDArray q) {
    return share(Special.sigmoid(p), Special.logSigmoid(p).sub(Special.logSigmoid(q)))
        .add(
            share(
                Special.sigmoid(p.neg()),
                Special.logSigmoid(p.neg()).sub(Special.logSigmoid(q.neg()))));
  }

  /** Of normalised log-probabilities. */
  static NDArray categories(NDArray probs, NDArray p, NDArray q) {
    return share(probs, p.sub(q)).sum(new int[] {-1});
  }

  /** p · log ratio, 0 where p is. */
  private static NDArray share(NDArray p, NDArray logRatio) {
    return p.mul(Tensors.where(p.gt(0), logRatio, number(0)));
  }

  static NDArray poissons(Poisson p, Poisson q) {
    NDArray log = p.rate().log().sub(q.rate().log());
    return share(p.rate(), log).sub(p.rate()).add(q.rate());
  }

  /** That of one trial for each of the expected trials. */
  static NDArray geometrics(Geometric p, Geometric q) {
    return bernoullis(p.logits(), q.logits()).div(p.probs());
  }

  /** Whether plain numbers are not known to differ, so that a formula for equal ones applies. */
  static boolean mayBeEqual(NDArray a, NDArray b) {
    OptionalDouble number = Tensors.constant(a);
    OptionalDouble other = Tensors.constant(b);
    return number.isEmpty() || other.isEmpty() || number.equals(other);
  }

  /** Of equal numbers of trials; NaN for others, where there is no closed form. */
  static NDArray binomials(Binomial p, Binomial q) {
    NDArray kl = bernoullis(p.logits(), q.logits()).mul(p.totalCount());
    return ifEqual(p.totalCount(), q.totalCount(), kl);
  }

  /** Of equal numbers of trials; NaN for others, where there is no closed form. */
  static NDArray multinomials(Multinomial p, Multinomial q) {
    NDArray kl = categories(p.probs(), p.logits(), q.logits()).mul(p.totalCount());
    return ifEqual(p.totalCount(), q.totalCount(), kl);
  }

  /** Of equal total counts; NaN for others, where there is no closed form. */
  static NDArray negativeBinomials(NegativeBinomial p, NegativeBinomial q) {
    NDArray trials = p.totalCount().div(Special.sigmoid(p.logits().neg()));
    return ifEqual(p.totalCount(), q.totalCount(), bernoullis(p.logits(), q.logits()).mul(trials));
  }

  private static NDArray ifEqual(NDArray a, NDArray b, NDArray kl) {
    boolean known = a == b || Tensors.constant(a).isPresent() && Tensors.constant(b).isPresent();
    return known ? kl : Tensors.where(a.eq(b), kl, number(Double.NaN));
  }

  static NDArray uniforms(DiscreteUniform p, DiscreteUniform q) {
    NDArray ratio = q.high().sub(q.low()).add(1).div(p.high().sub(p.low()).add(1));
    NDArray inside = p.low().gte(q.low()).logicalAnd(p.high().lte(q.high()));
    return Tensors.where(inside, ratio.log(), number(Double.POSITIVE_INFINITY));
  }
}
