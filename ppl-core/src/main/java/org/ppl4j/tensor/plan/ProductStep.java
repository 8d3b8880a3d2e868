package org.ppl4j.tensor.plan;

import com.google.common.collect.ImmutableList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Products of matrices. A long dim of the result is that of vectors: those of the one operand, each
 * times a number of the other, are summed, four at a time, for two numbers at once where the
 * processor can. Where the result is small and what is summed is long, each element is a sum of
 * products of vectors of both. Vectors lie {@linkplain PackedRows packed}; those of an operand that
 * never changes are packed once. Products that are small altogether are done number by number.
 */
final class ProductStep implements Action {

  /**
   * The right operand gives the vectors from this size on, even if the left one is larger: then
   * rows of the result are vectors.
   */
  static final int WIDE = 64;

  /** How a product is computed: by this step, by one in single precision, or by the engine. */
  enum Way {
    NUMBERS,
    MULTIPLES,
    PRODUCTS,
    SINGLE_MULTIPLES,
    ENGINE
  }

  /**
   * One operand, seen from the result: elements of the dim that it shares with the result, and of
   * the dim that is summed over.
   *
   * @param starts where it begins for each matrix
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Side(int buffer, int[] starts, int size, int stride, int summedStride) {

    /** Packs vectors of a matrix: along the dim that is summed over, or the other one. */
    void pack(PackedRows rows, double[][] buffers, int matrix, boolean isSummed, int k) {
      double[] from = buffers[buffer];
      int start = starts[matrix];
      if (isSummed) {
        rows.fill(buffers, from, start, size, stride, k, summedStride);
      } else {
        rows.fill(buffers, from, start, k, summedStride, size, stride);
      }
    }

