package org.ppl4j.infer.mcmc;

/** Where a chain is, and what is known of it there; its arrays are written again and again. */
public class ChainState {

  final double[] position;
  final double[] gradient; // of the log density
  double logDensity;

  /** Of so many numbers, at 0, where nothing is known. */
  public ChainState(int size) {
    position = new double[size];
    gradient = new double[size];
    logDensity = Double.NaN;
  }

  /**
   * The unconstrained numbers (D), to be read and written; what is written is to be {@linkplain
   * ChainTarget#evaluate evaluated}.
   */
  public final double[] position() {
    return position;
  }

  /** The gradient of the log density (D); means nothing where that is not finite. */
  public final double[] gradient() {
    return gradient;
  }

  /** The log density up to a constant; −∞ or NaN where there is none. */
  public final double logDensity() {
    return logDensity;
  }

  /** Goes where the other is. */
  public final void copyPlace(ChainState other) {
    System.arraycopy(other.position, 0, position, 0, position.length);
    System.arraycopy(other.gradient, 0, gradient, 0, gradient.length);
    logDensity = other.logDensity;
  }
}
