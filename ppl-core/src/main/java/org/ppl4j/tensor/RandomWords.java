package org.ppl4j.tensor;

/**
 * {@code 2^64} random words of 64 bits, named by an identity of 128 bits, and a position among
 * them: Philox 4x32-10 (Salmon et al. 2011), half of the identity as the key and half of it as the
 * upper half of the counter.
 */
final class RandomWords {

  private static final double TWO_TO_MINUS_52 = 0x1p-52;

  private final long[] keys = new long[Philox.KEYS];
  private long counterHigh;
  private final long[] block = new long[2];
  private long blockIndex = -1;
  private long position;

  RandomWords(Identity identity) {
    name(identity);
  }

  /** The words of this identity from now on, from the first. */
  void name(Identity identity) {
    Philox.keys(identity.low(), keys);
    counterHigh = identity.high();
    blockIndex = -1;
    position = 0;
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
      Philox.block(keys, counterHigh, index, block);
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

  /** Puts what {@link #nextUniform} would return into the first places of an array, only faster. */
  void fill(double[] out, int count) {
    int i = 0;
    if ((position & 1) == 1 && count > 0) {
      out[i++] = nextUniform();
    }
    long index = position >>> 1;
    blockIndex = -1;
    for (; i + 1 < count; i += 2) {
      Philox.block(keys, counterHigh, index++, block);
      out[i] = uniform(block[0]);
      out[i + 1] = uniform(block[1]);
    }
    position = index << 1;
    if (i < count) {
      out[i] = nextUniform();
    }
  }
}
