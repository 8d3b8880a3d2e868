package org.ppl4j.tensor;

import static com.google.common.base.Preconditions.checkArgument;

import com.google.common.hash.HashCode;
import com.google.common.hash.Hasher;
import com.google.common.hash.Hashing;
import com.google.common.primitives.Longs;

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
 * {@code i} of an array is the same number whether it was drawn alone or in bulk. A stream belongs
 * to one thread at a time.
 *
 * <p>Source of the bits: Philox 4x32-10 (Salmon et al. 2011), half of the hash as the key and half
 * of it as the upper half of the counter.
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

  private static final int ROOT = 0;
  private static final int SPLIT_BY_NAME = 1;
  private static final int SPLIT_BY_INDEX = 2;

  private static final double TWO_TO_MINUS_52 = 0x1p-52;

  private final long key;
  private final long counterHigh;
  private final long[] block = new long[2];
  private long blockIndex = -1;
  private long position;

  private Rng(HashCode identity) {
    byte[] bytes = identity.asBytes();
    this.key =
        Longs.fromBytes(
            bytes[7], bytes[6], bytes[5], bytes[4], bytes[3], bytes[2], bytes[1], bytes[0]);
    this.counterHigh =
        Longs.fromBytes(
            bytes[15], bytes[14], bytes[13], bytes[12], bytes[11], bytes[10], bytes[9], bytes[8]);
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
    return new Rng(
        hasher(ROOT)
            .putLong(seed)
            .putLong(counter)
            .putUnencodedChars(purpose.name())
            .putChar('/')
            .putUnencodedChars(name)
            .hash());
  }

  /**
   * Returns the sub-stream of a name, at its beginning: independent of this stream and of its other
   * sub-streams, and the same wherever this stream stands.
   */
  public Rng split(String name) {
    return new Rng(identify(SPLIT_BY_NAME).putUnencodedChars(name).hash());
  }

  /** Returns the sub-stream of an index; like {@link #split(String)}. */
  public Rng split(long index) {
    return new Rng(identify(SPLIT_BY_INDEX).putLong(index).hash());
  }

  private static Hasher hasher(int kind) {
    return Hashing.murmur3_128().newHasher().putInt(kind);
  }

  private Hasher identify(int kind) {
    return hasher(kind).putLong(key).putLong(counterHigh);
  }

  /** Returns the next 64 random bits. */
  long nextWord() {
    long index = position >>> 1;
    if (index != blockIndex) {
      Philox.block(key, counterHigh, index, block, 0);
      blockIndex = index;
    }
    return block[(int) (position++ & 1)];
  }

  /** Returns a uniform number in the open interval (0, 1), one of {@code (k + 1/2) 2^-52}. */
  public double nextUniform() {
    return uniform(nextWord());
  }

  private static double uniform(long word) {
    return ((word >>> 12) + 0.5) * TWO_TO_MINUS_52;
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

  /** Fills an array with what {@link #nextUniform} would return, only faster. */
  void fillUniform(double[] out) {
    if (out.length == 0) {
      return;
    }
    int i = 0;
    if ((position & 1) == 1) {
      out[i++] = nextUniform();
    }
    long index = position >>> 1;
    long[] pair = new long[2];
    for (; i + 1 < out.length; i += 2) {
      Philox.block(key, counterHigh, index++, pair, 0);
      out[i] = uniform(pair[0]);
      out[i + 1] = uniform(pair[1]);
    }
    position = index << 1;
    if (i < out.length) {
      out[i] = nextUniform();
    }
  }

  /** Fills an array with what {@link #nextNormal} would return, only faster. */
  void fillNormal(double[] out) {
    fillUniform(out);
    for (int i = 0; i < out.length; i++) {
      out[i] = NormalQuantile.of(out[i]);
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
}
