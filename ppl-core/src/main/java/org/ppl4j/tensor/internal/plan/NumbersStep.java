package org.ppl4j.tensor.internal.plan;

/** Products of matrices that are small altogether, number by number, in double precision. */
record NumbersStep(Product product) implements Action {

  @Override
  public void run(Store store) {
    Side wide = product.wide();
    Side narrow = product.narrow();
    double[] a = store.doubles()[wide.buffer()];
    double[] b = store.doubles()[narrow.buffer()];
    double[] c = store.doubles()[product.to()];
    for (int i = 0; i < product.tos().length; i++) {
      for (int v = 0; v < wide.size(); v++) {
        for (int s = 0; s < narrow.size(); s++) {
          int at = wide.starts()[i] + v * wide.stride();
          int bt = narrow.starts()[i] + s * narrow.stride();
          c[product.tos()[i] + v * product.wideTo() + s * product.narrowTo()] =
              Sums.ofProducts(
                  product.k(), a, at, wide.summedStride(), b, bt, narrow.summedStride());
        }
      }
    }
  }
}
