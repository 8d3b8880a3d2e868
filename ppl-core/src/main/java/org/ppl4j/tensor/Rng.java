package org.ppl4j.tensor;

import static com.google.common.base.Preconditions.checkArgument;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import com.google.errorprone.annotations.CanIgnoreReturnValue;
import java.util.Arrays;
import java.util.function.DoubleUnaryOperator;
import java.util.function.IntToDoubleFunction;
import java.util.random.RandomGenerator;
import org.ppl4j.internal.math.NormalQuantile;
import org.ppl4j.tensor.Noise.Sampler;
import org.ppl4j.tensor.internal.table.Attributes;
import org.ppl4j.tensor.internal.table.Op;
import org.ppl4j.tensor.internal.table.Shapes;

/**
 * A stream of random numbers: an identity that never changes and a position in the stream.
 *
 * <p>The identity is a 128-bit hash of (seed, purpose, counter, name), so a stream's numbers do not
 * depend on which other streams exist, in which order they were made, or on which thread. Streams
 * with different identities are independent. The same identity gives the same bits on every machine
 * and JDK for uniforms, normals, whole numbers and permutations; the other samplers also use {@link
 * Math#exp} and {@link Math#log}, whose last bit may differ between machines.
 *
 * <p>A stream has {@code 2^64} words of 64 bits. A uniform or a normal takes one word, so element
 * {@code i} of an array is the same number whether it was drawn alone or in bulk; an element of the
 * other samplers has words of its own, so that its draw does not depend on its neighbours'
 * parameters. Numbers are drawn as doubles and rounded to the run's float type. A stream belongs to
 * one thread at a time.
 *
 * <p>The samplers on tensors are rows of the table that are computed in Java: they read their
 * parameters' values, and their results move with none but those of {@link #logGamma}, {@link
 * #beta} and {@link #vonMises}. A parameter outside its range gives NaN where the result can hold
 * it.
 *
 * <p>Source of the bits: Philox 4x32-10 (Salmon et al. 2011).
 */
public final class Rng {

  /** What a stream is drawn for; equal names under different purposes are different streams. */
  public enum Purpose {
    /** Initial values of parameters and latent variables. */
    INITIAL,
    /** A guide's sample sites. */
    GUIDE,
    /** A model's sample sites. */
    MODEL,
    /** Subsample indices; keyed without guide or model, so that both see the same rows. */
    PLATE,
    /** A Markov chain; the name or a split says which one. */
    CHAIN,
    /** Predictive draws. */
    PREDICT
  }

  /** The words of an element whose sampler may reject; that none needs more is beyond doubt. */
  private static final long WORDS_OF_AN_ELEMENT = 1L << 16;

  /** So many normals are made at a time, in the nearest cache. */
  private static final int PART = 512;

  private final Identity identity;
  private final RandomWords words;
  private final RandomStream stream;
  private double[] uniforms = new double[0]; // where normals are made of them
  private double[] normals = uniforms;

  private Rng(Identity identity, RandomStream stream) {
    this.identity = identity;
    this.words = new RandomWords(identity);
    this.stream = stream;
  }

  /** The stream of this origin, of a seed and a counter, at its beginning. */
  static Rng of(RandomStream stream, long seed, long counter) {
    return new Rng(Identity.of(stream).at(seed, counter), stream);
  }

  /**
   * Returns the stream of an identity, at its beginning.
   *
   * @param seed the user's seed
   * @param purpose what the numbers are for
   * @param counter the step, draw or chain
   * @param name the site, parameter or plate
   */
  public static Rng of(long seed, Purpose purpose, long counter, String name) {
    return of(new RandomStream(new RandomStream(null, purpose), name), seed, counter);
  }

  /**
   * Returns the stream of a seed alone, at its beginning: for what is drawn outside of programs.
   */
  public static Rng of(long seed) {
    return of(seed, Purpose.PREDICT, 0, "");
  }

  /**
   * Returns the sub-stream of a name, at its beginning: independent of this stream and of its other
   * sub-streams, and the same wherever this stream stands.
   */
  public Rng split(String name) {
    return part(name);
  }

  /** Returns the sub-stream of an index; like {@link #split(String)}. */
  public Rng split(long index) {
    return part(index);
  }

  /**
   * Returns the sub-stream of a step of a scan: that of its number, as {@link #split(long)}, and in
   * a record that of each step.
   */
  public Rng ofStep(int step) {
    return part(new RandomStream.Step(step));
  }

  private Rng part(Object part) {
    return new Rng(identity.split(part).afterParent(), new RandomStream(stream, part));
  }

  /** Where it comes from. */
  RandomStream stream() {
    return stream;
  }

  /** The place of the next word in the stream, by which it goes on later: {@link #moveTo}. */
  public long position() {
    return words.position();
  }

  /** Goes to a place: what comes next is what came there in a stream of the same identity. */
  public void moveTo(long position) {
    words.moveTo(position);
  }

