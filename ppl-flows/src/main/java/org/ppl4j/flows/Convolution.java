package org.ppl4j.flows;

import static com.google.common.base.Preconditions.checkArgument;

import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.ppl4j.nn.NamedTensors;
import org.ppl4j.nn.TensorSpec;
import org.ppl4j.tensor.Rng;
import org.ppl4j.transforms.ConditionalTransformModule;
import org.ppl4j.transforms.Transform;
import org.ppl4j.transforms.TransformModule;

/**
 * Invertible convolutions of images of C channels: y[o, i, j] = Σ K[o, c, a, b] x[c, i + a − h/2, j
 * + b − w/2], linear maps whose log-determinants cost little.
 *
 * <p>x and y: {@code (*, C, H, W)} of any H and W, odd and not square. Windows are of 3 × 3 places
 * unless set otherwise. Each starts as the identity, or at a {@linkplain #starting kernel} of one's
 * own. The inverse is exact but for rounding: what it finds for y is the image of it under a kernel
 * that differs by roundings. The nearer that is to a singular one, and the more the inverse of a
 * masked one grows from place to place, the larger the images and what roundings of y make in them.
 * What takes steps that wait for one another:
 *
 * <table>
 *   <caption>Sequential depth of each direction</caption>
 *   <tr><th>kind</th><th>forward</th><th>inverse</th></tr>
 *   <tr><td>{@link #oneByOne}</td><td>1</td><td>2 substitutions of C</td></tr>
 *   <tr><td>{@link #masked}</td><td>1</td><td>(w/2 + 1) (H − 1) + W convolutions</td></tr>
 *   <tr><td>{@link #emerging}</td><td>2</td><td>twice that</td></tr>
 *   <tr><td>{@link #periodic}</td><td>1</td><td>1 solution for each frequency, all at once</td></tr>
 *   <tr><td>{@link #exponential}</td><td>30 convolutions</td><td>30</td></tr>
 * </table>
 */
public final class Convolution implements TransformModule {

  private static final int WINDOW = 3;

  private enum Kind {
    ONE_BY_ONE("1x1 convolution", 1),
    MASKED("masked convolution", 1),
    EMERGING("emerging convolution", 2),
    PERIODIC("periodic convolution", 1),
    EXPONENTIAL("convolution exponential", 1);

    private final String words;
    private final int kernels;

    Kind(String words, int kernels) {
      this.words = words;
      this.kernels = kernels;
    }
  }

  private final Kind kind;
  private final List<Kernel> start;
  private final TransformModule module;

  private Convolution(Kind kind, List<Kernel> start) {
    this.kind = kind;
    this.start = List.copyOf(start);
    this.module = made();
  }

  private TransformModule made() {
    Kernel first = start.get(0);
    return switch (kind) {
      case ONE_BY_ONE -> EachPlace.of(Plu.of(first.middle(), toString()));
      case MASKED -> new CausalConvolution(first, false, kind.words);
      case EMERGING ->
          new CausalConvolution(first, false, kind.words)
              .then(new CausalConvolution(start.get(1), true, kind.words));
      case PERIODIC -> new PeriodicConvolution(first);
      case EXPONENTIAL -> new ConvolutionExponential(first);
    };
  }

  private static Convolution of(Kind kind, int channels, int height, int width) {
    checkArgument(
        channels >= 1, "%s needs at least 1 channel, but channels is %s", kind.words, channels);
    checkArgument(
        height >= 1 && height % 2 == 1 && width >= 1 && width % 2 == 1,
        "%s has windows of %s rows and %s columns, which have no middle; use odd numbers",
        kind.words,
        height,
        width);
    Kernel one = Kernel.start(channels, height, width, kind != Kind.EXPONENTIAL);
    return new Convolution(kind, Collections.nCopies(kind.kernels, one));
  }

  /**
   * One regular matrix of channels for all places, kept by its decomposition P L U with the order P
   * and the signs of the diagonal fixed; log |det| = H W Σ log |diagonal|. Source: Kingma and
   * Dhariwal, "Glow: generative flow with invertible 1×1 convolutions" (2018), section 3.2.
   *
   * @throws IllegalArgumentException if {@code channels} is below 1
   */
  public static Convolution oneByOne(int channels) {
    return of(Kind.ONE_BY_ONE, channels, 1, 1);
  }

