package org.ppl4j.infer.autoguide;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.ppl4j.Ppl;
import org.ppl4j.Program;
import org.ppl4j.distributions.Distribution;
import org.ppl4j.distributions.MultivariateNormal;
import org.ppl4j.infer.approximation.NormalApproximation;
import org.ppl4j.infer.latent.Initializer;
import org.ppl4j.tensor.Run;
import org.ppl4j.tensor.Tensors;

/**
 * One normal distribution of full covariance in unconstrained space for all continuous latent sites
 * of a model: it follows every linear dependence between them.
 *
 * <p>Parameters: {@code auto.loc} (D) and {@code auto.scaleTril} (D, D), the lower Cholesky factor
 * of the covariance. A step costs D² multiplications a draw and D (D + 1) / 2 parameters to update.
 * Starts at the {@link Initializer}'s values with independent elements of scale 0.1, as Pyro's; or
 * at a normal distribution that it is told to {@linkplain #start start} at, location and
 * covariance, with z = m + L (loc + scaleTril · ε), L the Cholesky factor of that covariance.
 *
 * <p>Source: Kucukelbir et al., "Automatic differentiation variational inference" (2017), section
 * 2.5 (full-rank).
 *
 * @param <D> the data of the model
 */
public final class AutoMultivariateNormal<D extends @Nullable Object>
    extends JointGuide<D, AutoMultivariateNormal<D>> {

  private final double[] startTril; // of the covariance to start at; empty if there is none

  private AutoMultivariateNormal(Program<D> model, GuideSettings<D> settings) {
    super(model, settings);
    NormalApproximation start = settings.start();
    this.startTril = start == null ? new double[0] : start.scaleTril();
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
    return MultivariateNormal.of(loc(p, initialLoc), placed(p.run(), scaleTril(p, size), size));
  }

  private NDArray placed(Run run, NDArray scaleTril, int size) {
    return startTril.length == 0 ? scaleTril : Tensors.matMul(factor(run, size), scaleTril);
  }

  private NDArray factor(Run run, int size) {
    return run.create(startTril, new Shape(size, size));
  }

  @Override
  NDArray placedLoc(Run run, NDArray loc) {
    NormalApproximation start = settings().start();
    return start == null
        ? loc
        : Tensors.matVec(factor(run, start.size()), loc)
            .add(run.create(start.location(), new Shape(start.size())));
  }
}
