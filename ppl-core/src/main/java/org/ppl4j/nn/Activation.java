package org.ppl4j.nn;

import ai.djl.ndarray.NDArray;
import org.ppl4j.tensor.Special;
import org.ppl4j.tensor.Tensors;

/** The nonlinearity between the layers of a network. */
public enum Activation {
  /** max(x, 0). */
  RELU {
    @Override
    public NDArray apply(NDArray x) {
      return x.getNDArrayInternal().relu();
    }

    @Override
    public NDArray slope(NDArray x, NDArray value) {
      return Tensors.where(x.gt(0), Tensors.run(x).scalar(1), 0);
    }
  },
  /** tanh x. */
  TANH {
    @Override
    public NDArray apply(NDArray x) {
      return x.tanh();
    }

    @Override
    public NDArray slope(NDArray x, NDArray value) {
      return value.square().sub(1).neg();
    }
  },
  /** log(1 + exp x). */
  SOFTPLUS {
    @Override
    public NDArray apply(NDArray x) {
      return Special.softplus(x);
    }

    @Override
    public NDArray slope(NDArray x, NDArray value) {
      return Special.sigmoid(x);
    }
  },
  /** x / (1 + exp(−x)), also called swish. */
  SILU {
    @Override
    public NDArray apply(NDArray x) {
      return x.mul(x.getNDArrayInternal().sigmoid());
    }

    @Override
    public NDArray slope(NDArray x, NDArray value) {
      NDArray sigmoid = Special.sigmoid(x);
      return sigmoid.add(value.mul(sigmoid.sub(1).neg()));
    }
  };

  /** The function of each element. */
  public abstract NDArray apply(NDArray x);

  /**
   * Its derivative; that of RELU at 0 is 0.
   *
   * @param value the function of {@code x}
   */
  public abstract NDArray slope(NDArray x, NDArray value);
}
