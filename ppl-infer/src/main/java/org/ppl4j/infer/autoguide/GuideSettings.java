package org.ppl4j.infer.autoguide;

import static java.util.Objects.requireNonNull;

import ai.djl.ndarray.NDArray;
import com.google.common.collect.ImmutableMap;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.ppl4j.SampleSite;
import org.ppl4j.infer.approximation.NormalApproximation;
import org.ppl4j.infer.latent.Initializer;
import org.ppl4j.infer.stochastic.StochasticModule;

/**
 * What every guide that is made from a model can be told: one value, so that a guide of your own
 * has the same methods as those of this package.
 *
 * @param initializer where the guide starts
 * @param initialScale of what it draws at first, in unconstrained space; positive
 * @param prefix what the names of its parameters begin with
 * @param rows by plate: which rows data see of it, int64 (B), where the caller chooses them
 * @param start where the joint draw of a {@link JointGuide} starts instead, and with which scale;
 *     null for none
 * @param isToldNoStart whether nobody has said where to start, neither by an initializer nor by an
 *     initial scale nor by a normal distribution
 * @param layers through which a {@link JointGuide} moves its joint draw; null for none
 * @param sites which of the model's latent sites the guide draws; all, but as a part of others
 * @param <D> the data of the model
 */
public record GuideSettings<D extends @Nullable Object>(
    Initializer initializer,
    double initialScale,
    String prefix,
    ImmutableMap<String, Function<D, NDArray>> rows,
    @Nullable NormalApproximation start,
    boolean isToldNoStart,
    @Nullable StochasticModule layers,
    Predicate<SampleSite> sites) {

  /** These settings; a guide that has no use for an initial scale takes any. */
  public GuideSettings {
    requireNonNull(initializer, "initializer");
    requireNonNull(prefix, "prefix");
    requireNonNull(rows, "rows");
    requireNonNull(sites, "sites");
  }

  /** {@link Initializer#uniform()}, scale 0.1, as Pyro's, and {@code auto} before the names. */
  public static <D extends @Nullable Object> GuideSettings<D> standard() {
    return new GuideSettings<>(
        Initializer.uniform(), 0.1, "auto", ImmutableMap.of(), null, true, null, site -> true);
  }

  /** The same with another initializer. */
  public GuideSettings<D> withInitializer(Initializer other) {
    return new GuideSettings<>(other, initialScale, prefix, rows, start, false, layers, sites);
  }

  /** The same with another initial scale. */
  public GuideSettings<D> withInitialScale(double scale) {
    return new GuideSettings<>(initializer, scale, prefix, rows, start, false, layers, sites);
  }

  /** The same with another name before those of the parameters. */
  public GuideSettings<D> withPrefix(String other) {
    return new GuideSettings<>(
        initializer, initialScale, other, rows, start, isToldNoStart, layers, sites);
  }

  /** The same with a normal distribution to start at. */
  public GuideSettings<D> withStart(NormalApproximation other) {
    return new GuideSettings<>(
        initializer,
        initialScale,
        prefix,
        rows,
        requireNonNull(other, "start"),
        false,
        layers,
        sites);
  }

  /** The same with the rows of a plate. */
  public GuideSettings<D> withPlate(String name, Function<D, NDArray> indices) {
    return new GuideSettings<>(
        initializer,
        initialScale,
        prefix,
        ImmutableMap.<String, Function<D, NDArray>>builder()
            .putAll(rows)
            .put(requireNonNull(name, "name"), requireNonNull(indices, "indices"))
            .buildKeepingLast(),
        start,
        isToldNoStart,
        layers,
        sites);
  }

  /** The same with these layers behind those that there are. */
  public GuideSettings<D> withLayers(StochasticModule more) {
    requireNonNull(more, "layers");
    return new GuideSettings<>(
        initializer,
        initialScale,
        prefix,
        rows,
        start,
        isToldNoStart,
        layers == null ? more : layers.then(more),
        sites);
  }

  /** The same for those of these sites alone. */
  GuideSettings<D> withSites(Predicate<SampleSite> some) {
    Predicate<SampleSite> before = sites;
    return new GuideSettings<>(
        initializer,
        initialScale,
        prefix,
        rows,
        start,
        isToldNoStart,
        layers,
        site -> before.test(site) && some.test(site));
  }
}
