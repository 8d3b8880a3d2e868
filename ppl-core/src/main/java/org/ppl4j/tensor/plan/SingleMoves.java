package org.ppl4j.tensor.plan;

/** Moves between what is kept in single precision and registers. */
final class SingleMoves {

  private SingleMoves() {}

  static void widen(Instruction i, Store store, int row, int from, int n) {
    Operand source = i.a();
    float[] a = store.single(source.buffer());
    double[] to = store.doubles()[i.to().buffer()];
    int at = source.at(row, from);
    int[] places = source.places();
    if (places == null) {
      widen(n, to, 0, a, at, source.stride());
    } else if (source.run() == 1) {
      for (int k = 0; k < n; k++) {
        to[k] = a[at + places[from + k]];
      }
    } else {
      int k = 0;
      for (int end = source.endOfRun(from); k < n; end += source.run()) {
        int stop = Math.min(end, n);
        widen(stop - k, to, k, a, at + source.place(from + k), source.step());
        k = stop;
      }
    }
  }

  private static void widen(int n, double[] to, int t, float[] a, int at, int stride) {
    if (stride == 1) {
      for (int k = 0; k < n; k++) {
        to[t + k] = a[at + k];
      }
    } else {
      for (int k = 0; k < n; k++) {
        to[t + k] = a[at + k * stride];
      }
    }
  }

  static void round(Instruction i, Store store, int row, int from, int n) {
    float[] to = store.single(i.to().buffer());
    double[] a = store.doubles()[i.a().buffer()];
    int t = i.to().at(row, from);
    int stride = i.to().stride();
    for (int k = 0; k < n; k++) {
      to[t + k * stride] = (float) a[k];
    }
  }
}