  /**
   * Autoregressive: a place sees those above and to the left, and of itself the channels before
   * and, by ±exp(l) with a fixed sign, its own; log |det| = H W Σ l. The inverse solves place by
   * place, all at once that wait for no other. Source: Hoogeboom, van den Berg and Welling,
   * "Emerging convolutions for generative normalizing flows" (2019), section 3.1.
   *
   * @throws IllegalArgumentException if {@code channels} is below 1
   */
  public static Convolution masked(int channels) {
    return of(Kind.MASKED, channels, WINDOW, WINDOW);
  }

  /**
   * A {@link #masked} convolution, then one that sees below, to the right and the channels behind:
   * together each place sees all around it. Source: Hoogeboom, van den Berg and Welling (2019),
   * section 3.2.
   *
   * @throws IllegalArgumentException if {@code channels} is below 1
   */
  public static Convolution emerging(int channels) {
    return of(Kind.EMERGING, channels, WINDOW, WINDOW);
  }

  /**
   * Any kernel on images that go on at their other side: with S_f the matrix of channels of
   * frequency f, log |det| = Σ_f log |det S_f|, and the inverse divides by S_f. Kernels at which a
   * frequency is lost are not kept away from: a likelihood does. The Fourier transform is a product
   * with cosines and sines along one axis after the other: H + W numbers for each, for any sizes.
   * Source: Hoogeboom, van den Berg and Welling (2019), section 3.3.
   *
   * @throws IllegalArgumentException if {@code channels} is below 1
   */
  public static Convolution periodic(int channels) {
    return of(Kind.PERIODIC, channels, WINDOW, WINDOW);
  }

  /**
   * The exponential of any convolution: y = Σ Kⁿ x / n!, log |det| = H W tr(middle of K), the
   * inverse that of −K. A kernel of which the weights of an output are more than 5 in sum is scaled
   * down to these, so that the series is as exact as numbers are. Source: Hoogeboom, Garcia
   * Satorras, Tomczak and Welling, "The convolution exponential and generalized Sylvester flows"
   * (2020), equation 5.
   *
   * @throws IllegalArgumentException if {@code channels} is below 1
   */
  public static Convolution exponential(int channels) {
    return of(Kind.EXPONENTIAL, channels, WINDOW, WINDOW);
  }

  /**
   * With windows of so many places, starting as the identity.
   *
   * @throws IllegalArgumentException if one of them is not odd, or this is 1 × 1 by its name
   */
  public Convolution window(int height, int width) {
    checkArgument(
        kind != Kind.ONE_BY_ONE || height == 1 && width == 1,
        "1x1 convolution is asked for windows of %s rows and %s columns; use another kind",
        height,
        width);
    return of(kind, start.get(0).channels(), height, width);
  }

  /**
   * Starting at other kernels, whose windows it takes.
   *
   * @param kernels one, {@code (C, C, h, w)}: outputs, inputs, rows, columns; an emerging
   *     convolution has two, the second of the convolution that is applied second. Of a masked one
   *     what its order leaves out is not read.
   * @throws IllegalArgumentException if there are not as many kernels or channels, windows are even
   *     or not all alike, or the middle is so near to a singular one that its pivots leave e⁻¹⁰ to
   *     e¹⁰ (e⁻⁵ to e⁵ its diagonal, if masked or emerging)
   */
  public Convolution starting(double[][][][]... kernels) {
    checkArgument(
        kernels.length == kind.kernels,
        "%s is given %s kernels to start at, but has %s",
        kind.words,
        kernels.length,
        kind.kernels);
    List<Kernel> all = Arrays.stream(kernels).map(Kernel::of).toList();
    Kernel mine = start.get(0);
    for (Kernel kernel : all) {
      checkArgument(
          kernel.channels() == mine.channels()
              && kernel.sameSize(all.get(0))
              && (kind != Kind.ONE_BY_ONE || kernel.height() * kernel.width() == 1),
          "%s of %s channels cannot start at a kernel of %s",
          kind.words,
          mine.channels(),
          kernel);
    }
    return new Convolution(kind, all);
  }

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
    return module.conditional(contextDim);
  }

  @Override
  public String toString() {
    Kernel kernel = start.get(0);
    return kind == Kind.ONE_BY_ONE
        ? kind.words + "(" + kernel.channels() + ")"
        : kind.words + "(" + kernel + ")";
  }
}
