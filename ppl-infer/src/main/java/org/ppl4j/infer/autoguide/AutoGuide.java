package org.ppl4j.infer.autoguide;

import static com.google.common.base.Preconditions.checkArgument;
import static com.google.common.base.Preconditions.checkState;
import static java.util.Objects.requireNonNull;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import com.google.common.collect.Iterables;
import com.google.common.collect.MapMaker;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.ppl4j.BoundData;
import org.ppl4j.PlateSpec;
import org.ppl4j.Ppl;
import org.ppl4j.Program;
import org.ppl4j.SampleSite;
import org.ppl4j.Trace;
import org.ppl4j.infer.latent.Initializer;
import org.ppl4j.infer.latent.LatentSite;
import org.ppl4j.infer.latent.LatentSpace;
import org.ppl4j.infer.latent.ModelBased;
import org.ppl4j.infer.latent.Start;
import org.ppl4j.params.ParamStore;
import org.ppl4j.tensor.Run;
import org.ppl4j.tensor.RunConfig;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.tensor.internal.table.Shapes;

/**
 * A guide that is made from a model. It executes the model once for each store, at the values of
 * its {@link Initializer}, to learn the latent sites; from then on it draws them without the model.
 *
 * <p>A site in a plate of which a step sees some rows only has parameters for all rows, and a step
 * uses those of the rows that it sees. Where the library draws the rows, the guide sees the same
 * ones as the model; where the caller chooses them ({@code PlateSpec.indices}, or {@code given}
 * with data that hold them), {@code guide.plate("rows", data -> indices)} says which they are.
 *
 * <p>So the latent sites and their shapes must stay the same from step to step, and their supports
 * too but for a {@link JointGuide}; a model whose latent shapes depend on the data needs one store
 * for each shape of data.
 *
 * <p>A guide of your own extends this, or {@link JointGuide} if it draws one vector for all sites;
 * it draws each {@link LatentSite} of {@link #space}.
 *
 * @param <D> the data of the model
 * @param <G> the guide's own type
 */
