package org.ppl4j.infer.latent;

import static com.google.common.base.Preconditions.checkArgument;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import com.google.common.collect.ImmutableMap;
import java.io.Serializable;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.ppl4j.SampleSite;
import org.ppl4j.tensor.Rng;
import org.ppl4j.tensor.Run;

/**
 * Where a guide or a chain starts: a value for each latent site of the model, site by site in the
 * order of the program, so that a site's distribution knows the values before it.
 *
 * <p>They start at {@link #uniform()} unless told otherwise: near, and where every value is
 * allowed, whatever the priors are. If the model's log density, or its gradient in unconstrained
 * space, is not finite at the values of one attempt, the next is made. All noise depends on the
 * seed, the attempt and the site's name alone.
 */
public interface Initializer extends Serializable {

  /**
   * The value of one site.
   *
   * @param site on its way out, with its distribution expanded to the plates
   * @param run the run that the value is to belong to
   * @param rng a stream of noise of this site and attempt
   * @return {@code (batch, event)}, in the support
   */
  NDArray value(SampleSite site, Run run, Rng rng);

  /** How many attempts make sense; 1 if each would give the same values. */
  default int attempts() {
    return 1;
  }

  /**
   * What one of the attempts starts by: this, unless later attempts are to be others than the first
   * ones but for their noise.
   *
   * @param number from 0
   */
  default Initializer attempt(int number) {
    return this;
  }

  /** Whether all attempts are made and the one of greatest log density is taken. */
  default boolean takesBest() {
    return false;
  }

  /** The same with other noise, so that several starts differ; as many attempts. */
  default Initializer withNoise(UnaryOperator<Rng> noise) {
    return new Initializers.OtherNoise(this, noise);
  }

  /**
   * The elementwise median of 15 draws of each site's distribution given the sites before, as
   * Pyro's; {@link #feasible()} for sites with event dims, whose median means nothing. Of a vague
   * prior it may be as far out as the prior's mass.
   */
  static Initializer median() {
    return Initializers.MEDIAN;
  }

  /** The mean of each site's distribution; {@link #median()} where it has none. */
  static Initializer mean() {
    return Initializers.MEAN;
  }

  /**
   * One draw of the model; of {@code n} draws that of the greatest log density.
   *
   * @throws IllegalArgumentException if {@code n} is less than 1
   */
  static Initializer sample(int n) {
    checkArgument(n >= 1, "initializer 'sample' has %s draws, but needs at least 1", n);
    return new Initializers.Sample(n);
  }

  /** {@link #uniform(double)} of radius 2, as Stan's; the default. */
  static Initializer uniform() {
    return Initializers.STAN;
  }

  /**
   * Uniform from −radius to radius in unconstrained space; up to 100 attempts, of which each after
   * the fiftieth halves the radius of the one before: where columns of data are large, as incomes
   * are, densities may be finite near 0 alone.
   *
   * @throws IllegalArgumentException if the radius is not positive
   */
  static Initializer uniform(double radius) {
    checkArgument(
        radius > 0, "initializer 'uniform' has radius %s, but it must be positive", radius);
    return new Initializers.Uniform(radius);
  }

  /**
   * Of each site, as chance has it, a draw of its distribution or {@link #uniform()}: for several
   * starts that are to find whatever modes there are, far out and near; up to 100 attempts.
   */
  static Initializer dispersed() {
    return Initializers.DISPERSED;
  }

  /** 0 in unconstrained space. */
  static Initializer feasible() {
    return Initializers.FEASIBLE;
  }

  /** These values by site, row by row; {@link #uniform()} for the others. */
  static Initializer value(Map<String, double[]> values) {
    return value(values, uniform());
  }

  /**
   * These values by site, row by row, and {@code others} for the sites that are not named. One
   * number fills a site of any shape.
   */
  static Initializer value(Map<String, double[]> values, Initializer others) {
    return new Initializers.Value(ImmutableMap.copyOf(values), others);
  }

  /** The shape of a site's value: batch and event. */
  static Shape shape(SampleSite site) {
    return Initializers.shape(site);
  }
}
