package org.ppl4j.tensor.plan;

/**
 * Instructions in single precision that take numbers from other places than they put them, and
 * sums, which are doubles.
 */
final class SingleMoves {

  /** So many numbers are summed in single precision. */
  private static final int SUMMED = 128;

  private SingleMoves() {}

  static void move(Instruction i, Store store, int row, int from, int n) {
    float[] to = store.single(i.to().buffer());
    float[] a = store.single(i.a().buffer());
    int t = i.to().at(row, from);
    int at = i.a().at(row, from);
    SingleCopies.move(n, to, t, i.to().stride(), a, at, i.a().stride(), i.a(), from);
  }

  /** By a condition that never changes, of which is known where runs of neighbours end. */
  static void choose(Instruction i, Store store, int row, int from, int n) {
    float[] to = store.single(i.to().buffer());
    int[] ends = i.a().places();
    int[] rows = i.a().rows();
    int first = rows == null ? from : from + rows[row];
    int k = 0;
    while (ends != null && k < n) {
      int end = ends[first + k];
      int stop = Math.min(Math.abs(end) - first, n);
      Operand chosen = end > 0 ? i.b() : i.c();
      if (chosen.isRegister()) {
        SingleCopies.evenly(stop - k, to, k, 1, store.single(chosen.buffer()), k, 1);
      } else {
        SingleCopies.fill(stop - k, to, k, SingleTiles.number(chosen, store, row, from));
      }
      k = stop;
    }
  }

  static void gather(Instruction i, Store store, int row, int from, int n) {
    float[] to = store.single(i.to().buffer());
    float[] a = store.single(i.a().buffer());
    int[] known = i.b().places();
    int[] places = i.a().places();
    int at = i.a().at(row, from);
    int as = i.a().stride();
    Axis axis = i.axis();
    if (known != null) {
      int first = i.a().offset();
      for (int k = 0; k < n; k++) {
        to[k] = a[first + known[from + k]];
      }
    } else if (!i.b().isRegister()) {
      SingleCopies.evenly(n, to, 0, 1, a, at + place(i, store, row, from), as);
    } else {
      float[] b = store.single(i.b().buffer());
      for (int k = 0; k < n; k++) {
        int place = places == null ? k * as : places[from + k];
        to[k] = a[at + place + axis.place(b[k])];
      }
    }
  }

  static void scatter(Instruction i, Store store, int row, int from, int n) {
    float[] to = store.single(i.to().buffer());
    float[] a = store.single(i.a().buffer());
    int[] known = i.b().places();
    int[] places = i.to().places();
    int t = i.to().at(row, from);
    int ts = i.to().stride();
    Axis axis = i.axis();
    if (known != null) {
      SingleCopies.scatter(n, to, i.to().offset(), known, from, a, 0, 1);
    } else if (!i.b().isRegister()) {
      SingleCopies.add(n, to, t + place(i, store, row, from), ts, a, 0, 1);
    } else {
      float[] b = store.single(i.b().buffer());
      for (int k = 0; k < n; k++) {
        int place = places == null ? k * ts : places[from + k];
        to[t + place + axis.place(b[k])] += a[k];
      }
    }
  }

  /** How far away is what an index names that is the same all along a row. */
  private static int place(Instruction i, Store store, int row, int from) {
    return i.axis().place(SingleTiles.number(i.b(), store, row, from));
  }

  static void sum(Instruction i, Store store, int row, int from, int n) {
    Operand into = i.to();
    double[] to = store.doubles()[into.buffer()];
    int t = into.at(row, from);
    int[] places = into.places();
    if (!i.a().isRegister()) {
      float number = SingleTiles.number(i.a(), store, row, from);
      for (int k = 0; k < n; k++) {
        to[t + (places == null ? k * into.stride() : into.place(from + k))] += number;
      }
      return;
    }
    float[] a = store.single(i.a().buffer());
    if (places == null && into.stride() == 0) {
      to[t] += sum(n, a, 0);
    } else if (places == null) {
      Widening.add(n, to, t, into.stride(), a, 0, 1);
    } else { // of runs, as the last dim is summed over or goes on evenly
      int run = into.run();
      int k = 0;
      while (k < n) {
        int size = Math.min(into.endOfRun(from + k), n - k);
        int place = into.place(from + k);
        if (into.step() == 0) {
          to[t + place] += sum(size, a, k);
        } else if (size == run && k + 4 * run <= n && areSame(into, from + k)) {
          addFour(run, to, t + place, a, k);
          size = 4 * run;
        } else {
          Widening.add(size, to, t + place, 1, a, k, 1);
        }
        k += size;
      }
    }
  }

  /** Whether four runs go to one place. */
  private static boolean areSame(Operand into, int first) {
    boolean isSame = true;
    for (int i = 1; i < 4; i++) {
      isSame &= into.place(first + i * into.run()) == into.place(first);
    }
    return isSame;
  }

  /** Four runs to one place, which are widened together. */
  private static void addFour(int run, double[] to, int t, float[] a, int at) {
    int one = at;
    int two = one + run;
    int three = two + run;
    int four = three + run;
    for (int j = 0; j < run; j++) {
      to[t + j] += a[one + j] + a[two + j] + (a[three + j] + a[four + j]);
    }
  }

  private static double sum(int n, float[] a, int at) {
    double sum = 0;
    int end = at + n;
    int k = at;
    for (; k + SUMMED <= end; k += SUMMED) {
      sum += SingleCopies.sum(SUMMED, a, k);
    }
    return sum + SingleCopies.sum(end - k, a, k);
  }
}