public abstract class AutoGuide<D extends @Nullable Object, G extends AutoGuide<D, G>>
    implements ModelBased<D> {

  private static final String STANDARD = GuideSettings.standard().prefix();

  private final Program<D> model;
  private final GuideSettings<D> settings;
  private final ConcurrentMap<ParamStore, LatentSpace> known = new MapMaker().weakKeys().makeMap();

  /** A guide of a model. */
  protected AutoGuide(Program<D> model, GuideSettings<D> settings) {
    this.model = requireNonNull(model, "model");
    this.settings = requireNonNull(settings, "settings");
  }

  /** The same guide of the same model with other settings. */
  protected abstract G with(Program<D> model, GuideSettings<D> settings);

  // --- settings

  /** Starting at these values; a new guide. */
  public final G initializer(Initializer initializer) {
    return with(model, settings.withInitializer(initializer));
  }

  /** With another name before those of its parameters than {@code auto}; a new guide. */
  public final G prefix(String prefix) {
    return with(model, settings.withPrefix(prefix));
  }

  /** What the names of its parameters begin with: {@code auto} unless set. */
  public final String prefix() {
    return settings.prefix();
  }

  /**
   * With the rows of a plate that the caller chooses; a new guide.
   *
   * @param name the plate, which the model opens by {@code PlateSpec.indices} or {@code given}
   * @param indices of the data, int64 {@code (B)}: the rows that they see
   */
  public final G plate(String name, Function<D, NDArray> indices) {
    return with(model, settings.withPlate(name, indices));
  }

  /** The model; for a subclass's settings of its own. */
  protected final Program<D> model() {
    return model;
  }

  /** The settings. */
  protected final GuideSettings<D> settings() {
    return settings;
  }

  /** The name of one of the guide's parameters: the prefix, a dot, {@code name}. */
  protected final String parameter(String name) {
    return settings.prefix() + "." + name;
  }

  /** The same guide of some of the model's sites, with its parameters under a name of their own. */
  final G part(Predicate<SampleSite> sites, String prefix) {
    checkArgument(
        settings.layers() == null,
        "%s has stochastic layers, which move all latent values, and is to draw some of them; leave"
            + " the layers out",
        owner());
    GuideSettings<D> some = settings.withSites(sites);
    return with(model, settings.prefix().equals(STANDARD) ? some.withPrefix(prefix) : some);
  }

  /** The guide's name, in errors. */
  final String owner() {
    return "guide '%s'".formatted(getClass().getSimpleName());
  }

  // --- where it starts

  /** Unless it was told where to start, where {@link DefaultStart} is, if it has use for that. */
  @Override
  public final Optional<String> begin(ParamStore params, RunConfig config, BoundData<D> data) {
    return wantsStart(params)
        ? DefaultStart.begin(
            modelOfStart(), data, config, startsRows(), start -> begin(params, config, start))
        : Optional.empty();
  }

  /** Whether it has use for a start: no unless a guide says otherwise. */
  boolean wantsStart(ParamStore params) {
    return false;
  }

  /** Whether it has use for one where a step sees some rows only of a site. */
  boolean startsRows() {
    return false;
  }

  /** The model whose start it has use for. */
  Program<D> modelOfStart() {
    return model;
  }

  /** Keeps in the store what it needs of a start of the whole model, before its first execution. */
  void begin(ParamStore params, RunConfig config, DefaultStart start) {}

  // --- the model's latent sites

  /** Whether it has met a store. */
  final boolean isKnown(ParamStore params) {
    return known.containsKey(params);
  }

  /** The latent sites, found by executing the model if this store is new to the guide. */
  protected final LatentSpace space(Ppl p, D data) {
    LatentSpace space = known.get(p.params());
    if (space == null) {
      space = space(start(p, data));
      known.put(p.params(), space);
    }
    return space;
  }

  /**
   * The latent sites of a fit that has begun.
   *
   * @throws IllegalStateException if it has not
   */
  protected final LatentSpace space(ParamStore params) {
    LatentSpace space = known.get(params);
    checkState(
        space != null, "%s has not been run with this parameter store; fit it first", owner());
    return space;
  }

  private LatentSpace space(Start start) {
    checkRows(start.trace());
    LatentSpace space = start.space(owner(), told(), settings.sites());
    boolean isOfAll = Iterables.size(start.trace().latents()) == space.sites().size();
    if (!isOfAll || !placesMoving(space)) {
      space.sites().forEach(site -> site.checkStays(owner()));
    }
    return space;
  }

  /**
   * Whether it maps all sites of a model to supports as they are in each run: no unless a guide
   * says otherwise.
   */
  boolean placesMoving(LatentSpace space) {
    return false;
  }

  /** The plates whose rows it knows of by itself, or is told. */
  Set<String> told() {
    return settings.rows().keySet();
  }

  private void checkRows(Trace trace) {
    for (String name : settings.rows().keySet()) {
      checkArgument(
          trace.plates().stream()
              .anyMatch(
                  plate ->
                      plate.name().equals(name)
                          && (plate.spec().isIndexed() || plate.spec().isGiven())),
          "%s was told the rows of plate '%s', but the model opens no plate of this name"
              + " with PlateSpec.indices or given; its plates are %s",
          owner(),
          name,
          trace.plates());
    }
  }

  /** How the guide opens a plate of a site. */
  protected final PlateSpec opening(PlateSpec spec, D data) {
    Function<D, NDArray> indices = settings.rows().get(spec.name());
    return indices == null ? spec : spec.indices(indices.apply(data));
  }

  private Start start(Ppl p, D data) {
    return Start.of(p, model, data, settings.initializer());
  }

  /** The initial values of sites, each {@code (batch, event)} with all rows. */
  protected final List<NDArray> initial(Ppl p, D data, List<LatentSite> sites) {
    return initial(p, data, sites, start(p, data).trace());
  }

  /** The same in unconstrained space, in one vector. */
  final NDArray initialVector(Ppl p, D data, LatentSpace space) {
    Trace trace = start(p, data).trace();
    List<NDArray> values = initial(p, data, space.sites(), trace);
    return p.run().withoutGradients(() -> space.in(trace).unconstrain(values));
  }

  private List<NDArray> initial(Ppl p, D data, List<LatentSite> sites, Trace trace) {
    return p.run()
        .withoutGradients(() -> sites.stream().map(site -> initial(p, data, site, trace)).toList());
  }

  private NDArray initial(Ppl p, D data, LatentSite latent, Trace trace) {
    SampleSite site = trace.site(latent.name());
    NDArray value =
        p.run()
            .bind(site.value())
            .broadcast(Shapes.concat(site.distribution().batchShape(), latent.event()));
    for (PlateSpec spec : latent.plates()) {
      Function<D, NDArray> indices = settings.rows().get(spec.name());
      if (indices != null) {
        double[] seen = Tensors.values(p.run().bind(indices.apply(data)));
        NDArray order = p.run().create(places(seen, spec.size()), new Shape(spec.size()));
        value = Tensors.select(value, order, spec.dim() - latent.event().dimension());
      }
    }
    return value;
  }

  /** For each row its place among those seen; those not seen take the seen ones in turn. */
  private static long[] places(double[] seen, long size) {
    long[] places = new long[Math.toIntExact(size)];
    Arrays.setAll(places, i -> i % seen.length);
    for (int i = 0; i < seen.length; i++) {
      places[(int) seen[i]] = i;
    }
    return places;
  }

  @Override
  public final void checkUnchanged(Run run, ParamStore params, D data, RuntimeException cause) {
    LatentSpace known = this.known.get(params);
    if (known == null) {
      return;
    }
    run.cutLongScans();
    List<LatentSite> before = known.sites();
    Start start = Start.of(run, params, model, data, settings.initializer());
    List<LatentSite> now = space(start).sites();
    for (int i = 0; i < Math.max(before.size(), now.size()); i++) {
      LatentSite was = i < before.size() ? before.get(i) : null;
      LatentSite is = i < now.size() ? now.get(i) : null;
      if (was == null || is == null || !isSame(was, is)) {
        throw new IllegalArgumentException(
            "the model's latent sites have changed: %s was made for %s, but now there"
                    .formatted(owner(), describe(was))
                + " is %s; use one parameter store for each shape of data, or put the rows in"
                    .formatted(describe(is))
                + " a plate whose size does not change",
            cause);
      }
    }
  }

  /** Whether a site is, for this guide, what it was. */
  boolean isSame(LatentSite was, LatentSite is) {
    return was.sameAs(is);
  }

  private static String describe(@Nullable LatentSite site) {
    if (site == null) {
      return "no further site";
    }
    StringBuilder text =
        new StringBuilder(
            "sample site '%s' of batch shape %s and event shape %s"
                .formatted(site.name(), site.batch(), site.event()));
    for (PlateSpec plate : site.plates()) {
      if (plate.batch() < plate.size()) {
        text.append(" with %s rows of plate '%s' a step".formatted(plate.batch(), plate.name()));
      }
    }
    return text.toString();
  }

  /**
   * The medians of all sites, by name, row by row of the site's shape.
   *
   * @throws IllegalStateException if the guide has not been run with this store
   */
  public abstract Map<String, double[]> median(ParamStore params);

  /** Its sites, once it has been run, and what the names of its parameters begin with. */
  @Override
  public String toString() {
    String sites =
        known.values().stream()
            .findFirst()
            .map(
                space ->
                    "%d %s of %s"
                        .formatted(
                            space.size(),
                            space.size() == 1 ? "number" : "numbers",
                            String.join(", ", space.names())))
            .orElse("not run yet");
    return "%s: %s; parameters %s.*"
        .formatted(getClass().getSimpleName(), sites, settings.prefix());
  }
}
