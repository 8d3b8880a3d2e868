package org.ppl4j.infer.autoguide;

import static com.google.common.base.Preconditions.checkArgument;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import com.google.common.collect.ImmutableMap;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.ppl4j.ParamStore;
import org.ppl4j.Ppl;
import org.ppl4j.Program;
import org.ppl4j.constraints.Constraint;
import org.ppl4j.distributions.Distribution;
import org.ppl4j.distributions.LowRankMultivariateNormal;
import org.ppl4j.tensor.Run;

/**
 * One normal distribution in unconstrained space for all continuous latent sites of a model, whose
 * covariance is a diagonal and a matrix of low rank, W Wᵀ + diag(d): between {@link AutoNormal} and
 * {@link AutoMultivariateNormal} in what it follows and in what it costs.
 *
 * <p>Parameters: {@code auto.loc} (D), {@code auto.factor} (D, R), W, and {@code auto.diagonal}
 * (D), d. Starts at the {@link Initializer}'s values with scale 0.1, half of its variance from each
 * part, as Pyro's.
 *
 * @param <D> the data of the model
 */
public final class AutoLowRankMultivariateNormal<D extends @Nullable Object> extends JointGuide<D> {

  private final int rank;

  private AutoLowRankMultivariateNormal(
      Program<D> model,
      Initializer initializer,
      double initialScale,
      String prefix,
      ImmutableMap<String, Function<D, NDArray>> rows,
      int rank) {
    super(model, initializer, initialScale, prefix, rows);
    checkArgument(
        rank >= 1, "guide 'AutoLowRankMultivariateNormal' has rank %s, but needs at least 1", rank);
    this.rank = rank;
  }

  /**
   * The guide of a model.
   *
   * @param rank the number of columns of W
   * @throws IllegalArgumentException if it is below 1
   */
  public static <D extends @Nullable Object> AutoLowRankMultivariateNormal<D> of(
      Program<D> model, int rank) {
    return new AutoLowRankMultivariateNormal<>(
        model, Initializer.uniform(), 0.1, "auto", ImmutableMap.of(), rank);
  }

  /** Starting at these values; a new guide. */
  public AutoLowRankMultivariateNormal<D> initializer(Initializer initializer) {
    return new AutoLowRankMultivariateNormal<>(
        model, initializer, initialScale, prefix, rows, rank);
  }

  /**
   * Starting with this scale; a new guide.
   *
   * @throws IllegalArgumentException if it is not positive
   */
  public AutoLowRankMultivariateNormal<D> initialScale(double scale) {
    return new AutoLowRankMultivariateNormal<>(model, initializer, scale, prefix, rows, rank);
  }

  /** With another name before those of its parameters than {@code auto}; a new guide. */
  public AutoLowRankMultivariateNormal<D> prefix(String prefix) {
    return new AutoLowRankMultivariateNormal<>(
        model, initializer, initialScale, prefix, rows, rank);
  }

  /** With the rows of a plate that the caller chooses, as {@link AutoNormal#plate}; a new guide. */
  public AutoLowRankMultivariateNormal<D> plate(String name, Function<D, NDArray> indices) {
    return new AutoLowRankMultivariateNormal<>(
        model, initializer, initialScale, prefix, with(name, indices), rank);
  }

  @Override
  Distribution joint(Ppl p, int size, Supplier<NDArray> initialLoc) {
    NDArray loc = p.param(prefix + ".loc", initialLoc);
    double half = initialScale * Math.sqrt(0.5);
    NDArray factor =
        p.param(
            prefix + ".factor",
            () ->
                p.initialNoise(prefix + ".factor")
                    .normal(p.run(), new Shape(size, rank))
                    .mul(half / Math.sqrt(rank)));
    NDArray diagonal =
        p.param(
            prefix + ".diagonal",
            () -> p.run().full(half * half, new Shape(size)),
            Constraint.POSITIVE);
    return LowRankMultivariateNormal.of(loc, factor, diagonal);
  }

  @Override
  NDArray jointMedian(Run run, ParamStore params, int size) {
    return run.create(params.value(prefix + ".loc"), new Shape(size));
  }
}
