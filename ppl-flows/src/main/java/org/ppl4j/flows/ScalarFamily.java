package org.ppl4j.flows;

import ai.djl.ndarray.NDArray;
import java.util.List;
import org.ppl4j.constraints.Constraint;
import org.ppl4j.tensor.file.Family;
import org.ppl4j.transforms.Transform;

/**
 * A family of monotone maps of one number, each given by a vector of P unconstrained numbers: what
 * {@link Elementwise}, {@link Coupling} and {@link Autoregressive} layers apply to each coordinate.
 *
 * <p>A vector of zeros stands for the identity, or for the map nearest to it that the family has,
 * so that a layer whose network puts out 0 at first starts there.
 */
public interface ScalarFamily {

  /** How many numbers choose a map: P. */
  int parameters();

  /**
   * The maps that vectors of parameters choose.
   *
   * @param parameters {@code (*, P)}, unconstrained
   * @return a transform of numbers {@code (*)}, an event of no dims; batches broadcast
   */
  Transform map(NDArray parameters);

  /** Where its maps take numbers from, and to: all numbers unless the family says otherwise. */
  default Constraint domain() {
    return Constraint.REAL;
  }

  /**
   * {@link Transform#iterations} of each map: how long its inverse is searched; 0 for a formula.
   */
  default int iterations() {
    return 0;
  }

  /** Whether the derivative of each map is continuous: a density through it has no jumps. */
  default boolean hasContinuousDerivative() {
    return true;
  }

  /**
   * Whether each map is a line far out, so that nearly every number has a finite image; a map that
   * grows like a power or an exponential is none, nor is one of a circle.
   */
  default boolean hasLinearTails() {
    return true;
  }

  /**
   * What files name it: its class, of version 1, unless it says otherwise. The version is raised in
   * the class where the same parameters come to choose other maps, so that files of before are
   * refused and not read as something else.
   */
  default List<Family> families() {
    return List.of(Family.of(getClass(), 1));
  }

  /**
   * The same maps by parameters that count less or more: their gain is that times 4 to the tanh of
   * one more parameter, which comes before them.
   *
   * <p>What a network learns of maps with a gain of 0.1 follows ten times as slowly as what it
   * learns of others; where that proves of use its gain grows. And what of a map is taken back is
   * taken back as a whole, also where no number says so.
   *
   * @throws IllegalArgumentException if it is not positive and finite
   */
  default ScalarFamily gain(double gain) {
    return new GainedFamily(this, gain);
  }

  /**
   * This map, then one of another family, whose parameters come behind these. Where data come to a
   * location and scale first, and to a shape then, layers {@linkplain
   * org.ppl4j.nn.NamedTensors#prefer prefer} those of a normal distribution.
   */
  default ScalarFamily then(ScalarFamily next) {
    return new ScalarFamilies(this, next);
  }
}
