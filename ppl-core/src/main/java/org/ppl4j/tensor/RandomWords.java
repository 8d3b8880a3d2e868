package org.ppl4j.tensor;

import com.google.common.hash.HashCode;
import com.google.common.hash.Hasher;
import com.google.common.primitives.Longs;

/**
 * {@code 2^64} random words of 64 bits, named by an identity of 128 bits, and a position among
 * them: Philox 4x32-10 (Salmon et al. 2011), half of the identity as the key and half of it as the
 * upper half of the counter.
 */
final class RandomWords {

  private static final double TWO_TO_MINUS_52 = 0x1p-52;

  private final long key;
  private final long counterHigh;
  private final long[] block = new long[2];
  private long blockIndex = -1;
  private long position;

  RandomWords(HashCode identity) {
    byte[] bytes = identity.asBytes();
    this.key =
        Longs.fromBytes(
            bytes[7], bytes[6], bytes[5], bytes[4], bytes[3], bytes[2], bytes[1], bytes[0]);
    this.counterHigh =
        Longs.fromBytes(
            bytes[15], bytes[14], bytes[13], bytes[12], bytes[11], bytes[10], bytes[9], bytes[8]);
  }

  /** Puts the identity into a hash. */
  Hasher identify(Hasher hasher) {
    return hasher.putLong(key).putLong(counterHigh);
  }

  /** How many words were passed. */
  long position() {
    return position;
  }

  /** Goes to a word. */
  void moveTo(long word) {
    position = word;
  }

  /** The next word. */
  long next() {
    long index = position >>> 1;
    if (index != blockIndex) {
      Philox.block(key, counterHigh, index, block, 0);
      blockIndex = index;
    }
    return block[(int) (position++ & 1)];
  }

  /** A number in the open interval (0, 1), one of {@code (k + 1/2) 2^-52}, of the next word. */
  double nextUniform() {
    return uniform(next());
  }

  private static double uniform(long word) {
    return ((word >>> 12) + 0.5) * TWO_TO_MINUS_52;
  }

  /** Fills an array with what {@link #nextUniform} would return, only faster. */
  void fill(double[] out) {
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
}
