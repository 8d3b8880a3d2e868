package org.ppl4j.flows;

import static java.util.Objects.requireNonNull;
import static org.ppl4j.flows.Layers.autoregressiveLayer;
import static org.ppl4j.flows.Layers.chain;
import static org.ppl4j.flows.Layers.couplingLayer;
import static org.ppl4j.flows.Layers.layers;

import ai.djl.ndarray.types.Shape;
import java.util.function.Function;
import org.ppl4j.nn.Activation;
import org.ppl4j.nn.Lipschitz;
import org.ppl4j.nn.Made;
import org.ppl4j.nn.MaskedConditioner;
import org.ppl4j.nn.Mlp;
import org.ppl4j.ode.VariancePreserving;
import org.ppl4j.transforms.ConditionalTransformModule;
import org.ppl4j.transforms.TransformModule;

/**
 * Flows in one line, with the settings of their papers. Each is what its class makes; for other
 * settings use the class.
 *
 * <p>The directions: {@code forward} goes from the base to the data. What is fast in which is said
 * of each flow; {@code inverted()} exchanges them.
 *
 * <p>Each is given contexts by {@link TransformModule#conditional}: {@code iaf(dim,
 * 2).conditional(contextDim)}. Which families are universal stands in a table of the package.
 */
public final class Flows {

  private Flows() {}

  // --- recommended

  /**
   * For the density of a table, standardised or nearly so: two layers as those of {@link
   * #splineAutoregressive}, one for D = 1. A row is scored in one pass of each layer's network,
   * drawn in D.
   *
   * <p>Heavy tails, sharp ends and skewness of columns are no matter of a flow: a density estimator
   * learns such columns as normal scores. In a program of your own {@code .then(tails(dim))} gains
   * much there, and {@code .then(sinhArcsinh(dim))} where columns are skew.
   */
  public static TransformModule density(int dim) {
    return splineAutoregressive(dim, layers(dim, 2));
  }

  /** {@link #density} whose networks read a context, which all of its shape follows. */
  public static ConditionalTransformModule conditional(int dim, int contextDim) {
    return density(dim).conditional(contextDim);
  }

  /**
   * For posteriors of any shape, learned from simulations: five layers as those of {@link
   * #conditional}, one for D = 1. Where there are few simulations, or the posterior is nearly
   * normal, {@link #regression} needs fewer: let held-out simulations choose.
   */
  public static ConditionalTransformModule posterior(int dim, int contextDim) {
    return splineAutoregressive(dim, layers(dim, 5)).conditional(contextDim);
  }

  /**
   * For posteriors that are nearly normal, with means and spreads that follow the context smoothly:
   * a linear regression, then three affine autoregressive layers in alternating orders, one for D =
   * 1, whose networks are smooth.
   */
  public static ConditionalTransformModule regression(int dim, int contextDim) {
    Made smooth = Made.of(128, 128).activation(Activation.SILU);
    AffineFamily toNoise = AffineFamily.standardising();
    return chain(layers(dim, 3), i -> autoregressiveLayer(dim, toNoise, i).conditioner(smooth))
        .inverted()
        .then(Affine.of(dim))
        .conditional(contextDim);
  }

  // --- in general, over any scalar family

  /** A map of its own for each coordinate. */
  public static TransformModule elementwise(int dim, ScalarFamily family) {
    return Elementwise.of(dim, family);
  }

  /** Couplings, the halves taking turns. */
  public static TransformModule coupling(int dim, ScalarFamily family, int layers) {
    return chain(layers, i -> couplingLayer(dim, family, i));
  }

  /** Autoregressive layers in alternating orders. Forward fast: a guide. */
  public static TransformModule autoregressive(int dim, ScalarFamily family, int layers) {
    return chain(layers, i -> autoregressiveLayer(dim, family, i));
  }

  // --- elementwise

  /**
   * A rational quadratic spline of 8 bins {@linkplain RationalQuadratic#ofNormal of normal numbers}
   * for each coordinate, then its location and scale. Both directions fast.
   */
  public static TransformModule spline(int dim) {
    return Elementwise.of(dim, Layers.OWN_FROM_NOISE);
  }

