package org.ppl4j.flows;

import ai.djl.ndarray.NDArray;
import org.ppl4j.tensor.Special;

/**
 * A smooth map h of numbers that does not fall and whose slope has a bound: what a {@link Planar}
 * layer bends along. Write another in tensor algebra; value and slope are to agree.
 */
public interface Nonlinearity {

  /** h at each element. */
  NDArray value(NDArray x);

  /** h′ at each element, from 0 to {@link #steepest}. */
  NDArray slope(NDArray x);

  /** The largest slope, positive and finite. */
  double steepest();

  /** The least number that |h| never exceeds; infinite if there is none. */
  default double bound() {
    return Double.POSITIVE_INFINITY;
  }

  /** tanh x, of slope 1 − tanh² x: from 0 to 1. */
  static Nonlinearity tanh() {
    return Smooth.TANH;
  }

  /** arctan x, of slope 1 / (1 + x²): from 0 to 1. */
  static Nonlinearity arctan() {
    return Smooth.ARCTAN;
  }

  /** 1 / (1 + exp(−x)), of slope s (1 − s): from 0 to 1/4. */
  static Nonlinearity sigmoid() {
    return Smooth.SIGMOID;
  }

  /** log(1 + exp x), of slope 1 / (1 + exp(−x)): from 0 to 1. */
  static Nonlinearity softplus() {
    return Smooth.SOFTPLUS;
  }

  /** Those that have a name. */
  enum Smooth implements Nonlinearity {
    /** {@link #tanh}. */
    TANH {
      @Override
      public NDArray value(NDArray x) {
        return x.tanh();
      }

      @Override
      public NDArray slope(NDArray x) {
        return x.tanh().square().sub(1).neg();
      }

      @Override
      public double bound() {
        return 1;
      }
    },
    /** {@link #arctan}. */
    ARCTAN {
      @Override
      public NDArray value(NDArray x) {
        return x.atan();
      }

      @Override
      public NDArray slope(NDArray x) {
        NDArray one = x.mul(0).add(1);
        return one.div(x.square().add(1));
      }

      @Override
      public double bound() {
        return Math.PI / 2;
      }
    },
    /** {@link #sigmoid}. */
    SIGMOID {
      @Override
      public NDArray value(NDArray x) {
        return x.getNDArrayInternal().sigmoid();
      }

      @Override
      public NDArray slope(NDArray x) {
        NDArray s = value(x);
        return s.sub(s.square());
      }

      @Override
      public double steepest() {
        return 0.25;
      }

      @Override
      public double bound() {
        return 1;
      }
    },
    /** {@link #softplus}. */
    SOFTPLUS {
      @Override
      public NDArray value(NDArray x) {
        return Special.softplus(x);
      }

      @Override
      public NDArray slope(NDArray x) {
        return x.getNDArrayInternal().sigmoid();
      }
    };

    @Override
    public double steepest() {
      return 1;
    }
  }
}
