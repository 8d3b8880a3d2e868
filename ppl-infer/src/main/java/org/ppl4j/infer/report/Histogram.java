package org.ppl4j.infer.report;

/**
 * How many numbers lie in each of some bins of equal width.
 *
 * @param from where the first bin begins
 * @param to where the last ends
 * @param counts of each bin, which holds its lower end; the last holds both
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record Histogram(double from, double to, int[] counts) {

  /** Of numbers, of which those outside the range are not counted, nor NaN. */
  static Histogram of(double[] numbers, double from, double to, int bins) {
    int[] counts = new int[bins];
    for (double x : numbers) {
      if (x >= from && x <= to) {
        counts[(int) Math.min(bins - 1, (x - from) / (to - from) * bins)]++;
      }
    }
    return new Histogram(from, to, counts);
  }

  /** The lower end of a bin, or the end of the last. */
  double edge(int bin) {
    return from + (to - from) * bin / counts.length;
  }

  /** The greatest count; 1 if all are 0. */
  int most() {
    int most = 1;
    for (int count : counts) {
      most = Math.max(most, count);
    }
    return most;
  }
}