  /** Becomes the stream of another seed and counter; none may have been split from it. */
  void become(long seed, long counter) {
    words.name(identity.at(seed, counter));
  }

  /** Is of other steps of scans once it {@linkplain #become becomes} the stream of a counter. */
  void moveToSteps(long... steps) {
    identity.moveTo(steps);
  }

  /** Whether two streams give the same numbers. */
  boolean isSame(Rng other) {
    return identity.isSame(other.identity);
  }

  /** Returns the next 64 random bits. */
  long nextWord() {
    return words.next();
  }

  /** Returns a uniform number in the open interval (0, 1), one of {@code (k + 1/2) 2^-52}. */
  public double nextUniform() {
    return words.nextUniform();
  }

  /** Returns a standard normal number: the normal quantile of {@link #nextUniform}. */
  public double nextNormal() {
    return NormalQuantile.of(nextUniform());
  }

  /**
   * Returns a whole number from 0 to {@code bound - 1}, all equally likely.
   *
   * <p>Source: Lemire, "Fast random integer generation in an interval" (2019).
   *
   * @throws IllegalArgumentException if the bound is not positive
   */
  public long nextLong(long bound) {
    checkArgument(bound > 0, "bound is %s, but must be positive", bound);
    long word = nextWord();
    long low = word * bound;
    if (Long.compareUnsigned(low, bound) < 0) {
      long threshold = Long.remainderUnsigned(-bound, bound);
      while (Long.compareUnsigned(low, threshold) < 0) {
        word = nextWord();
        low = word * bound;
      }
    }
    return Math.multiplyHigh(word, bound) + (word >> 63 & bound);
  }

  /**
   * Returns this stream as Java's generators are, for code that takes one: {@code nextInt}, {@code
   * nextGaussian} and the others go on where it stands.
   */
  public RandomGenerator asJava() {
    return this::nextWord;
  }

  /** Fills an array with what {@link #nextUniform} would return, only faster. */
  void fillUniform(double[] out) {
    words.fill(out, out.length);
  }

  /** Fills an array with what {@link #nextNormal} would return, only faster. */
  void fillNormal(double[] out) {
    if (uniforms.length < Math.min(out.length, PART)) {
      uniforms = new double[Math.min(out.length, PART)];
      normals = new double[uniforms.length];
    }
    for (int from = 0; from < out.length; from += PART) {
      int count = Math.min(PART, out.length - from);
      words.fill(uniforms, count);
      NormalQuantile.of(uniforms, normals, count);
      System.arraycopy(normals, 0, out, from, count);
    }
  }

  /** Returns the numbers 0 to {@code n - 1} in random order, all orders equally likely. */
  public long[] permutation(int n) {
    return Sampling.withoutReplacement(this, n, n);
  }

  /**
   * Returns {@code k} different numbers of 0 to {@code n - 1} in random order, all ordered choices
   * equally likely. Time and memory grow with {@code k} alone where {@code k} is much smaller than
   * {@code n}.
   *
   * @throws IllegalArgumentException unless {@code 0 <= k <= n}
   */
  public long[] sample(int n, int k) {
    return Sampling.withoutReplacement(this, n, k);
  }

  /**
   * Returns {@code k} different whole numbers from 0 to {@code n - 1} in random order, of type
   * int64 {@code (k)}.
   *
   * @throws IllegalArgumentException unless {@code 0 <= k <= n}
   */
  public NDArray sample(Run run, int n, int k) {
    Noise noise = Noise.whole(this, (rng, in, size) -> rng.sample(n, size));
    return KernelRows.apply(Op.CHOICE, run, Attributes.of(noise, k))[0];
  }

  /** Returns standard normal draws. */
  public NDArray normal(Run run, Shape shape) {
    return drawn(run, Op.NORMAL, shape, Samplers.NORMAL);
  }

  /** Returns uniform draws of the open interval (0, 1), in either float type. */
  public NDArray uniform(Run run, Shape shape) {
    return drawn(run, Op.UNIFORM, shape, Samplers.uniform(run.floatType()));
  }

  /**
   * Returns draws of a distribution without parameters by its quantile function, which sees the
   * uniform numbers in double precision: both tails are as long in float32 as in float64.
   *
   * @param quantile from the open interval (0, 1)
   */
  public NDArray quantiles(Run run, Shape shape, DoubleUnaryOperator quantile) {
    return drawn(
        run,
        Op.QUANTILE,
        shape,
        (rng, in, out, slopes) -> {
          rng.fillUniform(out[0]);
          map(out[0], quantile);
        });
  }

  private NDArray drawn(Run run, Op op, Shape shape, Sampler sampler) {
    Attributes attributes = Attributes.of(Noise.of(this, sampler), shape.getShape());
    return KernelRows.apply(op, run, attributes)[0];
  }

  private static void map(double[] values, DoubleUnaryOperator f) {
    Arrays.setAll(values, i -> f.applyAsDouble(values[i]));
  }

