package org.ppl4j.testing;

import ai.djl.ndarray.NDArray;

/** Four rows of which two are missing, in a sandbox. */
public final class MissingRows implements AutoCloseable {

  private final Sandbox sandbox = Sandbox.open();
  private final NDArray mask = sandbox.manager().create(new boolean[] {true, false, true, false});
  private final NDArray y = sandbox.data(1.5, Double.NaN, -0.5, Double.NaN);

  /** Where programs are recorded. */
  public Sandbox sandbox() {
    return sandbox;
  }

  /** Which rows were observed (4). */
  public NDArray mask() {
    return mask;
  }

  /** The rows (4), NaN where they are missing. */
  public NDArray y() {
    return y;
  }

  @Override
  public void close() {
    sandbox.close();
  }
}
