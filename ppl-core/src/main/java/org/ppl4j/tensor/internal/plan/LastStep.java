package org.ppl4j.tensor.internal.plan;

/**
 * Which elements of an index along an axis are the last to name their place.
 *
 * @param size how many places there are
 * @param scratch a buffer for as many numbers
 */
record LastStep(Along along, int size, int scratch) implements Action {

  @Override
  public void run(Store store) {
    double[][] buffers = store.doubles();
    double[] from = buffers[along.from];
    double[] to = buffers[along.to];
    double[] last = buffers[scratch];
    for (int row = 0; row < along.fromStarts.length; row++) {
      int start = along.fromStarts[row];
      for (int k = 0; k < along.length; k++) {
        last[Axis.place(from[start + k * along.fromStride], size, 1)] = k;
      }
      for (int k = 0; k < along.length; k++) {
        int place = (int) from[start + k * along.fromStride];
        to[along.toStarts[row] + k * along.toStride] = last[place] == k ? 1 : 0;
      }
    }
  }
}
