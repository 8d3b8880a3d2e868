package org.ppl4j.tensor.internal.plan;

/**
 * Vectors of a matrix, each in arrays of its own that begin with it, since vector code is made of
 * loops from 0 on. A long vector is cut into blocks of one length; what the last one lacks is 0.
 *
 * @param type of the arrays
 * @param first the number of the first block of the first vector; the others follow
 * @param blocks how many a vector has
 * @param length of a block
 * @param zeros the number of an array of zeros
 */
record PackedRows(ElementType type, int first, int blocks, int length, int zeros) {

  /** The longest block, in bytes: a few of them lie in the nearest cache. */
  private static final int LONGEST = 2048;

  /** How many blocks vectors of a size are cut into. */
  static int blocks(ElementType type, int size) {
    int longest = LONGEST / type.bytes();
    return (size + longest - 1) / longest;
  }

  /** How many elements of a vector of a size a block has. */
  int count(int block, int size) {
    return Math.max(0, Math.min(length, size - block * length));
  }

  /** The number of a block. */
  int number(int vector, int block) {
    return first + vector * blocks + block;
  }

  /**
   * Takes vectors of a matrix.
   *
   * @param isSummed whether they are along the dim that is summed over, of {@code k} elements
   */
  void fill(Store store, Side side, int matrix, boolean isSummed, int k) {
    int start = side.starts()[matrix];
    if (isSummed) {
      fill(store, side.buffer(), start, side.size(), side.stride(), k, side.summedStride());
    } else {
      fill(store, side.buffer(), start, k, side.summedStride(), side.size(), side.stride());
    }
  }

  /** Vectors that are {@code apart} from each other, of elements {@code stride} apart. */
  private void fill(
      Store store, int buffer, int start, int vectors, int apart, int size, int stride) {
    ElementType memory = ElementType.ofBuffer(buffer);
    ProductLoops loops = ProductCode.of(type, memory);
    Object from = store.array(buffer);
    Object[] all = store.arrays(type);
    for (int block = 0; block < blocks; block++) {
      int count = count(block, size);
      int at = start + block * length * stride;
      int v = 0;
      while (apart == 1 && stride != 1 && v + ProductLoops.NEIGHBOURS <= vectors) {
        loops.takeNeighbours(count, from, at + v, stride, all, number(v, block), blocks);
        v += ProductLoops.NEIGHBOURS;
      }
      int rest = at + v * apart;
      loops.take(vectors - v, apart, count, from, rest, stride, all, number(v, block), blocks);
      for (v = 0; count < length && v < vectors; v++) {
        System.arraycopy(all[zeros], 0, all[number(v, block)], count, length - count);
      }
    }
  }
}