  /** A spline of the circle for each angle, 8 bins, and a rotation. Both directions fast. */
  public static TransformModule circularSpline(int dim) {
    return Elementwise.of(dim, CircularSpline.of(Layers.BINS));
  }

  /** Skewness and tails of its own for each coordinate, by sinh-arcsinh. Both directions fast. */
  public static TransformModule sinhArcsinh(int dim) {
    return Elementwise.of(dim, SinhArcsinh.of());
  }

  /** Tails as heavy or light as needs be, at each side of each coordinate. Both directions fast. */
  public static TransformModule tails(int dim) {
    return Elementwise.of(dim, Tails.of());
  }

  // --- couplings: both directions fast

  /**
   * Couplings by the maps of {@link #spline}, of which those that pass are changed too. One layer
   * changes every coordinate for D = 2; more coordinates want several with permutations between.
   */
  public static TransformModule splineCoupling(int dim) {
    return Coupling.of(dim, Layers.FROM_NOISE).passing(Layers.OWN_FROM_NOISE);
  }

  /** Real NVP: affine couplings, the halves taking turns. */
  public static TransformModule affineCoupling(int dim, int layers) {
    return coupling(dim, AffineFamily.of(), layers);
  }

  /** NICE: additive couplings, the halves taking turns, then a scale of each coordinate. */
  public static TransformModule additiveCoupling(int dim, int layers) {
    return coupling(dim, AffineFamily.additive(), layers).then(Affine.of(dim));
  }

  // --- autoregressive

  /** Inverse autoregressive flow: affine layers in alternating orders. Forward fast: a guide. */
  public static TransformModule iaf(int dim, int layers) {
    return autoregressive(dim, AffineFamily.of(), layers);
  }

  /** Masked autoregressive flow: the inverse of {@link #iaf}. Inverse fast: a density. */
  public static TransformModule maf(int dim, int layers) {
    return iaf(dim, layers).inverted();
  }

  /**
   * Autoregressive layers in alternating orders, of rational quadratic splines of 8 bins
   * {@linkplain RationalQuadratic#ofNormal of normal numbers}. In the layer next to the data a
   * shift and scale of each number come before its spline, so that draws keep to the scale of what
   * it is given the others. Inverse fast: a density; {@code inverted()} for a guide.
   */
  public static TransformModule splineAutoregressive(int dim, int layers) {
    return Layers.splineAutoregressive(dim, layers, Layers.MADE);
  }

  /**
   * The same by other networks: narrower ones where rows are few and many columns depend on each
   * other, wider ones where there are many.
   */
  public static TransformModule splineAutoregressive(
      int dim, int layers, MaskedConditioner conditioner) {
    return Layers.splineAutoregressive(dim, layers, requireNonNull(conditioner, "conditioner"));
  }

  /** Neural autoregressive flow: deep sigmoidal maps of 16 units. Forward fast: a guide. */
  public static TransformModule naf(int dim, int layers) {
    return autoregressive(dim, DeepSigmoid.of(16), layers);
  }

  /** Neural autoregressive flow of two dense layers of 8 units. Forward fast: a guide. */
  public static TransformModule denseNaf(int dim, int layers) {
    return autoregressive(dim, Layers.DENSE, layers);
  }

  /** Unconstrained monotonic flow, networks of 8 units on [−4, 4]. Inverse fast: a density. */
  public static TransformModule umnn(int dim, int layers) {
    return autoregressive(dim, Layers.MONOTONIC, layers).inverted();
  }

  /**
   * Block neural autoregressive flow: two hidden layers of 8 units for each coordinate, in
   * alternating orders. Forward fast: a guide.
   */
  public static TransformModule bnaf(int dim, int layers) {
    return chain(
        layers,
        i -> i == 0 ? BlockNeural.of(dim, 8, 8) : Flip.of().then(BlockNeural.of(dim, 8, 8)));
  }

