package org.ppl4j.tensor;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.function.DoubleSupplier;

/** Numbers of Java that may be others whenever a program runs. */
public final class GivenNumbers {

  private GivenNumbers() {}

  /**
   * A number of shape () that is read now, and again whenever the program is computed from a
   * record.
   *
   * @param name tells it from others that the program asks for
   */
  public static NDArray number(Run run, String name, DoubleSupplier number) {
    RunArray tensor = (RunArray) run.create(new double[] {number.getAsDouble()}, new Shape());
    run.owned().column().given(name, number, tensor.handle());
    return tensor;
  }
}
