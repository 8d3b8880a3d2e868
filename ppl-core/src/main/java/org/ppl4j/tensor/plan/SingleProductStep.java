package org.ppl4j.tensor.plan;

import com.google.common.collect.ImmutableList;
import com.google.errorprone.annotations.CanIgnoreReturnValue;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.ppl4j.tensor.plan.ProductStep.Side;

/**
 * Products of matrices in single precision, as multiples of vectors: the processor does twice as
 * many at once. Vectors lie {@linkplain SingleRows packed}; those of an operand that never changes
 * are packed once. Sums of {@value #SUMMED} products are summed in double precision, so that long
 * ones lose no more than the engine's.
 */
final class SingleProductStep implements Action {

  /** So many numbers of the narrow side are worth that the wide one is rounded first. */
  static final int LEAST = 8;

  /** So many products are summed in single precision. */
  private static final int SUMMED = 256;

  private final Side wide;
  private final Side narrow;
  private final int to;
  private final int[] tos;
  private final int wideTo;
  private final int narrowTo;
  private final int k;
  private final SingleRows rows;
  private final boolean isPacked;
  private final int sums;
  private final @Nullable ImmutableList<MaskedTerms.Group> masked;
  private final int factors;

  /**
   * A product.
   *
   * @param to where the result is: the buffer, the start of each matrix, and how far elements along
   *     the dims of both sides are apart
   * @param k how many products are summed
   * @param rows where the vectors of the wide side are, or are packed at each run
   * @param isPacked whether they are there already
   * @param sums the first of five arrays for sums
   * @param masked which numbers of the narrow side may be other than 0, if not all
   * @param factors a buffer for some of them
   */
  SingleProductStep(
      Side wide,
      Side narrow,
      int to,
      int[] tos,
      int wideTo,
      int narrowTo,
      int k,
      SingleRows rows,
      boolean isPacked,
      int sums,
      @Nullable ImmutableList<MaskedTerms.Group> masked,
      int factors) {
    this.wide = wide;
    this.narrow = narrow;
    this.to = to;
    this.tos = tos;
    this.wideTo = wideTo;
    this.narrowTo = narrowTo;
    this.k = k;
    this.rows = rows;
    this.isPacked = isPacked;
    this.sums = sums;
    this.masked = masked;
    this.factors = factors;
  }

  /** Packs the vectors of a matrix of the wide side. */
  static void pack(Store store, SingleRows rows, Side wide, int matrix, int k) {
    int start = wide.starts()[matrix];
    int apart = wide.summedStride();
    if (Store.isSingle(wide.buffer())) {
      rows.fill(store.singles(), store.single(wide.buffer()), start, k, apart, wide.size());
    } else {
      double[] from = store.doubles()[wide.buffer()];
      rows.fill(store.singles(), from, start, k, apart, wide.size(), wide.stride());
    }
  }

  @Override
  public void run(Store store) {
    double[] b = store.doubles()[narrow.buffer()];
    for (int i = 0; i < tos.length; i++) {
      if (!isPacked && (i == 0 || !wide.isOne())) {
        pack(store, rows, wide, i, k);
      }
      for (int block = 0; block < rows.blocks(); block++) {
        boolean isFinite = masked == null || begin(store.singles(), block);
        for (int g = 0; masked != null && g < masked.size(); g++) {
          if (!isFinite) {
            begin(store.singles(), block, masked.get(g).terms());
          }
          group(store, masked.get(g), block, b, narrow.starts()[i], tos[i]);
        }
        for (int from = 0; masked == null && from < k; from += SUMMED) {
          part(store, block, from, b, narrow.starts()[i], tos[i]);
        }
      }
    }
  }

