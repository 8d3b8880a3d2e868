package org.ppl4j.infer.annealing;

/** Densities f_β of vectors (D) with log f_β = log f_0 + β log r, and their gradients. */
interface TemperedDensity {

  /** D. */
  int size();

  /**
   * The log densities at N vectors; −∞ or NaN where there is none.
   *
   * @param vectors (N, D), row by row
   * @param into for N of them
   */
  void evaluate(double beta, double[] vectors, Evaluation into);

  /**
   * What there is to know of N vectors.
   *
   * @param values log f_β
   * @param logRatios log r
   * @param gradients of log f_β (N, D), row by row; mean nothing where it is not finite
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Evaluation(double[] values, double[] logRatios, double[] gradients) {

    /** Of N vectors of D numbers. */
    static Evaluation of(int count, int size) {
      return new Evaluation(new double[count], new double[count], new double[count * size]);
    }
  }
}
