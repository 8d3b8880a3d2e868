package org.ppl4j.flows;

import static com.google.common.base.Preconditions.checkArgument;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import org.ppl4j.tensor.Rng;
import org.ppl4j.tensor.Run;
import org.ppl4j.tensor.internal.table.Shapes;

/**
 * How the divergence of a field is found, the trace of its Jacobian J: as Σ d·J d over directions
 * d.
 */
public final class JacobianTrace {

  private static final JacobianTrace EXACT = new JacobianTrace(0);

  private final int noises; // 0: the axes

  private JacobianTrace(int noises) {
    this.noises = noises;
  }

  /**
   * Along the D axes: D products beside that of the velocity; one for a network of up to two hidden
   * layers.
   */
  public static JacobianTrace exact() {
    return EXACT;
  }

  /**
   * Without bias along so many directions of random signs for each row, drawn when the flow is
   * bound and the same all along a solution. Source: Hutchinson, "A stochastic estimator of the
   * trace of the influence matrix" (1989); Grathwohl et al., "FFJORD" (2019), section 3.
   *
   * @throws IllegalArgumentException if {@code noises} is below 1
   */
  public static JacobianTrace hutchinson(int noises) {
    checkArgument(noises >= 1, "hutchinson trace has %s noises, but needs at least 1", noises);
    return new JacobianTrace(noises);
  }

  boolean isExact() {
    return noises == 0;
  }

  /** The directions of one that is not exact, {@code (*, K, D)} for rows of a batch. */
  NDArray directions(Run run, Shape batch, int dim, Rng rng) {
    return rng.split("trace")
        .normal(run, Shapes.concat(batch, new Shape(noises, dim)))
        .sign()
        .div(Math.sqrt(noises));
  }

  @Override
  public String toString() {
    return noises == 0 ? "exact trace" : "hutchinson trace(" + noises + " noises)";
  }
}
