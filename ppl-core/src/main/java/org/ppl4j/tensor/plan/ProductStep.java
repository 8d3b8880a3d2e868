package org.ppl4j.tensor.plan;

import java.util.Arrays;
import org.ppl4j.tensor.table.Kernel;

/**
 * Products of matrices. Rows of the result are sums of rows of the right matrix, four at a time,
 * which the compiler of the virtual machine makes vector code of; a right matrix that does not lie
 * row by row is copied so that it does. Where the result has one column its elements are sums of
 * products.
 */
final class ProductStep implements Step {

  private final int left;
  private final int right;
  private final int to;
  private final int[] lefts;
  private final int[] rights;
  private final int[] tos;
  private final int leftRow;
  private final int leftColumn;
  private final int rightRow;
  private final int rightColumn;
  private final int m;
  private final int n;
  private final int k;
  private final int scratch;

  /**
   * A product.
   *
   * @param batch the dims that hold matrices
   * @param k how many products are summed
   * @param scratch a buffer for a right matrix
   */
  ProductStep(Elements left, Elements right, Elements to, int[] batch, int k, int scratch) {
    int rank = to.sizes().length;
    this.left = left.buffer();
    this.right = right.buffer();
    this.to = to.buffer();
    this.lefts = left.starts(batch);
    this.rights = right.starts(batch);
    this.tos = to.starts(batch);
    this.leftRow = left.strides()[rank - 2];
    this.leftColumn = left.strides()[rank - 1];
    this.rightRow = right.strides()[rank - 2];
    this.rightColumn = right.strides()[rank - 1];
    this.m = to.sizes()[rank - 2];
    this.n = to.sizes()[rank - 1];
    this.k = k;
    this.scratch = scratch;
  }

  @Override
  public void run(double[][] buffers, Kernel[] kernels) {
    for (int i = 0; i < tos.length; i++) {
      run(buffers, lefts[i], rights[i], tos[i]);
    }
  }

  @Override
  public Cost cost() {
    double products = (double) tos.length * m * n * k;
    return new Cost(20.0 * tos.length + 0.3 * products, 0.08 * products);
  }

  private void run(double[][] buffers, int leftStart, int rightStart, int toStart) {
    double[] a = buffers[left];
    double[] b = buffers[right];
    double[] c = buffers[to];
    if (n == 1 && leftColumn == 1) {
      for (int i = 0; i < m; i++) {
        c[toStart + i] = Sums.ofProducts(k, a, leftStart + i * leftRow, 1, b, rightStart, rightRow);
      }
      return;
    }
    if (n == 1) {
      rows(c, toStart, m, b, rightStart, rightRow, a, leftStart, leftColumn, leftRow, k);
      return;
    }
    if (rightColumn == 1) {
      for (int i = 0; i < m; i++) {
        int row = leftStart + i * leftRow;
        rows(c, toStart + i * n, n, a, row, leftColumn, b, rightStart, rightRow, 1, k);
      }
      return;
    }
    if (m == 1) {
      for (int j = 0; j < n; j++) {
        int column = rightStart + j * rightColumn;
        c[toStart + j] = Sums.ofProducts(k, a, leftStart, leftColumn, b, column, rightRow);
      }
      return;
    }
    double[] packed = buffers[scratch];
    for (int j = 0; j < n; j++) {
      for (int p = 0; p < k; p++) {
        packed[p * n + j] = b[rightStart + p * rightRow + j * rightColumn];
      }
    }
    for (int i = 0; i < m; i++) {
      rows(c, toStart + i * n, n, a, leftStart + i * leftRow, leftColumn, packed, 0, n, 1, k);
    }
  }

  /**
   * Sums of rows of b, each times an element of a, where elements of a row are {@code bs} apart.
   */
  private static void rows(
      double[] c,
      int ct,
      int n,
      double[] a,
      int at,
      int as,
      double[] b,
      int bt,
      int apart,
      int bs,
      int k) {
    Arrays.fill(c, ct, ct + n, 0);
    int p = 0;
    for (; p + 4 <= k; p += 4) {
      double x0 = a[at + p * as];
      double x1 = a[at + (p + 1) * as];
      double x2 = a[at + (p + 2) * as];
      double x3 = a[at + (p + 3) * as];
      int b0 = bt + p * apart;
      int b1 = b0 + apart;
      int b2 = b1 + apart;
      int b3 = b2 + apart;
      if (bs == 1) {
        for (int j = 0; j < n; j++) {
          c[ct + j] += x0 * b[b0 + j] + x1 * b[b1 + j] + (x2 * b[b2 + j] + x3 * b[b3 + j]);
        }
      } else {
        for (int j = 0; j < n; j++) {
          int q = j * bs;
          c[ct + j] += x0 * b[b0 + q] + x1 * b[b1 + q] + (x2 * b[b2 + q] + x3 * b[b3 + q]);
        }
      }
    }
    for (; p < k; p++) {
      double x = a[at + p * as];
      for (int j = 0; j < n; j++) {
        c[ct + j] += x * b[bt + p * apart + j * bs];
      }
    }
  }
}
