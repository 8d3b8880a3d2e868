package org.ppl4j.tensor.internal.plan;

/**
 * Instructions that take numbers from other places than they put them, and sums: of short rows
 * before there is code for them; and choices.
 */
final class Moves {

  private Moves() {}

  static void move(Instruction i, Store store, int row, int from, int n) {
    double[][] buffers = store.doubles();
    double[] to = buffers[i.to().buffer()];
    double[] a = buffers[i.a().buffer()];
    int t = i.to().at(row, from);
    int at = i.a().at(row, from);
    Copies.evenly(n, to, t, i.to().stride(), a, at, i.a().stride());
  }

  /** By a condition that never changes, of which is known where runs of neighbours end. */
  static void choose(Instruction i, Store store, int row, int from, int n) {
    int[] ends = i.a().places();
    int[] rows = i.a().rows();
    int first = rows == null ? from : from + rows[row];
    int k = 0;
    while (ends != null && k < n) {
      int end = ends[first + k];
      int stop = Math.min(Math.abs(end) - first, n);
      choose(stop - k, i.to(), end > 0 ? i.b() : i.c(), k, store, row, from);
      k = stop;
    }
  }

  private static void choose(
      int n, Operand to, Operand chosen, int k, Store store, int row, int from) {
    int t = to.at(row, from) + k * to.stride();
    int at = chosen.at(row, from) + k * chosen.stride();
    if (Store.isSingle(to.buffer()) && Store.isSingle(chosen.buffer())) {
      float[] source = store.single(chosen.buffer());
      Copies.evenly(n, store.single(to.buffer()), t, to.stride(), source, at, chosen.stride());
    } else if (Store.isSingle(to.buffer())) { // of a number in memory
      double[] source = store.doubles()[chosen.buffer()];
      Copies.put(false, n, store.single(to.buffer()), t, to.stride(), source, at, chosen.stride());
    } else {
      double[] source = store.doubles()[chosen.buffer()];
      Copies.evenly(n, store.doubles()[to.buffer()], t, to.stride(), source, at, chosen.stride());
    }
  }

  static void gather(Instruction i, Store store, int row, int from, int n) {
    double[][] buffers = store.doubles();
    double[] to = buffers[i.to().buffer()];
    double[] a = buffers[i.a().buffer()];
    double[] b = buffers[i.b().buffer()];
    int t = i.to().at(row, from);
    int at = i.a().at(row, from);
    int bt = i.b().at(row, from);
    for (int k = 0; k < n; k++) {
      int place = i.axis().place(b[bt + k * i.b().stride()]);
      to[t + k * i.to().stride()] = a[at + k * i.a().stride() + place];
    }
  }

  static void scatter(Instruction i, Store store, int row, int from, int n) {
    double[][] buffers = store.doubles();
    double[] to = buffers[i.to().buffer()];
    double[] a = buffers[i.a().buffer()];
    double[] b = buffers[i.b().buffer()];
    int t = i.to().at(row, from);
    int at = i.a().at(row, from);
    int bt = i.b().at(row, from);
    for (int k = 0; k < n; k++) {
      int place = i.axis().place(b[bt + k * i.b().stride()]);
      to[t + k * i.to().stride() + place] += a[at + k * i.a().stride()];
    }
  }

  static void sum(Instruction i, Store store, int row, int from, int n) {
    double[][] buffers = store.doubles();
    double[] to = buffers[i.to().buffer()];
    double[] a = buffers[i.a().buffer()];
    int t = i.to().at(row, from);
    int at = i.a().at(row, from);
    if (i.to().stride() == 0) {
      to[t] += Sums.of(n, a, at, i.a().stride());
    } else {
      for (int k = 0; k < n; k++) {
        to[t + k * i.to().stride()] += a[at + k * i.a().stride()];
      }
    }
  }
}
