package org.ppl4j.tensor.plan;

import org.ppl4j.tensor.graph.Functions;
import org.ppl4j.tensor.table.Op;

/** Instructions on tiles. */
final class Tiles {

  private Tiles() {}

  static void one(Instruction i, Store store, int row, int from, int n) {
    double[][] buffers = store.doubles();
    double[] to = buffers[i.to().buffer()];
    double[] a = buffers[i.a().buffer()];
    int t = i.to().at(row, from);
    int at = i.a().at(row, from);
    int ts = i.to().stride();
    int as = i.a().stride();
    if (i.hasRoom()) {
      Exponentials.run(i.op(), n, to, a, buffers[i.b().buffer()], buffers[i.c().buffer()]);
      return;
    }
    if (isFirst(t, ts) && isFirst(at, as)) {
      Ones.run(i.op(), i.order(), n, to, a);
      return;
    }
    for (int k = 0; k < n; k++) {
      to[t + k * ts] = Functions.of(i.op(), i.order(), a[at + k * as]);
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
    int ts = i.to().stride();
    int as = i.a().stride();
    int bs = i.b().stride();
    if (isFirst(t, ts)) {
      boolean first = isFirst(at, as);
      boolean second = isFirst(bt, bs);
      if (first && second && Twos.dense(i.op(), n, to, a, b)
          || first && bs == 0 && Twos.left(i.op(), n, to, a, b[bt])
          || as == 0 && second && Twos.right(i.op(), n, to, a[at], b)) {
        return;
      }
    }
    for (int k = 0; k < n; k++) {
      to[t + k * ts] = Functions.of(i.op(), a[at + k * as], b[bt + k * bs]);
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
    int ts = i.to().stride();
    int as = i.a().stride();
    int bs = i.b().stride();
    int cs = i.c().stride();
    boolean isChoice = i.op() == Op.WHERE && isFirst(t, ts) && isFirst(at, as);
    if (isChoice && isFirst(bt, bs) && isFirst(ct, cs)) {
      Twos.chosen(n, to, a, b, c);
      return;
    }
    if (isChoice && isFirst(bt, bs) && cs == 0) {
      Twos.chosen(n, to, a, b, c[ct]);
      return;
    }
    if (isChoice && bs == 0 && isFirst(ct, cs)) {
      Twos.chosen(n, to, a, b[bt], c);
      return;
    }
    for (int k = 0; k < n; k++) {
      to[t + k * ts] = Functions.of(i.op(), a[at + k * as], b[bt + k * bs], c[ct + k * cs]);
    }
  }

  private static boolean isFirst(int at, int stride) {
    return at == 0 && stride == 1;
  }
}
