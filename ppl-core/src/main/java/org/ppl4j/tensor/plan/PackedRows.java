package org.ppl4j.tensor.plan;

import java.util.Arrays;

/**
 * Vectors of a matrix, each in arrays of its own that begin with it, since vector code is made of
 * loops from 0 on. A long vector is cut into an even number of blocks of one length; what the last
 * ones lack is 0.
 *
 * @param first the buffer of the first block of the first vector; the others follow
 * @param blocks how many a vector has
 * @param length of a block
 */
record PackedRows(int first, int blocks, int length) {

  /** The longest block: a few of them lie in the nearest cache. */
  private static final int LONGEST = 256;

  /** So many neighbours are copied at once, as they come from memory together. */
  private static final int TOGETHER = 8;

  /** How many blocks vectors of a size are cut into. */
  static int blocks(int size) {
    return size <= LONGEST ? 1 : 2 * ((size + 2 * LONGEST - 1) / (2 * LONGEST));
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
    int v = 0;
    if (apart == 1 && stride != 1) {
      for (; v + TOGETHER <= vectors; v += TOGETHER) {
        fillTogether(buffers, from, start + v, v, size, stride);
      }
    }
    for (; v < vectors; v++) {
      int at = start + v * apart;
      for (int block = 0; block < blocks; block++) {
        double[] to = block(buffers, v, block);
        int count = count(block, size);
        if (stride == 1 && count > 0) {
          System.arraycopy(from, at + block * length, to, 0, count);
        } else {
          int i = at + block * length * stride;
          for (int k = 0; k < count; k++) {
            to[k] = from[i];
            i += stride;
          }
        }
        Arrays.fill(to, count, length, 0);
      }
    }
  }

  /** How many elements of a vector of a size a block has. */
  private int count(int block, int size) {
    return Math.max(0, Math.min(length, size - block * length));
  }

  /** Copies neighbouring vectors at once, whose elements lie together. */
  private void fillTogether(
      double[][] buffers, double[] from, int start, int v, int size, int stride) {
    for (int block = 0; block < blocks; block++) {
      double[] a = block(buffers, v, block);
      double[] b = block(buffers, v + 1, block);
      double[] c = block(buffers, v + 2, block);
      double[] d = block(buffers, v + 3, block);
      double[] e = block(buffers, v + 4, block);
      double[] f = block(buffers, v + 5, block);
      double[] g = block(buffers, v + 6, block);
      double[] h = block(buffers, v + 7, block);
      int count = count(block, size);
      int i = start + block * length * stride;
      for (int k = 0; k < count; k++) {
        a[k] = from[i];
        b[k] = from[i + 1];
        c[k] = from[i + 2];
        d[k] = from[i + 3];
        e[k] = from[i + 4];
        f[k] = from[i + 5];
        g[k] = from[i + 6];
        h[k] = from[i + 7];
        i += stride;
      }
      for (int j = 0; j < TOGETHER; j++) {
        Arrays.fill(block(buffers, v + j, block), count, length, 0);
      }
    }
  }
}
