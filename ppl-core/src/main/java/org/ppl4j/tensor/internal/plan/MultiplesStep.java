package org.ppl4j.tensor.internal.plan;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * Products of matrices whose result is long in a dim: vectors of the wide side, each times a number
 * of the narrow one, are summed, without those that a mask makes 0. Sums of {@value #SUMMED}
 * products are added to each other where the result is, so that long ones in single precision lose
 * no more than the engine's.
 */
final class MultiplesStep implements Action {

  /** What sums begin from, behind the sums themselves. */
  private static final int BEGIN = ProductLoops.TOGETHER;

  /** How many arrays it needs. */
  static final int ARRAYS = BEGIN + 1;

  private static final int SUMMED = 128;

  private final Product product;
  private final PackedRows rows;
  private final boolean isPacked;
  private final Terms terms;
  private final int sums;
  private final ProductLoops ownLoops;
  private final ProductLoops narrowLoops;
  private final ProductLoops resultLoops;
  private final Object zero;

  /**
   * A product.
   *
   * @param rows where the vectors of the wide side are, or are packed at each run
   * @param isPacked whether they are there already
   * @param terms which numbers of the narrow side are multiplied
   * @param sums the first of {@value #ARRAYS} arrays
   */
  MultiplesStep(Product product, PackedRows rows, boolean isPacked, Terms terms, int sums) {
    this.product = product;
    this.rows = rows;
    this.isPacked = isPacked;
    this.terms = terms;
    this.sums = sums;
    ElementType ofNarrow = ElementType.ofBuffer(product.narrow().buffer());
    ElementType ofResult = ElementType.ofBuffer(product.to());
    this.ownLoops = ProductCode.of(rows.type(), rows.type());
    this.narrowLoops = ProductCode.of(rows.type(), ofNarrow);
    this.resultLoops = ProductCode.of(rows.type(), ofResult);
    this.zero = ofNarrow == ElementType.FLOAT ? new float[1] : new double[1];
  }

  @Override
  public void run(Store store) {
    Side wide = product.wide();
    Side narrow = product.narrow();
    for (int matrix = 0; matrix < product.tos().length; matrix++) {
      if (!isPacked && (matrix == 0 || !wide.isOne())) {
        rows.fill(store, wide, matrix, false, product.k());
      }
      for (int block = 0; block < rows.blocks(); block++) {
        int n = rows.count(block, wide.size());
        boolean isFinite = !terms.isMasked() || begin(store, block, n);
        for (int from = 0; from == 0 || from < product.k(); from += SUMMED) {
          for (int at = 0; at < narrow.size(); ) {
            if (!isFinite && from == 0) {
              begin(store, block, n, terms.of(at));
            }
            boolean isOne = at + ProductLoops.TOGETHER > narrow.size();
            if (from == 0 || from < terms.of(at).length) {
              sum(store, matrix, block, n, at, isOne, from);
            }
            at += isOne ? 1 : ProductLoops.TOGETHER;
          }
        }
      }
    }
  }

  /**
   * Makes what sums of a block begin with: 0, or NaN where that times an element is no number, of
   * all vectors but some.
   *
   * @return whether all is 0
   */
  @CanIgnoreReturnValue
  private boolean begin(Store store, int block, int n, int... without) {
    int[] others =
        IntStream.range(0, product.k()).filter(p -> Arrays.binarySearch(without, p) < 0).toArray();
    Object[] all = store.arrays(rows.type());
    Object begin = all[sums + BEGIN];
    ownLoops.take(1, 0, n, all[rows.zeros()], 0, 1, all, sums + BEGIN, 1);
    int first = rows.number(0, block);
    narrowLoops.add(n, others, 0, others.length, all, first, rows.blocks(), zero, 0, 0, begin);
    return Sums.of(n, begin) == 0;
  }

  /**
   * A block of the results of a vector of the narrow side, or of the next few: of those that go
   * together, some from one on.
   */
  private void sum(Store store, int matrix, int block, int n, int at, boolean isOne, int from) {
    Object[] all = store.arrays(rows.type());
    Side narrow = product.narrow();
    Object factors = store.array(narrow.buffer());
    int start = narrow.starts()[matrix];
    int stride = narrow.summedStride();
    int x = start + terms.vector(at) * narrow.stride();
    int y = isOne ? x : start + terms.vector(at + 1) * narrow.stride();
    int z = isOne ? x : start + terms.vector(at + 2) * narrow.stride();
    int w = isOne ? x : start + terms.vector(at + 3) * narrow.stride();
    Object s = all[sums];
    Object t = all[sums + 1];
    Object u = all[sums + 2];
    Object v = all[sums + 3];
    int first = rows.number(0, block);
    int[] numbers = terms.of(at);
    int end = Math.min(numbers.length, from + SUMMED);
    Object begin = all[from == 0 && terms.isMasked() ? sums + BEGIN : rows.zeros()];
    ownLoops.take(isOne ? 1 : ProductLoops.TOGETHER, 0, n, begin, 0, 1, all, sums, 1);
    int apart = rows.blocks();
    if (isOne) {
      narrowLoops.add(n, numbers, from, end, all, first, apart, factors, stride, x, s);
    } else {
      narrowLoops.add(
          n, numbers, from, end, all, first, apart, factors, stride, x, y, z, w, s, t, u, v);
    }
    put(store, matrix, block, n, at, isOne, from > 0);
  }

  private void put(
      Store store, int matrix, int block, int n, int at, boolean isOne, boolean isMore) {
    Object[] all = store.arrays(rows.type());
    Object to = store.array(product.to());
    int apart = product.wideTo();
    int begin = product.tos()[matrix] + block * rows.length() * apart;
    int next = product.narrowTo();
    int x = begin + terms.vector(at) * next;
    Object s = all[sums];
    if (isMore) {
      for (int i = 0; i < (isOne ? 1 : ProductLoops.TOGETHER); i++) {
        resultLoops.putMore(n, to, apart, begin + terms.vector(at + i) * next, all[sums + i]);
      }
    } else if (isOne) {
      resultLoops.put(n, to, apart, x, s);
    } else {
      int y = begin + terms.vector(at + 1) * next;
      int z = begin + terms.vector(at + 2) * next;
      int w = begin + terms.vector(at + 3) * next;
      resultLoops.put(n, to, apart, x, y, z, w, s, all[sums + 1], all[sums + 2], all[sums + 3]);
    }
  }
}
