package org.ppl4j.nn;

import static com.google.common.base.Preconditions.checkArgument;
import static java.util.Objects.requireNonNull;

import ai.djl.ndarray.types.Shape;
import com.google.common.primitives.ImmutableIntArray;
import org.jspecify.annotations.Nullable;

/**
 * Dense layers with a nonlinearity between them that change by no more than a bound L times as much
 * as their input does, in Euclidean norm: s f(x) with f an {@link Mlp}, s = L / max(L, Λ) and Λ the
 * product of the norms of its weights and the steepest slopes of its nonlinearities.
 *
 * <p>The norms are bounds from above of the largest singular values, at most n^(1/128) times as
 * large for n of them (3.3% for n = 64, if all are equal), so that L holds for certain and for any
 * weights; they cost some five products of a weight matrix with itself. Only their product is
 * bounded: one layer may be steep where another is flat. Weights start as those of an {@link Mlp};
 * the network puts out 0 at first. Over {@linkplain #images images} layers are convolutions, whose
 * norms are those of the linear maps of whole images; that of the kernel as a matrix would prove
 * nothing. Sources: Behrmann, Grathwohl, Chen, Duvenaud and Jacobsen, "Invertible residual
 * networks" (2019), section 2.1; the norms by Delattre, Barthélemy, Araujo and Allauzen, "Efficient
 * bound of Lipschitz constant for convolutional layers by Gram iteration" (2023).
 */
public final class Lipschitz {

  private static final double BOUND = 0.98;

  private final ImmutableIntArray hidden;
  private final Activation activation;
  private final double bound;
  private final @Nullable Shape image;

  private Lipschitz(
      ImmutableIntArray hidden, Activation activation, double bound, @Nullable Shape image) {
    this.hidden = hidden;
    this.activation = activation;
    this.bound = bound;
    this.image = image;
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
    return new Lipschitz(ImmutableIntArray.copyOf(hidden), Activation.LIPSWISH, BOUND, null);
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
    return new Lipschitz(hidden, activation, bound, image);
  }

  /** With another nonlinearity; a smooth one where derivatives are learned from. */
  public Lipschitz activation(Activation activation) {
    return new Lipschitz(hidden, requireNonNull(activation, "activation"), bound, image);
  }

  /**
   * With convolutions by windows of 3 × 3 places, zeros beyond the edges, in place of dense layers:
   * widths of hidden layers are channels, and the vectors are images channel by channel, row by
   * row. A norm costs five products of a square matrix of H W times as many rows as the smaller
   * number of channels.
   *
   * @param image {@code (C, H, W)}
   * @throws IllegalArgumentException if it is no image
   */
  public Lipschitz images(Shape image) {
    checkArgument(
        image.dimension() == 3 && image.size() >= 1,
        "lipschitz network is over images %s, but these are (C, H, W)",
        image);
    return new Lipschitz(hidden, activation, bound, image);
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
   * @throws IllegalArgumentException if one is below 1, or they are not those of images
   */
  public LipschitzNetwork network(int inputs, int outputs) {
    checkArgument(
        inputs >= 1 && outputs >= 1,
        "lipschitz network is to take %s numbers to %s, but needs at least 1 of each",
        inputs,
        outputs);
    if (image == null) {
      Mlp.Layers layers = Mlp.layers(hidden, activation, inputs, outputs);
      return new LipschitzNetwork(layers, layers.layers(), activation, bound);
    }
    int places = Math.toIntExact(image.get(1) * image.get(2));
    checkArgument(
        inputs == image.size() && outputs % places == 0,
        "lipschitz network over images %s is to take %s numbers to %s, but it takes %s to a"
            + " multiple of %s",
        image,
        inputs,
        outputs,
        image.size(),
        places);
    ConvolutionLayers layers = ConvolutionLayers.of(hidden, activation, image, outputs / places);
    return new LipschitzNetwork(layers, layers.layers(), activation, bound);
  }

  @Override
  public String toString() {
    return "lipschitz" + hidden + " of bound " + bound + (image == null ? "" : " over " + image);
  }
}
