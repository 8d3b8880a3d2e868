package org.ppl4j.infer.density;

import org.jspecify.annotations.Nullable;
import org.ppl4j.tensor.Rng;
import org.ppl4j.tensor.RunConfig;
import org.ppl4j.tensor.file.TensorFile;

/**
 * How far contexts are from those that were learned from.
 *
 * @param units of contexts
 * @param extrapolation in these units
 */
record Reach(Units units, Extrapolation extrapolation) {

  private static final String UNITS = "reach/x";
  private static final String FROM = "reach/from";

  /** That of contexts; null without. */
  static @Nullable Reach of(@Nullable Table contexts, RunConfig config) {
    if (contexts == null) {
      return null;
    }
    Units units = Units.ofContexts(contexts, true);
    Rng chosen = Rng.of(config.seed(), Rng.Purpose.PLATE, 0, "density.reach");
    return new Reach(units, Extrapolation.of(units.standard(contexts, null).rows(), chosen));
  }

  /** How far each context is, 1 being the limit. */
  double[] distances(Table contexts) {
    return extrapolation.of(units.standard(contexts, null).rows());
  }

  void write(TensorFile.Builder file) {
    units.write(file, UNITS);
    extrapolation.write(file, FROM);
  }

  /** That in a file; null if it has none. */
  static @Nullable Reach read(TensorFile file, int contextDim) {
    if (contextDim == 0) {
      return null;
    }
    return new Reach(
        Units.read(file, UNITS, contextDim), Extrapolation.read(file, FROM, contextDim));
  }
}
