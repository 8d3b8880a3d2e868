package org.ppl4j.infer.autoguide;

import static com.google.common.base.Preconditions.checkArgument;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import com.google.common.collect.ImmutableMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.ppl4j.Ppl;
import org.ppl4j.Program;
import org.ppl4j.SampleSite;
import org.ppl4j.constraints.Constraint;
import org.ppl4j.distributions.Distribution;
import org.ppl4j.distributions.Normal;
import org.ppl4j.distributions.TransformedDistribution;
import org.ppl4j.infer.approximation.NormalApproximation;
import org.ppl4j.infer.latent.LatentSite;
import org.ppl4j.infer.latent.LatentSpace;
import org.ppl4j.infer.latent.RunDensity;
import org.ppl4j.infer.stochastic.PathDistribution;
import org.ppl4j.infer.stochastic.StochasticModule;
import org.ppl4j.infer.stochastic.Target;
import org.ppl4j.params.ParamStore;
import org.ppl4j.tensor.Run;
import org.ppl4j.tensor.RunConfig;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.transforms.Transform;

/**
 * A guide that draws one vector in unconstrained space for all continuous latent sites of a model,
 * from a distribution of a subclass's choice, and takes it apart.
 *
 * <pre>{@code
 * z ~ joint distribution              one draw (D) for all sites together
 * x = bijection(z)                    site by site
 * log q(x) = log q(z) − log |det Jacobian|
 * }</pre>
 *
 * <p>D is the total number of unconstrained elements, in the order of the model's sites; the draw
 * is the auxiliary site {@code auto.latent}. A site {@code x} of which a step sees some rows only
 * stands outside of it: independent normal distributions with parameters {@code auto.loc.x} and
 * {@code auto.scale.x}, with all rows, drawn in its plates, in the units of their {@linkplain
 * #start start} too.
 *
 * <p>A guide of your own says what its joint distribution is:
 *
 * <pre>{@code
 * final class HeavyGuide<D> extends JointGuide<D, HeavyGuide<D>> {
 *   HeavyGuide(Program<D> model, GuideSettings<D> settings) { super(model, settings); }
 *
 *   protected HeavyGuide<D> with(Program<D> model, GuideSettings<D> settings) {
 *     return new HeavyGuide<>(model, settings);
 *   }
 *
 *   protected Distribution joint(Ppl p, int size, Supplier<NDArray> initialLoc) {
 *     return StudentT.of(4, loc(p, initialLoc), scale(p, size)).toEvent(1);
 *   }
 * }
 * }</pre>
 *
 * @param <D> the data of the model
 * @param <G> the guide's own type
 */
