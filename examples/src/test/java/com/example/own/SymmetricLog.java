package com.example.own;

import ai.djl.ndarray.NDArray;
import java.util.function.UnaryOperator;
import org.ppl4j.tensor.Special;
import org.ppl4j.transforms.Mapped;
import org.ppl4j.transforms.Transform;

/** A transform of one's own: y = sign(x) log(1 + |x|), which draws tails in. */
public final class SymmetricLog extends Transform {

  @Override
  protected Mapped doForward(NDArray x) {
    NDArray y = Special.log1p(x.abs());
    return new Mapped(y.mul(x.sign()), y.neg());
  }

  @Override
  protected Mapped doInverse(NDArray y) {
    NDArray size = y.abs();
    return new Mapped(Special.expm1(size).mul(y.sign()), size);
  }

  @Override
  public Transform withParameters(UnaryOperator<NDArray> operator) {
    return this; // it holds no tensor
  }
}
