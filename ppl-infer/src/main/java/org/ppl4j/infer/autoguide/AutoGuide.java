package org.ppl4j.infer.autoguide;

import static com.google.common.base.Preconditions.checkState;
import static java.util.Objects.requireNonNull;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.MapMaker;
import java.util.Map;
import java.util.concurrent.ConcurrentMap;
import org.jspecify.annotations.Nullable;
import org.ppl4j.Execution;
import org.ppl4j.ParamStore;
import org.ppl4j.Ppl;
import org.ppl4j.Program;
import org.ppl4j.SampleSite;
import org.ppl4j.Trace;
import org.ppl4j.tensor.Rng;
import org.ppl4j.tensor.Run;

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
   * After an error of a fit: throws one in the user's words if the cause is that the model's latent
   * sites have changed since the guide met this store.
   *
   * @throws IllegalArgumentException naming the first site that changed
   */
  public final void checkUnchanged(Run run, ParamStore params, D data, RuntimeException cause) {
    ImmutableList<Slot> before = known.get(params);
    if (before == null) {
      return;
    }
    Program<D> look =
        (p, d) -> {
          ImmutableList<Slot> now = slots(start(p, d));
          for (int i = 0; i < Math.max(before.size(), now.size()); i++) {
            Slot was = i < before.size() ? before.get(i) : null;
            Slot is = i < now.size() ? now.get(i) : null;
            if (was == null || is == null || !was.sameAs(is)) {
              throw new IllegalArgumentException(
                  "the model's latent sites have changed: guide '%s' was made for %s, but now there"
                          .formatted(getClass().getSimpleName(), describe(was))
                      + " is %s; use one parameter store for each shape of data, or put the rows in"
                          .formatted(describe(is))
                      + " a plate whose size does not change",
                  cause);
            }
          }
        };
    Trace looked = Execution.record(run, params, Rng.Purpose.INITIAL, look, data);
    checkState(looked.sites().isEmpty(), "guide draws while it looks at its model; it must not");
  }

  private static String describe(@Nullable Slot slot) {
    return slot == null
        ? "no further site"
        : "sample site '%s' of batch shape %s and event shape %s"
            .formatted(slot.name(), slot.batch(), slot.event());
  }

  /**
   * The medians of all sites, by name, row by row of the site's shape.
   *
   * @throws IllegalStateException if the guide has not been run with this store
   */
  public abstract Map<String, double[]> median(ParamStore params);
}