public abstract class JointGuide<D extends @Nullable Object, G extends JointGuide<D, G>>
    extends AutoGuide<D, G> {

  private final Placement placement;

  /**
   * A guide of a model.
   *
   * @throws IllegalArgumentException if the initial scale is not positive
   */
  protected JointGuide(Program<D> model, GuideSettings<D> settings) {
    super(model, settings);
    checkArgument(
        settings.initialScale() > 0,
        "guide '%s' has initial scale %s, but it must be positive",
        getClass().getSimpleName(),
        settings.initialScale());
    this.placement = new Placement(parameter("start"));
  }

  /**
   * Starting with this scale; a new guide.
   *
   * @throws IllegalArgumentException if it is not positive
   */
  public final G initialScale(double scale) {
    return with(model(), settings().withInitialScale(scale));
  }

  /**
   * Starting at a normal distribution of the joint draw, as {@link
   * org.ppl4j.infer.approximation.LaplaceApproximation} and {@link
   * org.ppl4j.infer.approximation.Pathfinder} find it for the same model and data, and learning in
   * its units, so that those of the data do not matter; a new guide.
   *
   * <p>The guide's own distribution then is of u, with {@code auto.loc} 0 and {@code auto.scale} 1
   * at first, and its draw is z = m + A u, m the location. A are the deviations of each element
   * given all others, which independent elements are nearest with, or for a guide that {@linkplain
   * #learnsInCovariance follows dependence} the Cholesky factor of the covariance. Both are buffers
   * of the store, {@code auto.start.*}. Initializer and initial scale are not looked at, but for
   * sites that stand outside of the joint draw.
   *
   * <p>A fit begins a guide that was told nothing where {@link org.ppl4j.infer.mcmc.NormalStart
   * searches} lead to, sites that stand outside of the joint draw too, unless the model has
   * parameters of its own, rows that the caller chooses, or more than 1,000 numbers.
   */
  public final G start(NormalApproximation normal) {
    return with(model(), settings().withStart(normal));
  }

  /**
   * With stochastic layers behind its joint distribution, which move a draw towards the posterior
   * before it is placed, in the units of the {@linkplain #start start}; a new guide:
   *
   * <pre>{@code
   * AutoFlow.of(MODEL, flow).then(Langevin.of(0.1).repeat(10))
   * }</pre>
   *
   * <p>The joint distribution learns through them, by the bound of the paths, which is that of the
   * guide or below it; log weights of paths estimate the evidence without bias. Each layer executes
   * the model on all rows, so that a step costs as many models more as there are gradients. A model
   * with sites of which a step sees some rows only cannot have them, and the guide has no medians.
   *
   * <p>Layers that follow the posterior alone move draws, but not the bound: what leaves p as it is
   * and is its own backward kernel, such as {@link org.ppl4j.infer.stochastic.Mala}, weighs a path
   * from x to y by p(x) / p(y), so that the bound of the paths is the guide's. Levels between the
   * two, {@code Annealed.of(10).by(Mala.of(0.05))}, are what raises it. Neither brings back a mode
   * that the guide has left.
   *
   * <p>Source: Wu, Koehler and Noé, "Stochastic normalizing flows" (2020).
   */
  public final G then(StochasticModule layers) {
    return with(model(), settings().withLayers(layers));
  }

  /**
   * The distribution of the joint draw.
   *
   * @param size D
   * @param initialLoc where it starts, {@code (D)}
   * @return with batch shape () and event shape {@code (D)}
   */
  protected abstract Distribution joint(Ppl p, int size, Supplier<NDArray> initialLoc);

  /**
   * The medians, or what comes nearest, of the joint draw, {@code (D)}: the parameter {@code
   * auto.loc}, {@linkplain #placing placed}, unless a guide has another.
   *
   * @param size D
   */
  protected NDArray jointMedian(Run run, ParamStore params, int size) {
    NDArray loc = run.create(params.value(parameter("loc")), new Shape(size));
    return placing(run, params, size).forward(loc).value();
  }

  /**
   * Whether the joint distribution learns in the whole covariance of a start, and not in the
   * deviations of each element alone: no unless a guide says otherwise, since independent elements
   * would no longer be.
   */
  protected boolean learnsInCovariance() {
    return false;
  }

  /** The location (D): the parameter {@code auto.loc}, which begins at the initial values. */
  protected final NDArray loc(Ppl p, Supplier<NDArray> initialLoc) {
    return p.param(parameter("loc"), initialLoc);
  }

  /** The scale (D), positive: the parameter {@code auto.scale}, which begins at the initial one. */
  protected final NDArray scale(Ppl p, int size) {
    return p.param(
        parameter("scale"),
        () -> p.run().full(initialScale(p.params()), new Shape(size)),
        Constraint.POSITIVE);
  }

  /** What scales begin at: in the units of a start 1. */
  final double initialScale(ParamStore params) {
    return placement.isIn(params) ? 1 : settings().initialScale();
  }

  /**
   * From draws of the joint distribution (*, D) to the joint draw: the identity unless the guide is
   * at a {@linkplain #start start}.
   */
  protected final Transform placing(Run run, ParamStore params, int size) {
    return placement.transform(run, params, size, learnsInCovariance());
  }

  @Override
  final boolean wantsStart(ParamStore params) {
    return settings().isToldNoStart()
        && !placement.isIn(params)
        && params.names().stream().noneMatch(name -> name.startsWith(parameter("loc")));
  }

  /** Unless the caller chooses the rows, of which data hold some then, or layers need them all. */
  @Override
  final boolean startsRows() {
    return settings().rows().isEmpty() && settings().layers() == null;
  }

  @Override
  final void begin(ParamStore params, RunConfig config, DefaultStart start) {
    start.global(settings().sites()).ifPresent(own -> place(params, config, own));
    try (Run run = Run.open(config, 0)) {
      for (LatentSite site : start.space(settings().sites()).local().sites()) {
        Predicate<SampleSite> alone = each -> each.name().equals(site.name());
        rows(site).put(run, params, start.of(start.places(alone)), site.unconstrained());
      }
    }
  }

  /** Where the rows of a site start, which stand outside of the joint draw. */
  private Placement rows(LatentSite site) {
    return new Placement(parameter("start." + site.name()));
  }

  /** Places it where it is to start, before its first execution. */
  final void place(ParamStore params, RunConfig config, NormalApproximation start) {
    try (Run run = Run.open(config, 0)) {
      placement.put(run, params, start, learnsInCovariance());
    }
  }

  /**
   * The parameter {@code auto.scaleTril} (D, D), a lower Cholesky factor, which begins at the
   * initial scale on its diagonal.
   */
  protected final NDArray scaleTril(Ppl p, int size) {
    return p.param(
        parameter("scaleTril"),
        () -> p.run().eye(size).mul(initialScale(p.params())),
        Constraint.LOWER_CHOLESKY);
  }

  @Override
  public final void run(Ppl p, D data) {
    LatentSpace space = space(p, data);
    LatentSpace global = space.global();
    if (!global.isEmpty()) {
      placeAsTold(p, global);
      Distribution joint =
          moved(p, data, space, joint(p, global.size(), () -> start(p, data, global)));
      Distribution placed =
          placement.isIn(p.params())
              ? TransformedDistribution.of(joint, placing(p.run(), p.params(), global.size()))
              : joint;
      NDArray z = p.auxiliary(parameter("latent"), placed);
      new RunDensity<>(p.run(), p.params(), model(), data, global).space(z).sample(p, z);
    }
    for (LatentSite site : space.local().sites()) {
      sampleRows(p, data, site);
    }
  }

  /** Where one draw is of all sites: the model is executed at it for the supports. */
  @Override
  final boolean placesMoving(LatentSpace space) {
    return space.local().isEmpty();
  }

  /** Behind the stochastic layers, if there are any. */
  private Distribution moved(Ppl p, D data, LatentSpace space, Distribution joint) {
    StochasticModule layers = settings().layers();
    if (layers == null) {
      return joint;
    }
    Target target =
        PosteriorTarget.of(p, model(), data, space, placing(p.run(), p.params(), space.size()));
    return PathDistribution.of(joint, layers.between(joint::logProb, target));
  }

  /** A site of which a step sees some rows: a draw of those, inside its plates. */
  private void sampleRows(Ppl p, D data, LatentSite site) {
    LatentSpace alone = LatentSpace.of(List.of(site));
    Placement start = rows(site);
    boolean isPlaced = start.isIn(p.params());
    Shape shape = site.unconstrained();
    NDArray loc =
        p.param(
            parameter("loc." + site.name()),
            () ->
                isPlaced
                    ? p.run().zeros(shape)
                    : Tensors.reshape(initialVector(p, data, alone), shape));
    double first = isPlaced ? 1 : settings().initialScale();
    NDArray scale =
        p.param(
            parameter("scale." + site.name()),
            () -> p.run().full(first, shape),
            Constraint.POSITIVE);
    int eventDims = site.eventDims();
    site.sample(
        p,
        spec -> opening(spec, data),
        rows -> {
          UnaryOperator<NDArray> some = all -> rows.take(all, eventDims);
          NDArray center = some.apply(loc);
          NDArray width = some.apply(scale);
          if (isPlaced) {
            NDArray unit = some.apply(start.deviations(p.run(), p.params(), shape));
            NDArray at = some.apply(start.location(p.run(), p.params(), shape));
            center = at.add(unit.mul(center));
            width = unit.mul(width);
          }
          Distribution normal = Normal.of(center, width).toEvent(eventDims);
          return site.isIdentity() ? normal : TransformedDistribution.of(normal, site.bijection());
        });
  }

  /** Where the joint draw starts, (D), in the units of the start if there is one. */
  private NDArray start(Ppl p, D data, LatentSpace global) {
    return placement.isIn(p.params())
        ? p.run().zeros(new Shape(global.size()))
        : initialVector(p, data, global);
  }

  private void placeAsTold(Ppl p, LatentSpace global) {
    NormalApproximation start = settings().start();
    if (start == null || placement.isIn(p.params())) {
      return;
    }
    checkArgument(
        start.size() == global.size(),
        "guide '%s' is to start at a normal distribution of %s numbers, but draws %s for sites %s;"
            + " find it for the same model, and without sites of which a step sees some rows",
        getClass().getSimpleName(),
        start.size(),
        global.size(),
        global.names());
    placement.put(p.run(), p.params(), start, learnsInCovariance());
  }

  /**
   * {@inheritDoc}
   *
   * <p>In unconstrained space, mapped to the support element by element: exact where the bijection
   * acts so.
   */
  @Override
  public final Map<String, double[]> median(ParamStore params) {
    return values(params, this::jointMedian, 0.5);
  }

  /** Finds a vector (D) for the joint draw. */
  interface Joint {
    NDArray in(Run run, ParamStore params, int size);
  }

  /** The sites' values at a joint vector, and at quantile q of those that stand outside. */
  final Map<String, double[]> values(ParamStore params, Joint joint, double q) {
    if (settings().layers() != null) {
      throw new UnsupportedOperationException(
          "guide '%s' has stochastic layers, which need data to move its draws; take quantiles of"
                  .formatted(getClass().getSimpleName())
              + " svi.posterior(data, draws)");
    }
    LatentSpace space = space(params);
    if (space.moves()) {
      throw new UnsupportedOperationException(
          "guide '%s' draws sites whose bounds are tensors, which need data to be known; take"
                  .formatted(getClass().getSimpleName())
              + " quantiles of svi.posterior(data, draws)");
    }
    LatentSpace global = space.global();
    try (Run run = Run.open(params.config().orElseGet(RunConfig::defaults), 0)) {
      return run.withoutGradients(
          () -> {
            Iterator<NDArray> parts =
                global.isEmpty()
                    ? List.<NDArray>of().iterator()
                    : global.split(joint.in(run, params, global.size())).iterator();
            ImmutableMap.Builder<String, double[]> values = ImmutableMap.builder();
            for (LatentSite site : space.sites()) {
              NDArray u = site.isLocal() ? quantile(run, q, params, site) : parts.next();
              values.put(site.name(), Tensors.values(site.constrain(u).value()));
            }
            return values.buildOrThrow();
          });
    }
  }

  /** That of a site that stands outside of the joint draw, where its rows are placed. */
  private NDArray quantile(Run run, double q, ParamStore params, LatentSite site) {
    Shape shape = site.unconstrained();
    NDArray u = quantile(run, q, params, "." + site.name(), shape);
    Placement start = rows(site);
    return start.isIn(params)
        ? start.location(run, params, shape).add(start.deviations(run, params, shape).mul(u))
        : u;
  }

  /** loc + scale · the standard normal's quantile, of parameters of the store. */
  final NDArray quantile(Run run, double q, ParamStore params, String suffix, Shape shape) {
    NDArray offset = Normal.of(0, 1).on(run).icdf(run.create(new double[] {q}, new Shape(1)));
    return run.create(params.value(parameter("loc" + suffix)), shape)
        .add(run.create(params.value(parameter("scale" + suffix)), shape).mul(offset));
  }
}
