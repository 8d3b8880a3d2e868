package org.ppl4j.tensor.internal.plan;

/**
 * The innermost loops of products of matrices, of two types: that of what is worked on, which lies
 * {@linkplain PackedRows packed}, and that of operands and results in memory. Arrays are {@code
 * double[]} or {@code float[]}, and arrays of them, of these types.
 */
interface ProductLoops {

  /** So many vectors of the narrow side have their sums at once. */
  int TOGETHER = 4;

  /** So many neighbouring vectors are taken at once. */
  int NEIGHBOURS = 8;

  /**
   * Takes vectors from memory.
   *
   * @param vectors how many
   * @param apart how far they are apart
   * @param n how many elements of each
   * @param stride how far these are apart
   * @param first the number of the array of the first vector among all
   * @param step how far the numbers of the next are apart
   */
  void take(
      int vectors,
      int apart,
      int n,
      Object from,
      int at,
      int stride,
      Object[] all,
      int first,
      int step);

  /** Takes {@value #NEIGHBOURS} vectors at once, whose elements come from memory together. */
  void takeNeighbours(int n, Object from, int at, int stride, Object[] all, int first, int step);

  /**
   * Adds multiples of vectors to a sum.
   *
   * @param terms the numbers of the vectors, of which those from {@code begin} to {@code end} count
   * @param all arrays, among which those of vectors begin with {@code first}, {@code apart} from
   *     each other
   * @param factors memory, in which those of the sum begin with {@code x}, {@code stride} apart
   */
  void add(
      int n,
      int[] terms,
      int begin,
      int end,
      Object[] all,
      int first,
      int apart,
      Object factors,
      int stride,
      int x,
      Object s);

  /** The same for {@value #TOGETHER} sums at once, to which what is read once is added. */
  void add(
      int n,
      int[] terms,
      int begin,
      int end,
      Object[] all,
      int first,
      int apart,
      Object factors,
      int stride,
      int x,
      int y,
      int z,
      int w,
      Object s,
      Object t,
      Object u,
      Object v);

  /**
   * Adds products of vectors, element by element, to a sum.
   *
   * @param blocks how many blocks there are of both, from {@code a} and {@code b} on
   */
  void addProducts(int n, Object[] all, int a, int b, int blocks, Object s);

  /** Puts a sum to memory, from {@code x} on, {@code stride} apart. */
  void put(int n, Object to, int stride, int x, Object s);

  /** The same of {@value #TOGETHER} sums. */
  void put(
      int n,
      Object to,
      int stride,
      int x,
      int y,
      int z,
      int w,
      Object s,
      Object t,
      Object u,
      Object v);

  /** Adds a sum to what is in memory. */
  void putMore(int n, Object to, int stride, int x, Object s);
}
