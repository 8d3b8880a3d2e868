package org.ppl4j.distributions;

import static com.google.common.base.Preconditions.checkArgument;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.function.UnaryOperator;
import org.ppl4j.constraints.Constraint;
import org.ppl4j.internal.math.LogGamma;
import org.ppl4j.tensor.Rng;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.tensor.internal.table.Shapes;

/**
 * The uniform distribution of directions: unit vectors of K entries, what flows of the sphere start
 * from.
 *
 * <p>log p(x) = −log A per unit of surface, A = 2 π^(K/2) / Γ(K/2) the area of the sphere. A draw
 * is the direction of K normal numbers. The mean is 0, the variance of each entry 1 / K.
 *
 * <p>Source: Mardia and Jupp, "Directional Statistics" (2000), 9.3.1.
 */
public final class SphericalUniform extends FlatDistribution {

  private final NDArray logArea;
  private final int size;

  private SphericalUniform(NDArray logArea, int size) {
    super(new Shape(size), Argument.real("log area", logArea));
    this.logArea = logArea;
    this.size = size;
  }

  /**
   * Directions of vectors of so many entries.
   *
   * @param size K
   * @throws IllegalArgumentException if it is below 2
   */
  public static SphericalUniform of(int size) {
    checkArgument(
        size > 1, "SphericalUniform has vectors of size %s; directions need at least 2", size);
    double half = size / 2.0;
    double logArea = Math.log(2) + half * Math.log(Math.PI) - LogGamma.of(half);
    return new SphericalUniform(Tensors.number(logArea), size);
  }

  @Override
  public Constraint support() {
    return Constraint.SPHERE;
  }

  @Override
  NDArray logVolume() {
    return logArea;
  }

  @Override
  protected Draw doDraw(Rng rng, Shape batch) {
    NDArray noise = rng.normal(run(), Shapes.concat(batch, eventShape()));
    return drawn(noise.div(noise.square().sum(new int[] {-1}, true).sqrt()), batch);
  }

  @Override
  protected NDArray doMean() {
    return run().zeros(eventShape());
  }

  @Override
  protected NDArray doVariance() {
    return run().full(1.0 / size, eventShape());
  }

  @Override
  public SphericalUniform withParameters(UnaryOperator<NDArray> operator) {
    return new SphericalUniform(operator.apply(logArea), size);
  }

  @Override
  public String toString() {
    return "SphericalUniform(" + size + ")";
  }
}
