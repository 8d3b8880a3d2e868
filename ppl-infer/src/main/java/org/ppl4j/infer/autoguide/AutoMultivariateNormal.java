package org.ppl4j.infer.autoguide;

import ai.djl.ndarray.NDArray;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.ppl4j.Ppl;
import org.ppl4j.Program;
import org.ppl4j.distributions.Distribution;
import org.ppl4j.distributions.MultivariateNormal;
import org.ppl4j.infer.latent.Initializer;

/**
 * One normal distribution of full covariance in unconstrained space for all continuous latent sites
 * of a model: it follows every linear dependence between them.
 *
 * <p>Parameters: {@code auto.loc} (D) and {@code auto.scaleTril} (D, D), the lower Cholesky factor
 * of the covariance. A step costs D² multiplications a draw and D (D + 1) / 2 parameters to update.
 * A fit starts it where {@link org.ppl4j.infer.approximation.Pathfinder} leads to, location and
 * covariance, and it learns in these units ({@linkplain #start start}); or else it starts at the
 * {@link Initializer}'s values with independent elements of scale 0.1, as Pyro's.
 *
 * <p>Source: Kucukelbir et al., "Automatic differentiation variational inference" (2017), section
 * 2.5 (full-rank).
 *
 * @param <D> the data of the model
 */
public final class AutoMultivariateNormal<D extends @Nullable Object>
    extends JointGuide<D, AutoMultivariateNormal<D>> {

  private AutoMultivariateNormal(Program<D> model, GuideSettings<D> settings) {
    super(model, settings);
  }

  /** The full-rank guide of a model. */
  public static <D extends @Nullable Object> AutoMultivariateNormal<D> of(Program<D> model) {
    return new AutoMultivariateNormal<>(model, GuideSettings.standard());
  }

  @Override
  protected AutoMultivariateNormal<D> with(Program<D> model, GuideSettings<D> settings) {
    return new AutoMultivariateNormal<>(model, settings);
  }

  @Override
  protected Distribution joint(Ppl p, int size, Supplier<NDArray> initialLoc) {
    return MultivariateNormal.of(loc(p, initialLoc), scaleTril(p, size));
  }

  @Override
  protected boolean learnsInCovariance() {
    return true;
  }
}