  /**
   * Returns the logarithms of draws of Gamma(concentration, 1), which stay finite where the draws
   * themselves are too small for any float. Their derivative with respect to the concentration is
   * the implicit one, at a fixed quantile (Figurnov, Mohamed, Mnih 2018).
   *
   * @param concentration positive, any shape
   */
  public NDArray logGamma(NDArray concentration) {
    return drawn(Op.LOG_GAMMA, Samplers.LOG_GAMMA, concentration);
  }

  /**
   * Returns angles from −π to π of the von Mises distribution with mean 0. Their derivative with
   * respect to the concentration is the implicit one.
   *
   * @param concentration not negative, any shape
   */
  public NDArray vonMises(NDArray concentration) {
    return drawn(Op.VON_MISES, Samplers.VON_MISES, concentration);
  }

  /**
   * Returns Poisson draws, whole numbers of the float type.
   *
   * @param rate not negative, any shape
   */
  public NDArray poisson(NDArray rate) {
    return drawn(Op.POISSON, Samplers.POISSON, rate);
  }

  /**
   * Returns numbers of successes, whole numbers of the float type.
   *
   * @param count whole numbers that are not negative; broadcasts with {@code probs}
   * @param probs of success in one trial
   */
  public NDArray binomial(NDArray count, NDArray probs) {
    return drawn(Op.BINOMIAL, Samplers.BINOMIAL, count, probs);
  }

  /**
   * Returns vectors of counts (*, K), whole numbers of the float type.
   *
   * @param count their sums; broadcasts with the batch (*)
   * @param probs of the K outcomes of one trial, or weights in proportion to them, (*, K)
   */
  public NDArray multinomial(NDArray count, NDArray probs) {
    Run run = Tensors.run(count, probs);
    RunArray weights = Operations.operand(run, probs).in(run);
    Shape batch = Shapes.broadcast(count.getShape(), Shapes.dropRight(weights.getShape(), 1));
    Shape shape = Shapes.concat(batch, Shapes.takeRight(weights.getShape(), 1));
    return drawn(
        Op.MULTINOMIAL,
        Samplers.MULTINOMIAL,
        Operations.operand(run, count).in(run).broadcast(batch),
        weights.broadcast(shape));
  }

  /**
   * Returns draws of 0 and 1 of the float type.
   *
   * @param probs of a 1, any shape
   */
  public NDArray bernoulli(NDArray probs) {
    return drawn(Op.BERNOULLI, Samplers.BERNOULLI, probs);
  }

  /**
   * Returns categories 0 to K − 1, int64; 0 where a weight is NaN.
   *
   * @param probs the categories' probabilities, or weights in proportion to them, (*, K)
   * @return (*)
   * @throws IllegalArgumentException if a weight is negative or none is positive
   */
  public NDArray categorical(NDArray probs) {
    Shape shape = probs.getShape();
    checkArgument(
        shape.dimension() > 0,
        "categorical needs a dim of categories, but its weights are a number");
    int categories = Math.toIntExact(shape.get(shape.dimension() - 1));
    return drawn(Op.CATEGORICAL, Noise.whole(this, Samplers.categorical(categories)), probs);
  }

  /** The logarithm of a Gamma(concentration, 1) draw for each concentration. */
  double[] logGammas(double[] concentrations) {
    return each(
        new double[concentrations.length], i -> GammaKernel.logDraw(this, concentrations[i]));
  }

  /**
   * Draws of Beta(a, b), one an element, with the derivatives of values and log-densities.
   *
   * @param a the concentrations of x, {@code (*)}
   * @param b the concentrations of 1 − x, of the same shape
   * @throws IllegalArgumentException if the shapes differ
   */
  public BetaDraws beta(NDArray a, NDArray b) {
    Run run = Tensors.run(a, b);
    return BetaDraws.of(
        this, Operations.operand(run, a).in(run), Operations.operand(run, b).in(run));
  }

  /** Draws each element from words of its own. */
  @CanIgnoreReturnValue
  double[] each(double[] draws, IntToDoubleFunction sampler) {
    long start = words.position();
    for (int i = 0; i < draws.length; i++) {
      words.moveTo(start + i * WORDS_OF_AN_ELEMENT);
      draws[i] = sampler.applyAsDouble(i);
    }
    words.moveTo(start + draws.length * WORDS_OF_AN_ELEMENT);
    return draws;
  }

  private NDArray drawn(Op op, Sampler sampler, NDArray... parameters) {
    return drawn(op, Noise.of(this, sampler), parameters);
  }

  private static NDArray drawn(Op op, Noise noise, NDArray... parameters) {
    Run run = Tensors.run(parameters[0], parameters);
    RunArray[] in = new RunArray[parameters.length];
    Arrays.setAll(in, i -> Operations.operand(run, parameters[i]));
    return KernelRows.apply(op, run, Attributes.of(noise, 1), in)[0];
  }
}
