package org.ppl4j.tensor.plan;

import java.util.Arrays;

/**
 * Vectors of a matrix, each in arrays of its own that begin with it, since vector code is made of
 * loops from 0 on. A long vector is cut into blocks of one length, a multiple of four of them; what
 * the last ones lack is 0.
 *
 * @param first the buffer of the first block of the first vector; the others follow
 * @param blocks how many a vector has
 * @param length of a block
 */
record PackedRows(int first, int blocks, int length) {

  /** The longest block: a few of them lie in the nearest cache. */
  private static final int LONGEST = 256;

  /** How many blocks vectors of a size are cut into. */
  static int blocks(int size) {
    return size <= LONGEST ? 1 : 4 * ((size + 4 * LONGEST - 1) / (4 * LONGEST));
  }

  /** The length of the blocks of vectors of a size. */
  static int length(int size) {
    int blocks = blocks(size);
    return (size + blocks - 1) / blocks;
  }

  /** A block. */
  double[] block(double[][] buffers, int vector, int block) {
    return buffers[first + vector * blocks + block];
  }

  /**
   * Copies vectors of a matrix, {@code apart} from each other, of elements {@code stride} apart.
   */
  void fill(
      double[][] buffers, double[] from, int start, int vectors, int apart, int size, int stride) {
    for (int v = 0; v < vectors; v++) {
      int at = start + v * apart;
      for (int block = 0; block < blocks; block++) {
        double[] to = block(buffers, v, block);
        int count = Math.min(length, size - block * length);
        if (stride == 1 && count > 0) {
          System.arraycopy(from, at + block * length, to, 0, count);
        } else {
          int i = at + block * length * stride;
          for (int k = 0; k < count; k++) {
            to[k] = from[i];
            i += stride;
          }
        }
        if (count < length) {
          Arrays.fill(to, Math.max(count, 0), length, 0);
        }
      }
    }
  }
}
