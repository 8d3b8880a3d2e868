package org.ppl4j.infer.autoguide;

import static com.google.common.base.Preconditions.checkArgument;
import static com.google.common.base.Preconditions.checkState;
import static java.util.Objects.requireNonNull;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.MapMaker;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.ppl4j.Execution;
import org.ppl4j.ParamStore;
import org.ppl4j.PlateSpec;
import org.ppl4j.Ppl;
import org.ppl4j.Program;
import org.ppl4j.SampleSite;
import org.ppl4j.Trace;
import org.ppl4j.tensor.Rng;
import org.ppl4j.tensor.Run;
import org.ppl4j.tensor.Shapes;
import org.ppl4j.tensor.Tensors;

/**
 * A guide that is made from a model. It executes the model once for each store, at the values of
 * its {@link Initializer}, to learn the latent sites; from then on it draws them without the model.
 *
 * <p>A site in a plate of which a step sees some rows only has parameters for all rows, and a step
 * uses those of the rows that it sees. Where the library draws the rows, the guide sees the same
 * ones as the model; where the caller chooses them ({@code PlateSpec.indices}, or {@code given}
 * with data that hold them), {@code guide.plate("rows", data -> indices)} says which they are.
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
  final ImmutableMap<String, Function<D, NDArray>> rows;
  private final ConcurrentMap<ParamStore, ImmutableList<Slot>> known =
      new MapMaker().weakKeys().makeMap();

  AutoGuide(
      Program<D> model,
      Initializer initializer,
      String prefix,
      ImmutableMap<String, Function<D, NDArray>> rows) {
    this.model = requireNonNull(model, "model");
    this.initializer = requireNonNull(initializer, "initializer");
    this.prefix = requireNonNull(prefix, "prefix");
    this.rows = rows;
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

  private ImmutableList<Slot> slots(Start start) {
    String guide = getClass().getSimpleName();
    checkRows(start.trace(), guide);
    ImmutableList<Slot> slots =
        start.trace().sites().stream()
            .filter(SampleSite::isLatent)
            .map(site -> Slot.of(site, guide, start.batches(), rows.keySet()))
            .collect(ImmutableList.toImmutableList());
    checkState(
        !slots.isEmpty(),
        "guide '%s' found no latent site in the model; leave at least one site without a value",
        guide);
    return slots;
  }

  private void checkRows(Trace trace, String guide) {
    for (String name : rows.keySet()) {
      checkArgument(
          trace.plates().stream()
              .anyMatch(
                  plate ->
                      plate.name().equals(name)
                          && (plate.spec().isIndexed() || plate.spec().isGiven())),
          "guide '%s' was told the rows of plate '%s', but the model opens no plate of this name"
              + " with PlateSpec.indices or given; its plates are %s",
          guide,
          name,
          trace.plates());
    }
  }

  /** The other rows, and those of plate {@code name}; for subclasses. */
  final ImmutableMap<String, Function<D, NDArray>> with(String name, Function<D, NDArray> indices) {
    return ImmutableMap.<String, Function<D, NDArray>>builder()
        .putAll(rows)
        .put(requireNonNull(name, "name"), requireNonNull(indices, "indices"))
        .buildKeepingLast();
  }

  /** How the guide opens a plate of a slot. */
  final PlateSpec opening(PlateSpec spec, D data) {
    Function<D, NDArray> indices = rows.get(spec.name());
    return indices == null ? spec : spec.indices(indices.apply(data));
  }

  private Start start(Ppl p, D data) {
    return Start.of(p, model, data, initializer);
  }

  /** The initial values of some slots, each {@code (batch, event)} with all rows. */
  final List<NDArray> initial(Ppl p, D data, List<Slot> slots) {
    Trace trace = start(p, data).trace();
    return p.run()
        .withoutGradients(() -> slots.stream().map(slot -> initial(p, data, slot, trace)).toList());
  }

  private NDArray initial(Ppl p, D data, Slot slot, Trace trace) {
    SampleSite site = trace.site(slot.name());
    NDArray value =
        p.run()
            .bind(site.value())
            .broadcast(Shapes.concat(site.distribution().batchShape(), slot.event()));
    for (PlateSpec spec : slot.plates()) {
      Function<D, NDArray> indices = rows.get(spec.name());
      if (indices != null) {
        double[] seen = Tensors.values(p.run().bind(indices.apply(data)));
        NDArray order = p.run().create(places(seen, spec.size()), new Shape(spec.size()));
        value = Tensors.select(value, order, spec.dim() - slot.event().dimension());
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
    if (slot == null) {
      return "no further site";
    }
    StringBuilder text =
        new StringBuilder(
            "sample site '%s' of batch shape %s and event shape %s"
                .formatted(slot.name(), slot.batch(), slot.event()));
    for (PlateSpec plate : slot.plates()) {
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
}
