package com.example.own;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.function.UnaryOperator;
import org.ppl4j.constraints.Constraint;
import org.ppl4j.distributions.Argument;
import org.ppl4j.distributions.Distribution;
import org.ppl4j.distributions.Draw;
import org.ppl4j.tensor.Rng;
import org.ppl4j.tensor.Special;

/** A distribution of one's own, Pareto's of the second kind: p(x) = (a/s) (1 + x/s)^−(a + 1). */
public final class Lomax extends Distribution {

  private final NDArray alpha;
  private final NDArray scale;

  private Lomax(NDArray alpha, NDArray scale) {
    super(Argument.positive("alpha", alpha), Argument.positive("scale", scale));
    this.alpha = alpha;
    this.scale = scale;
  }

  /** Of these parameters, both positive. */
  public static Lomax of(NDArray alpha, NDArray scale) {
    return new Lomax(alpha, scale);
  }

  @Override
  public Constraint support() {
    return Constraint.NON_NEGATIVE;
  }

  @Override
  public boolean hasCdf() {
    return true;
  }

  @Override
  protected NDArray doLogProb(NDArray value) {
    return alpha.log().sub(scale.log()).sub(Special.log1p(value.div(scale)).mul(alpha.add(1)));
  }

  @Override
  protected Draw doDraw(Rng rng, Shape batch) {
    NDArray exponential = rng.quantiles(run(), batch, u -> -Math.log(u));
    NDArray value = Special.expm1(exponential.div(alpha)).mul(scale);
    return Draw.of(value, () -> doLogProb(value));
  }

  @Override
  protected NDArray doCdf(NDArray value) {
    return Special.expm1(Special.log1p(value.maximum(0).div(scale)).mul(alpha).neg()).neg();
  }

  @Override
  public Distribution withParameters(UnaryOperator<NDArray> operator) {
    return new Lomax(operator.apply(alpha), operator.apply(scale));
  }
}
