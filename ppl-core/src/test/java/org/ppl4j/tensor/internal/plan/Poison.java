package org.ppl4j.tensor.internal.plan;

import java.util.Arrays;
import java.util.List;

/** What tells whether a run reads what another has left in memory: NaN everywhere. */
public final class Poison {

  private Poison() {}

  /** Overwrites all arrays that replays work on; how many numbers they have. */
  public static long fill(Workspace memory) {
    long numbers = 0;
    for (List<double[]> arrays : memory.doubles.values()) {
      for (double[] array : arrays) {
        Arrays.fill(array, Double.NaN);
        numbers += array.length;
      }
    }
    for (List<float[]> arrays : memory.singles.values()) {
      for (float[] array : arrays) {
        Arrays.fill(array, Float.NaN);
        numbers += array.length;
      }
    }
    return numbers;
  }
}
