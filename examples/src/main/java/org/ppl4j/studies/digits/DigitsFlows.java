package org.ppl4j.studies.digits;

import ai.djl.ndarray.types.Shape;
import java.util.BitSet;
import org.ppl4j.flows.Affine;
import org.ppl4j.flows.AffineFamily;
import org.ppl4j.flows.Coupling;
import org.ppl4j.flows.Elementwise;
import org.ppl4j.flows.Flows;
import org.ppl4j.flows.Partition;
import org.ppl4j.flows.RationalQuadratic;
import org.ppl4j.flows.Reshape;
import org.ppl4j.flows.SinhArcsinh;
import org.ppl4j.flows.Triangular;
import org.ppl4j.nn.Convolutional;
import org.ppl4j.nn.Mlp;
import org.ppl4j.transforms.ConditionalTransformModule;
import org.ppl4j.transforms.TransformModule;

/**
 * Flows of images: correlated noise, then couplings of splines, then a map for each pixel. The last
 * couplings, those nearest to the pixels, take the white and the black squares of a chessboard in
 * turn, so that a pixel is seen beside its neighbours; the others random halves. Networks are small
 * because there are few images. Glow sees images at two scales by convolutions, between the same
 * noise and the same maps of pixels.
 */
final class DigitsFlows {

  private static final int LAYERS = 6;
  private static final int HIDDEN = 64;

  /** Channels of the network of the noise. */
  private static final int OF_NOISE = 24;

  private static final RationalQuadratic SPLINE = RationalQuadratic.of(6, 4);

  /** Of each pixel by itself: it has 17 levels. */
  private static final RationalQuadratic LEVELS = RationalQuadratic.of(16, 4);

  private static final double GAIN = 5;

  private DigitsFlows() {}

  /** For images of {@code dim} pixels. */
  static TransformModule of(int dim) {
    TransformModule flow = Triangular.lower(dim);
    for (int layer = LAYERS - 1; layer >= 0; layer--) {
      flow = flow.then(coupling(dim, layer));
    }
    return flow.then(pixels(dim));
  }

  /** The same with noise and couplings that follow a context too. */
  static ConditionalTransformModule conditional(int dim, int contextDim) {
    ConditionalTransformModule flow =
        Triangular.lower(dim).then(Affine.of(dim).conditional(contextDim));
    for (int layer = LAYERS - 1; layer >= 0; layer--) {
      flow = flow.then(coupling(dim, layer).conditional(contextDim));
    }
    return flow.then(pixels(dim));
  }

  /** Counted from the pixels. */
  private static Coupling coupling(int dim, int layer) {
    Partition half = layer < 2 ? DigitsFlows::chessboard : Partition.random(layer / 2);
    return Coupling.of(dim, SPLINE)
        .partition(layer % 2 == 0 ? half : half.complement())
        .conditioner(Mlp.of(HIDDEN));
  }

  private static BitSet chessboard(int dim) {
    BitSet white = new BitSet(dim);
    for (int i = 0; i < dim; i++) {
      white.set(i, (i / DigitsTable.SIDE + i % DigitsTable.SIDE) % 2 == 0);
    }
    return white;
  }

  /** Glow on images {@code (H, W)}, with so many steps at each of some scales. */
  static TransformModule glow(int height, int width, int scales, int steps) {
    Shape image = new Shape(1, height, width);
    int dim = Math.toIntExact(image.size());
    return Triangular.lower(dim)
        .then(Flows.glow(image, scales, steps))
        .then(Reshape.of(image, new Shape(dim)))
        .then(pixels(dim));
  }

  /** The same with couplings that follow a context. */
  static ConditionalTransformModule glow(
      int height, int width, int scales, int steps, int contextDim) {
    Shape image = new Shape(1, height, width);
    int dim = Math.toIntExact(image.size());
    return Triangular.lower(dim)
        .then(Affine.of(dim).conditional(contextDim))
        .then(Flows.glow(image, scales, steps).conditional(contextDim))
        .then(Reshape.of(image, new Shape(dim)))
        .then(pixels(dim));
  }

  /**
   * Noise in the cells of the pixels of images {@code (H, W)}: normal but for the end of the cell,
   * where in it and how wide by what is around the pixel, and by a context beyond the image.
   */
  static ConditionalTransformModule noise(int height, int width, int contextDim) {
    Convolutional network =
        Convolutional.of(new Shape(height, width), OF_NOISE, OF_NOISE).located();
    return Elementwise.of(height * width, AffineFamily.of()).conditional(contextDim, network);
  }

  private static TransformModule pixels(int dim) {
    return Elementwise.of(dim, LEVELS)
        .gain(GAIN)
        .then(Elementwise.of(dim, SinhArcsinh.of()).gain(GAIN));
  }
}