  /** What some of the products add to a block of the result, or begin it with. */
  private void part(Store store, int block, int from, double[] b, int bt, int ct) {
    float[][] singles = store.singles();
    int begin = block * rows.length();
    int n = Math.min(rows.length(), wide.size() - begin);
    int end = Math.min(k, from + SUMMED);
    int place = ct + begin * wideTo;
    int s = 0;
    for (; s + 4 <= narrow.size(); s += 4) {
      four(singles, block, n, b, bt + s * narrow.stride(), from, end);
      for (int i = 0; i < 4; i++) {
        put(store, from > 0, n, singles[sums + i], place + (s + i) * narrowTo);
      }
    }
    for (; s < narrow.size(); s++) {
      one(singles, block, n, b, bt + s * narrow.stride(), from, end);
      put(store, from > 0, n, singles[sums], place + s * narrowTo);
    }
  }

  /**
   * What sums of a block begin with: 0, or NaN where that times an element is no number, of all
   * vectors but some.
   *
   * @return whether all is 0
   */
  @CanIgnoreReturnValue
  private boolean begin(float[][] singles, int block, int... without) {
    float[] sum = singles[sums + 4];
    Arrays.fill(sum, 0);
    int next = 0;
    for (int p = 0; p < k; p++) {
      if (next < without.length && without[next] == p) {
        next++;
      } else {
        addMultiple(rows.length(), sum, 0, rows.block(singles, p, block));
      }
    }
    boolean isFinite = true;
    for (float zero : sum) {
      isFinite &= zero == 0;
    }
    return isFinite;
  }

  /** A block of the results of a few numbers of the narrow side, of which others are 0. */
  private void group(Store store, MaskedTerms.Group group, int block, double[] b, int bt, int ct) {
    float[][] singles = store.singles();
    int[] vectors = group.vectors();
    int[] terms = group.terms();
    int begin = block * rows.length();
    int n = Math.min(rows.length(), wide.size() - begin);
    int from = 0;
    do {
      int end = Math.min(terms.length, from + SUMMED);
      sum(store, group, block, n, b, bt, from, end);
      for (int i = 0; i < vectors.length; i++) {
        int place = ct + begin * wideTo + vectors[i] * narrowTo;
        put(store, from > 0, n, singles[sums + i], place);
      }
      from = end;
    } while (from < terms.length);
  }

  /** Sums some of the products of a group. */
  private void sum(
      Store store,
      MaskedTerms.Group group,
      int block,
      int n,
      double[] b,
      int bt,
      int from,
      int end) {
    float[][] singles = store.singles();
    double[] some = store.doubles()[factors];
    int[] vectors = group.vectors();
    int[] terms = group.terms();
    int apart = narrow.summedStride();
    for (int i = 0; i < 4; i++) {
      System.arraycopy(singles[sums + 4], 0, singles[sums + i], 0, n);
    }
    int p = from;
    for (; p + 2 <= end; p += 2) {
      for (int i = 0; i < vectors.length; i++) {
        int at = bt + vectors[i] * narrow.stride();
        some[2 * i] = b[at + terms[p] * apart];
        some[2 * i + 1] = b[at + terms[p + 1] * apart];
      }
      addMultiples(
          n,
          singles[sums],
          singles[sums + 1],
          singles[sums + 2],
          singles[sums + 3],
          some,
          0,
          1,
          2,
          rows.block(singles, terms[p], block),
          rows.block(singles, terms[p + 1], block));
    }
    for (int i = 0; p < end && i < vectors.length; i++) {
      float factor = (float) b[bt + vectors[i] * narrow.stride() + terms[p] * apart];
      addMultiple(n, singles[sums + i], factor, rows.block(singles, terms[p], block));
    }
  }

  /** The sums of a block for a number of the narrow side. */
  private void one(float[][] singles, int block, int n, double[] b, int first, int from, int end) {
    float[] sum = singles[sums];
    int apart = narrow.summedStride();
    Arrays.fill(sum, 0, n, 0);
    int p = from;
    for (; p + 4 <= end; p += 4) {
      addMultiples(
          n,
          sum,
          b,
          first + p * apart,
          apart,
          rows.block(singles, p, block),
          rows.block(singles, p + 1, block),
          rows.block(singles, p + 2, block),
          rows.block(singles, p + 3, block));
    }
    for (; p < end; p++) {
      addMultiple(n, sum, (float) b[first + p * apart], rows.block(singles, p, block));
    }
  }

