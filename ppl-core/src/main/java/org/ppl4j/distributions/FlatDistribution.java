package org.ppl4j.distributions;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;

/** As likely everywhere on its support: log p(x) = −log V with V the support's volume or count. */
abstract class FlatDistribution extends Distribution {

  /** A family of numbers. */
  FlatDistribution(Argument... arguments) {
    super(arguments);
  }

  /** A family of other events. */
  FlatDistribution(Shape eventShape, Argument... arguments) {
    super(eventShape, arguments);
  }

  /** log V. */
  abstract NDArray logVolume();

  /** A draw with its log-density. */
  final Draw drawn(NDArray value, Shape batch) {
    return Draw.of(value, () -> expanded(run().bind(logVolume().neg()), batch));
  }

  @Override
  protected final boolean isFiniteEverywhere() {
    return true;
  }

  @Override
  protected final boolean showsUndefined() {
    return false;
  }

  @Override
  protected final NDArray doLogProb(NDArray value) {
    return logVolume().neg();
  }

  @Override
  protected final NDArray doEntropy() {
    return logVolume();
  }
}
