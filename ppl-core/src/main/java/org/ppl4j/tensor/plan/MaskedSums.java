package org.ppl4j.tensor.plan;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import java.util.Arrays;
import org.ppl4j.tensor.plan.ProductStep.Side;

/** Sums of multiples of vectors in double precision, without those that a mask makes 0. */
final class MaskedSums {

  /** Where sums begin from, behind the {@value MaskedTerms#TOGETHER} sums themselves. */
  private static final int BEGIN = MaskedTerms.TOGETHER;

  /** Where the factors of a group are put together. */
  private static final int FACTORS = BEGIN + 1;

  private MaskedSums() {}

  /**
   * What sums of a block begin with: 0, or NaN where that times an element is no number, of all
   * vectors but some.
   *
   * @return whether all is 0
   */
  @CanIgnoreReturnValue
  static boolean begin(
      double[][] buffers, int[] sums, PackedRows rows, int block, int n, int k, int... without) {
    double[] begin = buffers[sums[BEGIN]];
    Arrays.fill(begin, 0, n, 0);
    int next = 0;
    for (int p = 0; p < k; p++) {
      if (next < without.length && without[next] == p) {
        next++;
      } else {
        Sums.addMultiple(n, begin, 0, rows.block(buffers, p, block));
      }
    }
    return Sums.of(n, begin, 0, 1) == 0;
  }

  /** The sums of a block for a group of vectors of the narrow side, which lies from a place on. */
  static void of(
      MaskedTerms.Group group,
      double[][] buffers,
      int[] sums,
      PackedRows rows,
      int block,
      int n,
      double[] b,
      int bt,
      Side narrow) {
    double[] factors = buffers[sums[FACTORS]];
    int[] vectors = group.vectors();
    int[] terms = group.terms();
    int apart = narrow.summedStride();
    for (int i = 0; i < MaskedTerms.TOGETHER; i++) {
      System.arraycopy(buffers[sums[BEGIN]], 0, buffers[sums[i]], 0, n);
    }
    int p = 0;
    for (; p + 2 <= terms.length; p += 2) {
      for (int i = 0; i < vectors.length; i++) {
        int first = bt + vectors[i] * narrow.stride();
        factors[2 * i] = b[first + terms[p] * apart];
        factors[2 * i + 1] = b[first + terms[p + 1] * apart];
      }
      Sums.addMultiples(
          n,
          buffers[sums[0]],
          buffers[sums[1]],
          buffers[sums[2]],
          buffers[sums[3]],
          factors,
          0,
          1,
          2,
          rows.block(buffers, terms[p], block),
          rows.block(buffers, terms[p + 1], block));
    }
    for (int i = 0; p < terms.length && i < vectors.length; i++) {
      double factor = b[bt + vectors[i] * narrow.stride() + terms[p] * apart];
      Sums.addMultiple(n, buffers[sums[i]], factor, rows.block(buffers, terms[p], block));
    }
  }
}
