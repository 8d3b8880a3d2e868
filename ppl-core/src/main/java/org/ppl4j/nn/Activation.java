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

    @Override
    public double steepest() {
      return STEEPEST_SWISH;
    }
  },
  /** x for x > 0, exp(x) − 1 below. */
  ELU {
    @Override
    public NDArray apply(NDArray x) {
      return Tensors.where(x.gt(0), x, Special.expm1(x.minimum(0)));
    }

    @Override
    public NDArray slope(NDArray x, NDArray value) {
      return Tensors.where(x.gt(0), Tensors.run(x).scalar(1), value.add(1));
    }
  },
  /**
   * x / (1 + exp(−β x)) / 1.1 with β = softplus(1/2), whose slopes are up to 0.99986 and change
   * smoothly. Source: Chen, Behrmann, Duvenaud and Jacobsen, "Residual flows for invertible
   * generative modeling" (2019), section 3.3.
   */
  LIPSWISH {
    @Override
    public NDArray apply(NDArray x) {
      return x.mul(Special.sigmoid(x.mul(BETA))).div(LARGEST);
    }

    @Override
    public NDArray slope(NDArray x, NDArray value) {
      NDArray sigmoid = Special.sigmoid(x.mul(BETA));
      return sigmoid.div(LARGEST).add(value.mul(BETA).mul(sigmoid.sub(1).neg()));
    }

    @Override
    public double steepest() {
      return STEEPEST_SWISH / LARGEST;
    }
  };

  /** s + z s (1 − s) where z tanh(z / 2) = 2, s the logistic function of z; rounded up. */
  private static final double STEEPEST_SWISH = 1.09983932012887;

  private static final double BETA = Math.log1p(Math.exp(0.5));
  private static final double LARGEST = 1.1;

  /** The function of each element. */
  public abstract NDArray apply(NDArray x);

  /**
   * Its derivative; that of RELU at 0 is 0.
   *
   * @param value the function of {@code x}
   */
  public abstract NDArray slope(NDArray x, NDArray value);

  /** The largest absolute value of its derivative, or the least number above all of them. */
  public double steepest() {
    return 1;
  }
}
