package org.ppl4j.flows;

import static com.google.common.base.Preconditions.checkArgument;

import com.google.common.primitives.ImmutableIntArray;
import java.util.BitSet;
import org.ppl4j.tensor.Rng;

/**
 * Which coordinates a coupling layer passes through and which it changes. A vector of one
 * coordinate has none to pass.
 */
@FunctionalInterface
public interface Partition {

  /**
   * The coordinates that pass through, of vectors of {@code dim}.
   *
   * @return the set bits: at least one coordinate is not among them
   */
  BitSet passed(int dim);

  /** The first half passes, rounded down. */
  static Partition half() {
    return dim -> {
      BitSet passed = new BitSet(dim);
      passed.set(0, dim / 2);
      return passed;
    };
  }

  /** Every second coordinate passes, from the second on. */
  static Partition alternating() {
    return dim -> {
      BitSet passed = new BitSet(dim);
      for (int i = 1; i < dim; i += 2) {
        passed.set(i);
      }
      return passed;
    };
  }

  /** A random half passes, the same for the same seed. */
  static Partition random(long seed) {
    return dim -> {
      BitSet passed = new BitSet(dim);
      for (long i : Rng.of(seed, Rng.Purpose.INITIAL, dim, "partition").sample(dim, dim / 2)) {
        passed.set(Math.toIntExact(i));
      }
      return passed;
    };
  }

  /** These coordinates pass, counted from 0. */
  static Partition passing(int... coordinates) {
    ImmutableIntArray all = ImmutableIntArray.copyOf(coordinates);
    return dim -> {
      BitSet passed = new BitSet(dim);
      all.forEach(
          i -> {
            checkArgument(
                i >= 0 && i < dim, "partition passes coordinate %s, but there are %s", i, dim);
            passed.set(i);
          });
      return passed;
    };
  }

  /**
   * The black squares of a chessboard pass, of each channel of an image of {@code height} rows and
   * {@code width} columns: those where row and column together are odd. Images are vectors channel
   * by channel, row by row.
   *
   * @throws IllegalArgumentException if there is no row or no column, or, when a layer asks, the
   *     coordinates are no images
   */
  static Partition checkerboard(int height, int width) {
    checkArgument(
        height >= 1 && width >= 1,
        "checkerboard of %s rows and %s columns needs at least 1 of both",
        height,
        width);
    return dim -> {
      checkArgument(
          dim % (height * width) == 0,
          "checkerboard of %s rows and %s columns parts images, but %s coordinates are none",
          height,
          width,
          dim);
      BitSet passed = new BitSet(dim);
      for (int i = 0; i < dim; i++) {
        passed.set(i, (i / width % height + i % width) % 2 == 1);
      }
      return passed;
    };
  }

  /**
   * The first half of the channels passes, rounded down, of images of so many channels, which are
   * vectors channel by channel.
   *
   * @throws IllegalArgumentException if there is no channel, or, when a layer asks, the coordinates
   *     are not as many for each
   */
  static Partition channels(int channels) {
    checkArgument(channels >= 1, "partition by channels has %s, but needs at least 1", channels);
    return dim -> {
      checkArgument(
          dim % channels == 0,
          "partition by %s channels parts images, but %s coordinates are none",
          channels,
          dim);
      BitSet passed = new BitSet(dim);
      passed.set(0, channels / 2 * (dim / channels));
      return passed;
    };
  }

  /** What passes is changed, and the other way round; a vector of one coordinate stays changed. */
  default Partition complement() {
    return dim -> {
      BitSet passed = passed(dim);
      if (dim > 1) {
        passed.flip(0, dim);
      }
      return passed;
    };
  }
}
