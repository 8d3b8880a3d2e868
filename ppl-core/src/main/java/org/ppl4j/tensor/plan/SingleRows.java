package org.ppl4j.tensor.plan;

/**
 * Vectors of a matrix in single precision, each in arrays of its own that begin with it. A long
 * vector is cut into blocks of one length; the last one may have less.
 *
 * @param first the array of the first block of the first vector; the others follow
 * @param blocks how many a vector has
 * @param length of a block
 */
record SingleRows(int first, int blocks, int length) {

  /** The longest block. */
  private static final int LONGEST = 512;

  /** So many neighbours are copied at once, as they come from memory together. */
  private static final int TOGETHER = 8;

  /** How many blocks vectors of a size are cut into. */
  static int blocks(int size) {
    return (size + LONGEST - 1) / LONGEST;
  }

  /** The length of the blocks of vectors of a size. */
  static int length(int size) {
    int blocks = blocks(size);
    return (size + blocks - 1) / blocks;
  }

  /** A block. */
  float[] block(float[][] singles, int vector, int block) {
    return singles[first + vector * blocks + block];
  }

  /**
   * Rounds vectors of a matrix, {@code apart} from each other, of elements {@code stride} apart.
   */
  void fill(
      float[][] singles, double[] from, int start, int vectors, int apart, int size, int stride) {
    for (int block = 0; block < blocks; block++) {
      int begin = block * length;
      int count = Math.max(0, Math.min(length, size - begin));
      int v = 0;
      for (; apart == 1 && stride != 1 && v + TOGETHER <= vectors; v += TOGETHER) {
        together(singles, v, block, from, start + v + begin * stride, count, stride);
      }
      for (; v < vectors; v++) {
        float[] to = block(singles, v, block);
        int at = start + v * apart + begin * stride;
        if (stride == 1) {
          round(count, from, at, to);
        } else {
          for (int k = 0; k < count; k++) {
            to[k] = (float) from[at + k * stride];
          }
        }
      }
    }
  }

  /** The same of vectors in single precision, whose elements are neighbours. */
  void fill(float[][] singles, float[] from, int start, int vectors, int apart, int size) {
    for (int block = 0; block < blocks; block++) {
      int begin = block * length;
      int count = Math.max(0, Math.min(length, size - begin));
      for (int v = 0; v < vectors; v++) {
        System.arraycopy(from, start + v * apart + begin, block(singles, v, block), 0, count);
      }
    }
  }

  private static void round(int n, double[] from, int at, float[] to) {
    for (int k = 0; k < n; k++) {
      to[k] = (float) from[at + k];
    }
  }

  /** Neighbouring vectors at once, whose elements lie together. */
  private void together(
      float[][] singles, int v, int block, double[] from, int start, int count, int stride) {
    float[] a = block(singles, v, block);
    float[] b = block(singles, v + 1, block);
    float[] c = block(singles, v + 2, block);
    float[] d = block(singles, v + 3, block);
    float[] e = block(singles, v + 4, block);
    float[] f = block(singles, v + 5, block);
    float[] g = block(singles, v + 6, block);
    float[] h = block(singles, v + 7, block);
    int i = start;
    for (int k = 0; k < count; k++) {
      a[k] = (float) from[i];
      b[k] = (float) from[i + 1];
      c[k] = (float) from[i + 2];
      d[k] = (float) from[i + 3];
      e[k] = (float) from[i + 4];
      f[k] = (float) from[i + 5];
      g[k] = (float) from[i + 6];
      h[k] = (float) from[i + 7];
      i += stride;
    }
  }
}
