package com.example.own;

import ai.djl.ndarray.NDArray;
import java.util.function.UnaryOperator;
import org.ppl4j.flows.ScalarFamily;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.transforms.Mapped;
import org.ppl4j.transforms.Transform;

/** A family of maps of one's own: y = x exp(s), one number s for each coordinate. */
public final class Stretch implements ScalarFamily {

  @Override
  public int parameters() {
    return 1;
  }

  @Override
  public Transform map(NDArray parameters) {
    return new Map(Tensors.split(parameters, -1, 1).get(0).squeeze(-1).tanh().mul(3));
  }

  @Override
  public String toString() {
    return "stretch";
  }

  private static final class Map extends Transform {

    private final NDArray s;

    Map(NDArray s) {
      this.s = s;
    }

    @Override
    protected Mapped doForward(NDArray x) {
      return new Mapped(x.mul(s.exp()), s);
    }

    @Override
    protected Mapped doInverse(NDArray y) {
      return new Mapped(y.mul(s.neg().exp()), s.neg());
    }

    @Override
    public Transform withParameters(UnaryOperator<NDArray> operator) {
      return new Map(operator.apply(s));
    }
  }
}
