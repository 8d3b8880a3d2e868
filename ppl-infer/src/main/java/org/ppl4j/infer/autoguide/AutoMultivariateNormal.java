package org.ppl4j.infer.autoguide;

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
import org.ppl4j.distributions.MultivariateNormal;
import org.ppl4j.tensor.Run;

/**
 * One normal distribution of full covariance in unconstrained space for all continuous latent sites
 * of a model: it follows every linear dependence between them.
 *
 * <p>Parameters: {@code auto.loc} (D) and {@code auto.scaleTril} (D, D), the lower Cholesky factor
 * of the covariance. A step costs D² multiplications a draw and D (D + 1) / 2 parameters to update.
 * Starts at the {@link Initializer}'s values with independent elements of scale 0.1, as Pyro's.
 *
 * <p>Source: Kucukelbir et al., "Automatic differentiation variational inference" (2017), section
 * 2.5 (full-rank).
 *
 * @param <D> the data of the model
 */
public final class AutoMultivariateNormal<D extends @Nullable Object> extends JointGuide<D> {

  private AutoMultivariateNormal(
      Program<D> model,
      Initializer initializer,
      double initialScale,
      String prefix,
      ImmutableMap<String, Function<D, NDArray>> rows) {
    super(model, initializer, initialScale, prefix, rows);
  }

  /** The full-rank guide of a model. */
  public static <D extends @Nullable Object> AutoMultivariateNormal<D> of(Program<D> model) {
    return new AutoMultivariateNormal<>(
        model, Initializer.uniform(), 0.1, "auto", ImmutableMap.of());
  }

  /** Starting at these values; a new guide. */
  public AutoMultivariateNormal<D> initializer(Initializer initializer) {
    return new AutoMultivariateNormal<>(model, initializer, initialScale, prefix, rows);
  }

  /**
   * Starting with this scale; a new guide.
   *
   * @throws IllegalArgumentException if it is not positive
   */
  public AutoMultivariateNormal<D> initialScale(double scale) {
    return new AutoMultivariateNormal<>(model, initializer, scale, prefix, rows);
  }

  /** With another name before those of its parameters than {@code auto}; a new guide. */
  public AutoMultivariateNormal<D> prefix(String prefix) {
    return new AutoMultivariateNormal<>(model, initializer, initialScale, prefix, rows);
  }

  /** With the rows of a plate that the caller chooses, as {@link AutoNormal#plate}; a new guide. */
  public AutoMultivariateNormal<D> plate(String name, Function<D, NDArray> indices) {
    return new AutoMultivariateNormal<>(
        model, initializer, initialScale, prefix, with(name, indices));
  }

  @Override
  Distribution joint(Ppl p, int size, Supplier<NDArray> initialLoc) {
    NDArray loc = p.param(prefix + ".loc", initialLoc);
    NDArray scaleTril =
        p.param(
            prefix + ".scaleTril",
            () -> p.run().eye(size).mul(initialScale),
            Constraint.LOWER_CHOLESKY);
    return MultivariateNormal.of(loc, scaleTril);
  }

  @Override
  NDArray jointMedian(Run run, ParamStore params, int size) {
    return run.create(params.value(prefix + ".loc"), new Shape(size));
  }
}
