package org.ppl4j.infer.autoguide;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import com.google.common.collect.ImmutableMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.ppl4j.Ppl;
import org.ppl4j.Program;
import org.ppl4j.distributions.Delta;
import org.ppl4j.infer.latent.Initializer;
import org.ppl4j.infer.latent.LatentSite;
import org.ppl4j.infer.latent.LatentSpace;
import org.ppl4j.params.ParamStore;
import org.ppl4j.tensor.Run;
import org.ppl4j.tensor.RunConfig;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.transforms.Mapped;

/**
 * A point for each continuous latent site of a model. Fitting it finds the maximum of the posterior
 * density (MAP) in the constrained space, as Pyro's does. A density that grows without bound, as
 * that of a hierarchical model towards a scale of 0, has none: the fit's report says whether it
 * ended at one.
 *
 * <p>A fit begins it where {@link org.ppl4j.infer.mcmc.NormalStart searches} lead to, and it learns
 * in the units of the normal distribution found there, so that those of the data do not matter: its
 * one parameter is {@code auto.loc} (D), u of the joint unconstrained vector m + A u; m and A are
 * buffers of the store, {@code auto.start.*}. {@link #median} has the values.
 *
 * <p>Told where to start ({@link #initializer}), or where there is no such start (the model has
 * parameters of its own, sites of which a step sees some rows only, or more than 1,000 numbers),
 * its parameters are for each site {@code x} one {@code auto.x} of the site's shape, in its
 * support; with all rows of its plates, should a step see some of them only. They start at the
 * {@link Initializer}'s values ({@link Initializer#uniform()}).
 *
 * @param <D> the data of the model
 */
public final class AutoDelta<D extends @Nullable Object> extends AutoGuide<D, AutoDelta<D>> {

  private static final String LOC = "loc";

  private final Placement placement;

  private AutoDelta(Program<D> model, GuideSettings<D> settings) {
    super(model, settings);
    this.placement = new Placement(parameter("start"));
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
  boolean wantsStart(ParamStore params) {
    return settings().isToldNoStart()
        && !placement.isIn(params)
        && params.names().stream().noneMatch(name -> name.startsWith(parameter("")));
  }

  @Override
  void begin(ParamStore params, RunConfig config, DefaultStart start) {
    start
        .global(settings().sites())
        .ifPresent(
            own -> {
              try (Run run = Run.open(config, 0)) {
                placement.put(run, params, own, true);
              }
            });
  }

  @Override
  public void run(Ppl p, D data) {
    LatentSpace space = space(p, data);
    List<NDArray> values = values(p, data, space);
    for (int i = 0; i < values.size(); i++) {
      LatentSite site = space.sites().get(i);
      NDArray value = values.get(i);
      int eventDims = site.event().dimension();
      site.sample(
          p,
          spec -> opening(spec, data),
          rows -> Delta.of(site.isLocal() ? rows.take(value, eventDims) : value, eventDims));
    }
  }

  /** The points, site by site. */
  private List<NDArray> values(Ppl p, D data, LatentSpace space) {
    if (placement.isIn(p.params())) {
      Shape shape = new Shape(space.size());
      NDArray loc = p.param(parameter(LOC), () -> p.run().zeros(shape));
      return placed(p.run(), p.params(), space, loc);
    }
    return space.sites().stream()
        .map(
            site ->
                p.param(
                    parameter(site.name()),
                    () -> initial(p, data, List.of(site)).get(0),
                    site.support()))
        .toList();
  }

  /** The points at a vector (D) in the units of the start. */
  private List<NDArray> placed(Run run, ParamStore params, LatentSpace space, NDArray loc) {
    NDArray z = placement.transform(run, params, space.size(), true).forward(loc).value();
    return space.constrain(z).values().stream().map(Mapped::value).toList();
  }

  @Override
  public Map<String, double[]> median(ParamStore params) {
    LatentSpace space = space(params);
    ImmutableMap.Builder<String, double[]> values = ImmutableMap.builder();
    if (!placement.isIn(params)) {
      for (LatentSite site : space.sites()) {
        values.put(site.name(), params.value(parameter(site.name())));
      }
      return values.buildOrThrow();
    }
    try (Run run = Run.open(params.config().orElseGet(RunConfig::defaults), 0)) {
      return run.withoutGradients(
          () -> {
            NDArray loc = run.create(params.value(parameter(LOC)), new Shape(space.size()));
            List<NDArray> points = placed(run, params, space, loc);
            for (int i = 0; i < points.size(); i++) {
              values.put(space.names().get(i), Tensors.values(points.get(i)));
            }
            return values.buildOrThrow();
          });
    }
  }
}
