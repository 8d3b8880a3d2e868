package org.ppl4j.infer.autoguide;

import static com.google.common.base.Preconditions.checkArgument;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.ppl4j.Ppl;
import org.ppl4j.Program;
import org.ppl4j.distributions.Distribution;
import org.ppl4j.distributions.Normal;
import org.ppl4j.infer.latent.Initializer;
import org.ppl4j.params.ParamStore;
import org.ppl4j.tensor.Run;

/**
 * Independent normal distributions in unconstrained space, one for each element of each continuous
 * latent site of a model: the mean-field guide.
 *
 * <pre>{@code
 * z = loc + scale · ε,  ε ~ N(0, I)   one draw (D) for all sites together
 * x = bijection(z)                    site by site
 * log q(x) = log N(z; loc, scale) − log |det Jacobian|
 * }</pre>
 *
 * <p>Parameters: {@code auto.loc} (D) and {@code auto.scale} (D), positive, where D is the total
 * number of unconstrained elements, in the order of the model's sites. Its draw is the auxiliary
 * site {@code auto.latent}. It costs few operations whatever the number of sites.
 *
 * <p>A site {@code x} of which a step sees some rows only stands outside of these: its parameters
 * are {@code auto.loc.x} and {@code auto.scale.x}, with all rows, and it is drawn in its plates.
 *
 * <p>A fit starts it where {@link org.ppl4j.infer.approximation.Pathfinder} leads to, and it learns
 * in these units ({@linkplain #start start}); or else it starts at the {@link Initializer}'s values
 * with scale 0.1, as Pyro's.
 *
 * <p>Source: Kucukelbir et al., "Automatic differentiation variational inference" (2017).
 *
 * @param <D> the data of the model
 */
public final class AutoNormal<D extends @Nullable Object> extends JointGuide<D, AutoNormal<D>> {

  private AutoNormal(Program<D> model, GuideSettings<D> settings) {
    super(model, settings);
  }

  /** The mean-field guide of a model. */
  public static <D extends @Nullable Object> AutoNormal<D> of(Program<D> model) {
    return new AutoNormal<>(model, GuideSettings.standard());
  }

  @Override
  protected AutoNormal<D> with(Program<D> model, GuideSettings<D> settings) {
    return new AutoNormal<>(model, settings);
  }

  @Override
  protected Distribution joint(Ppl p, int size, Supplier<NDArray> initialLoc) {
    return Normal.of(loc(p, initialLoc), scale(p, size)).toEvent(1);
  }

  private NDArray jointQuantile(Run run, ParamStore params, int size, double q) {
    NDArray u = quantile(run, q, params, "", new Shape(size));
    return placing(run, params, size).forward(u).value();
  }

  /**
   * The quantiles of all sites, by name, row by row of the site's shape: those of the normal
   * distribution, mapped to the support element by element (exact where the bijection is).
   *
   * @param q from 0 to 1, both exclusive
   * @throws IllegalStateException if the guide has not been run with this store
   */
  public Map<String, double[]> quantiles(ParamStore params, double q) {
    checkArgument(q > 0 && q < 1, "quantile is asked for %s, but must be between 0 and 1", q);
    return values(params, (run, store, size) -> jointQuantile(run, store, size, q), q);
  }
}