  // --- images: both directions fast, but for the inverse of masked and emerging convolutions

  /**
   * Glow: at each level so many steps of activation normalisation, a matrix of the channels and an
   * affine coupling by convolutions, after couplings of both colours of a chessboard as Real NVP
   * has them, seen from the image; networks know where they are. From vectors of noise to images
   * {@code (C, H, W)}, of which 2 to the number of levels divides H and W; for rows of a table a
   * {@link Reshape} to vectors follows. Given a context, the networks of the couplings read it at
   * every place.
   */
  public static TransformModule glow(Shape image, int levels, int steps) {
    return glow(image, levels, steps, AffineFamily.of());
  }

  /** {@link #glow(Shape, int, int)} with couplings of another family than the affine one. */
  public static TransformModule glow(Shape image, int levels, int steps, ScalarFamily family) {
    return MultiScale.of(image, levels, shape -> Layers.glowLevel(shape, steps, family));
  }

  /** A flow at each of several scales, of the shape of the images there. */
  public static TransformModule multiScale(
      Shape image, int levels, Function<Shape, TransformModule> flow) {
    return MultiScale.of(image, levels, flow);
  }

  /** A layer of vectors of channels at each place of an image. */
  public static TransformModule eachPlace(TransformModule vectors) {
    return EachPlace.of(vectors);
  }

  /** One matrix of channels for all places. */
  public static TransformModule oneByOne(int channels) {
    return Convolution.oneByOne(channels);
  }

  /** A convolution that sees what is before each place. */
  public static TransformModule maskedConvolution(int channels) {
    return Convolution.masked(channels);
  }

  /** A masked convolution and its mirror image. */
  public static TransformModule emergingConvolution(int channels) {
    return Convolution.emerging(channels);
  }

  /** A convolution of images that go on at their other side. */
  public static TransformModule periodicConvolution(int channels) {
    return Convolution.periodic(channels);
  }

  /** The exponential of a convolution. */
  public static TransformModule convolutionExponential(int channels) {
    return Convolution.exponential(channels);
  }

  // --- directions: unit vectors of dim entries, from a SphericalUniform base

  /**
   * For the density of directions, of any number of clusters and bands: 16 layers, each a spline of
   * 8 bins of the angle from an axis of its own. Both directions fast.
   */
  public static TransformModule sphere(int dim) {
    return zonal(dim, Layers.BINS, 16);
  }

  /** Splines of the angle from axes. Both directions fast. */
  public static TransformModule zonal(int dim, int bins, int layers) {
    return Zonal.of(dim, bins).repeat(layers);
  }

  /** Exponential maps of so many bumps. Forward fast: a guide. */
  public static TransformModule exponentialMap(int dim, int centers, int layers) {
    return ExponentialMap.of(dim, centers).repeat(layers);
  }

  /** A Möbius transformation of the sphere: one mode. Both directions fast. */
  public static TransformModule moebius(int dim) {
    return Moebius.of(dim);
  }

  // --- continuous

  /**
   * A continuous flow along a network of place and time, two layers of width 64: both directions
   * are some thirty evaluations or more of it. Learn it by flow matching, then by likelihood.
   */
  public static TransformModule ode(int dim) {
    return OdeFlow.of(dim);
  }

  /** {@link #ode} given a context: a smoother network of width 128, better of few rows. */
  public static ConditionalTransformModule conditionalOde(int dim, int contextDim) {
    Mlp smooth = Mlp.of(128, 128).activation(Activation.SILU);
    return OdeFlow.of(dim).conditioner(smooth).conditional(contextDim);
  }

  /**
   * A diffusion that keeps the variance, whose score is a network of place and time, two layers of
   * width 64: both directions by its probability flow, as {@link #ode}. Learn it by score matching.
   */
  public static TransformModule diffusion(int dim, VariancePreserving sde) {
    return Diffusion.of(dim, sde);
  }

  /** {@link #diffusion} of {@link VariancePreserving#of()} whose network reads a context too. */
  public static ConditionalTransformModule conditionalDiffusion(int dim, int contextDim) {
    return diffusion(dim, VariancePreserving.of()).conditional(contextDim);
  }

