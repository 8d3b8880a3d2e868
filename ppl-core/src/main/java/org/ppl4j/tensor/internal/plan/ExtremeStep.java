package org.ppl4j.tensor.internal.plan;

/** The place of the first largest or smallest element along an axis; a NaN is both. */
record ExtremeStep(Along along, boolean largest) implements Action {

  @Override
  public void run(Store store) {
    double[][] buffers = store.doubles();
    double[] from = buffers[along.from];
    double[] to = buffers[along.to];
    for (int row = 0; row < along.fromStarts.length; row++) {
      int start = along.fromStarts[row];
      int place = 0;
      double best = from[start];
      for (int k = 1; k < along.length && !Double.isNaN(best); k++) {
        double x = from[start + k * along.fromStride];
        if (!(largest ? x <= best : x >= best)) { // beyond it, or NaN
          best = x;
          place = k;
        }
      }
      to[along.toStarts[row]] = place;
    }
  }
}
