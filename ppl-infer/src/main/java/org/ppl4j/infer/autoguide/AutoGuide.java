package org.ppl4j.infer.autoguide;

import static com.google.common.base.Preconditions.checkState;
import static java.util.Objects.requireNonNull;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.MapMaker;
import java.util.Map;
import java.util.concurrent.ConcurrentMap;
import org.jspecify.annotations.Nullable;
import org.ppl4j.ParamStore;
import org.ppl4j.Ppl;
import org.ppl4j.Program;
import org.ppl4j.SampleSite;
import org.ppl4j.Trace;

/**
 * A guide that is made from a model. It executes the model once for each store, at the values of
 * its {@link Initializer}, to learn the latent sites; from then on it draws them without the model.
 *
 * <p>So the latent sites, their shapes and their supports must stay the same from step to step; a
 * model whose latent shapes depend on the data needs one store for each shape of data.
 *
 * @param <D> the data of the model
 */
public abstract class AutoGuide<D extends @Nullable Object> implements Program<D> {

  final Program<D> model;
  final Initializer initializer;
  final String prefix;
  private final ConcurrentMap<ParamStore, ImmutableList<Slot>> known =
      new MapMaker().weakKeys().makeMap();

  AutoGuide(Program<D> model, Initializer initializer, String prefix) {
    this.model = requireNonNull(model, "model");
    this.initializer = requireNonNull(initializer, "initializer");
    this.prefix = requireNonNull(prefix, "prefix");
  }

  /** The latent sites, found by executing the model if this store is new to the guide. */
  final ImmutableList<Slot> slots(Ppl p, D data) {
    ImmutableList<Slot> slots = known.get(p.params());
    if (slots == null) {
      slots = slots(start(p, data));
      known.put(p.params(), slots);
    }
    return slots;
  }

  private ImmutableList<Slot> slots(Trace trace) {
    String guide = getClass().getSimpleName();
    ImmutableList<Slot> slots =
        trace.sites().stream()
            .filter(SampleSite::isLatent)
            .map(site -> Slot.of(site, guide))
            .collect(ImmutableList.toImmutableList());
    checkState(
        !slots.isEmpty(),
        "guide '%s' found no latent site in the model; leave at least one site without a value",
        guide);
    return slots;
  }

  /** The model at its initial values. */
  final Trace start(Ppl p, D data) {
    return Start.of(p, model, data, initializer);
  }

  /**
   * The latent sites of a fit that has begun.
   *
   * @throws IllegalStateException if it has not
   */
  final ImmutableList<Slot> slots(ParamStore params) {
    ImmutableList<Slot> slots = known.get(params);
    checkState(
        slots != null,
        "guide '%s' has not been run with this parameter store; fit it first",
        getClass().getSimpleName());
    return slots;
  }

  /**
   * The medians of all sites, by name, row by row of the site's shape.
   *
   * @throws IllegalStateException if the guide has not been run with this store
   */
  public abstract Map<String, double[]> median(ParamStore params);
}