  /** The same for it and the next three. */
  private void four(float[][] singles, int block, int n, double[] b, int first, int from, int end) {
    int apart = narrow.summedStride();
    int next = narrow.stride();
    float[] s = singles[sums];
    float[] t = singles[sums + 1];
    float[] u = singles[sums + 2];
    float[] v = singles[sums + 3];
    for (int i = 0; i < 4; i++) {
      Arrays.fill(singles[sums + i], 0, n, 0);
    }
    int p = from;
    for (; p + 2 <= end; p += 2) {
      float[] one = rows.block(singles, p, block);
      float[] two = rows.block(singles, p + 1, block);
      addMultiples(n, s, t, u, v, b, first + p * apart, apart, next, one, two);
    }
    for (int i = 0; p < end && i < 4; i++) {
      float factor = (float) b[first + p * apart + i * next];
      addMultiple(n, singles[sums + i], factor, rows.block(singles, p, block));
    }
  }

  /** Adds multiples of four arrays: the factors are {@code apart} from each other. */
  private static void addMultiples(
      int n,
      float[] sum,
      double[] factors,
      int x,
      int apart,
      float[] a,
      float[] b,
      float[] c,
      float[] d) {
    float x0 = (float) factors[x];
    float x1 = (float) factors[x + apart];
    float x2 = (float) factors[x + 2 * apart];
    float x3 = (float) factors[x + 3 * apart];
    for (int j = 0; j < n; j++) {
      sum[j] =
          Math.fma(x0, a[j], Math.fma(x1, b[j], Math.fma(x2, c[j], Math.fma(x3, d[j], sum[j]))));
    }
  }

  /**
   * Adds multiples of two arrays to each of four; of more the compiler makes no vector code.
   *
   * @param x the first factor of the first array, the second one {@code apart} from it
   * @param next how far those of the next array are behind them
   */
  private static void addMultiples(
      int n,
      float[] s,
      float[] t,
      float[] u,
      float[] v,
      double[] factors,
      int x,
      int apart,
      int next,
      float[] a,
      float[] b) {
    float s0 = (float) factors[x];
    float s1 = (float) factors[x + apart];
    float t0 = (float) factors[x + next];
    float t1 = (float) factors[x + next + apart];
    float u0 = (float) factors[x + 2 * next];
    float u1 = (float) factors[x + 2 * next + apart];
    float v0 = (float) factors[x + 3 * next];
    float v1 = (float) factors[x + 3 * next + apart];
    for (int j = 0; j < n; j++) {
      float one = a[j];
      float two = b[j];
      s[j] = Math.fma(s0, one, Math.fma(s1, two, s[j]));
      t[j] = Math.fma(t0, one, Math.fma(t1, two, t[j]));
      u[j] = Math.fma(u0, one, Math.fma(u1, two, u[j]));
      v[j] = Math.fma(v0, one, Math.fma(v1, two, v[j]));
    }
  }

  private static void addMultiple(int n, float[] sum, float x, float[] a) {
    for (int j = 0; j < n; j++) {
      sum[j] += x * a[j];
    }
  }

  private void put(Store store, boolean isMore, int n, float[] sum, int at) {
    if (Store.isSingle(to)) {
      put(isMore, n, sum, store.single(to), at, wideTo);
    } else {
      put(isMore, n, sum, store.doubles()[to], at, wideTo);
    }
  }

  private static void put(boolean isMore, int n, float[] sum, float[] c, int at, int apart) {
    if (!isMore && apart == 1) {
      System.arraycopy(sum, 0, c, at, n);
      return;
    }
    for (int j = 0; j < n; j++) {
      int place = at + j * apart;
      c[place] = isMore ? c[place] + sum[j] : sum[j];
    }
  }

  private static void put(boolean isMore, int n, float[] sum, double[] c, int at, int apart) {
    if (isMore) {
      for (int j = 0; j < n; j++) {
        c[at + j * apart] += sum[j];
      }
    } else if (apart == 1) {
      for (int j = 0; j < n; j++) {
        c[at + j] = sum[j];
      }
    } else {
      for (int j = 0; j < n; j++) {
        c[at + j * apart] = sum[j];
      }
    }
  }
}
