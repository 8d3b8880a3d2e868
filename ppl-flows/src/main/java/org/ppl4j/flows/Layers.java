package org.ppl4j.flows;

import static com.google.common.base.Preconditions.checkArgument;

import ai.djl.ndarray.types.Shape;
import java.util.List;
import java.util.function.IntFunction;
import org.ppl4j.nn.Convolutional;
import org.ppl4j.nn.Made;
import org.ppl4j.nn.MaskedConditioner;
import org.ppl4j.nn.NamedTensors;
import org.ppl4j.nn.TensorSpec;
import org.ppl4j.tensor.Rng;
import org.ppl4j.transforms.ConditionalTransformModule;
import org.ppl4j.transforms.Transform;
import org.ppl4j.transforms.TransformModule;

/** What the premade flows are put together from. */
final class Layers {

  static final int BINS = 8;

  /** Channels of the hidden layers of networks over images. */
  private static final int WIDTH = 32;

  private static final RationalQuadratic SPLINE = RationalQuadratic.ofNormal(BINS);

  /**
   * What a network makes of a shape follows more slowly at first than what it makes of location and
   * scale. What is narrow given others is far from normal until its location is known; a spline
   * that is as fast learns that, and at its ends, where few numbers are, nothing unlearns it. One
   * gain for all of a shape takes the ends back with the middle, and lets a shape that is there
   * follow faster.
   */
  private static final double SLOW = 0.4;

  /** Maps of data to noise that a network makes: location and scale, then the shape. */
  private static final ScalarFamily TO_NOISE =
      AffineFamily.standardising().then(SPLINE.linearTails().gain(SLOW));

  /**
   * Those of numbers that are about noise: the shape alone, since what no row was like is far off
   * there, and a scale that a network makes of it would be anything.
   */
  private static final ScalarFamily NEAR_NOISE = SPLINE.gain(SLOW);

  /** Maps of noise to data that a network makes: the shape, then location and scale. */
  static final ScalarFamily FROM_NOISE = SPLINE.linearTails().gain(SLOW).then(AffineFamily.of());

  /** Those that no network makes. */
  static final ScalarFamily OWN_FROM_NOISE = SPLINE.linearTails().then(AffineFamily.of());

  static final DenseSigmoid DENSE = DenseSigmoid.of(8, 2);
  static final UnconstrainedMonotonic MONOTONIC = UnconstrainedMonotonic.of(8, 4);

  /** The networks of masked layers. */
  static final Made MADE = Made.of(64, 64);

  private Layers() {}

  static Coupling couplingLayer(int dim, ScalarFamily family, int layer) {
    Partition half = Partition.half();
    return Coupling.of(dim, family).partition(layer % 2 == 0 ? half : half.complement());
  }

  static Autoregressive autoregressiveLayer(int dim, ScalarFamily family, int layer) {
    int[] order = new int[dim];
    for (int k = 0; k < dim; k++) {
      order[k] = layer % 2 == 0 ? k : dim - 1 - k;
    }
    return Autoregressive.of(dim, family).order(order).conditioner(MADE);
  }

  /** {@link Flows#splineAutoregressive}, of which the first layer is next to the data. */
  static TransformModule splineAutoregressive(int dim, int layers, MaskedConditioner conditioner) {
    return chain(
            layers,
            i ->
                autoregressiveLayer(dim, i == 0 ? TO_NOISE : NEAR_NOISE, i)
                    .conditioner(conditioner))
        .inverted();
  }

  /**
   * A level of {@link Flows#glow} on squeezed images {@code (4 C, H, W)}: seen from the image both
   * colours of a chessboard in turn, then steps.
   */
  static TransformModule glowLevel(Shape image, int steps, ScalarFamily family) {
    Squeeze squeeze = Squeeze.of(2);
    return chain(steps, step -> glowStep(image, family, step))
        .then(squeeze.inverted())
        .then(chessboards(squeeze.inverseShape(image), family))
        .then(squeeze);
  }

  /** Couplings of images {@code (C, H, W)}: a square is changed by what is around it. */
  private static TransformModule chessboards(Shape image, ScalarFamily family) {
    int height = Math.toIntExact(image.get(1));
    int width = Math.toIntExact(image.get(2));
    Reshape vector = vector(image);
    Partition board = Partition.checkerboard(height, width);
    Coupling coupling =
        Coupling.of(Math.toIntExact(image.size()), family)
            .conditioner(network(image, Math.toIntExact(image.get(0))))
            .masked();
    return vector
        .then(coupling.partition(board))
        .then(coupling.partition(board.complement()))
        .then(vector.inverted());
  }

  /**
   * A step of Glow on images {@code (C, H, W)} with an even C: seen from the image activation
   * normalisation and a matrix of the channels, then a coupling whose half sees the other around
   * it.
   */
  private static TransformModule glowStep(Shape image, ScalarFamily family, int step) {
    int channels = Math.toIntExact(image.get(0));
    Reshape vector = vector(image);
    Coupling coupling =
        Coupling.of(Math.toIntExact(image.size()), family)
            .partition(Partition.channels(channels))
            .conditioner(network(image, channels / 2));
    return vector
        .then(coupling)
        .then(vector.inverted())
        .then(new Uninformed(Convolution.oneByOne(channels).inverted()))
        .then(EachPlace.of(Permute.random(channels, step)))
        .then(new Uninformed(EachPlace.of(ActNorm.of(channels))));
  }

  private static Reshape vector(Shape image) {
    return Reshape.of(image, new Shape(image.size()));
  }

  private static Convolutional network(Shape image, int channels) {
    Shape places = new Shape(image.get(1), image.get(2));
    return Convolutional.of(places, WIDTH, WIDTH).channels(channels).located();
  }

  /** A layer that is the same for all contexts. */
  private record Uninformed(TransformModule module) implements TransformModule {

    @Override
    public List<TensorSpec> tensors() {
      return module.tensors();
    }

    @Override
    public Transform bind(NamedTensors tensors, Rng rng, boolean training) {
      return module.bind(tensors, rng, training);
    }

    @Override
    public ConditionalTransformModule conditional(int contextDim) {
      return ConditionalTransformModule.ignoringContext(module);
    }

    @Override
    public String toString() {
      return module.toString();
    }
  }

  /** One number has no others that a further layer could see. */
  static int layers(int dim, int several) {
    return dim == 1 ? 1 : several;
  }

  static TransformModule chain(int layers, IntFunction<TransformModule> layer) {
    checkArgument(layers >= 1, "flow has %s layers, but needs at least 1", layers);
    TransformModule all = layer.apply(0);
    for (int i = 1; i < layers; i++) {
      all = all.then(layer.apply(i));
    }
    return all;
  }
}
