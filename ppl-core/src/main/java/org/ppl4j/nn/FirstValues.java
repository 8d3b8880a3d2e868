package org.ppl4j.nn;

import static com.google.common.base.Preconditions.checkArgument;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import ai.djl.training.initializer.Initializer;
import ai.djl.training.initializer.TruncatedNormalInitializer;
import java.lang.reflect.Field;
import org.ppl4j.internal.math.NormalQuantile;
import org.ppl4j.tensor.BlockMode;
import org.ppl4j.tensor.Rng;
import org.ppl4j.tensor.Run;

/** The first values of a block's parameters: what its initialisers make of our noise. */
final class FirstValues {

  /** How much of a normal distribution lies two deviations below its mean, or more. */
  private static final double BELOW = 0.02275013194817921;

  private FirstValues() {}

  /**
   * The first value of a parameter.
   *
   * @param name what errors call it
   * @throws IllegalArgumentException if it has no initialiser
   * @throws UnsupportedOperationException if its initialiser asks for what a run does not do
   */
  static NDArray of(Rng rng, Run run, String name, Parameter parameter) {
    Shape shape = parameter.getShape();
    Initializer initializer = parameter.getInitializer();
    checkArgument(
        initializer != null,
        "parameter '%s' has no initialiser; give it one by block.setInitializer(initializer, name)",
        name);
    if (initializer instanceof TruncatedNormalInitializer truncated) {
      double sigma = sigma(truncated);
      return rng.quantiles(run, shape, u -> sigma * NormalQuantile.of(BELOW + u * (1 - 2 * BELOW)));
    }
    try {
      return run.inBlock(
          new Drawing(rng), () -> initializer.initialize(run.manager(), shape, run.dataType()));
    } catch (UnsupportedOperationException e) {
      throw new UnsupportedOperationException(
          "parameter '%s' has initialiser %s, which asks for more than randomNormal and"
                  .formatted(name, initializer.getClass().getSimpleName())
              + " randomUniform: "
              + e.getMessage(),
          e);
    }
  }

  /** It draws until enough numbers are within bounds, and tells nobody of what deviation. */
  private static double sigma(TruncatedNormalInitializer initializer) {
    try {
      Field sigma = TruncatedNormalInitializer.class.getDeclaredField("sigma");
      sigma.setAccessible(true);
      return sigma.getFloat(initializer);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("DJL's TruncatedNormalInitializer has no field 'sigma'", e);
    }
  }

  /** Outside of any step. */
  private record Drawing(Rng rng) implements BlockMode {

    @Override
    public boolean isTraining() {
      return false;
    }

    @Override
    public void update(NDArray buffer, NDArray value) {
      throw new UnsupportedOperationException("an initialiser keeps no statistics");
    }
  }
}
