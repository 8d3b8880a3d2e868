package org.ppl4j.infer.autoguide;

import static com.google.common.base.Preconditions.checkArgument;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.ppl4j.Ppl;
import org.ppl4j.Program;
import org.ppl4j.constraints.Constraint;
import org.ppl4j.distributions.Distribution;
import org.ppl4j.distributions.LowRankMultivariateNormal;
import org.ppl4j.infer.latent.Initializer;

/**
 * One normal distribution in unconstrained space for all continuous latent sites of a model, whose
 * covariance is a diagonal and a matrix of low rank, W Wᵀ + diag(d): between {@link AutoNormal} and
 * {@link AutoMultivariateNormal} in what it follows and in what it costs.
 *
 * <p>Parameters: {@code auto.loc} (D), {@code auto.factor} (D, R), W, and {@code auto.diagonal}
 * (D), d. A fit starts it where {@link org.ppl4j.infer.approximation.Pathfinder} leads to, with the
 * deviations of each element given all others, and it learns in these units ({@linkplain #start
 * start}); or else it starts at the {@link Initializer}'s values with scale 0.1. Half of the
 * variance is from each part at first, as Pyro's.
 *
 * @param <D> the data of the model
 */
public final class AutoLowRankMultivariateNormal<D extends @Nullable Object>
    extends JointGuide<D, AutoLowRankMultivariateNormal<D>> {

  private final int rank;

  private AutoLowRankMultivariateNormal(Program<D> model, GuideSettings<D> settings, int rank) {
    super(model, settings);
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
    return new AutoLowRankMultivariateNormal<>(model, GuideSettings.standard(), rank);
  }

  @Override
  protected AutoLowRankMultivariateNormal<D> with(Program<D> model, GuideSettings<D> settings) {
    return new AutoLowRankMultivariateNormal<>(model, settings, rank);
  }

  @Override
  protected Distribution joint(Ppl p, int size, Supplier<NDArray> initialLoc) {
    NDArray loc = loc(p, initialLoc);
    double half = initialScale(p.params()) * Math.sqrt(0.5);
    String name = parameter("factor");
    NDArray factor =
        p.param(
            name,
            () ->
                p.initialNoise(name)
                    .normal(p.run(), new Shape(size, rank))
                    .mul(half / Math.sqrt(rank)));
    NDArray diagonal =
        p.param(
            parameter("diagonal"),
            () -> p.run().full(half * half, new Shape(size)),
            Constraint.POSITIVE);
    return LowRankMultivariateNormal.of(loc, factor, diagonal);
  }
}
