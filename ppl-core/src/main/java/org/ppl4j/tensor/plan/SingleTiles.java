package org.ppl4j.tensor.plan;

import org.ppl4j.tensor.graph.Functions;
import org.ppl4j.tensor.table.Op;

/**
 * Instructions on tiles in single precision. Results and operands are registers; some operands are
 * numbers that lie in memory of either precision, the same all along a row.
 */
final class SingleTiles {

  private SingleTiles() {}

  static void one(Instruction i, Store store, int row, int from, int n) {
    float[] to = store.single(i.to().buffer());
    float[] a = store.single(i.a().buffer());
    if (i.hasRoom()) {
      float[] k = store.single(i.b().buffer());
      SingleExponentials.run(i.op(), n, to, a, k, store.single(i.c().buffer()));
    } else {
      SingleOnes.run(i.op(), i.order(), n, to, a);
    }
  }

  static void two(Instruction i, Store store, int row, int from, int n) {
    float[] to = store.single(i.to().buffer());
    boolean first = i.a().isRegister();
    boolean second = i.b().isRegister();
    float[] a = first ? store.single(i.a().buffer()) : to;
    float[] b = second ? store.single(i.b().buffer()) : to;
    float x = first ? 0 : number(i.a(), store, row, from);
    float y = second ? 0 : number(i.b(), store, row, from);
    if (first && second && SingleTwos.dense(i.op(), n, to, a, b)
        || first && !second && SingleTwos.left(i.op(), n, to, a, y)
        || !first && second && SingleTwos.right(i.op(), n, to, x, b)) {
      return;
    }
    for (int k = 0; k < n; k++) {
      to[k] = (float) Functions.of(i.op(), first ? a[k] : x, second ? b[k] : y);
    }
  }

  static void three(Instruction i, Store store, int row, int from, int n) {
    float[] to = store.single(i.to().buffer());
    float[] a = store.single(i.a().buffer());
    if (i.op() == Op.WHERE && !i.c().isRegister()) {
      float[] b = store.single(i.b().buffer());
      SingleTwos.chosen(n, to, a, b, number(i.c(), store, row, from));
      return;
    }
    float[] c = store.single(i.c().buffer());
    if (i.op() == Op.WHERE && !i.b().isRegister()) {
      SingleTwos.chosen(n, to, a, number(i.b(), store, row, from), c);
      return;
    }
    float[] b = store.single(i.b().buffer());
    if (i.op() == Op.WHERE) {
      SingleTwos.chosen(n, to, a, b, c);
      return;
    }
    for (int k = 0; k < n; k++) {
      to[k] = (float) Functions.of(i.op(), a[k], b[k], c[k]);
    }
  }

  /** Of an operand that is no register, the number of a row. */
  static float number(Operand operand, Store store, int row, int from) {
    int at = operand.at(row, from);
    return Store.isSingle(operand.buffer())
        ? store.single(operand.buffer())[at]
        : (float) store.doubles()[operand.buffer()][at];
  }
}