  // --- residual

  /** Eight residual blocks, networks of two layers of width 64. Inverse fast: a density. */
  public static TransformModule residual(int dim) {
    return residual(dim, 8);
  }

  /** As many residual blocks. Inverse fast: a density. */
  public static TransformModule residual(int dim, int blocks) {
    return ResidualFlow.of(dim, blocks).inverted();
  }

  /** As many for images, whose networks are convolutions: two hidden layers of 16 channels. */
  public static TransformModule residual(Shape image, int blocks) {
    int dim = Math.toIntExact(image.size());
    return ResidualFlow.of(dim, blocks)
        .network(Lipschitz.of(16, 16).images(image))
        .inverted()
        .then(Reshape.of(new Shape(dim), image));
  }

  // --- planar, radial, Sylvester, linear

  /** Planar layers. Forward fast: a guide. */
  public static TransformModule planar(int dim, int layers) {
    return Planar.of(dim).repeat(layers);
  }

  /** Planar layers with another nonlinearity than tanh. */
  public static TransformModule planar(int dim, Nonlinearity h, int layers) {
    return Planar.of(dim, h).repeat(layers);
  }

  /** Radial layers. Both directions fast. */
  public static TransformModule radial(int dim, int layers) {
    return Radial.of(dim).repeat(layers);
  }

  /** Sylvester layers by Householder reflections. Forward fast: a guide. */
  public static TransformModule sylvester(int dim, int units, int reflections, int layers) {
    return Sylvester.householder(dim, units, reflections).repeat(layers);
  }

  /** Sylvester layers by matrix exponentials. Forward fast: a guide. */
  public static TransformModule orthogonalSylvester(int dim, int units, int layers) {
    return Sylvester.orthogonal(dim, units).repeat(layers);
  }

  /** Triangular Sylvester layers, the coordinates turned round between. Forward fast: a guide. */
  public static TransformModule triangularSylvester(int dim, int units, int layers) {
    Sylvester layer = Sylvester.triangular(dim, units);
    return chain(layers, i -> i == 0 ? layer : Flip.of().then(layer));
  }

  /** A shift and scale of each coordinate. Both directions fast, here and in all below. */
  public static TransformModule affine(int dim) {
    return Affine.of(dim);
  }

  /** A shift and scale that start at those of the first batch. */
  public static TransformModule actNorm(int dim) {
    return ActNorm.of(dim);
  }

  /** Normalisation by the statistics of batches. */
  public static TransformModule batchNorm(int dim) {
    return BatchNorm.of(dim);
  }

  /** A lower triangular matrix and a shift: a full-covariance normal from a standard one. */
  public static TransformModule lowerTriangular(int dim) {
    return Triangular.lower(dim);
  }

  /** An upper triangular matrix and a shift. */
  public static TransformModule upperTriangular(int dim) {
    return Triangular.upper(dim);
  }

  /** A rotation by this many Householder reflections. */
  public static TransformModule householder(int dim, int reflections) {
    return Orthogonal.householder(dim, reflections);
  }

  /** A rotation by a matrix exponential. */
  public static TransformModule rotation(int dim) {
    return Orthogonal.exponential(dim);
  }

  /** A rotation by Cayley's transform. */
  public static TransformModule cayley(int dim) {
    return Orthogonal.cayley(dim);
  }

  /** The exponential of any matrix. */
  public static TransformModule matrixExponential(int dim) {
    return Linear.exponential(dim);
  }

  /** A fixed random permutation, an upper and a lower triangular matrix. */
  public static TransformModule plu(int dim, long seed) {
    return Linear.plu(dim, seed);
  }

  /** An upper triangular matrix, then a rotation. */
  public static TransformModule qr(int dim) {
    return Linear.qr(dim);
  }

  /** A rotation, a scale of each coordinate, a rotation. */
  public static TransformModule svd(int dim) {
    return Linear.svd(dim);
  }
}
