package org.ppl4j.infer.sbi;

import ai.djl.ndarray.NDArray;
import java.io.Serializable;
import org.ppl4j.Program;
import org.ppl4j.tensor.Rng;
import org.ppl4j.tensor.RunConfig;

/**
 * Makes data from parameters: any Java function, or a program. It is called on several threads at
 * the same time, and takes all randomness from the stream that it is given, so that the same row
 * gives the same data on any number of threads.
 */
@FunctionalInterface
public interface Simulator extends Serializable {

  /**
   * Simulates once.
   *
   * @param parameters one row of the prior, its sites one after the other
   * @param rng the noise of this row
   * @return the data, always of the same length
   */
  double[] simulate(double[] parameters, Rng rng);

  /**
   * A program as a simulator, in float64.
   *
   * @param program its data are the parameters, {@code (P)}
   * @param site the sample or deterministic site whose value is what is simulated
   */
  static Simulator of(Program<NDArray> program, String site) {
    return of(program, site, RunConfig.defaults());
  }

  /** {@link #of(Program, String)} in another float type or on another device. */
  static Simulator of(Program<NDArray> program, String site, RunConfig config) {
    return new ProgramSimulator(program, site, config);
  }
}
