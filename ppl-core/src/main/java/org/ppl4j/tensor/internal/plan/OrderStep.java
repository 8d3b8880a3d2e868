package org.ppl4j.tensor.internal.plan;

/**
 * The places of elements along an axis in the order of their numbers, equal ones in the order of
 * places; a NaN is the largest.
 *
 * @param scratch a buffer of the size that {@link #scratch} tells
 */
record OrderStep(Along along, boolean descending, int scratch) implements Action {

  /** From this length on digits take less time than comparisons. */
  private static final int LONG = 500;

  /** How many numbers its buffer has, for so many elements. */
  static int scratch(int length) {
    return length < LONG ? 2 * length : 4 * length;
  }

  @Override
  public void run(Store store) {
    double[][] buffers = store.doubles();
    double[] places = buffers[scratch];
    double[] to = buffers[along.to];
    int n = along.length;
    for (int row = 0; row < along.fromStarts.length; row++) {
      int sorted = sort(buffers[along.from], along.fromStarts[row], places);
      for (int i = 0; i < n; i++) {
        to[along.toStarts[row] + i * along.toStride] = places[sorted + i];
      }
    }
  }

  /** Sorts the places in one half of a buffer, with the help of another; says in which. */
  private int sort(double[] from, int start, double[] places) {
    int n = along.length;
    for (int i = 0; i < n; i++) {
      places[i] = i;
    }
    if (n < LONG) {
      return merged(from, start, places);
    }
    for (int i = 0; i < n; i++) {
      long key = Digits.key(from[start + i * along.fromStride]);
      places[2 * n + i] = Double.longBitsToDouble(descending ? ~key : key);
    }
    return Digits.sort(places, n);
  }

  /** Merges runs of rising length from one half of the places into the other. */
  private int merged(double[] from, int start, double[] places) {
    int n = along.length;
    int source = 0;
    for (int width = 1; width < n; width *= 2) {
      int target = n - source;
      for (int low = 0; low < n; low += 2 * width) {
        int middle = Math.min(low + width, n);
        int high = Math.min(low + 2 * width, n);
        int left = low;
        int right = middle;
        for (int k = low; k < high; k++) {
          boolean isLeft =
              right == high
                  || left < middle
                      && isBefore(
                          at(from, start, places[source + left]),
                          at(from, start, places[source + right]));
          places[target + k] = places[source + (isLeft ? left++ : right++)];
        }
      }
      source = target;
    }
    return source;
  }

  private double at(double[] from, int start, double place) {
    return from[start + ((int) place) * along.fromStride] + 0.0; // -0 as 0
  }

  private boolean isBefore(double x, double y) {
    int order = Double.compare(x, y);
    return descending ? order >= 0 : order <= 0;
  }
}
