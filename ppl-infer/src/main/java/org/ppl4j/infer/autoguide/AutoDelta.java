package org.ppl4j.infer.autoguide;

import ai.djl.ndarray.NDArray;
import com.google.common.collect.ImmutableMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.ppl4j.Ppl;
import org.ppl4j.Program;
import org.ppl4j.distributions.Delta;
import org.ppl4j.infer.latent.Initializer;
import org.ppl4j.infer.latent.LatentSite;
import org.ppl4j.params.ParamStore;

/**
 * A point for each continuous latent site of a model. Fitting it finds the maximum of the posterior
 * density (MAP) in the constrained space, as Pyro's does. A density that grows without bound, as
 * that of a hierarchical model towards a scale of 0, has none: the fit's report says whether it
 * ended at one.
 *
 * <p>Parameters: for each site {@code x} one {@code auto.x} of the site's shape, in its support;
 * with all rows of its plates, should a step see some of them only. Starts at the {@link
 * Initializer}'s values ({@link Initializer#uniform()}).
 *
 * @param <D> the data of the model
 */
public final class AutoDelta<D extends @Nullable Object> extends AutoGuide<D, AutoDelta<D>> {

  private AutoDelta(Program<D> model, GuideSettings<D> settings) {
    super(model, settings);
  }

  /** The guide of points of a model. */
  public static <D extends @Nullable Object> AutoDelta<D> of(Program<D> model) {
    return new AutoDelta<>(model, GuideSettings.standard());
  }

  @Override
  protected AutoDelta<D> with(Program<D> model, GuideSettings<D> settings) {
    return new AutoDelta<>(model, settings);
  }

  @Override
  public void run(Ppl p, D data) {
    for (LatentSite site : space(p, data).sites()) {
      NDArray value =
          p.param(
              parameter(site.name()), () -> initial(p, data, List.of(site)).get(0), site.support());
      int eventDims = site.event().dimension();
      site.sample(
          p,
          spec -> opening(spec, data),
          rows -> Delta.of(site.isLocal() ? rows.take(value, eventDims) : value, eventDims));
    }
  }

  @Override
  public Map<String, double[]> median(ParamStore params) {
    ImmutableMap.Builder<String, double[]> values = ImmutableMap.builder();
    for (LatentSite site : space(params).sites()) {
      values.put(site.name(), params.value(parameter(site.name())));
    }
    return values.buildOrThrow();
  }
}