    boolean isOne() {
      return Arrays.stream(starts).allMatch(start -> start == starts[0]);
    }
  }

  private final Side wide;
  private final Side narrow;
  private final int to;
  private final int[] tos;
  private final int wideTo;
  private final int narrowTo;
  private final int k;
  private final @Nullable PackedRows wideRows;
  private final boolean isPacked;
  private final @Nullable PackedRows narrowRows;
  private final @Nullable ImmutableList<MaskedTerms.Group> masked;
  private final int[] sums;

  /**
   * A product.
   *
   * @param to where the result is: the buffer, the start of each matrix, and how far elements along
   *     the dims of both sides are apart
   * @param k how many products are summed
   * @param wideRows where the vectors of the wide side are, or are packed at each run
   * @param isPacked whether they are there already
   * @param masked which numbers of the narrow side may be other than 0, if not all
   * @param sums six buffers, four of them for sums
   */
  ProductStep(
      Side wide,
      Side narrow,
      int to,
      int[] tos,
      int wideTo,
      int narrowTo,
      int k,
      @Nullable PackedRows wideRows,
      boolean isPacked,
      @Nullable PackedRows narrowRows,
      @Nullable ImmutableList<MaskedTerms.Group> masked,
      int[] sums) {
    this.wide = wide;
    this.narrow = narrow;
    this.to = to;
    this.tos = tos;
    this.wideTo = wideTo;
    this.narrowTo = narrowTo;
    this.k = k;
    this.wideRows = wideRows;
    this.isPacked = isPacked;
    this.narrowRows = narrowRows;
    this.masked = masked;
    this.sums = sums;
  }

  @Override
  public void run(Store store) {
    double[][] buffers = store.doubles();
    double[] c = buffers[to];
    for (int i = 0; i < tos.length; i++) {
      double[] b = buffers[narrow.buffer()];
      if (wideRows == null) {
        numbers(buffers[wide.buffer()], wide.starts()[i], b, narrow.starts()[i], c, tos[i]);
        continue;
      }
      boolean isSummed = narrowRows != null;
      if (!isPacked && (i == 0 || !wide.isOne())) {
        wide.pack(wideRows, buffers, i, isSummed, k);
      }
      if (narrowRows == null) {
        multiples(buffers, wideRows, b, narrow.starts()[i], c, tos[i]);
      } else {
        narrow.pack(narrowRows, buffers, i, true, k);
        products(buffers, wideRows, narrowRows, c, tos[i]);
      }
    }
  }

  private void numbers(double[] a, int at, double[] b, int bt, double[] c, int ct) {
    for (int v = 0; v < wide.size(); v++) {
      for (int s = 0; s < narrow.size(); s++) {
        c[ct + v * wideTo + s * narrowTo] =
            Sums.ofProducts(
                k,
                a,
                at + v * wide.stride(),
                wide.summedStride(),
                b,
                bt + s * narrow.stride(),
                narrow.summedStride());
      }
    }
  }

  private void multiples(
      double[][] buffers, PackedRows rows, double[] b, int bt, double[] c, int ct) {
    for (int block = 0; block < rows.blocks(); block++) {
      int begin = block * rows.length();
      int n = Math.min(rows.length(), wide.size() - begin);
      if (n <= 0) {
        return;
      }
      int s = 0;
      int at = ct + begin * wideTo;
      if (masked != null) {
        masked(masked, buffers, rows, block, n, b, bt, c, at);
        continue;
      }
      for (; Sums.FUSED && s + 4 <= narrow.size(); s += 4) {
        four(buffers, rows, block, n, b, bt + s * narrow.stride());
        putFour(n, buffers, c, at + s * narrowTo);
      }
      for (; Sums.FUSED && s + 2 <= narrow.size(); s += 2) {
        two(buffers, rows, block, n, b, bt + s * narrow.stride());
        put(n, buffers[sums[0]], buffers[sums[1]], c, at + s * narrowTo);
      }
      for (; s < narrow.size(); s++) {
        one(buffers, rows, block, n, b, bt + s * narrow.stride());
        put(n, buffers[sums[0]], c, at + s * narrowTo);
      }
    }
  }

  /** Without the products that are 0. */
  private void masked(
      List<MaskedTerms.Group> groups,
      double[][] buffers,
      PackedRows rows,
      int block,
      int n,
      double[] b,
      int bt,
      double[] c,
      int at) {
    boolean isFinite = MaskedSums.begin(buffers, sums, rows, block, n, k);
    for (MaskedTerms.Group group : groups) {
      if (!isFinite) {
        MaskedSums.begin(buffers, sums, rows, block, n, k, group.terms());
      }
      MaskedSums.of(group, buffers, sums, rows, block, n, b, bt, narrow);
      for (int i = 0; i < group.vectors().length; i++) {
        put(n, buffers[sums[i]], c, at + group.vectors()[i] * narrowTo);
      }
    }
  }

  /** The sums of a block for a number of the narrow side. */
  private void one(double[][] buffers, PackedRows rows, int block, int n, double[] b, int first) {
    double[] sum = buffers[sums[0]];
    int apart = narrow.summedStride();
    Arrays.fill(sum, 0, n, 0);
    int p = 0;
    for (; p + 4 <= k; p += 4) {
      int at = first + p * apart;
      Sums.addMultiples(
          n,
          sum,
          b[at],
          rows.block(buffers, p, block),
          b[at + apart],
          rows.block(buffers, p + 1, block),
          b[at + 2 * apart],
          rows.block(buffers, p + 2, block),
          b[at + 3 * apart],
          rows.block(buffers, p + 3, block));
    }
    for (; p < k; p++) {
      Sums.addMultiple(n, sum, b[first + p * apart], rows.block(buffers, p, block));
    }
  }

  /** The same for it and the next, in the same order. */
  private void two(double[][] buffers, PackedRows rows, int block, int n, double[] b, int first) {
    double[] sum = buffers[sums[0]];
    double[] other = buffers[sums[1]];
    int apart = narrow.summedStride();
    int next = first + narrow.stride();
    Arrays.fill(sum, 0, n, 0);
    Arrays.fill(other, 0, n, 0);
    int p = 0;
    for (; p + 4 <= k; p += 4) {
      Sums.addMultiples(
          n,
          sum,
          other,
          b,
          first + p * apart,
          next + p * apart,
          apart,
          rows.block(buffers, p, block),
          rows.block(buffers, p + 1, block),
          rows.block(buffers, p + 2, block),
          rows.block(buffers, p + 3, block));
    }
    for (; p < k; p++) {
      double[] row = rows.block(buffers, p, block);
      Sums.addMultiple(n, sum, b[first + p * apart], row);
      Sums.addMultiple(n, other, b[next + p * apart], row);
    }
  }

  /** The same for it and the next three. */
  private void four(double[][] buffers, PackedRows rows, int block, int n, double[] b, int first) {
    double[] s = buffers[sums[0]];
    double[] t = buffers[sums[1]];
    double[] u = buffers[sums[2]];
    double[] v = buffers[sums[3]];
    int apart = narrow.summedStride();
    int next = narrow.stride();
    for (int i = 0; i < 4; i++) {
      Arrays.fill(buffers[sums[i]], 0, n, 0);
    }
    int p = 0;
    for (; p + 2 <= k; p += 2) {
      double[] one = rows.block(buffers, p, block);
      double[] two = rows.block(buffers, p + 1, block);
      Sums.addMultiples(n, s, t, u, v, b, first + p * apart, apart, next, one, two);
    }
    for (int i = 0; p < k && i < 4; i++) {
      double factor = b[first + p * apart + i * next];
      Sums.addMultiple(n, buffers[sums[i]], factor, rows.block(buffers, p, block));
    }
  }

  private void put(int n, double[] sum, double[] c, int at) {
    if (wideTo == 1) {
      System.arraycopy(sum, 0, c, at, n);
    } else {
      for (int j = 0; j < n; j++) {
        c[at + j * wideTo] = sum[j];
      }
    }
  }

  private void putFour(int n, double[][] buffers, double[] c, int at) {
    if (wideTo == 1) {
      for (int i = 0; i < 4; i++) {
        put(n, buffers[sums[i]], c, at + i * narrowTo);
      }
      return;
    }
    double[] s = buffers[sums[0]];
    double[] t = buffers[sums[1]];
    double[] u = buffers[sums[2]];
    double[] v = buffers[sums[3]];
    int i = at;
    for (int j = 0; j < n; j++) {
      c[i] = s[j];
      c[i + narrowTo] = t[j];
      c[i + 2 * narrowTo] = u[j];
      c[i + 3 * narrowTo] = v[j];
      i += wideTo;
    }
  }

  /** Two at once, so that neighbours are written together. */
  private void put(int n, double[] sum, double[] other, double[] c, int at) {
    if (wideTo == 1) {
      put(n, sum, c, at);
      put(n, other, c, at + narrowTo);
      return;
    }
    int i = at;
    for (int j = 0; j < n; j++) {
      c[i] = sum[j];
      c[i + narrowTo] = other[j];
      i += wideTo;
    }
  }

  private void products(
      double[][] buffers, PackedRows rows, PackedRows others, double[] c, int ct) {
    double[] sum = buffers[sums[0]];
    int n = rows.length();
    for (int v = 0; v < wide.size(); v++) {
      for (int s = 0; s < narrow.size(); s++) {
        int place = ct + v * wideTo + s * narrowTo;
        if (rows.blocks() == 1) {
          double[] a = rows.block(buffers, v, 0);
          c[place] = Sums.ofProducts(n, a, 0, 1, others.block(buffers, s, 0), 0, 1);
          continue;
        }
        Arrays.fill(sum, 0, n, 0);
        for (int block = 0; block < rows.blocks(); block += 2) {
          Sums.addProducts(
              n,
              sum,
              rows.block(buffers, v, block),
              others.block(buffers, s, block),
              rows.block(buffers, v, block + 1),
              others.block(buffers, s, block + 1));
        }
        c[place] = Sums.of(n, sum, 0, 1);
      }
    }
  }
}
