package org.ppl4j.nn;

import ai.djl.ndarray.NDArray;
import org.ppl4j.tensor.Special;

/** The nonlinearity between the layers of a network. */
public enum Activation {
  /** max(x, 0). */
  RELU {
    @Override
    public NDArray apply(NDArray x) {
      return x.getNDArrayInternal().relu();
    }
  },
  /** tanh x. */
  TANH {
    @Override
    public NDArray apply(NDArray x) {
      return x.tanh();
    }
  },
  /** log(1 + exp x). */
  SOFTPLUS {
    @Override
    public NDArray apply(NDArray x) {
      return Special.softplus(x);
    }
  },
  /** x / (1 + exp(−x)), also called swish. */
  SILU {
    @Override
    public NDArray apply(NDArray x) {
      return x.mul(x.getNDArrayInternal().sigmoid());
    }
  };

  /** The function of each element. */
  public abstract NDArray apply(NDArray x);
}
