package org.ppl4j.nn;

import static com.google.common.base.Preconditions.checkArgument;
import static java.util.Objects.requireNonNull;

import com.google.common.primitives.ImmutableIntArray;

/**
 * Dense layers with a nonlinearity between them that change by no more than a bound L times as much
 * as their input does, in Euclidean norm: s f(x) with f an {@link Mlp}, s = L / max(L, Λ) and Λ the
 * product of the norms of its weights and the steepest slopes of its nonlinearities.
 *
 * <p>The norms are bounds from above of the largest singular values, at most n^(1/128) times as
 * large for n of them (3.3% for n = 64, if all are equal), so that L holds for certain and for any
 * weights; they cost some five products of a weight matrix with itself. Only their product is
 * bounded: one layer may be steep where another is flat. Weights start as those of an {@link Mlp};
 * the network puts out 0 at first. Sources: Behrmann, Grathwohl, Chen, Duvenaud and Jacobsen,
 * "Invertible residual networks" (2019), section 2.1; the norms by Delattre, Barthélemy, Araujo and
 * Allauzen, "Efficient bound of Lipschitz constant for convolutional layers by Gram iteration"
 * (2023).
 */
public final class Lipschitz {

  private static final double BOUND = 0.98;

  private final ImmutableIntArray hidden;
  private final Activation activation;
  private final double bound;

  private Lipschitz(ImmutableIntArray hidden, Activation activation, double bound) {
    this.hidden = hidden;
    this.activation = activation;
    this.bound = bound;
  }

  /**
   * With hidden layers of these widths, {@link Activation#LIPSWISH} between and a bound of 0.98;
   * none for a linear map.
   *
   * @throws IllegalArgumentException if a width is below 1
   */
  public static Lipschitz of(int... hidden) {
    for (int width : hidden) {
      checkArgument(
          width >= 1,
          "lipschitz network has a hidden layer of width %s, but needs at least 1",
          width);
    }
    return new Lipschitz(ImmutableIntArray.copyOf(hidden), Activation.LIPSWISH, BOUND);
  }

  /**
   * With another L.
   *
   * @throws IllegalArgumentException if it is not positive and finite
   */
  public Lipschitz bound(double bound) {
    checkArgument(
        bound > 0 && Double.isFinite(bound),
        "lipschitz network has bound %s, but it must be positive and finite",
        bound);
    return new Lipschitz(hidden, activation, bound);
  }

  /** With another nonlinearity; a smooth one where derivatives are learned from. */
  public Lipschitz activation(Activation activation) {
    return new Lipschitz(hidden, requireNonNull(activation, "activation"), bound);
  }

  /** L. */
  public double bound() {
    return bound;
  }

  /**
   * A network.
   *
   * @param inputs the size of an input vector
   * @param outputs the size of an output vector
   * @throws IllegalArgumentException if one is below 1
   */
  public LipschitzNetwork network(int inputs, int outputs) {
    checkArgument(
        inputs >= 1 && outputs >= 1,
        "lipschitz network is to take %s numbers to %s, but needs at least 1 of each",
        inputs,
        outputs);
    return new LipschitzNetwork(Mlp.layers(hidden, activation, inputs, outputs), bound);
  }

  @Override
  public String toString() {
    return "lipschitz" + hidden + " of bound " + bound;
  }
}
