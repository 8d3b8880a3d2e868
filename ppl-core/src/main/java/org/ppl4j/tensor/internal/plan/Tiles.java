package org.ppl4j.tensor.internal.plan;

import org.ppl4j.tensor.internal.graph.Functions;

/** Functions of elements of short rows, before there is code for them. */
final class Tiles {

  private Tiles() {}

  static void one(Instruction i, Store store, int row, int from, int n) {
    double[][] buffers = store.doubles();
    double[] to = buffers[i.to().buffer()];
    double[] a = buffers[i.a().buffer()];
    int t = i.to().at(row, from);
    int at = i.a().at(row, from);
    for (int k = 0; k < n; k++) {
      double x = a[at + k * i.a().stride()];
      to[t + k * i.to().stride()] = Functions.of(i.op(), i.order(), x);
    }
  }

  static void two(Instruction i, Store store, int row, int from, int n) {
    double[][] buffers = store.doubles();
    double[] to = buffers[i.to().buffer()];
    double[] a = buffers[i.a().buffer()];
    double[] b = buffers[i.b().buffer()];
    int t = i.to().at(row, from);
    int at = i.a().at(row, from);
    int bt = i.b().at(row, from);
    for (int k = 0; k < n; k++) {
      double x = a[at + k * i.a().stride()];
      double y = b[bt + k * i.b().stride()];
      to[t + k * i.to().stride()] = Functions.of(i.op(), x, y);
    }
  }

  static void three(Instruction i, Store store, int row, int from, int n) {
    double[][] buffers = store.doubles();
    double[] to = buffers[i.to().buffer()];
    double[] a = buffers[i.a().buffer()];
    double[] b = buffers[i.b().buffer()];
    double[] c = buffers[i.c().buffer()];
    int t = i.to().at(row, from);
    int at = i.a().at(row, from);
    int bt = i.b().at(row, from);
    int ct = i.c().at(row, from);
    for (int k = 0; k < n; k++) {
      double x = a[at + k * i.a().stride()];
      double y = b[bt + k * i.b().stride()];
      double z = c[ct + k * i.c().stride()];
      to[t + k * i.to().stride()] = Functions.of(i.op(), x, y, z);
    }
  }
}
