package org.ppl4j.tensor.internal.plan;

/**
 * Products of matrices where the result is small and what is summed is long: each element is a sum
 * of products of vectors of both sides, block by block.
 */
final class DotsStep implements Action {

  private final Product product;
  private final PackedRows wideRows;
  private final boolean isPacked;
  private final PackedRows narrowRows;
  private final int sum;
  private final ProductLoops loops;

  /**
   * A product.
   *
   * @param wideRows where the vectors of the wide side are, or are packed at each run
   * @param isPacked whether they are there already
   * @param narrowRows where those of the narrow side are packed, of the same type and blocks
   * @param sum the number of an array
   */
  DotsStep(Product product, PackedRows wideRows, boolean isPacked, PackedRows narrowRows, int sum) {
    this.product = product;
    this.wideRows = wideRows;
    this.isPacked = isPacked;
    this.narrowRows = narrowRows;
    this.sum = sum;
    this.loops = ProductCode.of(wideRows.type(), wideRows.type());
  }

  @Override
  public void run(Store store) {
    Side wide = product.wide();
    for (int matrix = 0; matrix < product.tos().length; matrix++) {
      if (!isPacked && (matrix == 0 || !wide.isOne())) {
        wideRows.fill(store, wide, matrix, true, product.k());
      }
      narrowRows.fill(store, product.narrow(), matrix, true, product.k());
      for (int v = 0; v < wide.size(); v++) {
        for (int s = 0; s < product.narrow().size(); s++) {
          int place = product.tos()[matrix] + v * product.wideTo() + s * product.narrowTo();
          store.fill(product.to(), place, 1, dot(store, v, s));
        }
      }
    }
  }

  private double dot(Store store, int wide, int narrow) {
    Object[] all = store.arrays(wideRows.type());
    int n = wideRows.length();
    int a = wideRows.number(wide, 0);
    int b = narrowRows.number(narrow, 0);
    if (wideRows.blocks() == 1 && all[a] instanceof double[] one) {
      return Sums.ofProducts(n, one, 0, 1, (double[]) all[b], 0, 1);
    }
    loops.take(1, 0, n, all[wideRows.zeros()], 0, 1, all, sum, 1);
    loops.addProducts(n, all, a, b, wideRows.blocks(), all[sum]);
    return Sums.of(n, all[sum]);
  }
}
