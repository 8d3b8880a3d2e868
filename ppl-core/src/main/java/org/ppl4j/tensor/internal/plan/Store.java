package org.ppl4j.tensor.internal.plan;

import java.util.Arrays;
import org.ppl4j.tensor.internal.engine.EngineTensor;
import org.ppl4j.tensor.internal.engine.PyTorch;
import org.ppl4j.tensor.internal.table.JavaKernel;

/**
 * What a replay computes on: its buffers, and what computes the rows that are computed in Java.
 * Where a step may have both kinds of buffers, those in single precision have negative numbers.
 *
 * @param doubles the buffers
 * @param singles those in single precision
 * @param tensors those that the engine computes with
 * @param kernels one a row
 * @param bodies those of scans
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record Store(
    double[][] doubles,
    float[][] singles,
    EngineTensor[] tensors,
    JavaKernel[] kernels,
    Bodies bodies) {

  /** Does what is done to it. */
  void run(Action[] actions) {
    if (tensors.length == 0) {
      runAll(actions);
      return;
    }
    PyTorch engine = PyTorch.get();
    int before = engine.open(1); // so that bits do not depend on how many threads there are
    try {
      runAll(actions);
    } finally {
      engine.close(before);
    }
  }

  private void runAll(Action[] actions) {
    for (Action action : actions) {
      action.run(this);
    }
  }

  /** The number of a buffer in single precision, among all. */
  static int ofSingle(int number) {
    return ~number;
  }

  /** Whether a number is that of a buffer in single precision. */
  static boolean isSingle(int buffer) {
    return buffer < 0;
  }

  /** Sets elements of a buffer of either kind to a number. */
  void fill(int buffer, int from, int size, double number) {
    if (isSingle(buffer)) {
      Arrays.fill(single(buffer), from, from + size, (float) number);
    } else {
      Arrays.fill(doubles[buffer], from, from + size, number);
    }
  }

  /** A buffer of either kind: an array of doubles or floats. */
  Object array(int buffer) {
    return isSingle(buffer) ? single(buffer) : doubles[buffer];
  }

  /** The buffers of a type, by their number among those of it. */
  Object[] arrays(ElementType type) {
    return type == ElementType.FLOAT ? singles : doubles;
  }

  /** A buffer in single precision, by its number among all. */
  float[] single(int buffer) {
    return singles[~buffer];
  }
}
